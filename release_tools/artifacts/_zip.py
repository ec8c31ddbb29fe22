"""Zip archives: only those whose directory, members and end leave nothing to interpretation.

Readers of zip disagree about bytes before the first member, behind the end, between members, and
about members that overlap or have one name (PKWARE's APPNOTE leaves it open).  Such a file could be
one thing to us and another to an installer, so it is refused, and so are zip64 ends: nothing that
is released needs one.
"""

from __future__ import annotations

import stat
import struct
from typing import TYPE_CHECKING, BinaryIO

from release_tools.artifacts import _streams
from release_tools.artifacts._paths import MOST, Names, shown
from release_tools.artifacts.base import KEPT
from release_tools.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from zipfile import ZipFile, ZipInfo

    Keeps = Callable[[str, int, bytes], bool]

_END = 22  # bytes, without a comment
_LOCATOR = 20  # bytes before it, where there is an end in zip64
_LOCAL = 30  # bytes of a member's own header, without its name
_DESCRIBED, _DESCRIPTORS = 0x8, {12, 16, 20, 24}  # sizes that stand behind the body
_UTF8 = 0x800
_DIRECTORY = 8 * 1024 * 1024
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x1 | 0x2000  # the member, or the directory
_TEXTS = {0, stat.S_IFREG, stat.S_IFDIR}


def read(file: BinaryIO, size: int, keeps: Keeps) -> dict[str, bytes]:
    """Return the members that have to be kept; raises MalformedError for an odd archive."""
    from zipfile import BadZipFile, ZipFile
    from zlib import error

    count, directory = _end(file, size)
    try:
        with ZipFile(file) as archive:
            if len(archive.infolist()) != count:
                raise MalformedError("is a zip archive whose directory miscounts")
            return _kept(file, archive, directory, keeps)
    except (BadZipFile, struct.error, error, EOFError, NotImplementedError, ValueError) as problem:
        raise MalformedError(f"is no sound zip archive: {ascii(str(problem))[1:-1]}") from None


def _end(file: BinaryIO, size: int) -> tuple[int, int]:
    """Return how many members there are and where their directory begins."""
    file.seek(max(size - _END - _LOCATOR, 0))
    tail = file.read()
    locator, end = tail[:-_END], tail[-_END:]
    if len(end) != _END or end[:4] != b"PK\5\6":
        raise MalformedError("is no zip archive, or goes on behind its end")
    disk, first, here, count, length, at, comment = struct.unpack("<4H2LH", end[4:])
    if (
        disk
        or first
        or here != count
        or comment
        or at + length + _END != size
        or locator[:4] == b"PK\6\7"
    ):
        raise MalformedError("is a zip archive with something before, between or behind its parts")
    if count > MOST - 1 or length > _DIRECTORY:
        raise MalformedError(f"has {count:,} members in a directory of {length:,} bytes")
    return count, at


def _kept(file: BinaryIO, archive: ZipFile, directory: int, keeps: Keeps) -> dict[str, bytes]:
    names, kept = Names(), {}
    packed = unpacked = 0
    starts = {0}  # where the next member may begin
    for info in sorted(archive.infolist(), key=lambda one: one.header_offset):
        path = names.add(info.orig_filename, folder=info.orig_filename.endswith("/"))
        _check(info)
        if info.header_offset not in starts:
            raise MalformedError(f"has something before {shown(path)}, or members that overlap")
        starts = _ends(file, info)
        packed, unpacked = packed + info.compress_size, unpacked + info.file_size
        if keeps(path, info.file_size, b""):
            kept[path] = _body(archive, info)
    if directory not in starts:
        raise MalformedError("has something between its members and its directory")
    if refusal := _streams.bomb(packed, unpacked):
        raise refusal
    return kept


def _ends(file: BinaryIO, info: ZipInfo) -> set[int]:
    """Return where a member may end, by its own header, which has to have the same name."""
    file.seek(info.header_offset)
    header = file.read(_LOCAL)
    if header[:4] != b"PK\3\4" or len(header) != _LOCAL:
        raise MalformedError("is a zip archive whose directory leads to no member")
    name, extra = struct.unpack("<2H", header[-4:])
    own = file.read(name).decode("utf-8" if info.flag_bits & _UTF8 else "cp437")
    if own != info.orig_filename:
        raise MalformedError(f"has a member {shown(own)} that its directory calls otherwise")
    end = info.header_offset + _LOCAL + name + extra + info.compress_size
    return {end + each for each in _DESCRIPTORS} if info.flag_bits & _DESCRIBED else {end}


def _check(info: ZipInfo) -> None:
    """Raise MalformedError for a member that is a link, encrypted, oddly packed, or a bomb."""
    name = shown(info.orig_filename)
    if stat.S_IFMT(info.external_attr >> 16) not in _TEXTS:
        raise MalformedError(f"has a link or a device in it: {name}")
    if info.flag_bits & _ENCRYPTED or info.compress_type not in {_STORED, _DEFLATED}:
        raise MalformedError(f"has a member that is encrypted or oddly packed: {name}")
    if refusal := _streams.bomb(info.compress_size, info.file_size):
        raise refusal


def _body(archive: ZipFile, info: ZipInfo) -> bytes:
    if info.file_size > KEPT:
        raise MalformedError(f"has a {shown(info.filename)} of {info.file_size:,} bytes")
    with archive.open(info) as member:
        return member.read(KEPT + 1)
