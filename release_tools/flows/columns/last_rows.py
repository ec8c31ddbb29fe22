"""The parts of the published column that are no package: tag and release, and what charts pull."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from release_tools.adapters.github_terms import Terms
from release_tools.errors import ReleaseToolsError
from release_tools.flows.columns import github_rows
from release_tools.flows.columns.column import Filled
from release_tools.flows.repository import clone, hub
from release_tools.model import Stage, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from release_tools.adapters.git import Repository
    from release_tools.adapters.ls_remote import RemoteRefs
    from release_tools.config import Project
    from release_tools.flows.columns.asking import Asking
    from release_tools.model import Cell, StreamTable

_WORST = (Verdict.DIFFERS, Verdict.MISSING, Verdict.UNKNOWN)


class LastRows:
    """The git tag and the GitHub Release of each stream; satisfies ``columns.Column``.

    The release waits unless ``released`` says that it is to be judged.
    """

    stage = Stage.PUBLISHED

    def __init__(self, *, released: bool) -> None:
        self._released = released

    def fill(self, project: Project, tables: Sequence[StreamTable]) -> Mapping[str, Filled]:
        """Ask the remote and GitHub at the same time; see ``columns.Column.fill``.

        A release that decides nothing is not worth asking for again.
        """
        from release_tools.adapters import side_by_side

        repository = clone.of(project)
        refs = cache(side_by_side.begin(partial(_refs, repository)))
        github = hub.looking(project, repository, Terms() if self._released else Terms(tries=1))
        releases = github.releases if github else None
        filled: dict[str, Filled] = {}
        for table in tables:
            found = github_rows.rows(
                table.stream,
                table.version or table.nightly,
                repository,
                releases,
                released=self._released,
                refs=refs,
            )
            filled[table.stream.name] = Filled({}, found.rows, found.findings)
        return filled


def _refs(repository: Repository | None) -> RemoteRefs | ReleaseToolsError | None:
    """Ask the remote once for all streams; None where there is none to ask."""
    from release_tools.adapters import ls_remote

    try:
        if repository is None or repository.remote_url() is None:
            return None
        return ls_remote.read(repository)
    except ReleaseToolsError as error:
        return error


class ChartImages:
    """Judges each published chart by the images that it pulls too; satisfies ``columns.Column``.

    ``values`` are files on disk, as ``helm --values`` takes them.
    """

    stage = Stage.PUBLISHED

    def __init__(self, ask: Asking, values: Sequence[str]) -> None:
        self._ask = ask
        self._values = values

    def fill(self, project: Project, tables: Sequence[StreamTable]) -> Mapping[str, Filled]:
        """Look every image up that a chart pulls; see ``columns.Column.fill``."""
        from release_tools.adapters.process import Process
        from release_tools.flows.columns.chart_images import closure

        filled: dict[str, Filled] = {}
        for table in tables:
            version = table.version or table.nightly
            if version is None:
                filled[table.stream.name] = Filled({})
                continue
            transport, addresses = self._ask.transport, self._ask.addresses
            found = closure(
                project,
                table.stream,
                version,
                transport,
                addresses,
                Process(project.root),
                values=self._values,
            )
            cells = {
                row.surface.id: _worse(cell, found.verdicts[row.surface.id])
                for row in table.rows
                for cell in row.cells
                if cell.stage is Stage.PUBLISHED and row.surface.id in found.verdicts
            }
            filled[table.stream.name] = Filled(cells, (), found.findings)
        return filled


def _worse(cell: Cell, verdict: Verdict) -> Cell:
    """Return the cell with the verdict on its images where that is the worse one."""
    for worst in _WORST:
        if worst in (cell.verdict, verdict):
            reason = cell.reason if cell.verdict is worst else "an image that it pulls"
            return cell._replace(verdict=worst, reason=reason)
    return cell
