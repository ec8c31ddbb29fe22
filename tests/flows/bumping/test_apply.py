"""Writing a plan, and ending one that was interrupted: end to end, with processes that die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

import release_tools
from release_tools.errors import RefusedError, UsageError
from release_tools.flows import init
from release_tools.flows.bumping.bump import plan_bump

MANY = 300
CONFIG = '[[surfaces]]\nkind = "file"\npath = "v/*.txt"\n'


def test_a_plan_is_written_and_leaves_no_trace(repo):
    project = repo.project()
    plan = plan_bump(project, "0.3.0")
    release_tools.apply(project, plan)
    assert {change.path: change.after for change in plan.changes} == {
        path: repo.read(path) for path in plan.paths
    }
    assert not repo.has_state


def test_a_file_that_changed_since_the_plan_stops_all_of_it(repo):
    project = repo.project()
    plan = plan_bump(project, "0.3.0")
    repo.write({"rust/Cargo.lock": "changed\n"})
    before = repo.files
    with pytest.raises(RefusedError) as caught:
        release_tools.apply(project, plan)
    assert (caught.value.id, caught.value.path) == ("file-changed", "rust/Cargo.lock")
    assert repo.files == before


def test_recovering_nothing_says_so(repo):
    assert release_tools.recover(str(repo.root / "rust")) == "no bump was interrupted"


def test_a_pending_journal_stops_everything_that_opens_the_project(repo):
    folder = repo.root / ".git" / "release-tools"
    folder.mkdir()
    (folder / "journal.json").write_text("{}")
    root = str(repo.root)
    for open_ in (repo.project, lambda: init.propose(root), lambda: init.write(root)):
        with pytest.raises(RefusedError) as caught:
            open_()
        assert caught.value.id == "interrupted-bump"
        assert "release-tools recover" in caught.value.hint


def test_the_tree_of_a_commit_is_not_written(repo):
    project = release_tools.load(str(repo.root), ref="HEAD")
    with pytest.raises(UsageError):
        release_tools.apply(project, plan_bump(project, "0.3.0"))


@pytest.fixture
def many(make_repo):
    files = {f"v/{n:03}.txt": "1.0.0\n" for n in range(MANY)}
    return make_repo(files | {"release-tools.toml": CONFIG})


def start(repo, here):
    return subprocess.Popen(
        [sys.executable, "-m", "release_tools", "bump", "2.0.0"],
        cwd=repo.root,
        env={**os.environ, "PYTHONPATH": here},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("moment", ["temporaries", "journal", "first", "some"])
def test_a_bump_that_is_killed_is_all_old_or_all_new_after_recover(many, here, moment):
    """Kill it as soon as the tree shows that it has come so far; where exactly is chance."""
    state = many.root / ".git" / "release-tools"
    last = many.root / "v" / ("000.txt" if moment == "first" else f"{MANY // 2:03}.txt")
    child = start(many, here)
    deadline = time.monotonic() + 20
    while child.poll() is None and time.monotonic() < deadline:
        names = os.listdir(state) if state.exists() else []
        reached = {
            "temporaries": "prepared.json" in names,
            "journal": "journal.json" in names,
        }.get(moment)
        if reached or (reached is None and last.read_bytes() == b"2.0.0\n"):
            break
    child.send_signal(signal.SIGKILL)
    child.wait()
    pending = (state / "journal.json").exists()
    release_tools.recover(str(many.root))
    found = {file.read_bytes() for file in (many.root / "v").iterdir()}
    assert found in ({b"1.0.0\n"}, {b"2.0.0\n"})
    if pending:
        assert found == {b"2.0.0\n"}
    assert len(os.listdir(many.root / "v")) == MANY
    assert not many.has_state
