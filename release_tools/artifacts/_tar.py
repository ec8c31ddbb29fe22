"""Tar archives, read forward: ustar, pax and GNU long names (POSIX.1-2017 pax, GNU tar manual).

``tarfile`` takes a pax header of any size into memory and calls itself for each that follows
another; what else it does with hostile headers depends on the Python it comes with.  Here a
header has a bound, and a member that is neither file nor folder refuses the archive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.artifacts import _streams
from release_tools.artifacts._paths import MOST, Names, shown
from release_tools.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from release_tools.artifacts._streams import Stream

BLOCK = 512
_ZEROS = bytes(BLOCK)
_HEADERS = 4 * MOST  # a member may have a global header, a pax header and a long name
_EXTENDED = 64 * 1024  # bytes of a pax header or a long name
_PADDING = 2 * 1024 * 1024  # bytes behind the end; GNU tar fills up to a record of at most 1 MiB
_FILE, _FOLDER, _LINK = b"0\0", b"5", b"2"
_TYPES = {b"1": "hard link", b"2": "link", b"3": "device", b"4": "device", b"6": "FIFO"}


class Member(NamedTuple):
    """One member; ``link`` is where a symbolic link leads, empty for a file."""

    path: str
    size: int
    link: str = ""


class _Header(NamedTuple):
    name: str
    size: int
    kind: bytes
    link: str


def members(stream: Stream) -> Iterator[Member]:
    """Yield every file and every symbolic link, and read on to the end of the archive.

    The body of the member that was yielded last may be read from the stream, or part of it.
    Raises MalformedError for all that is no plain archive of files and folders.
    """
    names = Names()
    said: dict[str, str] = {}
    headers = 0
    while (block := _block(stream)) is not None:
        headers += 1
        if headers > _HEADERS:
            raise MalformedError(f"has more than {_HEADERS:,} headers")
        header = _parse(block)
        start = stream.position
        if header.kind in b"xgL":
            said |= _extension(stream, header, said)
            stream.skip(start + _whole_blocks(header.size) - stream.position)
            continue
        size = (
            _number(said["size"].encode("utf-8", "surrogateescape"), 10)
            if "size" in said
            else header.size
        )
        name, link = said.get("path", header.name), said.get("linkpath", header.link)
        said = {}
        path = names.add(name, folder=header.kind == _FOLDER)
        if header.kind in _FILE:
            yield Member(path, size)
        elif header.kind == _LINK and size == 0 and link:
            yield Member(path, 0, link)
        elif header.kind != _FOLDER:
            kind = _TYPES.get(header.kind, "member of an odd type")
            raise MalformedError(f"has a {kind} in it: {shown(name)}")
        stream.skip(start + _whole_blocks(size) - stream.position)
    if said:
        raise _streams.cut()


def is_header(block: bytes) -> bool:
    """Say whether these are the first 512 bytes of a tar archive."""
    if len(block) != BLOCK:
        return False
    try:
        stated = _number(block[148:156])
    except MalformedError:
        return False
    return stated == sum(block) - sum(block[148:156]) + 8 * 32  # its own field counts as blanks


def _block(stream: Stream) -> bytes | None:
    """Return the next header, None at the end of the archive, behind which there are zeros."""
    first = stream.some(BLOCK)
    if not first:
        return None
    block = first + _streams.exactly(stream, BLOCK - len(first))
    if block != _ZEROS:
        if not is_header(block):
            raise MalformedError(f"is no tar archive at byte {stream.position - BLOCK:,}")
        return block
    start = stream.position
    while rest := stream.some(_streams.CHUNK):
        if rest.count(0) != len(rest) or stream.position - start > _PADDING:
            raise MalformedError("goes on behind the end of its tar archive")
    return None


def _parse(block: bytes) -> _Header:
    name = _text(block[:100])
    if block[257:263] == b"ustar\0" and block[345]:
        name = f"{_text(block[345:500])}/{name}"
    return _Header(name, _number(block[124:136]), block[156:157], _text(block[157:257]))


def _extension(stream: Stream, header: _Header, before: Mapping[str, str]) -> dict[str, str]:
    """Read what a header says about the member behind it, or, where it is global, about all."""
    if header.size > _EXTENDED:
        raise MalformedError(f"has a header of {header.size:,} bytes")
    data = _streams.exactly(stream, header.size)
    said = {"path": _text(data)} if header.kind == b"L" else dict(_records(data))
    if header.kind == b"g":
        if said.keys() & {"path", "size", "linkpath"}:
            raise MalformedError("has a header that gives all its members one name or size")
        return {}
    if said.keys() & before.keys() or any(key.startswith("GNU.sparse") for key in said):
        raise MalformedError("has headers that describe one member twice, or a sparse one")
    return said


def _records(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the records of a pax header: ``LENGTH KEY=VALUE`` and a line break."""
    at = 0
    while at < len(data):
        length, blank, _ = data[at : at + 8].partition(b" ")
        end = at + (_number(length, 10) if blank else 0)
        key, equals, value = data[at + len(length) + 1 : end - 1].partition(b"=")
        if not equals or end > len(data) or data[end - 1 : end] != b"\n":
            raise MalformedError("has a pax header that cannot be read")
        yield _text(key), value.decode("utf-8", "surrogateescape")
        at = end


def _whole_blocks(size: int) -> int:
    return -(-size // BLOCK) * BLOCK


def _number(field: bytes, base: int = 8) -> int:
    """Return a number of a header: octal digits, or GNU's eight bits a byte."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:])
    digits = field.strip(b" \0")
    if not digits.isdigit() or len(digits) > 20:  # noqa: PLR2004 - beyond 64 bits
        raise MalformedError(f"has a header with {ascii(field)[1:]} for a number")
    try:
        return int(digits, base)
    except ValueError:
        raise MalformedError(f"has a header with {ascii(field)[1:]} for a number") from None


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "surrogateescape")
