"""Finding the git directory of a folder without starting git."""

from __future__ import annotations

import os


def locate(start: str) -> tuple[str, str] | None:
    """Return the work tree around ``start`` and its git directory, or None.

    Both are real, absolute paths.  As git does, an entry ``.git`` counts only when it is a
    repository (a folder with a ``HEAD``) or a file that points at one: a linked work tree or a
    submodule (gitrepository-layout(5)).  ``GIT_DIR`` is not asked: see ``process.environment``.
    """
    top = os.path.realpath(start)
    while True:
        git_dir = _git_dir(os.path.join(top, ".git"))
        if git_dir is not None:
            return top, git_dir
        parent = os.path.dirname(top)
        if parent == top:
            return None
        top = parent


def _git_dir(entry: str) -> str | None:
    if os.path.lexists(os.path.join(entry, "HEAD")):
        return os.path.realpath(entry)
    try:
        handle = os.open(entry, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return None
    try:
        data = os.read(handle, 8192)
    except OSError:  # a folder without HEAD: git passes over it as well
        return None
    finally:
        os.close(handle)
    if not data.startswith(b"gitdir: "):
        return None
    target = os.fsdecode(data.removeprefix(b"gitdir: ").rstrip(b"\r\n"))
    if "\0" in target:
        return None
    return os.path.realpath(os.path.join(os.path.dirname(entry), target))
