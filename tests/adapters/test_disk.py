"""Reading a folder safely: what is refused, what is kept, and what a glob finds."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from release_tools.adapters.content import MAX_BYTES
from release_tools.adapters.disk import DiskTree
from release_tools.errors import AbsentError, MalformedError, UnreadableError, UsageError


@pytest.fixture
def root(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret").write_text("secret")
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


@pytest.fixture
def tree(root):
    return DiskTree(str(root))


def test_every_byte_of_a_text_is_kept(tree, root):
    data = b"\xef\xbb\xbfa = 'caf\xc3\xa9'\r\n\tb\rc\x0bno final newline"
    (root / "f").write_bytes(data)
    assert tree.read("f").encode() == data
    assert tree.read("f").startswith("\ufeff")


def test_an_empty_file_is_an_empty_text(tree, root):
    (root / "f").write_bytes(b"")
    assert tree.read("f") == ""


@pytest.mark.parametrize(
    ("data", "says", "line"),
    [
        ("v".encode("utf-16"), "UTF-16", 1),
        ("a\nv".encode("utf-16-be"), "NUL.*UTF-16", 1),
        (b"a\nb\x00", "NUL.*UTF-16", 2),
        (b"a\nb\n\xff", "not UTF-8.*0xff", 3),
        (b"\xed\xa0\x80", "not UTF-8", 1),
    ],
)
def test_what_is_no_utf8_text_is_malformed_with_its_line(tree, root, data, says, line):
    (root / "f").write_bytes(data)
    with pytest.raises(MalformedError, match=says) as caught:
        tree.read("f")
    assert (caught.value.path, caught.value.line) == ("f", line)


def test_a_file_over_the_cap_is_refused_without_being_read(tree, root):
    with (root / "f").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(MalformedError, match="more than"):
        tree.read("f")


def test_what_is_not_there_is_absent(tree, root):
    (root / "file").write_text("")
    for path in ("none", "no/folder/at/all", "file/below"):
        with pytest.raises(AbsentError) as caught:
            tree.read(path)
        assert caught.value.path == path
        assert not tree.exists(path)


def test_a_fifo_a_socket_and_a_folder_are_no_files_and_never_block(tree, root):
    os.mkfifo(root / "fifo")
    (root / "folder").mkdir()
    server = socket.socket(socket.AF_UNIX)
    here = os.open(root, os.O_RDONLY)
    server.bind(f"/proc/self/fd/{here}/socket" if sys.platform == "linux" else str(root / "socket"))
    os.close(here)
    server.close()
    for path, says in (("fifo", "FIFO"), ("folder", "folder")):
        with pytest.raises(MalformedError, match=says):
            tree.read(path)
    with pytest.raises(UnreadableError):
        tree.read("socket")
    assert not any(tree.exists(path) for path in ("fifo", "folder", "socket"))


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "/f", "/etc/passwd", "../outside/secret", "a/../f", "./f", "a//f", "f/"),
        *("a\\f", "f\0", "..", ".", "x/" * 3000 + "f", "a/./f", "/a/f"),
    ],
)
def test_a_path_that_is_not_plainly_inside_is_refused(tree, root, path):
    (root / "f").write_text("")
    (root / "a").mkdir()
    tree.exists("a/f")
    for ask in (tree.read, tree.exists, tree.glob):
        with pytest.raises(UsageError):
            ask(path)


def test_links_are_followed_inside_the_root_only(tree, root):
    (root / "real").mkdir()
    (root / "real/f").write_text("text")
    (root / "folder").symlink_to("real")
    (root / "file").symlink_to("folder/f")
    (root / "absolute").symlink_to(root / "real/f")
    (root / "dangling").symlink_to("nothing")
    (root / "out").symlink_to("../outside/secret")
    (root / "outer").symlink_to("../outside")
    (root / "loop").symlink_to("loop")
    for path in ("folder/f", "file", "absolute"):
        assert tree.exists(path)
        assert tree.read(path) == "text"
    assert not tree.exists("dangling")
    with pytest.raises(AbsentError):
        tree.read("dangling")
    for path in ("out", "outer/secret", "loop"):
        with pytest.raises(UnreadableError):
            tree.read(path)
        with pytest.raises(UnreadableError):
            tree.exists(path)


def test_a_folder_that_only_begins_like_the_root_is_outside(tree, root, tmp_path):
    (tmp_path / "root-2").mkdir()
    (tmp_path / "root-2/f").write_text("x")
    (root / "f").symlink_to("../root-2/f")
    with pytest.raises(UnreadableError, match="leaves the project"):
        tree.read("f")


def test_a_root_that_is_a_link_itself_is_followed(root, tmp_path):
    (root / "f").write_text("x")
    (tmp_path / "link").symlink_to("root")
    assert DiskTree(str(tmp_path / "link")).read("f") == "x"


def test_without_permission_nothing_is_called_absent(tmp_path):
    code = """
import os, sys
from release_tools.adapters.disk import DiskTree
from release_tools.errors import UnreadableError
os.chdir(sys.argv[1])
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
tree = DiskTree(".")
for ask, path in ((tree.read, "file"), (tree.exists, "dir/file"), (tree.read, "dir/file")):
    try:
        print("no error", ask(path))
    except UnreadableError as error:
        print(error)
