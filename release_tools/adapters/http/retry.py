"""Asking again: after what may pass, with growing pauses, for as long as the run may take."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from release_tools.adapters.http.dial import BrokenError, DialError
from release_tools.errors import UnreachableError

if TYPE_CHECKING:
    from release_tools.adapters.http.deadline import Deadline
    from release_tools.adapters.http.pool import Pool, Request
    from release_tools.reading import Answer

    Origin = tuple[str, str, int]

_TOO_MANY = 429
_PASSING = frozenset({_TOO_MANY, 500, 502, 503, 504})
_TRIES = 4
_TRIES_TOLD = 8
"""At most, where the server says each time how long to wait."""
_PAUSE = 0.25
_PAUSE_TOO_MANY = 1.0
_LEAST_TOLD = 1.0
_LONGEST_NUMBER = 9


class Retry:
    """Sends requests again that may be answered the next time.

    Only a host that was never reached in this run is given up for all its other requests too.
    """

    def __init__(self, pool: Pool, deadline: Deadline) -> None:
        self._pool = pool
        self._deadline = deadline
        self._alive: set[Origin] = set()
        self._dead: dict[Origin, str] = {}

    def send(self, request: Request) -> Answer:
        """Return the answer; raises UnreachableError once there is no hope for one."""
        place = request.address.place
        tries = 0
        while True:
            self._deadline.bound(0, place)
            self._give_up_early(request)
            tries += 1
            try:
                answer = self._pool.send(request)
            except BrokenError as error:
                self._deadline.bound(0, place)
                self._stop_after(tries, _TRIES, request, error)
                self._sleep(_backoff(_PAUSE, tries), place, str(error))
                continue
            self._alive.add(request.address.origin)
            if answer.status not in _PASSING:
                return answer
            told = retry_after(answer)
            why = BrokenError(f"answers {answer.status}")
            self._stop_after(tries, _TRIES if told is None else _TRIES_TOLD, request, why)
            if told is None:
                first = _PAUSE_TOO_MANY if answer.status == _TOO_MANY else _PAUSE
                self._sleep(_backoff(first, tries), place, str(why))
            else:
                wish = f"{why} and asks to wait {told:.0f} s"
                self._sleep(max(told, _LEAST_TOLD) * _more(0.1), place, wish)

    def renew(self) -> None:
        """Believe again in hosts that were given up."""
        self._dead.clear()

    def _give_up_early(self, request: Request) -> None:
        why = self._dead.get(request.address.origin)
        if why is not None:
            raise UnreachableError(why)

    def _stop_after(self, tries: int, most: int, request: Request, error: BrokenError) -> None:
        if tries < most:
            return
        origin = request.address.origin
        why = f"{request.address.place} {error} (tried {tries} times)"
        if isinstance(error, DialError) and origin not in self._alive:
            self._dead[origin] = why
        raise UnreachableError(why)

    def _sleep(self, seconds: float, place: str, why: str) -> None:
        left = self._deadline.left()
        if seconds >= left:
            raise UnreachableError(
                f"{place} {why}; of this run {left:.0f} s are left",
                hint="run the command again later",
            )
        time.sleep(seconds)


def retry_after(answer: Answer) -> float | None:
    """Return for how many seconds the server asks to wait; None where it does not say.

    ``Retry-After`` is a number or a date (RFC 9110, 10.2.3); a date is compared with the
    server's own clock where it tells.
    """
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:_LONGEST_NUMBER])
    then = _time(text)
    if then is None:
        return None
    now = _time(answer.headers.get("date", ""))
    return max(then - (time.time() if now is None else now), 0.0)


def _time(text: str) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _backoff(first: float, tries: int) -> float:
    return first * 2.0 ** (tries - 1) * _more(0.5)


def _more(share: float) -> float:
    """Return a factor that spreads those who were turned away together."""
    return 1.0 + random.random() * share  # noqa: S311 - no secret
