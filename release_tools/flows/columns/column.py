"""What fills a column beyond the source: one value for each stream, joined by ``flows.verify``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from release_tools.config import Project
    from release_tools.model import Cell, Finding, Stage, StreamTable, Surface


class Filled(NamedTuple):
    """One column of one stream.

    ``cells`` are those of the stream's surfaces, by id; a surface whose kind does not have this
    stage is left out.  ``rows`` are of what only this column knows: the git tag, the GitHub
    Release.
    """

    cells: Mapping[str, Cell]
    rows: tuple[tuple[Surface, Cell], ...] = ()
    findings: tuple[Finding, ...] = ()


class Column(Protocol):
    """Fills one stage of all streams at once."""

    stage: Stage

    def fill(self, project: Project, tables: Sequence[StreamTable]) -> Mapping[str, Filled]:
        """Return the column of every stream in ``tables``, by its name.

        The tables hold the source column, and with it the expected version.
        """


class Together:
    """Parts of one stage that are filled at the same time; satisfies ``Column``.

    Where two parts fill the cell of one surface, the later one counts.
    """

    def __init__(self, *parts: Column) -> None:
        self.stage = parts[0].stage
        self._parts = parts

    def fill(self, project: Project, tables: Sequence[StreamTable]) -> Mapping[str, Filled]:
        """Fill the first part on this thread, the others each on one of its own."""
        from release_tools.adapters import side_by_side

        first, *others = self._parts
        begun = [side_by_side.begin(partial(part.fill, project, tables)) for part in others]
        filled = [first.fill(project, tables), *(wait() for wait in begun)]
        return {
            table.stream.name: _merged([part[table.stream.name] for part in filled])
            for table in tables
        }


def _merged(parts: Sequence[Filled]) -> Filled:
    return Filled(
        {id_: cell for part in parts for id_, cell in part.cells.items()},
        tuple(row for part in parts for row in part.rows),
        tuple(finding for part in parts for finding in part.findings),
    )
