"""What ``verify-surfaces`` does for the columns beyond the source; imported only for them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from release_tools.flows import surfaces
from release_tools.flows.columns.waiting import duration

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
    given |= {"wait": None if wait is None else duration(wait), "record": _records(options)}
    wish = surfaces.Wish(**given)
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
    """Write the ledger where that was asked for, and say on standard error what was done."""
    if not _records(options):
        return
    from release_tools.cli.stepping import tell
    from release_tools.flows.ledgers import recording
    from release_tools.model import Verdict

    if table.verdict is not Verdict.AGREES:
        tell("no ledger is written of what does not agree")
        return
    done = recording.record(
        project,
        table,
        path=options.get("ledger"),
        in_toto=options.get("in_toto"),
        attach=bool(options.get("attach")),
    )
    for words, things in (("wrote", done.written), ("left as it is", done.kept)):
        for thing in things:
            tell(f"{words}: {thing}")
    for thing in done.attached:
        tell(f"attached: {thing}")


def _records(options: Mapping[str, Any]) -> bool:
    return bool(options.get("ledger") or options.get("in_toto") or options.get("attach"))
