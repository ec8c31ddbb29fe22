from __future__ import annotations

import os
import socket

import pytest

from release_tools.adapters import artifacts as folders
from release_tools.adapters.artifacts import Item, LayoutFolder
from release_tools.errors import MalformedError, UnreadableError, UsageError
from tests.servers import artifacts as built

LIMIT = 2048


def test_files_and_layouts_are_seen_and_other_folders_are_not(lay):
    root = lay({"b.whl": "", "a.crate": "", "sub/c.whl": "", "image/oci-layout": "{}"})
    assert folders.look(str(root)) == (
        Item(f"{root}/a.crate", "a.crate"),
        Item(f"{root}/b.whl", "b.whl"),
        Item(f"{root}/image", "image", is_layout=True),
    )


def test_a_folder_that_is_a_layout_is_the_one_item(tmp_path):
    built.layout(tmp_path / "app", "0.3.0")
    assert folders.look(f"{tmp_path}/app/") == (Item(f"{tmp_path}/app/", "app", is_layout=True),)


@pytest.mark.parametrize("name", ["missing", "file"])
def test_what_is_no_folder_is_a_mistake_in_the_request(lay, name):
    root = lay({"file": ""})
    with pytest.raises(UsageError, match="there is no folder"):
        folders.look(str(root / name))


def test_a_folder_that_cannot_be_listed_is_not_taken_for_empty(monkeypatch):
    def denied(folder):
        raise PermissionError(13, "Permission denied", folder)

    monkeypatch.setattr(os, "scandir", denied)
    with pytest.raises(UnreadableError, match="permission denied"):
        folders.look("dist")


def test_a_folder_without_end_is_refused(lay, monkeypatch):
    root = lay({f"{i}.whl": "" for i in range(4)})
    monkeypatch.setattr(folders, "MOST", 3)
    with pytest.raises(UsageError, match="more than 3 names"):
        folders.look(str(root))


def test_a_regular_file_is_opened(lay):
    with folders.opened(str(lay({"a": "text"}) / "a")) as file:
        assert file.read() == b"text"


@pytest.mark.parametrize("kind", ["link", "dangling", "fifo", "socket", "folder", "device"])
def test_what_is_no_regular_file_is_refused_and_never_waited_for(lay, kind, monkeypatch):
    root = lay({"file": "text"})
    monkeypatch.chdir(root)
    if kind in {"link", "dangling"}:
        os.symlink("file" if kind == "link" else "nothing", "odd")
    elif kind == "fifo":
        os.mkfifo("odd")
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("odd")
    elif kind == "folder":
        (root / "odd").mkdir()
    path = "/dev/zero" if kind == "device" else "odd"
    refused = pytest.raises(MalformedError, match="expected a regular file")
    with refused as caught, folders.opened(path):
        pass
    assert caught.value.path == path


def test_a_file_that_cannot_be_read_is_not_taken_for_broken(lay):
    file = lay({"a": "text"}) / "a"
    with pytest.raises(UnreadableError, match="no such file"), folders.opened(f"{file}x"):
        pass
    with pytest.raises(UnreadableError, match="input/output error"), folders.opened(str(file)):
        raise OSError(5, "Input/output error")


def test_a_layout_gives_its_small_members(lay):
    root = lay({"oci-layout": "{}", "blobs/sha256/a": "b", "blobs/sha256/large": "x" * (LIMIT + 1)})
    layout = LayoutFolder(str(root), LIMIT)
    assert layout.get("oci-layout") == b"{}"
    assert layout.get("blobs/sha256/a") == b"b"
    assert layout.get("blobs/sha256/large") is None
    assert layout.get("blobs/sha256/c") is None
    assert layout.get("oci-layout/x") is None


@pytest.mark.parametrize("where", ["index.json", "blobs", "blobs/sha256", "blobs/sha256/a", "x"])
def test_a_layout_with_a_link_anywhere_is_refused(lay, tmp_path, where):
    root = lay({"app/oci-layout": "{}"}) / "app"
    target = tmp_path / "elsewhere"
    target.mkdir()
    (root / where).parent.mkdir(parents=True, exist_ok=True)
    os.symlink(target, root / where)
    with pytest.raises(MalformedError, match="is a symbolic link"):
        LayoutFolder(str(root), LIMIT)


def test_a_layout_with_a_fifo_is_refused(lay):
    root = lay({"oci-layout": "{}"})
    os.mkfifo(root / "index.json")
    with pytest.raises(MalformedError, match="is a FIFO"):
        LayoutFolder(str(root), LIMIT)
