"""A transport as thin as can be: one GET with urllib, its answer as it comes."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import TYPE_CHECKING

from release_tools.errors import UnreadableError
from release_tools.reading import Answer, Found, Listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.reading import Absent, Listed, Reading, Unknown


def found(reading: Reading) -> Found:
    """Return the reading, which has to be of something that is there."""
    assert isinstance(reading, Found), reading
    return reading


def listed(listing: Listing | Absent | Unknown) -> tuple[Listed, ...]:
    """Return the versions, which have to be listed."""
    assert isinstance(listing, Listing), listing
    return listing.versions


class Plain:
    """Satisfies ``reading.Transport``; ``asked`` are the URLs."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get(
        self, url: str, *, accept: Sequence[str] = (), scope: str | None = None, limit: int = 0
    ) -> Answer:
        """Return the answer whatever its status; see ``reading.Transport``."""
        del scope
        self.asked.append(url)
        request = urllib.request.Request(url, headers={"Accept": ", ".join(accept) or "*/*"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return _answer(answer, limit)
        except urllib.error.HTTPError as answer:
            with answer:
                return _answer(answer, limit)
        except OSError as error:
            raise UnreadableError(f"no answer: {error}") from error


def _answer(answer, limit: int) -> Answer:
    body = answer.read(limit or -1)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(answer.status, answer.url, headers, body)
