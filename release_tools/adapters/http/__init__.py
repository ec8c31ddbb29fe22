"""HTTP as registries are asked: side by side, by GET, in bounded time, and nobody unasked for.

One connection is kept for each thread that works on a host, and every answer is remembered.
``http.client`` is used as it is: importing requests costs 90 ms more, and it bounds neither the
whole of an exchange nor its size.
"""

from __future__ import annotations

import os
import weakref
from typing import TYPE_CHECKING

from release_tools.adapters.http import address as addresses
from release_tools.adapters.http.address import Policy
from release_tools.adapters.http.deadline import Deadline
from release_tools.adapters.http.dial import Dialer
from release_tools.adapters.http.docker import Logins
from release_tools.adapters.http.indexes import Indexes
from release_tools.adapters.http.memory import Memory, Question
from release_tools.adapters.http.pool import Pool, Request
from release_tools.adapters.http.retry import Retry
from release_tools.adapters.http.tokens import Tokens
from release_tools.errors import UnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from release_tools.adapters.http.address import Address
    from release_tools.reading import Answer

LIMIT = 16 << 20
"""Bytes of a body, where the caller does not say."""

_REDIRECTS = 3
_MOVED = frozenset({301, 302, 303, 307, 308})
_UNAUTHORIZED, _NOT_MODIFIED = 401, 304


class Http:
    """Implements ``reading.Transport``; safe to use from many threads.

    ``plain_http`` are ``host:port`` that may be asked without TLS, ``private_hosts`` hosts, with
    port or without, that may have a private address, ``trusted`` URLs of the user's own clients,
    which may be both.  ``total`` seconds after it was made, or renewed, it asks no more; a
    connection may take ``connect`` seconds, and the next byte of an answer ``read``.
    """

    def __init__(  # noqa: PLR0913 - three lists of the configuration, three bounds for tests
        self,
        *,
        plain_http: Iterable[str] = (),
        private_hosts: Iterable[str] = (),
        trusted: Iterable[str] = (),
        total: float = 50.0,
        connect: float = 5.0,
        read: float = 15.0,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        environ = os.environ if environ is None else environ
        self._total = total
        self._policy = Policy(plain_http, private_hosts, trusted)
        self._deadline = Deadline(total)
        self._dialer = Dialer(self._policy, self._deadline, connect, read)
        self._pool = Pool(self._dialer, read)
        self._retry = Retry(self._pool, self._deadline)
        self._tokens = Tokens(self._retry, self._policy, Logins(environ))
        self._indexes = Indexes(environ)
        self._memory = Memory()
        weakref.finalize(self, self._pool.close)

    @property
    def requests(self) -> int:
        """How many requests were sent, those for tokens and those sent again included."""
        return self._pool.requests

    def get(
        self, url: str, *, accept: Sequence[str] = (), scope: str | None = None, limit: int = 0
    ) -> Answer:
        """Return the answer; see ``reading.Transport.get``.

        The query of ``Answer.url`` is left out where a redirect led to another host: it may hold
        a signature.
        """
        question = Question(url, tuple(accept), scope, limit or LIMIT)
        return self._memory.get(question, lambda last: self._follow(question, last))

    def expect(self, url: str, count: int) -> None:
        """Begin connections for so many requests at the same time to the host of ``url``.

        What is wrong with one is told by the request that would have used it, and what is wrong
        with the address by every request.
        """
        try:
            address = addresses.parse(url)
            self._policy.admit(address)
        except UnreachableError:
            return
        self._pool.expect(address, count)

    def renew(self, seconds: float | None = None) -> None:
        """Begin another poll: all is asked anew, with ``seconds`` (by default the total) for it.

        What the last poll got with an ETag is asked for with it.  Call it between polls only.
        """
        self._deadline.renew(self._total if seconds is None else seconds)
        self._dialer.names.clear()
        self._retry.renew()
        self._memory.renew()

    def close(self) -> None:
        """Close the connections that are kept."""
        self._pool.close()

    def _follow(self, question: Question, last: Answer | None) -> Answer:
        """Ask, and follow redirects; credentials stay where they belong."""
        first = address = addresses.parse(question.url)
        self._policy.admit(address)
        at_home = True
        seen = [address.url]
        while True:
            same = last if last is not None and last.url == _shown(address, first) else None
            answer = self._authorized(address, question, same, at_home=at_home)
            location = answer.headers.get("location")
            if answer.status == _NOT_MODIFIED and same is not None:
                return same
            if answer.status not in _MOVED or not location:
                return answer._replace(url=_shown(address, first))
            place, address = address.place, self._policy.follow(address, location)
            if address.url in seen:
                raise UnreachableError(f"{place} redirects in a circle")
            if len(seen) > _REDIRECTS:
                raise UnreachableError(f"{first.place} redirects more than {_REDIRECTS} times")
            seen.append(address.url)
            at_home = at_home and address.origin == first.origin

    def _authorized(
        self, address: Address, question: Question, last: Answer | None, *, at_home: bool
    ) -> Answer:
        """Ask with the credentials that there are; for a token, once more when challenged."""
        scope = question.scope if at_home else None
        header = None
        if scope is not None:
            header = self._tokens.known(address, scope)
        elif at_home:
            header = self._indexes.header(address)
        answer = self._retry.send(_request(address, question, last, header))
        if answer.status == _UNAUTHORIZED and scope is not None:
            other = self._tokens.challenged(address, scope, answer, header)
            if other is not None:
                return self._retry.send(_request(address, question, last, other))
        return answer


def _request(
    address: Address, question: Question, last: Answer | None, authorization: str | None
) -> Request:
    # A manifest is compared by its very bytes; a packument is a fifth of its size when packed.
    packing = "gzip" if question.scope is None else "identity"
    headers = {"Accept": ", ".join(question.accept) or "*/*", "Accept-Encoding": packing}
    if authorization is not None:
        if not (authorization.isascii() and authorization.isprintable()):
            raise UnreachableError(f"the credentials for {address.place} cannot stand in a header")
        headers["Authorization"] = authorization
    if last is not None:
        headers["If-None-Match"] = last.headers["etag"]
    return Request(address, headers, question.limit)


def _shown(address: Address, first: Address) -> str:
    """Return the address without what a server elsewhere may have signed it with."""
    return address.url if address.origin == first.origin else address.url.partition("?")[0]
