"""The time that is left of a run."""

from __future__ import annotations

from time import monotonic

from release_tools.errors import UnreachableError

_HAIR = 0.01  # a wait that ends with the run ends after it, and not by the clock just before


class Deadline:
    """A point in time; every wait of the transport ends there."""

    def __init__(self, seconds: float) -> None:
        self.renew(seconds)

    def renew(self, seconds: float) -> None:
        """Begin anew: ``seconds`` from now."""
        self._seconds = seconds
        self._end = monotonic() + seconds

    def left(self) -> float:
        """Return how many seconds are left, never less than 0."""
        return max(self._end - monotonic(), 0.0)

    def bound(self, seconds: float, place: str) -> float:
        """Return ``seconds``, or what is left if that is less.

        Raises UnreachableError where nothing is left; ``place`` is who was to be asked.
        """
        left = self.left()
        if not left:
            raise UnreachableError(
                f"{place} has not answered, and the {self._seconds:g} s for all requests are over",
                hint="run the command again",
            )
        return min(seconds, left + _HAIR)
