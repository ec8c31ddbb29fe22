"""Fill the deployed column: ask every environment what it runs, and judge that."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from release_tools.errors import VersionError
from release_tools.flows.columns import deployments, running
from release_tools.flows.columns.column import Filled
from release_tools.kinds import stages
from release_tools.model import Cell, Stage, Verdict
from release_tools.reading import Absent, Found, Wanted
from release_tools.rules import deployed as rules
from release_tools.steps import shown_version
from release_tools.version import Nightly

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from release_tools.config import Project
    from release_tools.model import Finding, Row, Runner, StreamTable, Surface
    from release_tools.steps import Seen
    from release_tools.version import Version


class Deployed:
    """The deployed column of ``verify-surfaces``; satisfies ``columns.Column``.

    It asks every table of ``[deployments]``, or the one place that ``context``, ``namespace`` and
    ``release`` say.  ``runner`` runs the client programs.
    """

    stage = Stage.DEPLOYED

    def __init__(
        self,
        context: str | None = None,
        namespace: str | None = None,
        release: str | None = None,
        *,
        runner: Runner | None = None,
    ) -> None:
        self._given = deployments.Given(context=context, namespace=namespace, release=release)
        self._runner = runner

    def fill(self, project: Project, tables: Sequence[StreamTable]) -> Mapping[str, Filled]:
        """Ask all environments side by side; see ``columns.Column.fill``."""
        surfaces = [row.surface for table in tables for row in table.rows]
        seen = look(project, surfaces, self._given, self._runner)
        return {table.stream.name: _judged(table, seen) for table in tables}


def look(
    project: Project,
    surfaces: Sequence[Surface],
    given: deployments.Given | None = None,
    runner: Runner | None = None,
) -> tuple[Seen, ...]:
    """Return what every environment runs of the surfaces, not judged.

    Raises UsageError where there is no environment to ask, or a name in it is none.
    """
    from release_tools.adapters import side_by_side
    from release_tools.adapters.process import Process

    asked = deployments.every(project, given)
    runner = runner or Process()
    work = [partial(running.look, one, surfaces, runner) for one in asked]
    return tuple(seen for answers in side_by_side.ask(work) for seen in answers)


def wanted(surface: Surface, expected: Version | Nightly) -> Wanted | None:
    """Return what a release of ``expected`` is called as this surface; None for a kind without.

    Raises VersionError where its ecosystem cannot express the version.
    """
    kind = stages.publishing(surface.kind)
    if kind is None:
        return None
    try:
        return kind.wanted(surface, expected, ())
    except VersionError:
        if not isinstance(expected, Nightly):
            raise
        return Wanted(expected, f"nightly-{expected.date:%Y%m%d}")


def _judged(table: StreamTable, seen: Sequence[Seen]) -> Filled:
    """Judge what was seen of one stream; a surface that nothing can run has no cell."""
    cells: dict[str, Cell] = {}
    findings: list[Finding] = []
    ours = [one for one in seen if one.surface.stream == table.stream.name]
    there = {one.deployment for one in ours if not isinstance(one.reading, Absent)}
    for row in table.rows:
        looks = [one for one in ours if one.surface.id == row.surface.id]
        if looks:
            cell, found = _cell(table, row, looks, there)
            cells[row.surface.id] = cell
            findings += found
    return Filled(cells, (), tuple(findings))


def _cell(
    table: StreamTable, row: Row, looks: Sequence[Seen], there: Collection[str]
) -> tuple[Cell, tuple[Finding, ...]]:
    expected = table.version or table.nightly
    try:
        want = None if expected is None else wanted(row.surface, expected)
    except VersionError as error:
        return Cell(Stage.DEPLOYED, Verdict.DIFFERS, reason=error.message), ()
    if want is None:
        text = ", ".join(filter(None, (shown_version(one.reading) for one in looks)))
        reason = "no version is expected"
        return Cell(Stage.DEPLOYED, Verdict.UNKNOWN, text or None, reason=reason), ()
    served = (cell.reading for cell in row.cells if cell.stage is Stage.PUBLISHED)
    published = next((one for one in served if isinstance(one, Found)), None)
    return rules.judge(looks, want, published, there)
