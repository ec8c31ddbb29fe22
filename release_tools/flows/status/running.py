"""What every environment runs, held against what is released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import VersionError
from release_tools.flows.columns import deployed
from release_tools.flows.columns.running import repository
from release_tools.flows.pinning import check
from release_tools.formats.pins import Reference
from release_tools.reading import Absent, Found, Unknown
from release_tools.reports.status import Running
from release_tools.steps import shown_version
from release_tools.version import Nightly, Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from release_tools.config import Project
    from release_tools.flows.columns.asking import Asking
    from release_tools.flows.columns.deployments import Given
    from release_tools.model import Runner, Surface
    from release_tools.reports.status import Overview
    from release_tools.steps import Seen


def everywhere(
    project: Project,
    overviews: Sequence[Overview],
    surfaces: Sequence[Surface],
    ask: Asking,
    given: Given | None = None,
    runner: Runner | None = None,
) -> tuple[Overview, ...]:
    """Return the overviews with what the environments run of each stream.

    A digest that names no version is looked up in its registry.  Raises as ``deployed.look``.
    """
    seen = deployed.look(project, surfaces, given, runner)
    names = _names(seen, ask)
    elsewhere = {one.deployment for one in seen if not isinstance(one.reading, Absent)}
    return tuple(
        one._replace(
            running=tuple(
                _line(each, one, names)
                for each in seen
                if each.surface.stream == one.stream and not _is_left_out(each, elsewhere)
            )
        )
        for one in overviews
    )


def _is_left_out(one: Seen, elsewhere: set[str]) -> bool:
    """Say whether an environment, which runs others of us, has no use for this surface."""
    absent = isinstance(one.reading, Absent)
    return absent and one.surface.kind != "chart" and one.deployment in elsewhere


def _names(seen: Sequence[Seen], ask: Asking) -> Mapping[tuple[str, str], str]:
    """Return the tags of the images that run by a digest alone, by repository and digest."""
    bare = {
        (repository(one.surface), one.reading.digest): one.surface
        for one in seen
        if isinstance(one.reading, Found) and not one.reading.version and one.reading.digest
    }
    if not bare:
        return {}
    images = {name: surface for (name, _), surface in bare.items()}
    wanted = [Reference(0, name, digest or "", "") for name, digest in bare]
    found = check.versions(images, wanted, ask)
    return {(one.image, one.digest): tag for one, tag in found.items() if tag}


def _line(one: Seen, overview: Overview, names: Mapping[tuple[str, str], str]) -> Running:
    reading = one.reading
    if isinstance(reading, Unknown):
        where = f"{reading.where}: " if reading.where else ""
        return Running(
            one.deployment, one.surface.id, None, None, "unknown", where + reading.reason
        )
    if isinstance(reading, Absent):
        detail = f"{reading.where}: {reading.reason}"
        return Running(one.deployment, one.surface.id, None, None, "missing", detail)
    version = reading.version
    if not version and reading.digest:
        version = names.get((repository(one.surface), reading.digest), "")
    state, why = _state(one.surface, version, overview)
    if reading.problems:
        state, why = "failing", "; ".join(problem.message for problem in reading.problems)
    shown = version or shown_version(reading)
    detail = ", ".join(filter(None, (why, *_details(reading))))
    return Running(one.deployment, one.surface.id, shown, reading.digest, state, detail)


def _details(reading: Found) -> Iterator[str]:
    """Yield what is to be known of a Helm release, or who uses the image."""
    notes = reading.notes
    if "revision" in notes:
        yield f"revision {notes['revision']} {notes['status']}"
        if notes.get("app-version"):
            yield f"app version {notes['app-version']}"
    if "users" in notes:
        yield notes["users"]


def _state(surface: Surface, text: str, overview: Overview) -> tuple[str, str]:
    if not text:
        return "unknown", "a digest that no release tag leads to"
    if overview.release is None:
        return "unknown", "no release is known to hold it against"
    released = Version.parse(overview.release)
    try:
        return _state_of_nightly(surface, Nightly.parse(text), overview)
    except VersionError:
        pass
    try:
        version = Version.parse(_without_affixes(surface, text))
    except VersionError:
        return "unknown", "a tag that names no version"
    if version == released:
        return "current", ""
    return ("behind", f"{released} is out") if version < released else ("ahead", "")


def _state_of_nightly(surface: Surface, night: Nightly, overview: Overview) -> tuple[str, str]:
    line = next((one for one in overview.lines if one.id == surface.id), None)
    if line is None or line.state == "unknown":
        return "unknown", "which nightlies there are is not known"
    if line.nightly is not None and Nightly.parse(line.nightly).date > night.date:
        return "behind", f"{line.nightly} is out"
    return "current", "a nightly"


def _without_affixes(surface: Surface, text: str) -> str:
    """Return what stands at the place of the version in an image's tag."""
    before, found, after = str(surface.options.get("tag", "")).partition("{version}")
    return text.removeprefix(before).removesuffix(after) if found else text
