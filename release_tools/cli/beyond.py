"""What ``verify-surfaces`` does for the columns beyond the source; imported only for them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from release_tools.flows import surfaces
from release_tools.flows.waiting import duration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.config import Project
    from release_tools.model import Table


def look(
    project: Project, version: str | None, tag: str | None, options: Mapping[str, Any]
) -> Table:
    """Fill and judge the columns that the options ask for, and write the ledger."""
    from release_tools.cli import progress

    wait = options.get("wait")
    given: dict[str, Any] = {
        name: options[name] for name in surfaces.Wish._fields if options.get(name) is not None
    }
    wish = surfaces.Wish(**given | {"wait": None if wait is None else duration(wait)})
    with progress.shown(sys.stderr) as shown:
        table = surfaces.look(
            project,
            version,
            tag=tag,
            stream=options["stream"],
            wish=wish,
            told=surfaces.Told(shown.counted, shown.awaiting),
        )
    _record(project, table, options)
    return table


def _record(project: Project, table: Table, options: Mapping[str, Any]) -> None:
    """Write the ledger where that was asked for."""
