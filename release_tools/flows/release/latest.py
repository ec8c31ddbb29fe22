"""``--move-latest``: point the image tag ``latest`` at the very digests that were verified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.model import Stage
from release_tools.reading import Found
from release_tools.reports.ledger import repository_of

if TYPE_CHECKING:
    from release_tools.flows.gate.case import Case
    from release_tools.model import Table

LATEST = "latest"


def move(case: Case, table: Table) -> list[str]:
    """Tag the index of every image of the stream; return a line for each.

    Raises UnreadableError where a registry does not take it; a rerun goes on.
    """
    from release_tools.adapters import oras_retag

    lines: list[str] = []
    for one in table.streams:
        for row in one.rows:
            found = next((c.reading for c in row.cells if c.stage is Stage.PUBLISHED), None)
            where = repository_of(found.where) if isinstance(found, Found) else None
            if row.surface.kind != "image" or where is None or not isinstance(found, Found):
                continue
            moved = oras_retag.retag(*where, str(found.digest), LATEST)
            said = "now" if moved else "already"
            lines.append(f"{row.surface.id}: latest is {said} {found.digest} ({case.tag})")
    return lines
