"""Read the source column: for each surface, everything that its places say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools import kinds
from release_tools.errors import (
    AbsentError,
    MalformedError,
    ReleaseToolsError,
    UnreadableError,
)
from release_tools.formats import template
from release_tools.kinds import trees
from release_tools.model import Role
from release_tools.rules import compare

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from release_tools.config import Project
    from release_tools.model import Place, Spot, Surface, Tree
    from release_tools.streams import Stream
    from release_tools.version import Version


class Sight(NamedTuple):
    """What one surface's places say, before it is judged.

    ``empty`` are the places that had to say something and say nothing, ``errors`` the files that
    could not be used.
    """

    surface: Surface
    spots: tuple[tuple[Place, Spot], ...]
    empty: tuple[Place, ...]
    errors: tuple[ReleaseToolsError, ...]

    @property
    def stamped(self) -> bool:
        """Whether the publisher writes the version, so that the source does not count."""
        return self.surface.options.get("source") == "stamped"


def look(project: Project, stream: Stream) -> tuple[Sight, ...]:
    """Read all surfaces of one stream."""
    memory: dict[tuple[str, str, Any], tuple[Spot, ...]] = {}
    trees.declare(project.tree, project.surfaces)
    sights = [
        Sight(surface, (), (), ())
        if surface.options.get("source") == "derived"
        else _look_at(surface, project.tree, memory)
        for surface in project.surfaces
        if surface.stream == stream.name
    ]
    return tuple(sights)


def favourites(sights: Sequence[Sight]) -> tuple[Version, ...]:
    """Return the version that most of the stream's places state; several where it is a tie."""
    return compare.favourites(
        (place, spot.text)
        for sight in sights
        if not sight.stamped
        for place, spot in sight.spots
        if not place.current_only
    )


def present(sights: Sequence[Sight]) -> Version | None:
    """Return the version that the stream's places agree on most, None where none says one."""
    return next(iter(favourites(sights)), None)


def highest(sights: Sequence[Sight]) -> Version | None:
    """Return the highest version that a version place of the stream states."""
    found = (
        compare.version_at(place, spot.text)
        for sight in sights
        if not sight.stamped
        for place, spot in sight.spots
        if place.role is Role.VERSION
    )
    return max((version for version in found if version is not None), default=None)


def only_current(sight: Sight, versions: Sequence[Version | None]) -> Sight:
    """Leave out what a ``match = "current"`` template found of other versions than these."""
    if not any(place.current_only for place, _ in sight.spots):
        return sight
    kept = tuple(
        (place, spot)
        for place, spot in sight.spots
        if not place.current_only
        or ((found := compare.version_at(place, spot.text)) is not None and found in versions)
    )
    lost = {place for place, _ in sight.spots if not place.optional} - {place for place, _ in kept}
    lost.update(_silent(sight.surface, [place for place, _ in sight.spots], kept))
    return sight._replace(spots=kept, empty=(*sight.empty, *lost))


def _look_at(
    surface: Surface, tree: Tree, memory: dict[tuple[str, str, Any], tuple[Spot, ...]]
) -> Sight:
    kind = kinds.find(surface.kind)
    if kind is None:
        raise AssertionError(surface.kind)
    try:
        places = kind.places(surface, tree)
    except ReleaseToolsError as error:
        gone = isinstance(error, AbsentError) and surface.options.get("optional")
        return Sight(surface, (), (), () if gone else (error,))
    if surface.options.get("release-only"):
        places = tuple(place._replace(release_only=True) for place in places)
    spots: list[tuple[Place, Spot]] = []
    empty: list[Place] = []
    errors: dict[str, ReleaseToolsError] = {}
    optional = bool(surface.options.get("optional"))
    for place in places:
        try:
            found = list(_spots(place, tree, memory))
        except ReleaseToolsError as error:
            if optional and isinstance(error, AbsentError):
                continue
            if error.path is None:
                error.path = place.path
            errors.setdefault(str(error), error)
            continue
        spots.extend((place, spot) for spot in found)
        if not (found or optional or place.optional):
            empty.append(place)
    if not (empty or errors):
        empty.extend(_silent(surface, places, spots))
    return Sight(surface, tuple(spots), tuple(empty), tuple(errors.values()))


def _silent(surface: Surface, places: Sequence[Place], spots: Sequence[object]) -> Iterator[Place]:
    """Yield a place where the version has to stand in one of the files, and stands in none."""
    somewhere = surface.options.get("somewhere") and not surface.options.get("optional")
    if somewhere and places and not spots:
        yield places[0]._replace(path=surface.path)


def _spots(
    place: Place, tree: Tree, memory: dict[tuple[str, str, Any], tuple[Spot, ...]]
) -> Iterator[Spot]:
    key = (place.path, place.format.__name__, place.at)
    found = memory.get(key)
    if found is None:
        text = tree.read(place.path)
        if place.format is not template:  # prose may show what a conflict looks like
            _refuse_conflict(text, place.path)
        try:
            found = memory[key] = place.format.locate(text, place.at)
        except RecursionError as error:
            raise UnreadableError("nested too deeply to be read", path=place.path) from error
    for spot in found:
        if compare.is_place(place, spot.text):
            yield spot


def _refuse_conflict(text: str, path: str) -> None:
    """Raise MalformedError for a merge that was not resolved: the versions are read without it."""
    if "<<<<<<< " not in text or "\n>>>>>>> " not in text:  # nearly always
        return
    for line, begun in enumerate(text.split("\n"), 1):
        if begun.startswith("<<<<<<< "):
            raise MalformedError("holds a merge conflict", path=path, line=line)
