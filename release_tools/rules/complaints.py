"""What is to be said of a judged place, a file that cannot be used, a place that says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.model import Role, Stage, Verdict
from release_tools.rules import compare
from release_tools.rules.findings import finding
from release_tools.version import Nightly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.errors import ReleaseToolsError
    from release_tools.model import Finding, Mark, Place, Surface
    from release_tools.streams import Stream
    from release_tools.version import Version

_EMPTY = {Role.TEXT: "template-not-found", Role.HEADING: "changelog-missing"}
_DIFFERS = {
    Role.VERSION: "surface-differs",
    Role.APP: "surface-differs",
    Role.TEXT: "surface-differs",
    Role.LOCK: "lock-behind",
    Role.REQUIREMENT: "requirement-excludes",
    Role.REFERENCE: "reference-differs",
    Role.PINNED: "reference-differs",
    Role.HEADING: "changelog-missing",
}


def of_error(surface: Surface, error: ReleaseToolsError) -> Finding:
    """Report a file of the surface that cannot be used."""
    return finding(
        error.id,
        error.message,
        hint=error.hint or None,
        stream=surface.stream,
        surface=surface.id,
        stage=Stage.SOURCE,
        path=error.path,
        line=error.line,
    )


def of_gap(surface: Surface, place: Place) -> Finding:
    """Report a place that has to state the version and states nothing."""
    if place.role is Role.TEXT:
        message = f"the template {place.at.template!r} is found nowhere in this file"
    elif place.role is Role.HEADING:
        message = "there is no heading of any version"
    else:
        at = ".".join(map(str, place.at)) if isinstance(place.at, tuple) else place.at
        message = f"there is no version at {at}" if at else "there is no version"
    return finding(
        _EMPTY.get(place.role, "surface-missing"),
        message,
        stream=surface.stream,
        surface=surface.id,
        stage=Stage.SOURCE,
        path=place.path,
    )


def of_mark(surface: Surface, mark: Mark, expected: Version) -> Finding | None:
    """Report a place that differs or is spelled unusually; None where there is nothing to say."""
    spot, place = mark.spot, mark.place
    if spot is None or mark.expected in (None, spot.text):
        return None
    found = spot.text or '""'
    if mark.verdict is Verdict.AGREES:
        if place.role is Role.HEADING:
            return None  # people read it, no registry does
        message = f"{found} is {mark.expected}, in another spelling"
        return at(surface, mark, "spelling-not-canonical", message)
    if mark.verdict is not Verdict.DIFFERS:
        return None
    same = compare.version_at(place, spot.text) == expected
    illegal = same and not compare.is_legal(place, spot.text)
    id_ = "spelling-illegal" if illegal else _DIFFERS[place.role]
    if id_ == "reference-differs" and not place.format.__name__.endswith(".images"):
        id_ = "surface-differs"  # a key that was named for itself
    if id_ == "reference-differs":  # a file may name many images
        found = f"{surface.name} is {found}"
    return at(surface, mark, id_, f"{found}, expected {mark.expected}")


def at(surface: Surface, mark: Mark, id_: str, message: str) -> Finding:
    """Make a finding about what stands at a mark."""
    spot = mark.spot
    return finding(
        id_,
        message,
        stream=surface.stream,
        surface=surface.id,
        stage=Stage.SOURCE,
        path=mark.place.path,
        line=spot.line if spot else None,
        column=spot.column if spot else None,
    )


def of_tie(stream: Stream, versions: Sequence[Version]) -> Finding:
    """Report that as many places state one version as another."""
    stated = " and ".join(map(str, versions))
    return finding(
        "no-agreement",
        f"{stated} are stated by as many places; {versions[0]}, the first, is taken as expected",
        stream=stream.name,
    )


def of_nothing(stream: Stream, expected: Version | Nightly | None) -> Finding:
    """Report that nothing of the stream could be judged."""
    if isinstance(expected, Nightly):
        message = f'the source of stream "{stream.name}" is not judged against a nightly'
    else:
        message = f'no place of stream "{stream.name}" could be judged'
    return finding("nothing-to-judge", message, stream=stream.name)
