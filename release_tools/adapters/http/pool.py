"""One request and its answer, over a connection that is kept for the next one."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from release_tools.adapters import side_by_side
from release_tools.adapters.http import dial
from release_tools.adapters.http.dial import BrokenError, StaleError
from release_tools.errors import UnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from http.client import HTTPConnection

    from release_tools.adapters.http.address import Address
    from release_tools.adapters.http.dial import Dialer, Proxy
    from release_tools.adapters.http.wire import Wire
    from release_tools.reading import Answer

_FINAL = 200  # statuses below are not the last word


class Request(NamedTuple):
    """What is asked: by GET, or by POST where there is a ``form``, which only tokens are."""

    address: Address
    headers: Mapping[str, str]
    limit: int
    form: bytes | None = None


class _Line(NamedTuple):
    """A connection, and the proxy that wants whole URLs on it."""

    http: HTTPConnection
    wire: Wire
    proxy: Proxy | None


class Pool:
    """Connections by origin.  ``requests`` counts what was sent."""

    def __init__(self, dialer: Dialer, read: float) -> None:
        self._dialer = dialer
        self._read = read
        self._idle: dict[tuple[str, str, int], list[_Line]] = {}
        self._begun: dict[tuple[str, str, int], list[Callable[[], _Line]]] = {}
        self._lock = threading.Lock()
        self.requests = 0

    def expect(self, address: Address, count: int) -> None:
        """Begin so many connections for the requests to come; each finds what came of its own.

        The trust in authorities, which takes as long as a short round trip, is read meanwhile.
        """
        if address.scheme == "https":
            side_by_side.begin(self._dialer.trust)
        begun = [side_by_side.begin(partial(self._new, address)) for _ in range(count)]
        with self._lock:
            self._begun.setdefault(address.origin, []).extend(begun)

    def send(self, request: Request) -> Answer:
        """Ask once and return the answer, whatever its status.

        A connection that had been kept and turns out to be closed does not count.  Raises
        BrokenError for what may pass, UnreachableError for what will not.
        """
        line = self._kept(request.address) or self._expected(request.address)
        if line is not None:
            try:
                return self._ask(line, request)
            except StaleError:
                pass
        return self._ask(self._new(request.address), request)

    def close(self) -> None:
        """Close what is kept, and what was begun in vain as soon as it is there."""
        with self._lock:
            lines = [line for lines in self._idle.values() for line in lines]
            vain = [wait for begun in self._begun.values() for wait in begun]
            self._idle.clear()
            self._begun.clear()
        for line in lines:
            line.wire.hang_up()
        with suppress(RuntimeError):  # at its end Python begins no threads; the system closes
            for wait in vain:
                side_by_side.begin(partial(_hang_up, wait))

    def _kept(self, address: Address) -> _Line | None:
        """Return a connection that is kept, and on which nothing has come since."""
        while True:
            with self._lock:
                idle = self._idle.get(address.origin)
                line = idle.pop() if idle else None
            if line is None or line.wire.is_still():
                return line
            line.wire.hang_up()

    def _expected(self, address: Address) -> _Line | None:
        """Return a connection that was begun, as soon as it is there; raises as dialling does."""
        with self._lock:
            begun = self._begun.get(address.origin)
            wait = begun.pop(0) if begun else None
        return None if wait is None else wait()

    def _new(self, address: Address) -> _Line:
        wire, proxy = self._dialer.dial(address)
        from http.client import HTTPConnection

        http = HTTPConnection(address.host, address.port)
        http.sock = wire  # it needs no more of a socket
        http.auto_open = 0
        return _Line(http, wire, proxy)

    def _ask(self, line: _Line, request: Request) -> Answer:
        from http.client import HTTPException

        kept = False
        try:
            answer, kept = self._talk(line, request)
        except (OSError, HTTPException) as error:
            kind = StaleError if isinstance(error, dial.CLOSED) else BrokenError
            raise kind(dial.said(error, self._read)) from None
        except ValueError:  # what http.client refuses to send
            raise UnreachableError(f"{request.address.place} cannot be asked like that") from None
        else:
            return answer
        finally:
            if kept:
                with self._lock:
                    self._idle.setdefault(request.address.origin, []).append(line)
            else:
                line.wire.hang_up()

    def _talk(self, line: _Line, request: Request) -> tuple[Answer, bool]:
        from http.client import HTTPException

        from release_tools.adapters.http import body as bodies

        address = request.address
        headers = {"Host": address.place, "User-Agent": "release-tools", **request.headers}
        target = address.target
        if line.proxy is not None:
            target = address.url
            headers |= dial.proxy_headers(line.proxy)
        with self._lock:
            self.requests += 1
        line.http.request("GET" if request.form is None else "POST", target, request.form, headers)
        response = line.http.getresponse()
        if response.status < _FINAL:
            raise HTTPException
        answer = bodies.read(response, address, request.limit)
        return answer, not response.will_close


def _hang_up(begun: Callable[[], _Line]) -> None:
    begun().wire.hang_up()
