"""``pin``: read digests out of the published column into manifests, values and variables."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import (
    AbsentError,
    MalformedError,
    RefusedError,
    UnreadableError,
    UsageError,
)
from release_tools.flows.columns import asking
from release_tools.flows.columns.published import Published
from release_tools.flows.load import load
from release_tools.flows.root import refuse_pending
from release_tools.flows.verify import verify
from release_tools.formats import pins
from release_tools.formats.pins import Pin
from release_tools.kinds import base
from release_tools.model import FileChange, Stage, Verdict
from release_tools.reading import Found
from release_tools.rules.findings import finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.config import Project
    from release_tools.flows.columns.asking import Asking
    from release_tools.model import Cell, Finding, Row, Surface, Table

HEAD = "# Every image of ours in this chart, pinned. Made by release-tools pin.\n"
"""What the values file begins with."""


class Request(NamedTuple):
    """What to pin, and where: ``into`` are files, ``output`` a values file to make.

    ``digests`` puts digests behind tags where a chart has no key for them; ``force`` replaces
    another values file.
    """

    version: str | None = None
    stream: str | None = None
    digests: bool = False
    into: tuple[str, ...] = ()
    output: str | None = None
    force: bool = False


class Pinned(NamedTuple):
    """What a version is pinned to, and the files that change for it, not written yet.

    A finding that is an error is a refusal: nothing is written then.
    """

    root: str
    pins: tuple[Pin, ...]
    chart: tuple[str, str] | None
    changes: tuple[FileChange, ...]
    findings: tuple[Finding, ...]

    def variables(self) -> dict[str, str]:
        """Return what Makefiles take: the tag of the images, the version of the chart."""
        found = {"DOCKER_TAG": self.pins[0].tag} if self.pins else {}
        return found | ({"CHART_VERSION": self.chart[0]} if self.chart else {})


def plan(directory: str, request: Request, *, config: str | None = None) -> Pinned:
    """Look every image and chart of the version up, and plan the files.

    Raises RefusedError ``surface-unpublished`` where one of them is not there as it should be,
    UnreadableError where that cannot be told, UnsafePinError for a reference that cannot be
    edited: then nothing is pinned.
    """
    project = load(directory, config=config)
    shared = _shared(project.root, [*request.into, *filter(None, [request.output])])
    if shared != os.path.realpath(project.root):
        refuse_pending(shared, f"-C {shlex.quote(shared)} ")
    name = project.stream_or_first(request.stream).name
    with asking.of_project(project) as ask:
        table = _table(project, request.version, name, ask)
    rows = [row for row in table.streams[0].rows if row.surface.kind in ("image", "chart")]
    readings = _readings(table, rows)
    if not readings:
        raise UsageError("the stream has no images and no charts", hint="name another: --stream")
    surfaces = {row.surface.id: row.surface for row in rows}
    found = tuple(
        Pin(_name(surfaces[id_]), reading.version, str(reading.digest))
        for id_, reading in readings.items()
        if surfaces[id_].kind == "image"
    )
    charts = [one for one in surfaces.values() if one.kind == "chart"]
    of = next((readings[one.id] for one in charts if one.id in readings), None)
    made = Pinned(project.root, found, (of.version, of.digest or "") if of else None, (), ())
    for path in request.into:
        made = _into(made, path)
    if request.output is None:
        return made
    text = overlay_of(project, charts, found, digests=request.digests)
    return _output(made, request.output, text, force=request.force)


def _table(project: Project, version: str | None, stream: str, ask: Asking) -> Table:
    return verify(project, version, stream=stream, columns=(Published(ask, released=True),))


def _readings(table: Table, rows: Sequence[Row]) -> dict[str, Found]:
    """Return what was found, by surface; raise where one of them is not as it should be."""
    cells = {row.surface.id: cell for row in rows if (cell := _published(row)) is not None}
    bad = {id_: c for id_, c in cells.items() if c.verdict in (Verdict.MISSING, Verdict.DIFFERS)}
    doubt = {id_: c for id_, c in cells.items() if c.verdict is Verdict.UNKNOWN}
    for found in (bad, doubt):
        said = [one for one in table.findings if one.surface in found and one.stage is _STAGE]
        each = list(dict.fromkeys(f"{one.surface}: {one.message}" for one in said)) or list(found)
        more = f"; and {len(each) - _SAID} more" if len(each) > _SAID else ""
        why = f"nothing is pinned: {'; '.join(each[:_SAID])}{more}"
        version = table.streams[0].version
        hint = f"release-tools verify-surfaces {version} --published says it of each"
        if found is bad and bad:
            raise RefusedError("surface-unpublished", why, hint=hint)
        if found:
            raise UnreadableError(why, hint=hint)
    return {id_: c.reading for id_, c in cells.items() if isinstance(c.reading, Found)}


_STAGE = Stage.PUBLISHED
_SAID = 1
"""Surfaces of which it is said why nothing is pinned; the others are counted."""


def _published(row: Row) -> Cell | None:
    return next((one for one in row.cells if one.stage is _STAGE), None)


def _name(surface: Surface) -> str:
    return f"{surface.options['registry']}/{surface.name}"


def _into(made: Pinned, path: str) -> Pinned:
    before = text_of(path)
    try:
        edited = pins.pin(before, made.pins)
    except MalformedError as error:
        error.path = path
        raise
    where = os.path.realpath(path)
    if any(one.path == where for one in made.changes):
        return made  # it was named twice
    findings = made.findings
    if not edited.references:
        said = finding("pin-nothing", "it mentions none of our images", path=path)
        findings = (*findings, said)
    edits = tuple(edit._replace(path=where) for edit in edited.edits)
    change = FileChange(where, before, edited.text, edits)
    return made._replace(changes=(*made.changes, change), findings=findings)


def _output(made: Pinned, path: str, text: str, *, force: bool) -> Pinned:
    """Plan the values file: a new one, or the same again."""
    where = os.path.realpath(path)
    new = not os.path.lexists(where)
    before = "" if new else text_of(path)
    made = made._replace(changes=(*made.changes, FileChange(where, before, text, (), new)))
    if before in ("", text) or force:
        return made
    said = finding("values-differ", "there are other values in it", path=path)
    return made._replace(findings=(*made.findings, said))


def text_of(path: str) -> str:
    """Return the text of a file that the command line names; raises UsageError without it."""
    from release_tools.adapters.disk import DiskTree

    folder, name = os.path.split(os.path.abspath(path))
    try:
        return DiskTree(folder).read(name)
    except AbsentError as error:
        raise UsageError(f"there is no file {path!a}", hint="check its name") from error


def apply(made: Pinned) -> None:
    """Write every file of the plan, all or none; raises as a bump does."""
    from release_tools.adapters.state import state_dir
    from release_tools.adapters.transaction import Transaction

    changes = [one for one in made.changes if one.before != one.after]
    root = _shared(made.root, [one.path for one in made.changes])
    if changes or os.path.lexists(state_dir(root)):  # what a killed run left goes now
        Transaction(root, state_dir(root)).apply(
            [one._replace(path=os.path.relpath(one.path, root)) for one in changes]
        )


def _shared(root: str, paths: Sequence[str]) -> str:
    """Return the folder below which all is written: the project's, if all of it is in there."""
    root, where = os.path.realpath(root), [os.path.realpath(one) for one in paths]
    if all(os.path.commonpath([root, one]) == root for one in where):
        return root
    return os.path.commonpath([os.path.dirname(one) for one in where])


def overlay_of(
    project: Project, charts: Sequence[Surface], found: Sequence[Pin], *, digests: bool
) -> str:
    """Return a values file that pins the images where these charts take them from.

    Raises UsageError where no chart's ``values.yaml`` mentions one.
    """
    import yaml

    from release_tools.formats import overlay
    from release_tools.formats.values import read

    laid: dict[str, object] = {}
    for chart in charts:
        path = base.beside(chart.path, "values.yaml")
        if project.tree.exists(path):
            with base.naming(path):
                for document in read(project.tree.read(path)):
                    overlay.lay(laid, overlay.of(document, found, digests=digests))
    if not laid:
        raise UsageError(
            "no values.yaml of a chart mentions one of the images", hint="pin files with --into"
        )
    return HEAD + yaml.safe_dump(laid, sort_keys=False, width=1000)
