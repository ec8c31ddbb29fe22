"""A proxy that goes wrong as it is told, in front of any HTTP server; or alone, in front of none.

    with fault.serving(registry.url, latency=0.05) as proxy:     # or tls=tls.certificate(folder)
        proxy.script(fault.status(503, {"Retry-After": "1"}), None, fault.reset(), at="/v2/app/")
        proxy.always(fault.lie(), at="/v2/other/manifests/")
        ... ask proxy.url, or proxy.host without its scheme ...
        assert {asked.method for asked in proxy.requests} == {"GET"}
        assert not proxy.saw("canary")                           # in no path, header or body

A script belongs to the paths that begin with ``at``: its faults hit the first requests there, one
each, and ``None`` lets one pass.  ``always`` hits all of them.  What was told last goes first.
``latency`` is a round trip in seconds: added to each answer, to each new connection, and once
more to each TLS handshake.  It listens on 127.0.0.1; a request that nothing else answers is a 404.
"""

from __future__ import annotations

import base64
import socket
import struct
import threading
import zlib
from collections import deque
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.servers.tls import Certificate

_CHUNK = 1 << 16


class Request(NamedTuple):
    """What came: names of headers in lower case; ``path`` with its query, as it was sent."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Reply(NamedTuple):
    """What goes: names of headers as they came; ``body`` as on the wire."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def on_wire(self) -> tuple[bytes, bytes]:
        """Return head and body."""
        lines = [f"HTTP/1.1 {self.status} -", *(f"{name}: {text}" for name, text in self.headers)]
        return "\r\n".join((*lines, "", "")).encode("latin-1"), self.body


class Turn:
    """One request that a fault answers: ``wire`` to the client, and ``upstream()`` if needed."""

    def __init__(self, wire: socket.socket, request: Request, proxy: Proxy):
        self.wire, self.request, self.proxy = wire, request, proxy

    def upstream(self) -> Reply:
        """Ask the server behind, as the client asked."""
        return self.proxy.pass_on(self.request)

    def send(self, reply: Reply) -> None:
        """Send all of it."""
        self.wire.sendall(b"".join(reply.on_wire()))

    def sleep(self, seconds: float) -> None:
        """Sleep, but not longer than the proxy lives."""
        if self.proxy.ended.wait(seconds):
            raise ConnectionAbortedError


if TYPE_CHECKING:
    # Answers the turn; True keeps the connection, False closes it, None leaves it reset.
    Fault = Callable[[Turn], bool | None]


def page(body: bytes = b"", headers: Mapping[str, str] | None = None, status: int = 200) -> Fault:
    """Answer with this."""
    own = {"Content-Length": str(len(body))} | dict(headers or {})

    def answer(turn: Turn) -> bool:
        head, content = Reply(status, tuple(own.items()), body).on_wire()
        turn.wire.sendall(head if turn.request.method == "HEAD" else head + content)
        return True

    return answer


