"""All or nothing, with real faults: full disk, no permission, two at once, rogue journals."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from release_tools.adapters import state
from release_tools.adapters.disk import DiskTree
from release_tools.adapters.lock import Lock
from release_tools.adapters.transaction import Transaction, recover
from release_tools.errors import RefusedError, UnreadableError, UsageError
from release_tools.model import FileChange

OLD, NEW = "\ufeffversion = '1'\r\n", "\ufeffversion = '2'\r\n"


@pytest.fixture
def root(tmp_path):
    for path in ("a.toml", "deep/b.toml"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(OLD.encode())
    return tmp_path


def change(path, before=OLD, after=NEW):
    return FileChange(path, before, after, ())


def both():
    return [change("a.toml"), change("deep/b.toml")]


def apply(root, changes=None):
    Transaction(str(root), state.state_dir(str(root))).apply(both() if changes is None else changes)


def everything(root):
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_every_file_is_replaced_and_nothing_is_left_behind(root):
    apply(root)
    assert everything(root) == {"a.toml": NEW.encode(), "deep/b.toml": NEW.encode()}
    assert sorted(os.listdir(root)) == ["a.toml", "deep"]


def test_the_mode_and_the_owner_are_kept(root):
    (root / "a.toml").chmod(0o751)
    if os.getuid() == 0:
        os.chown(root / "a.toml", 65534, 65534)
    before = (root / "a.toml").stat()
    apply(root)
    after = (root / "a.toml").stat()
    assert (stat.S_IMODE(after.st_mode), after.st_uid, after.st_gid) == (
        0o751,
        before.st_uid,
        before.st_gid,
    )


def test_a_link_stays_a_link_and_its_target_is_written(root):
    (root / "link.toml").symlink_to("deep/b.toml")
    apply(root, [change("link.toml")])
    assert (root / "link.toml").is_symlink()
    assert (root / "deep/b.toml").read_bytes() == NEW.encode()


def test_a_link_out_of_the_root_is_not_written_through(root, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "x.toml"
    outside.write_bytes(OLD.encode())
    (root / "link.toml").symlink_to(outside)
    with pytest.raises(UnreadableError, match="leaves the project"):
        apply(root, [change("a.toml"), change("link.toml")])
    assert outside.read_bytes() == OLD.encode()
    assert (root / "a.toml").read_bytes() == OLD.encode()


def test_one_file_under_two_names_is_refused(root):
    (root / "link.toml").symlink_to("a.toml")
    with pytest.raises(UsageError, match="one file twice"):
        apply(root, [change("a.toml"), change("link.toml")])
    assert (root / "a.toml").read_bytes() == OLD.encode()


def test_a_file_that_changed_since_the_plan_is_refused_by_name(root):
    (root / "deep/b.toml").write_text("mine")
    with pytest.raises(RefusedError) as caught:
        apply(root)
    assert (caught.value.id, caught.value.path) == ("file-changed", "deep/b.toml")
    assert everything(root) == {"a.toml": OLD.encode(), "deep/b.toml": b"mine"}


def test_a_file_that_changes_while_the_new_ones_are_written_is_refused(root, monkeypatch):
    real = os.fchmod

    def meddle(handle, mode):
        (root / "a.toml").write_text("mine")
        real(handle, mode)

    monkeypatch.setattr(os, "fchmod", meddle)
    with pytest.raises(RefusedError, match="while the new files") as caught:
        apply(root)
    assert caught.value.id == "file-changed"
    assert everything(root) == {"a.toml": b"mine", "deep/b.toml": OLD.encode()}


def test_a_very_long_name_still_gets_its_temporary(root):
    name = "n" * 250
    (root / name).write_bytes(OLD.encode())
    apply(root, [change(name)])
    assert (root / name).read_bytes() == NEW.encode()


# Another user may not be able to import any more: all is imported first.
CHILD = """
import fcntl, hashlib, json, os, resource, sys
from release_tools.adapters import recovery
from release_tools.adapters import state
from release_tools.adapters.disk import DiskTree
from release_tools.adapters.transaction import Transaction
from release_tools.errors import RefusedError
from release_tools.model import FileChange
root, limit, user = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
tree = DiskTree(root)
changes = [FileChange(p, tree.read(p), tree.read(p).replace("1", "2", 1), ()) for p in sys.argv[4:]]
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
if user:
    os.setgroups([]); os.setgid(user); os.setuid(user)
try:
    Transaction(root, state.state_dir(root)).apply(changes)
except RefusedError as error:
    print(error.id, error)
