"""What an OCI registry wants to be shown: a token for the repository, or name and password.

https://distribution.github.io/distribution/spec/auth/token/ and, for identity tokens, .../oauth/
"""

from __future__ import annotations

import json
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from release_tools.adapters import clients
from release_tools.adapters.http import address as addresses
from release_tools.adapters.http import challenge
from release_tools.adapters.http.flight import Once
from release_tools.adapters.http.pool import Request
from release_tools.errors import UnreachableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.adapters.http.address import Address, Policy
    from release_tools.adapters.http.docker import Login, Logins
    from release_tools.adapters.http.retry import Retry
    from release_tools.reading import Answer

_LIMIT = 1 << 20
_LONGEST = 32 << 10
_OK, _CLIENT, _SERVER = 200, 400, 500
_LIFETIME = 60.0  # seconds, where the server does not say
_EARLY = 5.0  # seconds that a request may take to arrive
_REFUSED_FOR = 20.0


class _Realm(NamedTuple):
    """Where tokens are; None for a registry that takes name and password itself."""

    address: Address | None
    service: str = ""


class _Token(NamedTuple):
    """``header`` is what to show until ``until``; None where none is to be had."""

    header: str | None
    until: float


class Tokens:
    """One token for each scope of each registry, fetched once, whatever many threads want.

    The scope is ours and never the challenge's.  A name and password leave for the registry
    that they belong to and for the realm that it names: by TLS, or to the registry's own host.
    """

    def __init__(self, retry: Retry, policy: Policy, logins: Logins) -> None:
        self._retry = retry
        self._policy = policy
        self._logins = logins
        self._realms: dict[tuple[str, str, int], _Realm] = {}
        self._tokens: Once[_Token] = Once()

    def known(self, registry: Address, scope: str) -> str | None:
        """Return the header to send with the first request, None where the registry is new.

        Where it has challenged us before, the token of a further scope is fetched unasked.
        """
        realm = self._realms.get(registry.origin)
        return None if realm is None else self._header(registry, scope, realm)

    def challenged(
        self, registry: Address, scope: str, answer: Answer, shown: str | None
    ) -> str | None:
        """Return the header that answers a 401, None where there is none but what was ``shown``.

        Raises UnreachableError where the server of tokens gives no answer.
        """
        realm = self._realm(answer.headers.get("www-authenticate", ""))
        if realm is None:
            return None
        self._realms[registry.origin] = realm
        header = self._header(registry, scope, realm)
        if shown is not None and header == shown and realm.address is not None:
            self._tokens.forget((registry.origin, scope))
            header = self._header(registry, scope, realm)
        return None if header == shown else header

    def _realm(self, text: str) -> _Realm | None:
        challenges = challenge.parse(text)
        bearer = challenges.get("bearer", {})
        if "realm" in bearer:
            address = addresses.parse(bearer["realm"])
            self._policy.admit(address)
            return _Realm(address, bearer.get("service", ""))
        return _Realm(None) if "basic" in challenges else None

    def _header(self, registry: Address, scope: str, realm: _Realm) -> str | None:
        key = (registry.origin, scope)
        token = self._tokens.get(key, lambda: self._fetch(registry, scope, realm))
        if token.until <= monotonic():
            self._tokens.forget(key)
            token = self._tokens.get(key, lambda: self._fetch(registry, scope, realm))
        return token.header

    def _fetch(self, registry: Address, scope: str, realm: _Realm) -> _Token:
        login = self._logins.of(registry.place, _repository(scope))
        if realm.address is None:
            header = clients.basic(login.user, login.secret) if login and login.user else None
            return _Token(header, float("inf"))
        if realm.address.scheme == "http" and realm.address.host != registry.host:
            login = None
        answer = self._retry.send(_exchange(realm.address, realm.service, scope, login))
        place = realm.address.place
        if _CLIENT <= answer.status < _SERVER:
            return _Token(None, monotonic() + _REFUSED_FOR)
        if answer.status != _OK:
            raise UnreachableError(f"{place}, asked for a token, answers {answer.status}")
        return _read(answer, place)


def _exchange(realm: Address, service: str, scope: str, login: Login | None) -> Request:
    """Return the request for a token: GET, but POST for an identity token."""
    wanted = {"scope": scope} | ({"service": service} if service else {})
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    if login is not None and not login.user:
        wanted |= {"grant_type": "refresh_token", "client_id": "release-tools"}
        form = urlencode(wanted | {"refresh_token": login.secret}).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return Request(realm, headers, _LIMIT, form)
    if login is not None:
        headers["Authorization"] = clients.basic(login.user, login.secret)
    joint = "&" if "?" in realm.target else "?"
    target = f"{realm.target}{joint}{urlencode(wanted)}"
    return Request(realm._replace(target=target), headers, _LIMIT)


def _read(answer: Answer, place: str) -> _Token:
    try:
        data: Mapping[str, Any] = json.loads(answer.body)
        text = data.get("token") or data["access_token"]
        seconds = float(data.get("expires_in") or _LIFETIME)
        fit = text.isascii() and text.isprintable() and " " not in text and len(text) <= _LONGEST
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        fit, text, seconds = False, "", 0.0
    if not fit or not text:
        raise UnreachableError(f"{place}, asked for a token, answers with what is none")
    return _Token(f"Bearer {text}", monotonic() + max(seconds - _EARLY, _EARLY))


def _repository(scope: str) -> str:
    """Return the name in ``repository:NAME:actions``."""
    return scope.partition(":")[2].rpartition(":")[0]
