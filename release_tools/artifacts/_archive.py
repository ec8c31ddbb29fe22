"""One pass over an archive, whatever its container: what has to be read is kept, all is checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from release_tools.artifacts import _streams, _tar
from release_tools.artifacts._paths import shown
from release_tools.artifacts.base import KEPT, Archive
from release_tools.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Keeps = Callable[[str, int, bytes], bool]

_HEAD = 16  # bytes by which a blob shows what it is
_TOGETHER = 32 * KEPT

# A docker archive of the old form has each layer once, and links to it from the folders of layers.
_LAYER = re.compile(r"[0-9a-f]{64}/layer\.tar")
_TO_LAYER = re.compile(r"\.\./[0-9a-f]{64}(/layer)?\.tar")


def read(file: BinaryIO, keeps: Keeps, algorithms: Sequence[str]) -> Archive:
    """Read the file from its beginning to its end, and close nothing.

    It is a zip archive, a gzipped tar, or a tar, told by its first bytes.  ``algorithms`` are the
    hashes to make of the whole file, by their names in ``hashlib``; a plain tar, which is only
    ever an image, gets none, because its layers are not read.  Raises MalformedError for
    anything that is no plain archive of files and folders.
    """
    import hashlib

    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    head = file.read(_tar.BLOCK)
    file.seek(0)
    hashes: dict[str, _streams.Hash] = {each: hashlib.new(each) for each in algorithms}
    if head[:4] == b"PK\3\4":
        _hash(file, size, hashes)
        from release_tools.artifacts import _zip

        return Archive("zip", _zip.read(file, size, keeps), _digests(hashes), size)
    if head[:2] == b"\x1f\x8b":
        if refusal := _too_large(size):
            raise refusal
        packed = _streams.Gunzipped(file, hashes)
        members, linked = _members(packed, keeps)
        packed.finish()
        return Archive("gzip", members, _digests(hashes), size, linked)
    if not _tar.is_header(head):
        raise MalformedError("is no zip, gzip or tar archive")
    members, linked = _members(_streams.Plain(file, size), keeps)
    return Archive("tar", members, {}, size, linked)


def _members(stream: _streams.Stream, keeps: Keeps) -> tuple[dict[str, bytes], bool]:
    kept: dict[str, bytes] = {}
    linked, together = False, 0
    for member in _tar.members(stream):
        if member.link:
            if not (_LAYER.fullmatch(member.path) and _TO_LAYER.fullmatch(member.link)):
                raise MalformedError(f"has a link in it: {shown(member.path)}")
            linked = True
            continue
        head = _streams.exactly(stream, min(member.size, _HEAD))
        if not keeps(member.path, member.size, head):
            continue
        if member.size > KEPT:
            raise MalformedError(f"has a {shown(member.path)} of {member.size:,} bytes")
        together += member.size
        if together > _TOGETHER:
            raise MalformedError(f"has more than {_TOGETHER:,} bytes of manifests")
        kept[member.path] = head + _streams.exactly(stream, member.size - len(head))
    return kept, linked


def _hash(file: BinaryIO, size: int, hashes: Mapping[str, _streams.Hash]) -> None:
    if refusal := _too_large(size):
        raise refusal
    while data := file.read(_streams.CHUNK):
        for one in hashes.values():
            one.update(data)


def _too_large(size: int) -> MalformedError | None:
    if size <= _streams.LARGEST:
        return None
    return MalformedError(f"has {size:,} bytes, more than the {_streams.LARGEST:,} that are read")


def _digests(hashes: Mapping[str, _streams.Hash]) -> dict[str, str]:
    return {name: f"{name}:{one.hexdigest()}" for name, one in hashes.items()}
