"""Which revision of a Helm release is known to have worked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Kept(Protocol):
    """A revision that Helm keeps."""

    @property
    def revision(self) -> int:
        """Its number."""

    @property
    def status(self) -> str:
        """Helm's word for its state."""

    @property
    def description(self) -> str:
        """What Helm said when it made it."""


K = TypeVar("K", bound=Kept)


def is_good(one: Kept) -> bool:
    """Say whether the revision is known to have been deployed as a whole.

    The status alone does not tell: a later operation turns a failed revision to ``superseded``,
    and only Helm's description keeps that it failed (seen with Helm 4.2, after a conflict).
    """
    failed = '" failed: ' in one.description or one.description.startswith("Preparing ")
    return one.status in ("deployed", "superseded") and not failed


def newest_good(revisions: Iterable[K]) -> K | None:
    """Return the newest good one, None where there is none."""
    return max(filter(is_good, revisions), key=lambda one: one.revision, default=None)


def way_back(revisions: Sequence[K], current: int, *, itself: bool = False) -> K | None:
    """Return the newest good revision before ``current``, or with ``itself`` up to it.

    A revision that was rolled back to is the one that it was made from: the way back from it
    leads further back.  ``helm rollback`` without a number takes the previous revision, also
    where that one failed.
    """
    if itself:
        return newest_good(one for one in revisions if one.revision <= current)
    origin = next((_origin(one) for one in revisions if one.revision == current), current)
    return newest_good(one for one in revisions if one.revision < min(origin, current))


def _origin(one: Kept) -> int:
    words, _, number = one.description.rpartition(" ")
    return int(number) if words == "Rollback to" and number.isdigit() else one.revision
