"""The connection under PyGithub: one session, whose answers are bounded in size and time.

PyGithub reads an answer to its end however long that takes; here a body has a cap and a moment
by which it must have arrived.  Redirects are not followed: no answer decides where we ask.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, BinaryIO

import requests
import urllib3
from github.Requester import (
    HTTPRequestsConnectionClass,
    HTTPSRequestsConnectionClass,
    Requester,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from github import Github

_CHUNK = 65_536
_CAP = 32 * 1024 * 1024  # bytes of a JSON answer: 100 releases with notes of the longest
_LONGEST = 60.0  # seconds for a JSON answer, from its first byte to its last


class OversizedError(requests.RequestException):
    """An answer is longer than anything that was asked for."""


class Wire:
    """One session of requests.

    ``timeout`` is for the connection and for each silence after it.  ``deadline`` says the moment
    of ``time.monotonic()`` after which nothing is sent and nothing more is read.
    """

    def __init__(self, timeout: float, deadline: Callable[[], float]) -> None:
        self.timeout = timeout
        self.deadline = deadline
        self._session = requests.Session()
        self._session.auth = Requester.noopAuth  # so that no .netrc is looked at
        # Whoever sends tries again, or not: urllib3 never does.
        never = urllib3.Retry(
            total=0, respect_retry_after_header=False, raise_on_status=False, redirect=False
        )
        adapter = requests.adapters.HTTPAdapter(max_retries=never)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def send(
        self, verb: str, url: str, headers: Mapping[str, str], data: str | BinaryIO | None = None
    ) -> requests.Response:
        """Send a request and return the answer with its body unread; raises RequestException."""
        left = self.deadline() - time.monotonic()
        if left <= 0:
            raise requests.Timeout("the time is over")
        return self._session.request(
            verb,
            url,
            headers=dict(headers),
            data=data,
            timeout=min(self.timeout, left),
            allow_redirects=False,
            stream=True,
        )

    def chunks(self, answer: requests.Response, cap: int, longest: float) -> Iterator[bytes]:
        """Yield the body; raises RequestException when it is cut, over ``cap`` bytes or late."""
        until = min(self.deadline(), time.monotonic() + longest)
        size = 0
        try:
            while chunk := answer.raw.read1(_CHUNK, decode_content=True):
                size += len(chunk)
                if size > cap:
                    raise OversizedError(f"more than {cap} bytes")
                if time.monotonic() > until:
                    raise requests.Timeout("the answer takes too long")
                yield chunk
        except urllib3.exceptions.HTTPError as error:
            raise requests.exceptions.ChunkedEncodingError(str(error)) from error
        finally:
            answer.close()

    def read(self, answer: requests.Response) -> str:
        """Return a whole body as text; raises UnicodeDecodeError for what is not UTF-8."""
        return b"".join(self.chunks(answer, _CAP, _LONGEST)).decode()


def requester(github: Github, wire: Wire) -> Requester:
    """Return the requester of ``github``, with ``wire`` under it instead of its own connection."""

    class _Plain(HTTPRequestsConnectionClass):
        def __init__(self, host: str, port: int | None = None, **_: Any) -> None:
            self.host, self.port, self.protocol = host, port or 80, "http"

        def getresponse(self) -> Any:
            return _Answer(wire, self)

        def close(self) -> None:
            """Leave the session open: it is the wire's."""

    class _Tls(HTTPSRequestsConnectionClass):
        def __init__(self, host: str, port: int | None = None, **_: Any) -> None:
            self.host, self.port, self.protocol = host, port or 443, "https"

        def getresponse(self) -> Any:
            return _Answer(wire, self)

        def close(self) -> None:
            """Leave the session open: it is the wire's."""

    class _Bounded(Requester):
        """A requester with connections of its own, so that those of others stay as they are."""

    _Bounded.injectConnectionClasses(_Plain, _Tls)
    return _Bounded(**github.requester.kwargs)


class _Answer:
    """An answer in the shape that PyGithub asks for."""

    def __init__(
        self, wire: Wire, asked: HTTPRequestsConnectionClass | HTTPSRequestsConnectionClass
    ) -> None:
        url = f"{asked.protocol}://{asked.host}:{asked.port}{asked.url}"
        answer = wire.send(asked.verb, url, asked.headers, asked.input)
        self.status, self.headers = answer.status_code, answer.headers
        self._text = wire.read(answer)

    def getheaders(self) -> Any:
        return self.headers.items()

    def read(self) -> str:
        return self._text