def status(number: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Fault:
    """Answer with this status."""
    return page(body, headers, number)


def html() -> Fault:
    """Answer with a page of HTML, and status 200."""
    return page(b"<!doctype html><title>Sign in</title>", {"Content-Type": "text/html"})


def redirect(to: str, number: int = 302) -> Fault:
    """Send the client elsewhere."""
    return status(number, {"Location": to})


def bomb(size: int = 1 << 28) -> Fault:
    """Answer with that many zeros, packed by gzip in a thousandth of it."""
    packer = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    pieces = [packer.compress(bytes(1 << 20)) for _ in range(size >> 20)]
    return page(b"".join((*pieces, packer.flush())), {"Content-Encoding": "gzip"})


def reset(after: int = 0) -> Fault:
    """Reset the connection, after so many bytes of the true answer."""

    def answer(turn: Turn) -> None:
        if after:
            turn.wire.sendall(b"".join(turn.upstream().on_wire())[:after])
        turn.wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return answer


def close() -> Fault:
    """Close the connection without a word."""
    return lambda _: False


def hang() -> Fault:
    """Say nothing, for as long as the client stays."""

    def answer(turn: Turn) -> bool:
        with suppress(OSError):
            turn.wire.recv(1)
        return False

    return answer


def truncate(keep: float = 0.5) -> Fault:
    """Send the true head, the first part of the body, and close."""

    def answer(turn: Turn) -> bool:
        head, body = turn.upstream().on_wire()
        turn.wire.sendall(head + body[: int(len(body) * keep)])
        return False

    return answer


def slow(pause: float = 0.05, piece: int = 1) -> Fault:
    """Send the true answer, the body in pieces of so many bytes with pauses before each."""

    def answer(turn: Turn) -> bool:
        head, body = turn.upstream().on_wire()
        turn.wire.sendall(head)
        for start in range(0, len(body), piece):
            turn.sleep(pause)
            turn.wire.sendall(body[start : start + piece])
        return True

    return answer


def drip(pause: float = 0.05) -> Fault:
    """Send a head that does not end, letter by letter."""

    def answer(turn: Turn) -> bool:
        turn.wire.sendall(b"HTTP/1.1 200 -\r\nX: ")
        while True:
            turn.sleep(pause)
            turn.wire.sendall(b"x")

    return answer


def endless() -> Fault:
    """Send a body that does not end, as fast as the client reads it."""

    def answer(turn: Turn) -> bool:
        turn.wire.sendall(b"HTTP/1.1 200 -\r\nTransfer-Encoding: chunked\r\n\r\n")
        piece = b"%x\r\n%b\r\n" % (_CHUNK, b" " * _CHUNK)
        while True:
            turn.wire.sendall(piece)

    return answer


def lie(digest: str = "sha256:" + "0" * 64) -> Fault:
    """Send the true answer with another ``Docker-Content-Digest``."""
    return changed({"Docker-Content-Digest": digest})


def changed(headers: Mapping[str, str], body: bytes | None = None) -> Fault:
    """Send the true answer with these headers, or this body, instead."""

    def answer(turn: Turn) -> bool:
        reply = turn.upstream()
        own = dict(headers) if body is None else {**headers, "Content-Length": str(len(body))}
        low = {name.lower() for name in own}
        kept = tuple(pair for pair in reply.headers if pair[0].lower() not in low)
        content = reply.body if body is None else body
        turn.send(Reply(reply.status, (*kept, *own.items()), content))
        return True

    return answer


def garbage(text: bytes = b"SSH-2.0-OpenSSH_9.2\r\n") -> Fault:
    """Answer with what is no HTTP, and close."""

    def answer(turn: Turn) -> bool:
        turn.wire.sendall(text)
        return False

    return answer


class Proxy:
    """A proxy that runs.  ``requests`` are those that came, in order; ``connections`` a count.

    ``rewrite`` are texts to replace in the headers of true answers, as old and new: an address
    that the server behind gives of itself, say.
    """

    def __init__(
        self, upstream: str | None, latency: float, tls: Certificate | None, *, address: str
    ):
        self.upstream = urlsplit(upstream) if upstream else None
        self.latency = latency
        self.requests: list[Request] = []
        self.connections = 0
        self.rewrite: dict[str, str] = {}
        self.ended = threading.Event()
        self.certificate = tls
        self._scripts: list[tuple[str, deque[Fault | None] | Fault]] = []
        self._context = tls.context() if tls else None
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._server = socket.create_server((address, 0), family=family, backlog=512)
        self.port = self._server.getsockname()[1]
        self.host = f"[{address}]:{self.port}" if ":" in address else f"{address}:{self.port}"
        self.scheme = "https" if tls else "http"
        self.url = f"{self.scheme}://{self.host}"
        self._start(self._accept)

    def script(self, *faults: Fault | None, at: str = "") -> None:
        """Hit the first requests to paths that begin with ``at``, one each."""
        self._scripts.insert(0, (at, deque(faults)))

    def always(self, fault: Fault, at: str = "") -> None:
        """Hit every request to a path that begins with ``at``."""
        self._scripts.insert(0, (at, fault))

    def forget(self) -> None:
        """Forget every fault that was told, and every request that came."""
        self._scripts.clear()
        self.requests.clear()

    def saw(self, text: str) -> bool:
        """Say whether the text stood in any request, encoded for ``Basic`` or not."""
        for asked in self.requests:
            said = [asked.path, *asked.headers.values(), asked.body.decode("latin-1")]
            for value in asked.headers.values():
                with suppress(ValueError):
                    packed = value.partition(" ")[2]
                    said.append(base64.b64decode(packed, validate=True).decode("latin-1"))
            if any(text in part for part in said):
                return True
        return False

    def stop(self) -> None:
        """Close everything and wait until all is still."""
        self.ended.set()
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        with self._lock:
            for wire in self._open:
                with suppress(OSError):
                    socket.socket.shutdown(wire, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def pass_on(self, request: Request) -> Reply:
        """Ask the server behind; a 404 where there is none."""
        import http.client

        if self.upstream is None or self.upstream.hostname is None:
            return Reply(404, (("Content-Length", "0"),), b"")
        connection = http.client.HTTPConnection(
            self.upstream.hostname, self.upstream.port or 80, timeout=30
        )
        try:
            path = self.upstream.path.rstrip("/") + request.path
            connection.putrequest(request.method, path, skip_host=True, skip_accept_encoding=True)
            for name, text in request.headers.items():
                connection.putheader(name.title(), text)  # a fake may take names as they come
            connection.endheaders(request.body or None)
            answer = connection.getresponse()
            body = answer.read()
            headers = answer.getheaders()
        finally:
            connection.close()
        for old, new in self.rewrite.items():
            headers = [(name, text.replace(old, new)) for name, text in headers]
        dropped = ("transfer-encoding", "content-length", "connection")
        kept = [pair for pair in headers if pair[0].lower() not in dropped]
        length = answer.headers.get("Content-Length") if request.method == "HEAD" else len(body)
        kept.append(("Content-Length", str(length or 0)))
        return Reply(answer.status, tuple(kept), body)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                raw, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            self._start(self._serve, raw)

    def _serve(self, wire: socket.socket) -> None:
        with self._lock:
            self._open.add(wire)
        try:
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.ended.wait(self.latency)
            if self._context is not None:
                self.ended.wait(self.latency)
                raw, wire = wire, self._context.wrap_socket(wire, server_side=True)
                with self._lock:
                    self._open.symmetric_difference_update((raw, wire))
            reader = wire.makefile("rb")
            with reader:
                while not self.ended.is_set() and self._turn(wire, reader):
                    pass
        except OSError:
            pass  # the client has gone, or the proxy ends
        finally:
            with self._lock:
                self._open.discard(wire)
            wire.close()

    def _turn(self, wire: socket.socket, reader) -> bool | None:
        request = _read(reader)
        if request is None:
            return False
        with self._lock:
            self.requests.append(request)
            fault = self._fault(request.path)
        self.ended.wait(self.latency)
        turn = Turn(wire, request, self)
        if fault is not None:
            return fault(turn)
        turn.send(turn.upstream())
        return request.headers.get("connection", "").lower() != "close"

    def _fault(self, path: str) -> Fault | None:
        for at, told in self._scripts:
            if not path.startswith(at):
                continue
            if not isinstance(told, deque):
                return told
            if told:
                return told.popleft()
        return None


def _read(reader) -> Request | None:
    """Return the next request; None where the client has closed."""
    line = reader.readline(_CHUNK).decode("latin-1").split()
    if len(line) != 3:
        return None
    headers = {}
    while (text := reader.readline(_CHUNK).decode("latin-1").rstrip("\r\n")) != "":
        name, _, value = text.partition(":")
        headers[name.lower()] = value.strip()
    return Request(line[0], line[1], headers, reader.read(int(headers.get("content-length", 0))))


@contextmanager
def serving(
    upstream: str | None = None,
    *,
    latency: float = 0.0,
    tls: Certificate | None = None,
    address: str = "127.0.0.1",
) -> Iterator[Proxy]:
    """Run a proxy until the block ends."""
    proxy = Proxy(upstream, latency, tls, address=address)
    try:
        yield proxy
    finally:
        proxy.stop()
