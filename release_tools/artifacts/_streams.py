"""The bytes of an archive, forward only and counted, plain or as they come out of gzip."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Protocol

from release_tools.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Mapping

CHUNK = 256 * 1024
LARGEST = 2 * 1024**3
"""No file of more bytes is hashed, and no more is inflated: what takes some ten seconds."""

RATIOS = ((64 * 1024**2, 200), (512 * 1024**2, 20))
"""What inflates to more bytes may not have shrunk to less than this part of it; source text
shrinks to a fifth."""


class Hash(Protocol):
    """A hash of ``hashlib``."""

    def update(self, data: bytes, /) -> None:
        """Take these bytes in."""

    def hexdigest(self) -> str:
        """Return the hash so far."""


class Stream(Protocol):
    """Bytes that are read once, from the beginning to the end; ``position`` counts them."""

    position: int

    def some(self, most: int) -> bytes:
        """Return at least one byte and at most ``most``; empty at the end."""

    def skip(self, count: int) -> None:
        """Leave out ``count`` bytes; raises MalformedError where there are fewer."""


def exactly(stream: Stream, count: int) -> bytes:
    """Return the next ``count`` bytes; raises MalformedError where there are fewer."""
    parts = []
    while count and (part := stream.some(min(count, CHUNK))):
        parts.append(part)
        count -= len(part)
    if count:
        raise cut()
    return b"".join(parts)


def cut() -> MalformedError:
    """Return the error for an archive that ends too early."""
    return MalformedError("is cut short: it ends in the middle of a member")


def bomb(packed: int, unpacked: int) -> MalformedError | None:
    """Return the error for what unpacks to more than anything that is released."""
    if unpacked > LARGEST:
        return MalformedError(f"holds more than the {LARGEST:,} bytes that are unpacked")
    if any(unpacked > free and unpacked > packed * ratio for free, ratio in RATIOS):
        return MalformedError(f"is a bomb: {packed:,} bytes unpack to {unpacked:,} and more")
    return None


class Plain:
    """A file as it stands; what is skipped is never read."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.position = 0
        self._file = file
        self._size = size

    def some(self, most: int) -> bytes:
        """Read from the file; see ``Stream``."""
        data = self._file.read(most)
        self.position += len(data)
        return data

    def skip(self, count: int) -> None:
        """Seek; see ``Stream``."""
        if count > self._size - self.position:
            raise cut()
        self.position += count
        self._file.seek(self.position)


class Gunzipped:
    """What one gzip stream holds, inflated piece by piece while the file is hashed."""

    def __init__(self, file: BinaryIO, hashes: Mapping[str, Hash]) -> None:
        from zlib import decompressobj

        self.position = 0
        self.size = 0  # of what was read of the file
        self._file = file
        self._hashes = hashes
        self._inflate = decompressobj(wbits=31)
        self._packed = b""
        self._data = b""
        self._at = 0  # in the data

    def some(self, most: int) -> bytes:
        """Inflate; see ``Stream``.  Raises MalformedError for a bomb and for what is no gzip."""
        if self._at == len(self._data):
            self._data, self._at = self._next(), 0
        data = self._data[self._at : self._at + most]
        self._at += len(data)
        self.position += len(data)
        return data

    def skip(self, count: int) -> None:
        """Inflate and drop; see ``Stream``."""
        while count:
            data = self.some(min(count, CHUNK))
            if not data:
                raise cut()
            count -= len(data)

    def finish(self) -> None:
        """Raise MalformedError unless the file ends where its gzip stream does."""
        if self._inflate.unused_data or self._file.read(1):
            raise MalformedError("goes on behind the end of its gzip stream")

    def _next(self) -> bytes:
        """Inflate what comes next; empty at the end of the gzip stream."""
        from zlib import error

        data = b""
        while not data and not self._inflate.eof:
            try:
                data = self._inflate.decompress(self._packed or self._more(), CHUNK)
            except error as problem:
                raise MalformedError(f"is no sound gzip stream: {problem}") from None
            self._packed = self._inflate.unconsumed_tail
            if refusal := bomb(self.size, self.position + len(data)):
                raise refusal
        return data

    def _more(self) -> bytes:
        data = self._file.read(CHUNK)
        if not data:
            raise MalformedError("is cut short: its gzip stream does not end")
        self.size += len(data)
        for one in self._hashes.values():
            one.update(data)
        return data