"""
    (tmp_path / "file").write_text("")
    (tmp_path / "file").chmod(0)
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir/file").write_text("")
    (tmp_path / "dir").chmod(0)
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    argv = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    (tmp_path / "dir").chmod(0o755)
    says = "cannot be read: permission denied"
    assert done.stdout.splitlines() == [f"file: {says}", *[f"dir/file: {says}"] * 2]


def test_a_tree_shows_one_state_of_a_file(tree, root):
    (root / "f").write_text("1")
    assert tree.read("f") == "1"
    (root / "f").write_text("2")
    assert tree.read("f") == "1"
    assert DiskTree(str(root)).read("f") == "2"


def plant(root, *paths):
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("")


def test_without_git_a_glob_leaves_vendored_folders_out(tree, root):
    plant(root, "a/f.md", ".ci/f.md", "node_modules/f.md", "a/target/f.md", "build/f.md", "f.md")
    assert tree.glob("**/*.md") == (".ci/f.md", "a/f.md", "f.md")
    assert tree.glob("build/*.md") == ("build/f.md",)


def test_a_pattern_without_magic_is_a_question_after_one_file(tree, root):
    plant(root, "a/f")
    assert tree.glob("a/f") == ("a/f",)
    assert tree.glob("a/g") == ()
    assert tree.glob("none/*") == ()


@pytest.fixture
def git(root):
    def run(*argv):
        subprocess.run(["git", "-C", str(root), *argv], check=True, capture_output=True)

    run("init")
    return run


def test_in_git_a_glob_finds_what_is_or_would_be_tracked(tree, root, git):
    plant(root, "a/1/f", "a/2/f", "a/gone/f", "a/ignored/f", "a/new/f", "vendor/f", "a/F")
    (root / ".gitignore").write_text("ignored/\n")
    git("add", "a/1/f", "a/2/f", "a/gone/f", "vendor/f")
    (root / "a/gone/f").unlink()
    assert tree.glob("a/*/f") == ("a/1/f", "a/2/f", "a/new/f")
    assert tree.glob("**/f") == ("a/1/f", "a/2/f", "a/new/f", "vendor/f")
    assert tree.glob("vendor/*") == ("vendor/f",)


def test_a_project_below_the_top_of_its_repository_sees_its_own_files(root, git):
    plant(root, "sub dir/x/f", "other/f")
    git("add", ".")
    tree = DiskTree(str(root / "sub dir"))
    assert tree.glob("**/f") == ("x/f",)
    assert tree.glob("x/*") == ("x/f",)


def test_a_glob_names_odd_files_as_they_are(tree, root, git):
    plant(root, "a b/\n'\"*.md", "é/[x].md")
    git("add", ".")
    assert tree.glob("**/*.md") == ("a b/\n'\"*.md", "é/[x].md")
    assert tree.glob("é/[[]x].md") == ("é/[x].md",)


def test_a_glob_keeps_a_link_that_leaves_so_that_reading_it_says_why(tree, root):
    (root / "x.md").symlink_to("../outside/secret")
    assert tree.glob("*.md") == ("x.md",)
    with pytest.raises(UnreadableError):
        tree.read("x.md")


def test_submodules_and_links_to_nothing_are_not_found(tree, root, git, tmp_path):
    other = tmp_path / "other"
    subprocess.run(["git", "init", "-q", str(other)], check=True)
    argv = ["git", "-C", str(other), "commit", "-q", "--allow-empty", "-m", "x"]
    subprocess.run(argv, check=True)
    git("-c", "protocol.file.allow=always", "submodule", "add", str(other), "sub")
    (root / "dangling").symlink_to("nothing")
    plant(root, "file")
    assert tree.glob("*") == (".gitmodules", "file")


def test_a_broken_repository_is_unreadable_not_empty(tree, root, git):
    plant(root, "f.md")
    git("add", ".")
    (root / ".git/index").write_bytes(b"nonsense that is no index at all")
    with pytest.raises(UnreadableError, match=r"git ls-files failed: .*index"):
        tree.glob("*.md")


def test_making_a_tree_starts_nothing_and_imports_little(tmp_path):
    code = (
        "import sys; from release_tools.adapters.disk import DiskTree; DiskTree('/no/such').root;"
        "DiskTree(sys.argv[1]).exists('x');"
        "print([m for m in ('subprocess', 'pathlib', 'json', 'selectors', 'fnmatch')"
        " if m in sys.modules])"
    )
    argv = [sys.executable, "-S", "-c", code, str(tmp_path)]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    out = subprocess.run(argv, capture_output=True, text=True, check=True, env=env).stdout
    assert out.strip() == "[]"


def test_a_folder_that_goes_while_the_tree_is_listed_holds_nothing(tmp_path, monkeypatch):
    for path in ("a/x.txt", "going/x.txt"):
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).touch()
    real = os.scandir

    def scandir(folder):
        if folder == str(tmp_path / "going"):
            (tmp_path / "going/x.txt").unlink()
            (tmp_path / "going").rmdir()
        return real(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    assert DiskTree(str(tmp_path)).glob("**/x.txt") == ("a/x.txt",)
