"""A connected socket as ``http.client`` wants it, on which no wait is without a bound."""

from __future__ import annotations

import io
import select
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from _typeshed import WriteableBuffer


class Wire:
    """``bound`` returns for how many seconds the next wait may last, or raises.

    It is asked before each call, so that a server that sends one byte now and then is no way
    around the deadline.
    """

    def __init__(self, raw: socket.socket, bound: Callable[[], float]) -> None:
        self.raw = raw
        self._bound = bound

    def sendall(self, data: bytes) -> None:
        """Send all of it."""
        self.raw.settimeout(self._bound())
        self.raw.sendall(data)

    def receive(self, into: WriteableBuffer) -> int:
        """Read what is there, or wait for it; 0 at the end."""
        self.raw.settimeout(self._bound())
        return self.raw.recv_into(into)

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002 - "rb", says http.client
        """Return a reader of the answer; closing it leaves the connection open."""
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """Do nothing: http.client closes before it has read the answer; see ``hang_up``."""

    def is_still(self) -> bool:
        """Say whether nothing has come that was not asked for, the end included."""
        poll = select.poll()
        poll.register(self.raw, select.POLLIN)
        return not poll.poll(0)

    def hang_up(self) -> None:
        """Close the connection."""
        self.raw.close()


class _Reader(io.RawIOBase):
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        return self._wire.receive(buffer)
