"""``pin``: read digests out of the published column into manifests, values and variables."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import (
    AbsentError,
    MalformedError,
    RefusedError,
    UnreadableError,
    UsageError,
)
from release_tools.flows import asking
from release_tools.flows.load import load
from release_tools.flows.published import Published
from release_tools.flows.verify import verify
from release_tools.formats import pins
from release_tools.formats.pins import Pin
from release_tools.kinds import base
from release_tools.model import FileChange, Stage, Verdict
from release_tools.reading import Absent, Found, Wanted
from release_tools.version import Version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.config import Project
    from release_tools.flows.asking import Asking
    from release_tools.model import Row, Surface, Table
    from release_tools.reading import Coordinates


HEAD = "# Every image of ours in this chart, pinned. Made by release-tools pin.\n"
"""What the values file begins with."""


class Pinned(NamedTuple):
    """What a version is pinned to, and the files that change for it, not written yet."""

    table: Table
    pins: tuple[Pin, ...]
    chart: tuple[str, str] | None
    changes: tuple[FileChange, ...]

    def variables(self) -> dict[str, str]:
        """Return what Makefiles take: the tag of the images, the version of the chart."""
        found = {"DOCKER_TAG": self.pins[0].tag} if self.pins else {}
        return found | ({"CHART_VERSION": self.chart[0]} if self.chart else {})


class Checked(NamedTuple):
    """One pinned reference: where, to what, and what became of it."""

    path: str
    line: int
    image: str
    digest: str
    verdict: Verdict
    message: str


def plan(
    directory: str,
    version: str | None,
    *,
    stream: str | None = None,
    into: Sequence[str] = (),
    config: str | None = None,
) -> Pinned:
    """Look every image and chart of the version up, and plan the edits of ``into``.

    Raises RefusedError ``surface-unpublished`` where one of them is not there as it should be,
    UnreadableError where that cannot be told: then nothing is pinned.
    """
    project = load(directory, config=config)
    with asking.of_project(project) as ask:
        table = _table(project, version, stream, ask)
    rows = [row for row in table.streams[0].rows if row.surface.kind in ("image", "chart")]
    found = tuple(_pin(row) for row in rows if row.surface.kind == "image" and _refused(row))
    charts = [_reading(row) for row in rows if row.surface.kind == "chart" and _refused(row)]
    if not found and not charts:
        raise UsageError("the stream has no images and no charts", hint="name another: --stream")
    chart = (charts[0].version, charts[0].digest or "") if charts else None
    changes = tuple(_change(path, found) for path in into)
    return Pinned(table, found, chart, tuple(one for one in changes if one.before != one.after))


def apply(made: Pinned) -> None:
    """Write every file of the plan, all or none; raises as a bump does."""
    from release_tools.adapters.state import state_dir
    from release_tools.adapters.transaction import Transaction

    if not made.changes:
        return
    root = os.path.commonpath([os.path.dirname(one.path) for one in made.changes])
    below = [one._replace(path=os.path.relpath(one.path, root)) for one in made.changes]
    Transaction(root, state_dir(root)).apply(below)


def check(
    directory: str, files: Sequence[str], *, config: str | None = None
) -> tuple[Checked, ...]:
    """Say of every pinned reference to our images whether its digest is there, and which it is."""
    project = load(directory, config=config)
    images = [one for one in project.surfaces if one.kind == "image"]
    if not images:
        raise UsageError("no image is configured", hint="name them in release-tools.toml")
    with asking.of_project(project) as ask:
        return tuple(
            _checked(path, surface, reference, ask)
            for path in files
            for surface in images
            for reference in pins.read(_text(path), _name(surface))
        )


def _table(project: Project, version: str | None, stream: str | None, ask: Asking) -> Table:
    name = project.stream_or_first(stream).name
    return verify(project, version, stream=name, columns=(Published(ask),))


def _refused(row: Row) -> bool:
    """Return whether there is something to pin; raise where it is not as it should be."""
    cell = next((one for one in row.cells if one.stage is Stage.PUBLISHED), None)
    if cell is None or cell.verdict is Verdict.UNCHECKED:
        return False
    why = f"{row.surface.id}: {cell.reason or cell.verdict}"
    if cell.verdict is Verdict.UNKNOWN:
        raise UnreadableError(f"nothing is pinned: {why}", hint="try again, or log in")
    if cell.verdict is not Verdict.AGREES:
        raise RefusedError("surface-unpublished", f"nothing is pinned: {why}")
    return True


def _reading(row: Row) -> Found:
    found = next(one.reading for one in row.cells if one.stage is Stage.PUBLISHED)
    assert isinstance(found, Found)  # noqa: S101 - what agrees was found
    return found


def _pin(row: Row) -> Pin:
    found = _reading(row)
    return Pin(_name(row.surface), found.version, str(found.digest))


def _name(surface: Surface) -> str:
    return f"{surface.options['registry']}/{surface.name}"


def _text(path: str) -> str:
    from release_tools.adapters.disk import DiskTree

    folder, name = os.path.split(os.path.abspath(path))
    try:
        return DiskTree(folder).read(name)
    except AbsentError as error:
        raise UsageError(f"there is no file {path!a}", hint="check its name") from error


def _change(path: str, found: Sequence[Pin]) -> FileChange:
    before = _text(path)
    try:
        after = pins.pin(before, found)
    except MalformedError as error:
        error.path = path
        raise
    return FileChange(os.path.realpath(path), before, after, ())


def _checked(path: str, surface: Surface, reference: pins.Reference, ask: Asking) -> Checked:
    from release_tools.kinds import stages
    from release_tools.registries import oci

    kind = stages.publishing("image")
    where = kind.published(surface, ask.addresses) if kind else None
    if where is None:
        raise AssertionError(surface.id)
    at = where[1]
    seen = oci.read_digest(at, reference.digest, ask.transport)
    line = path, reference.line, reference.image, reference.digest
    if isinstance(seen, Absent):
        return Checked(*line, Verdict.MISSING, f"the digest is not there any more: {seen.reason}")
    if not isinstance(seen, Found):
        return Checked(*line, Verdict.UNKNOWN, seen.reason)
    if not reference.tag:
        return Checked(*line, Verdict.UNCHECKED, "it is there; no tag is noted beside it")
    return Checked(*line, *_held(at, reference, ask))


def _held(at: Coordinates, reference: pins.Reference, ask: Asking) -> tuple[Verdict, str]:
    """Hold a digest against what the tag noted beside it leads to."""
    from release_tools.registries import oci

    wanted = Wanted(Version((0, 0, 0)), reference.tag)  # only the tag is looked at
    tagged = oci.read(at, wanted, ask.transport)
    if not isinstance(tagged, Found):
        verdict = Verdict.MISSING if isinstance(tagged, Absent) else Verdict.UNKNOWN
        return verdict, f"the tag {reference.tag} is not to be read: {tagged.reason}"
    if tagged.digest == reference.digest:
        return Verdict.AGREES, f"it is {reference.tag}"
    for child in tagged.platforms or ():
        if child.digest == reference.digest:
            return (
                Verdict.DIFFERS,
                f"it is {reference.tag} for {child.name} alone: pin the index {tagged.digest}",
            )
    return Verdict.DIFFERS, f"{reference.tag} is {tagged.digest}"


def values(directory: str, made: Pinned, *, digests: bool, config: str | None = None) -> str:
    """Return a values file that pins every image where the charts of the stream take it from.

    Raises UsageError where no chart's ``values.yaml`` mentions one.
    """
    project = load(directory, config=config)
    charts = [row.surface for row in made.table.streams[0].rows if row.surface.kind == "chart"]
    return overlay_of(project, charts, made.pins, digests=digests)


def overlay_of(
    project: Project, charts: Sequence[Surface], found: Sequence[Pin], *, digests: bool
) -> str:
    """Return the values that pin the images where these charts take them from; see ``values``."""
    import yaml

    from release_tools.formats import overlay
    from release_tools.formats.values import read

    laid: dict[str, object] = {}
    for chart in charts:
        path = base.beside(chart.path, "values.yaml")
        if project.tree.exists(path):
            for document in read(project.tree.read(path)):
                overlay.lay(laid, overlay.of(document, found, digests=digests))
    if not laid:
        raise UsageError(
            "no values.yaml of a chart mentions one of the images", hint="pin files with --into"
        )
    return HEAD + yaml.safe_dump(laid, sort_keys=False, width=1000)
