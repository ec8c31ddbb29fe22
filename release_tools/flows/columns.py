"""What fills a column beyond the source: one value for each stream, joined by ``flows.verify``."""

from __future__ import annotations

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
