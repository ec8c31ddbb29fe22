"""Commands that write files where nothing can be written: all is as it was, and nothing is left."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests import killing
from tests.faults.conftest import COMMANDS, Files

BY_JOURNAL = [name for name in COMMANDS if name.startswith(("bump", "pin"))]
"""They write all files or none, and refuse (1); the others write one, and cannot (3)."""

# SIGXFSZ is ignored by Python itself: a write beyond the limit fails as on a disk that is full.
FULL = """
import resource, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from release_tools.cli import main
main()
"""
LIMITS = {"the lock": 4, "the journal": 60, "a file": 3000}
"""How much a file may hold, by what is the first that does not fit."""
TOO_FULL = [(name, what) for name in BY_JOURNAL for what in LIMITS]
TOO_FULL.remove(("pin --output", "a file"))  # it is smaller than its journal
TOO_FULL += [(name, "the lock") for name in COMMANDS if name not in BY_JOURNAL]


@pytest.mark.parametrize(("name", "what"), TOO_FULL, indirect=["name"])
def test_a_full_disk_changes_nothing_and_leaves_nothing(files, name, what):
    if what == "a file":
        for path in ("project/deploy/app.yaml", "gitops/app.yaml"):
            with (files.top / path).open("a") as file:
                file.write(f"# {'more ' * 1000}\n")
    before = files.all()
    argv = [sys.executable, "-c", FULL, str(LIMITS[what]), *COMMANDS[name]]
    environ = {**os.environ, "PYTHONPATH": killing.ROOT, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        argv, cwd=files.root, env=environ, capture_output=True, text=True, check=False
    )
    assert "too large" in done.stderr
    assert done.returncode == (1 if name in BY_JOURNAL else 3), done.stderr
    assert files.all() == before


NOBODY = 65534
LOCKED = {
    "the file": ["VERSION", "deploy/more.yaml", "values-new.yaml", "ledger.json", "status.html"],
    "the folder": [".", "deploy", "../gitops", ".."],
}
"""What may not be written, by its kind; the first two are enough to refuse all the others."""


@pytest.fixture
def open_files(published):
    """Lay the files where another user can reach them: pytest's own folders are for one alone."""
    folder = Path(tempfile.mkdtemp(prefix="release-tools-"))
    made = Files(folder / "top", published.host, None)
    made.lay()
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    yield made
    shutil.rmtree(folder)


@pytest.fixture
def stranger(open_files):
    home = open_files.top.parent / "home"
    home.mkdir()
    with killing.warm(home) as running:
        yield running


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("what", LOCKED)
@pytest.mark.parametrize("name", [*BY_JOURNAL, "status"], indirect=True)
def test_without_permission_nothing_changes_and_nothing_is_left(open_files, stranger, name, what):
    root = open_files.root
    if what == "the file" and name == "status":
        (root / "status.html").write_text("mine")
    for path in LOCKED[what]:
        if (root / path).exists():
            (root / path).chmod(0o555 if what == "the folder" else 0o444)
    before = open_files.all()
    # Who is nobody can import nothing: what the command needs is imported first.
    stranger.run(["status"] if name == "status" else [*COMMANDS[name], "--dry-run"], cwd=root)
    done = stranger.run(COMMANDS[name], cwd=root, user=NOBODY)
    if (name, what) == ("pin --output", "the file"):
        assert done.code == 0  # it makes a new one, and touches no other
        return
    assert done.code == (1 if name in BY_JOURNAL else 3), done.err
    assert any(why in done.err for why in ("read-only", "permission denied")), done.err
    assert open_files.all() == before


def test_so_many_cells():
    assert len(TOO_FULL) + len(LOCKED) * (len(BY_JOURNAL) + 1) >= 28
