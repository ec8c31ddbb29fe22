"""Credentials for indexes of packages: the user's own clients' and netrc's, to their own hosts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from release_tools.adapters import clients
from release_tools.adapters.http.flight import Once
from release_tools.errors import ReleaseToolsError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.adapters.clients import Key
    from release_tools.adapters.http.address import Address


class Indexes:
    """Knows what to show whom.  Files are read with the first request."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._keys: Once[list[Key]] = Once()
        self._machines: Once[Mapping[str, str]] = Once()

    def header(self, address: Address) -> str | None:
        """Return what belongs below the longest base that the address begins with.

        Else what netrc has for the host; its entry ``default``, which is for any host, never.
        Raises UnreadableError for a netrc that cannot be read.
        """
        target = f"{address.target.partition('?')[0]}/"
        found = [
            (len(path), key.header)
            for key in self._keys.get("", self._of_clients)
            for origin, path in (_split(key.base),)
            if origin in (address.origin, ("", *address.origin[1:])) and target.startswith(path)
        ]
        if found:
            return max(found)[1]
        return self._machines.get("", self._of_netrc).get(address.host)

    def _of_clients(self) -> list[Key]:
        """Return all keys; a file that cannot be read has none, and `Addresses` says so."""
        from release_tools.adapters.clients import cargo, npm, pip

        found: list[Key] = []
        try:
            for url in (pip.index(self._environ), *pip.others(self._environ)):
                key = clients.split(url)[1] if url else None
                found += [key] if key else []
        except (ReleaseToolsError, ValueError):
            pass
        for keys in (npm.keys, cargo.keys):
            try:
                found += keys(self._environ)
            except ReleaseToolsError:
                continue
        return found

    def _of_netrc(self) -> Mapping[str, str]:
        path = self._environ.get("NETRC") or os.path.join(clients.home(self._environ), ".netrc")
        if not os.path.exists(path):
            return {}
        from netrc import NetrcParseError, netrc

        try:
            hosts = netrc(path).hosts
        except (NetrcParseError, OSError, UnicodeDecodeError):
            raise UnreadableError("the file cannot be read", path=path, hint="correct it") from None
        return {
            host.lower(): clients.basic(user, secret or "")
            for host, (user, _, secret) in hosts.items()
            if host != "default"
        }


def _split(base: str) -> tuple[tuple[str, str, int], str]:
    """Return the origin of a base, without a scheme for any, and its path with a slash."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(base)
        port = parts.port or (80 if parts.scheme == "http" else 443)
    except ValueError:
        return ("", "", 0), "/"
    return (parts.scheme, parts.hostname or "", port), parts.path.rstrip("/") + "/"
