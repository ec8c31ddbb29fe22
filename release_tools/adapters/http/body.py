"""The body of an answer: whole, no larger than agreed, and unpacked."""

from __future__ import annotations

import zlib
from http.client import IncompleteRead
from typing import TYPE_CHECKING

from release_tools.errors import UnreachableError
from release_tools.reading import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPResponse

    from release_tools.adapters.http.address import Address

_CHUNK = 1 << 16
_GZIP = 16 + zlib.MAX_WBITS


def read(response: HTTPResponse, address: Address, limit: int) -> Answer:
    """Read to the end.

    Raises IncompleteRead for a body that is cut short, UnreachableError for one over ``limit``
    bytes, packed or unpacked, for one that is packed in another way than by gzip, and for a length
    that is none: whoever reads on would wait for an end that nobody has told (RFC 9112, 6.3).
    """
    headers: dict[str, str] = {}
    for name, text in response.getheaders():
        low = name.lower()
        headers[low] = f"{headers[low]}, {text}" if low in headers else text
    packing = headers.pop("content-encoding", "identity").lower()
    if packing not in ("identity", "gzip", "x-gzip", ""):
        raise UnreachableError(f"{address.place} answers in {packing[:20]!a}, which was not asked")
    declared = response.length
    if declared is None and "content-length" in headers and not response.chunked:
        raise UnreachableError(f"{address.place} sends an answer of no proper length")
    if declared is not None and declared > limit:
        raise _too_large(address, limit)
    pieces = _pieces(response, declared)
    if packing.endswith("gzip"):
        pieces = _unpacked(pieces, address, limit)
    whole = bytearray()
    for piece in pieces:
        whole += piece
        if len(whole) > limit:
            raise _too_large(address, limit)
    if "content-length" in headers:
        headers["content-length"] = str(len(whole))
    return Answer(response.status, address.url, headers, bytes(whole))


def _pieces(response: HTTPResponse, declared: int | None) -> Iterator[bytes]:
    """Yield the body as it comes; http.client says nothing where it is shorter than declared."""
    seen = 0
    while piece := response.read(_CHUNK):
        seen += len(piece)
        yield piece
    if declared is not None and seen < declared:
        raise IncompleteRead(b"", declared - seen)


def _unpacked(pieces: Iterator[bytes], address: Address, limit: int) -> Iterator[bytes]:
    """Yield what gzip packed, a chunk at a time, however much one piece holds.

    What comes packed is bounded too: empty members unpack to nothing.
    """
    unpacker, packed = zlib.decompressobj(_GZIP), 0
    for piece in pieces:
        packed += len(piece)
        if packed > limit:
            raise _too_large(address, limit)
        rest = piece
        while rest:
            if unpacker.eof:  # members may follow one another (RFC 1952)
                unpacker = zlib.decompressobj(_GZIP)
            try:
                yield unpacker.decompress(rest, _CHUNK)
            except zlib.error:
                raise IncompleteRead(b"") from None
            rest = unpacker.unconsumed_tail or unpacker.unused_data
    if packed and not unpacker.eof:
        raise IncompleteRead(b"")


def _too_large(address: Address, limit: int) -> UnreachableError:
    return UnreachableError(f"{address.place} sends an answer of more than {limit:,} bytes")
