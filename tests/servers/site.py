"""A small HTTP server on loopback: what it answers is a function, what it was asked is kept."""

from __future__ import annotations

import hashlib
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class Asked(NamedTuple):
    """One request; ``path`` as it was sent, query included, header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Said(NamedTuple):
    """One answer; ``Content-Length`` is added."""

    status: int
    body: bytes = b""
    kind: str = "application/json"
    headers: Mapping[str, str] = {}


class Site:
    """A server that runs.  ``url`` has no slash at its end."""

    def __init__(self, answer: Callable[[Asked], Said]):
        self.asked: list[Asked] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                length = int(self.headers.get("Content-Length") or 0)
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(self.command, self.path, headers, self.rfile.read(length))
                site.asked.append(asked)
                said = answer(asked)
                self.send_response(said.status)
                own = {"Content-Type": said.kind, "Content-Length": str(len(said.body))}
                for name, value in {**own, **said.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(said.body)

            do_HEAD = do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815 - what http.server calls

        class Server(ThreadingHTTPServer):
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}"

    @property
    def methods(self) -> set[str]:
        """Every method that it was asked with."""
        return {asked.method for asked in self.asked}

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def sha256(content: bytes) -> str:
    """Return the digest in hex."""
    return hashlib.sha256(content).hexdigest()


@contextmanager
def serving(answer: Callable[[Asked], Said]) -> Iterator[Site]:
    """Serve until the block ends."""
    site = Site(answer)
    try:
        yield site
    finally:
        site.close()
