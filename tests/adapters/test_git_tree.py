"""Reading a commit's files without checking them out."""

from __future__ import annotations

import os
import subprocess

import pytest

from release_tools.adapters.content import MAX_BYTES
from release_tools.adapters.disk import DiskTree
from release_tools.adapters.git import Repository
from release_tools.adapters.git_tree import CommitTree
from release_tools.errors import AbsentError, MalformedError, UnreadableError, UsageError


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    git(root, "init", "-q")
    return root


def git(root, *argv):
    command = ["git", "-C", str(root), *argv]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def commit(root):
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", "x")


@pytest.fixture
def opened(root):
    trees = []

    def open_tree(ref="HEAD", folder=""):
        trees.append(CommitTree(Repository.around(str(root / folder)), ref))
        return trees[-1]

    yield open_tree
    for tree in trees:
        tree.close()


def test_an_old_commit_is_read_while_the_disk_says_something_else(root, opened):
    (root / "f").write_bytes(b"\xef\xbb\xbfone\r\n")
    commit(root)
    git(root, "tag", "-a", "-m", "x", "v1")
    (root / "f").write_text("two")
    commit(root)
    (root / "f").write_text("three")
    assert opened("v1").read("f") == "\ufeffone\r\n"
    assert opened().read("f") == "two"
    assert opened("v1").commit == git(root, "rev-parse", "v1^{commit}")
    assert (root / "f").read_text() == "three"


def test_it_agrees_with_the_disk_about_a_clean_checkout(root, opened, tmp_path):
    for path in ("a/1/f", "a/2/f", "b/f.md", "vendor/x.md", "é \n/f"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)
    (root / "a/link").symlink_to("1")
    (root / "file-link").symlink_to("a/link/f")
    (root / "dangling").symlink_to("nothing")
    (root / "loop").symlink_to("loop")
    (root / "out").symlink_to("../outside")
    (root / "absolute").symlink_to("/etc/passwd")
    (tmp_path / "outside").write_text("secret")
    commit(root)
    disk, tree = DiskTree(str(root)), opened()
    for pattern in ("**/f", "a/*/f", "*", "**/*.md", "a/1/f", "none", "none/*"):
        assert tree.glob(pattern) == disk.glob(pattern)
    for path in ("a/1/f", "a/link/f", "file-link", "é \n/f"):
        assert tree.read(path) == disk.read(path)
    for path in ("a", "a/1", "none", "dangling", "a/1/f/below"):
        assert tree.exists(path) == disk.exists(path) is False
    for path in ("none", "dangling", "a/1/f/below"):
        for each in (tree, disk):
            with pytest.raises(AbsentError):
                each.read(path)
    for path in ("out", "absolute", "loop"):
        for each in (tree, disk):
            with pytest.raises(UnreadableError):
                each.read(path)
            with pytest.raises(UnreadableError):
                each.exists(path)


@pytest.mark.parametrize("path", ["", "/f", "../f", "./f", "a//f", "f/", "a\\f", "x/" * 3000])
def test_a_path_that_is_not_plainly_inside_is_refused(root, opened, path):
    commit(root)
    for ask in (opened().read, opened().exists, opened().glob):
        with pytest.raises(UsageError):
            ask(path)


def test_a_project_in_a_folder_cannot_be_left(root, opened):
    (root / "sub").mkdir()
    (root / "sub/f").write_text("f")
    (root / "sub/up").symlink_to("../outer")
    (root / "outer").write_text("outer")
    commit(root)
    tree = opened(folder="sub")
    assert tree.read("f") == "f"
    assert tree.glob("*") == ("f", "up")
    with pytest.raises(UnreadableError, match="leaves the project"):
        tree.read("up")


def test_a_folder_that_the_commit_lacks_holds_nothing(root, opened):
    (root / "f").write_text("")
    commit(root)
    (root / "later").mkdir()
    tree = opened(folder="later")
    assert tree.glob("**") == ()
    with pytest.raises(AbsentError):
        tree.read("f")


def test_a_submodule_is_no_file(root, opened, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    commit(other)
    git(root, "submodule", "add", "-q", str(other), "sub")
    commit(root)
    assert opened().glob("*") == (".gitmodules",)
    assert not opened().exists("sub")
    with pytest.raises(MalformedError, match="submodule"):
        opened().read("sub")


def test_after_a_file_over_the_cap_the_next_one_is_read_rightly(root, opened):
    with (root / "large").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    (root / "f").write_text("f")
    commit(root)
    tree = opened()
    with pytest.raises(MalformedError, match="more than"):
        tree.read("large")
    assert tree.read("f") == "f"


def test_binary_bytes_come_as_they_are_and_are_no_text(root, opened):
    data = bytes(range(256)) * 5000
    (root / "f").write_bytes(data)
    commit(root)
    assert opened().read_bytes("f") == data
    with pytest.raises(MalformedError):
        opened().read("f")


def test_an_unknown_ref_says_how_to_get_it(root, tmp_path):
    (root / "f").write_text("")
    commit(root)
    commit(root)
    with pytest.raises(UsageError, match="'v9' names no commit") as caught:
        CommitTree(Repository.around(str(root)), "v9")
    assert "git fetch origin tag" in caught.value.hint
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{root}", str(shallow))
    with pytest.raises(UsageError) as caught:
        CommitTree(Repository.around(str(shallow)), "v9")
    assert "shallow" in caught.value.hint


def test_a_lost_object_is_unreadable_and_not_absent(root, opened):
    (root / "f").write_text("f")
    commit(root)
    blob = git(root, "rev-parse", "HEAD:f")
    os.unlink(root / f".git/objects/{blob[:2]}/{blob[2:]}")
    with pytest.raises(UnreadableError, match="cannot read its object"):
        opened().read("f")


def test_a_closed_tree_can_be_asked_again(root):
    for name in "ab":
        (root / name).write_text(name)
    commit(root)
    with CommitTree(Repository.around(str(root)), "HEAD") as tree:
        assert tree.read("a") == "a"
    assert tree.read("b") == "b"
    tree.close()