"""


def child(root, *paths, limit=0, user=0):
    argv = [sys.executable, "-c", CHILD, str(root), str(limit), str(user), *paths]
    return subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60).stdout


def test_a_full_disk_changes_nothing_and_leaves_nothing(root):
    (root / "large.toml").write_text("1" * 9000)
    before = everything(root)
    out = child(root, "a.toml", "large.toml", limit=4096)
    assert out.startswith("write-failed large.toml: cannot be written: file too large")
    assert everything(root) == before
    assert child(root, "a.toml", "large.toml") == ""
    assert (root / "large.toml").read_text() == "2" + "1" * 8999


def test_a_disk_too_full_for_the_journal_changes_nothing(root):
    before = everything(root)
    assert child(root, "a.toml", "deep/b.toml", limit=100).startswith("write-failed")
    assert everything(root) == before


@pytest.fixture
def open_folder():
    """A folder that another user can reach: pytest's own are for its user alone."""
    folder = tempfile.mkdtemp(prefix="release-tools-")
    Path(folder).chmod(0o777)
    yield Path(folder)
    shutil.rmtree(folder)


NOBODY = 65534
as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")


@as_root
@pytest.mark.parametrize("locked", ["folder", "file", "state"])
def test_without_permission_nothing_changes_and_nothing_is_left(open_folder, locked):
    root = open_folder
    (root / "ro").mkdir()
    for path in ("a.toml", "ro/b.toml"):
        (root / path).write_text("version 1")
        (root / path).chmod(0o666)
    (root / "ro").chmod(0o777)
    {"folder": root / "ro", "file": root / "ro/b.toml", "state": root}[locked].chmod(0o555)
    before = everything(root)
    out = child(root, "a.toml", "ro/b.toml", user=NOBODY)
    assert out.startswith("write-failed")
    assert "nothing was changed" in out
    assert everything(root) == before
    assert sorted(os.listdir(root)) == ["a.toml", "ro"]


def test_two_at_once_the_second_is_refused_as_locked(root):
    with Lock(state.state_dir(str(root))), pytest.raises(RefusedError) as caught:
        apply(root)
    assert caught.value.id == "locked"
    assert f"process {os.getpid()}" in caught.value.message
    assert everything(root) == {"a.toml": OLD.encode(), "deep/b.toml": OLD.encode()}


def test_many_processes_at_once_never_mix(root):
    (root / "n").write_text("0")
    code = (
        "import sys\nfrom release_tools.adapters import state\n"
        "from release_tools.adapters.disk import DiskTree\n"
        "from release_tools.adapters.transaction import Transaction\n"
        "from release_tools.errors import RefusedError\n"
        "from release_tools.model import FileChange\n"
        "root, done = sys.argv[1], 0\n"
        "while done < 20:\n"
        "    old = DiskTree(root).read('n')\n"
        "    try:\n"
        "        Transaction(root, state.state_dir(root)).apply("
        "[FileChange('n', old, str(int(old) + 1), ())])\n"
        "        done += 1\n"
        "    except RefusedError as error:\n"
        "        assert error.id in ('locked', 'file-changed'), error\n"
    )
    argv = [sys.executable, "-c", code, str(root)]
    children = [subprocess.Popen(argv) for _ in range(3)]
    assert [child.wait(60) for child in children] == [0, 0, 0]
    assert (root / "n").read_text() == "60"


def interrupt(root, monkeypatch, changes=None):
    """Leave a journal behind, with the first file in place and the second not."""
    real = os.rename
    done: list[str] = []

    def rename(source, target):
        if target.endswith(".toml"):
            if done:
                raise KeyboardInterrupt
            done.append(target)
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", rename)
        with pytest.raises(KeyboardInterrupt):
            apply(root, changes)
    assert state.pending(str(root))
    return Path(state.state_dir(str(root))) / "journal.json"


def again(root):
    return recover(str(root), state.state_dir(str(root)))


def test_while_a_journal_stands_a_bump_refuses_and_names_recover(root, monkeypatch):
    interrupt(root, monkeypatch)
    before = everything(root)
    with pytest.raises(RefusedError) as caught:
        apply(root)
    assert caught.value.id == "interrupted-bump"
    assert "recover" in caught.value.hint
    assert everything(root) == before


def test_recover_rolls_forward_and_says_so_once(root, monkeypatch):
    interrupt(root, monkeypatch)
    assert again(root) == "finished an interrupted bump of 2 files"
    assert everything(root) == {"a.toml": NEW.encode(), "deep/b.toml": NEW.encode()}
    assert again(root) == "no bump was interrupted"


