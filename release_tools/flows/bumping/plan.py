"""A bump as values: what moves where, which bytes change, and what is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from release_tools.model import FileChange, Finding, Surface
    from release_tools.streams import Stream
    from release_tools.version import Version


class Move(NamedTuple):
    """One stream's step.  ``before`` is None where its places agree on nothing."""

    stream: Stream
    before: Version | None
    after: Version

    @property
    def tag(self) -> str:
        """The git tag of the version that the stream moves to."""
        return self.stream.tag_of(self.after)


class Plan(NamedTuple):
    """Everything that a bump will do to the files, proven, before any of it is done.

    ``left`` are the surfaces that are not edited, each with the reason (stamped, derived);
    ``places`` all files that the moved streams stand in, those that say it already included.
    ``written`` says that the work tree holds the outcome already, and only the commit is missing.
    """

    moves: tuple[Move, ...]
    changes: tuple[FileChange, ...]
    left: tuple[tuple[Surface, str], ...] = ()
    notes: tuple[Finding, ...] = ()
    places: tuple[str, ...] = ()
    written: bool = False

    @property
    def values(self) -> int:
        """The number of values that change, over all files."""
        return sum(len(change.edits) for change in self.changes)

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that change, relative to the root."""
        return tuple(change.path for change in self.changes)
