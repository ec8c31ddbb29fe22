"""How a GitHub fails: before or after the effect, and what the client gets to see."""

from __future__ import annotations

import re
import time
from typing import NamedTuple

from tests.servers.github.validate import Answer


class Fault(NamedTuple):
    """One way to fail.  ``after`` the effect or instead of it; a status of None hangs up.

    ``part`` is how much of the answer arrives, ``half`` says that of an upload half is kept.
    """

    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    after: bool = False
    message: str = "Server Error"
    part: float = 1.0
    half: bool = False

    def answer(self):
        return Answer(self.status, {"message": self.message}, dict(self.headers))


DROPPED = Fault()  # the request had no effect, and no answer
LOST = Fault(after=True)  # the effect is there, the answer is not
TRUNCATED = Fault(200, after=True, part=0.5)  # half of the answer arrives
BROKEN = Fault(502)
BROKEN_AFTER = Fault(502, after=True)
HALF_UPLOADED = Fault(502, half=True)


def used_up(seconds):
    """Return the primary rate limit: 403, to be reset in ``seconds``."""
    reset = str(int(time.time() + seconds))
    headers = (("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", reset))
    return Fault(403, headers, message="API rate limit exceeded for installation ID 1.")


def too_fast(seconds, status=403):
    """Return the secondary rate limit: 403 or 429 with Retry-After."""
    message = "You have exceeded a secondary rate limit. Please wait a few minutes."
    return Fault(status, (("Retry-After", str(seconds)),), message=message)


class Planned:
    """A fault that waits for its request."""

    def __init__(self, method, pattern, fault, times):
        self.method, self.pattern = method.lower(), re.compile(pattern)
        self.fault, self.times = fault, times

    def meets(self, call):
        """Say whether the fault is for this call; it then counts as used."""
        if not self.times or self.method != call.method or not self.pattern.search(call.path):
            return False
        self.times -= 1
        return True


class HangUp(Exception):  # noqa: N818 - an order rather than an error
    """Raised by a hook: the connection is closed without an answer."""
