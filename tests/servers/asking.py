"""The transport of the package, for servers on loopback that no configuration names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.adapters.http import Http
from release_tools.reading import Found, Listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.reading import Absent, Answer, Listed, Reading, Unknown


def found(reading: Reading) -> Found:
    """Return the reading, which has to be of something that is there."""
    assert isinstance(reading, Found), reading
    return reading


def listed(listing: Listing | Absent | Unknown) -> tuple[Listed, ...]:
    """Return the versions, which have to be listed."""
    assert isinstance(listing, Listing), listing
    return listing.versions


class Plain:
    """Satisfies ``reading.Transport``: asks any host, without TLS too, as if it were trusted.

    ``asked`` are the URLs; ``total`` the seconds that one question may take, retries included.
    """

    def __init__(self, total: float = 50.0) -> None:
        self.asked: list[str] = []
        self._total = total

    def get(
        self, url: str, *, accept: Sequence[str] = (), scope: str | None = None, limit: int = 0
    ) -> Answer:
        """Return the answer; see ``reading.Transport``."""
        self.asked.append(url)
        host = url.split("/")[2]
        transport = Http(plain_http=[host], private_hosts=[host], environ={}, total=self._total)
        return transport.get(url, accept=accept, scope=scope, limit=limit)
