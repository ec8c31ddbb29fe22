"""Trees that lead elsewhere, or where a name is not a file."""

from __future__ import annotations

import os

from tests.hostile.case import PLAIN, VERSION, Case

LOOK = ("verify-surfaces",)
BUMP = ("bump", "2.0.0")
CONFIG = {"release-tools.toml": VERSION}
GLOB = {"release-tools.toml": VERSION.replace('"VERSION"', '"**/VERSION"')}


def _link(path, target):
    def make(root):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).symlink_to(target)

    return make


def _outside(root):
    (root.parent / "home" / "VERSION").write_text("1.0.0\n")
    (root / "VERSION").symlink_to("../home/VERSION")


def _outside_folder(root):
    (root.parent / "home" / "VERSION").write_text("1.0.0\n")
    (root / "sub").symlink_to("../home")


def _sibling(root):
    """Make a folder that only begins like the root."""
    (root.parent / "root2").mkdir()
    (root.parent / "root2" / "VERSION").write_text("1.0.0\n")
    (root / "VERSION").symlink_to("../root2/VERSION")


def _fifo(root):
    os.mkfifo(root / "VERSION")


def _folder(root):
    (root / "VERSION").mkdir()


def _huge(root):
    with (root / "VERSION").open("wb") as file:
        file.truncate(1 << 40)


def _twins(root):
    (root / "version").write_text("1.0.0\n")
    (root / "VERSION").write_text("1.0.1\n")


MAKERS = {
    "out": (_outside, "file-unreadable", 3),
    "out-by-a-folder": (_outside_folder, "file-unreadable", 3),
    "out-to-a-sibling": (_sibling, "file-unreadable", 3),
    "out-absolute": (_link("VERSION", "/etc/hostname"), "file-unreadable", 3),
    "to-a-device": (_link("VERSION", "/dev/zero"), "file-unreadable", 3),
    "to-standard-input": (_link("VERSION", "/proc/self/fd/0"), "file-unreadable", 3),
    "to-the-environment": (_link("VERSION", "/proc/self/environ"), "file-unreadable", 3),
    "loop": (_link("VERSION", "VERSION"), "file-unreadable", 3),
    "dangling": (_link("VERSION", "nothing"), "file-missing", 1),
    "nothing": (lambda _: None, "file-missing", 1),
    "fifo": (_fifo, "file-malformed", 1),
    "folder": (_folder, "file-malformed", 1),
    "tebibyte": (_huge, "file-malformed", 1),
}
CONFIGURATIONS = {
    "out": (_link("release-tools.toml", "/etc/hostname"), "file-unreadable", 3),
    "device": (_link("release-tools.toml", "/dev/zero"), "file-unreadable", 3),
    "loop": (_link("release-tools.toml", "release-tools.toml"), "file-unreadable", 3),
    "fifo": (lambda root: os.mkfifo(root / "release-tools.toml"), "config", 2),
    "folder": (lambda root: (root / "release-tools.toml").mkdir(), "config", 2),
}


def _cases():
    for name, (make, id_, code) in MAKERS.items():
        sub = "sub/VERSION" if make is _outside_folder else "VERSION"
        files = {"release-tools.toml": VERSION.replace("VERSION", sub)}
        yield Case(name, LOOK, id_, code, files, make=make)
        yield Case(f"{name}/bump", BUMP, id_, code, files, make=make)
    for name, (make, id_, code) in CONFIGURATIONS.items():
        files = {"VERSION": "1.0.0\n"}
        yield Case(f"configuration/{name}", LOOK, id_, code, files, make=make)
    yield Case("glob/out", LOOK, "file-unreadable", 3, GLOB, make=_outside)
    yield Case("glob/fifo", LOOK, "config", 2, GLOB, make=_fifo)
    yield Case(
        "case-twins", ("verify-surfaces", "1.0.0"), "surface-differs", 1, CONFIG, make=_twins
    )
    for path in ("nothing", "VERSION", "\x1b[31m", "/dev/null", "../nothing"):
        yield Case(f"directory/{path!a}", ("-C", path, *LOOK), "usage", 2, PLAIN)


CASES = list(_cases())
