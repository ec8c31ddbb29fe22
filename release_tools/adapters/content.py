"""From an open file to a text: what is no file, too large or no text is refused."""

from __future__ import annotations

import os
import stat

from release_tools.errors import MalformedError

MAX_BYTES = 16 * 1024 * 1024
"""No file over 16 MiB is read: the largest lock files known are a tenth of that."""


def decode(data: bytes, path: str) -> str:
    """Decode a file's bytes, keeping every one: BOM, CRLF, final newline or none.

    Raises MalformedError, with the line, for what is not UTF-8 or holds NUL.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _not_text(path, "is UTF-16, expected UTF-8", 1)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"is not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}"
        raise _not_text(path, what, line) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _not_text(path, "holds NUL characters (binary, or UTF-16 without a BOM?)", line)
    return text


def too_large(path: str, size: int) -> MalformedError:
    """Return the error for a file over the cap."""
    return MalformedError(
        f"has {size:,} bytes, more than the {MAX_BYTES:,} that are read",
        hint="no file that states a version is that large: exclude it in release-tools.toml",
        path=path,
    )


def slurp(handle: int, path: str) -> bytes:
    """Return all bytes of an open file; MalformedError for what is no file or over the cap."""
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        raise MalformedError(
            f"is a {kind_of(status.st_mode)}, expected a regular file",
            hint="name a file in release-tools.toml",
            path=path,
        )
    if status.st_size > MAX_BYTES:
        raise too_large(path, status.st_size)
    data = os.read(handle, status.st_size + 1)
    if len(data) == status.st_size:
        return data
    while len(data) <= MAX_BYTES and (more := os.read(handle, MAX_BYTES)):
        data += more  # it is growing under our hands, or lies on a file system without sizes
    if len(data) > MAX_BYTES:
        raise too_large(path, len(data))
    return data


def kind_of(mode: int) -> str:
    """Return what a file that is no regular one is called."""
    kinds = {stat.S_IFDIR: "folder", stat.S_IFIFO: "FIFO", stat.S_IFSOCK: "socket"}
    return kinds.get(stat.S_IFMT(mode), "device")


def _not_text(path: str, what: str, line: int) -> MalformedError:
    hint = "save it as UTF-8, or exclude it in release-tools.toml"
    return MalformedError(what, hint=hint, path=path, line=line)
