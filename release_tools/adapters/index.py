"""Which files of one name git tracks, read from its index without starting git.

Starting git to list a large work tree takes longer than all else that verify-surfaces does.
The layout is that of gitformat-index(5), versions 2 and 3.  Whatever looks otherwise (version 4,
a split or sparse index, SHA-256) is not guessed at: the answer is None, and git is asked.
"""

from __future__ import annotations

import os

_LIMIT = 256 * 1024 * 1024
_START = 12  # signature, version, number of entries
_HEADER = 62  # of an entry, up to its name: ten words, a SHA-1, the flags
_EXTENDED = 64  # the same with version 3's second flags
_MODE = 24
_FILES = {0o100644, 0o100755, 0o120000}
_OTHER = {0o160000}  # a submodule: a name that is no file
_UNREADABLE = (b"link\0\0\0", b"sdir\0\0\0")  # extensions: the list is elsewhere or has folders


def load(git_dir: str) -> bytes | None:
    """Return the bytes of the index, None where its layout is not the one that is read here."""
    try:
        handle = os.open(os.path.join(git_dir, "index"), os.O_RDONLY)
        try:
            size = os.fstat(handle).st_size
            data = os.read(handle, size) if size <= _LIMIT else b""
        finally:
            os.close(handle)
    except OSError:
        return None
    version = int.from_bytes(data[4:8], "big")
    if len(data) != size or data[:4] != b"DIRC" or version not in (2, 3):
        return None
    return None if any(mark in data for mark in _UNREADABLE) else data


def named(data: bytes, name: str) -> tuple[str, ...] | None:
    """Return the tracked files called ``name``, relative to the top; None where git must say."""
    wanted = os.fsencode(name)
    found: dict[str, None] = {}
    end = data.find(wanted + b"\0")
    while end >= 0:
        end += len(wanted)
        entry = _entry(data, end, len(wanted))
        if entry is None:
            return None
        path, mode = entry
        if mode in _FILES and path.rpartition(b"/")[2] == wanted:
            found[os.fsdecode(path)] = None
        end = data.find(wanted + b"\0", end)
    return tuple(found)


def _entry(data: bytes, end: int, shortest: int) -> tuple[bytes, int] | None:
    """Find the entry whose name ends at ``end``: length, alignment and mode have to fit."""
    first = max(data.rfind(b"\0", 0, end) + 1, _START + _HEADER)
    for start in range(end - shortest, first - 3, -1):
        if int.from_bytes(data[start - 2 : start], "big") & 0xFFF == end - start:
            header = _HEADER
        elif int.from_bytes(data[start - 4 : start - 2], "big") & 0x4FFF == 0x4000 | end - start:
            header = _EXTENDED
        else:
            continue
        at = start - header
        mode = int.from_bytes(data[at + _MODE : at + _MODE + 4], "big")
        if (at - _START) % 8 == 0 and mode in _FILES | _OTHER:
            return data[start:end], mode
    return None