def test_recover_refuses_a_file_that_is_neither_old_nor_new(root, monkeypatch):
    interrupt(root, monkeypatch)
    (root / "deep/b.toml").write_text("mine")
    before = everything(root)
    with pytest.raises(RefusedError) as caught:
        again(root)
    assert (caught.value.id, caught.value.path) == ("file-changed", "deep/b.toml")
    assert everything(root) == before
    (root / "deep/b.toml").write_bytes(OLD.encode())
    again(root)
    assert (root / "deep/b.toml").read_bytes() == NEW.encode()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda data: data[: len(data) // 2],
        lambda _: b"\xff\xfe",
        lambda _: b"[" * 200_000,
        lambda data: data.replace(b'"version": 1', b'"version": 2'),
        lambda data: data.replace(b'"entries"', b'"others"'),
        lambda data: data.replace(b"deep/b.toml", b"../b.toml"),
        lambda data: data.replace(b"deep/b.toml", b"/etc/passwd"),
        lambda data: data.replace(b"deep/b.toml", b"a.toml"),
        lambda data: data.replace(b'".b.toml.release-tools-', b'"../.b.toml.release-tools-'),
        lambda data: data.replace(b'".b.toml.release-tools-', b'"a.toml'),
        lambda data: data.replace(b'"before"', b'"earlier"'),
    ],
)
def test_a_journal_that_makes_no_sense_is_refused_and_nothing_is_touched(root, monkeypatch, spoil):
    journal = interrupt(root, monkeypatch)
    journal.write_bytes(spoil(journal.read_bytes()))
    before = everything(root)
    with pytest.raises(UnreadableError, match="nothing was touched"):
        again(root)
    assert everything(root) == before


def test_a_journal_cannot_reach_out_of_the_root_by_a_linked_folder(
    root, monkeypatch, tmp_path_factory
):
    interrupt(root, monkeypatch)
    outside = tmp_path_factory.mktemp("outside")
    shutil.move(root / "deep", outside / "deep")
    (root / "deep").symlink_to(outside / "deep")
    with pytest.raises(UnreadableError):
        again(root)
    assert (outside / "deep/b.toml").read_bytes() == OLD.encode()


def test_many_files_in_many_folders_are_synced_at_once(root, monkeypatch):
    paths = [f"d{n}/f" for n in range(40)]
    for path in paths:
        (root / path).parent.mkdir()
        (root / path).write_bytes(OLD.encode())
    synced = []
    real = os.fsync

    def fsync(handle):
        synced.append(handle)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    apply(root, [change(path) for path in paths])
    assert {DiskTree(str(root)).read(path) for path in paths} == {NEW}
    assert len(synced) < 10 or sys.platform != "linux"


def test_state_lies_where_git_says(root):
    git = ["git", "-C", str(root)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    subprocess.run([*git, "worktree", "add", "-q", "--detach", str(root / "tree")], check=True)
    for folder in (root, root / "tree"):
        argv = ["git", "-C", str(folder), "rev-parse", "--git-path", "release-tools"]
        said = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip()
        assert state.state_dir(str(folder)) == os.path.join(os.path.realpath(folder), said)
    assert state.state_dir(str(root / "deep")) == state.state_dir(str(root)) + "/in-deep"


def test_the_journal_stands_before_the_first_file_moves(root, monkeypatch):
    journal = interrupt(root, monkeypatch)
    entries = json.loads(journal.read_text())["entries"]
    assert [entry["path"] for entry in entries] == ["a.toml", "deep/b.toml"]


def test_a_new_file_is_made_with_the_others_and_as_the_umask_says(root):
    changes = [FileChange("deep/new", "", "text", (), new=True), FileChange("a.toml", OLD, NEW, ())]
    apply(root, changes)
    assert (root / "deep/new").read_text() == "text"
    assert (root / "a.toml").read_bytes() == NEW.encode()
    (root / "other").touch()
    assert (root / "deep/new").stat().st_mode == (root / "other").stat().st_mode


@pytest.mark.parametrize("path", ["a.toml", "gone/new"])
def test_a_new_file_that_is_there_or_has_no_folder_is_refused_and_nothing_is_made(root, path):
    before = everything(root)
    changes = [FileChange("new", "", "x", (), new=True), FileChange(path, "", "x", (), new=True)]
    with pytest.raises(RefusedError) as caught:
        apply(root, changes)
    assert caught.value.id == ("file-changed" if path == "a.toml" else "write-failed")
    assert everything(root) == before


def test_recover_makes_a_new_file_and_replaces_none_that_somebody_made_meanwhile(root, monkeypatch):
    changes = [FileChange("a.toml", OLD, NEW, ()), FileChange("new.toml", "", "x", (), new=True)]
    for meanwhile in (False, True):
        (root / "a.toml").write_bytes(OLD.encode())
        (root / "new.toml").unlink(missing_ok=True)
        journal = interrupt(root, monkeypatch, changes)
        if not meanwhile:
            again(root)
            assert (root / "new.toml").read_text() == "x"
            continue
        (root / "new.toml").write_text("somebody's")
        with pytest.raises(RefusedError) as caught:
            again(root)
        assert caught.value.id == "file-changed"
        assert (root / "new.toml").read_text() == "somebody's"
        assert journal.exists()
