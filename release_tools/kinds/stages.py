"""What a kind offers beyond the source column: where it is published, what its artifacts are.

Both are optional; a kind whose module lacks them has no such stage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from release_tools import kinds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.model import Surface
    from release_tools.reading import Addresses, Coordinates, Registry, Wanted
    from release_tools.version import Nightly, Spelling, Version


class Builds(Protocol):
    """The part of a kind that knows its artifacts."""

    ARTIFACTS: Sequence[str]
    """The kinds of artifact that its surfaces are built as; see ``artifacts.base.Built.kind``."""

    SPELLING: Spelling
    """How a version is written inside; for IMAGE_TAG a label, which takes any spelling."""

    def is_called(self, surface: Surface, name: str) -> bool:
        """Say whether an artifact, or a file, of this name is one of the surface."""


class Publishes(Protocol):
    """The part of a kind that knows its registry."""

    def published(
        self, surface: Surface, addresses: Addresses
    ) -> tuple[Registry, Coordinates] | None:
        """Return who is asked, and where; None where the configuration names no registry.

        ``known`` and ``first`` of the coordinates are filled in by the flow.
        """

    def wanted(
        self, surface: Surface, version: Version | Nightly, spelled: Sequence[str]
    ) -> Wanted:
        """Return what a release of ``version`` has to have put there.

        ``spelled`` are the texts of the surface's own version places in the source: spellings of
        the same version that are looked up too.  Raises VersionError where the ecosystem cannot
        express the version.
        """


def building(name: str) -> Builds | None:
    """Return the kind called ``name`` where it has a built stage."""
    kind = kinds.find(name)
    return cast("Builds", kind) if hasattr(kind, "ARTIFACTS") else None


def publishing(name: str) -> Publishes | None:
    """Return the kind called ``name`` where it has a published stage."""
    kind = kinds.find(name)
    return cast("Publishes", kind) if hasattr(kind, "published") else None


class Installs(Protocol):
    """The part of a kind that knows how people take a version of a surface."""

    def install(self, surface: Surface, text: str, digest: str | None) -> str:
        """Return the one command that installs ``text``, the version as the registry spells it.

        By ``digest`` where the ecosystem can.  Made for people to copy: it is never run.
        """


def installing(name: str) -> Installs | None:
    """Return the kind called ``name`` where it knows how its surfaces are installed."""
    kind = kinds.find(name)
    return cast("Installs", kind) if hasattr(kind, "install") else None
