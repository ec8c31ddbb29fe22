"""The checks of the gate, as people and programs read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.checks import Say
from release_tools.model import Stage
from release_tools.reading import Found
from release_tools.reports import safe
from release_tools.reports.markdown import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.checks import Check
    from release_tools.model import Table

_COLOURS = {Say.OPEN: "\x1b[32m", Say.CLOSED: "\x1b[31m", Say.UNSURE: "\x1b[33m"}
_RESET = "\x1b[0m"


def as_text(checks: Sequence[Check], *, colour: bool) -> str:
    """Return a line for each check: its name, its answer, and why."""
    names = max((len(check.name) for check in checks), default=0)
    says = max((len(_say(check)) for check in checks), default=0)
    lines = []
    for check in checks:
        say = _say(check).ljust(says)
        if colour:
            say = f"{_COLOURS[check.say]}{say}{_RESET}"
        lines.append(f"{check.name:{names}}  {say}  {_why(check)}\n")
    return "".join(lines)


def as_markdown(checks: Sequence[Check]) -> str:
    """Return a table with a row for each check."""
    rows = (f"| {check.name} | {_say(check)} | {escape(_why(check))} |\n" for check in checks)
    return "| check | answer | why |\n|---|---|---|\n" + "".join(rows)


def data(checks: Sequence[Check]) -> list[dict[str, Any]]:
    """Return the checks as plain values for the JSON report."""
    return [
        {
            "name": check.name,
            "say": check.say.value,
            "hard": check.hard,
            "reason": check.reason,
            "hint": check.hint,
            "waived": check.waived,
        }
        for check in checks
    ]


def published(table: Table) -> list[dict[str, Any]]:
    """Return what is published of each surface as plain values for the JSON report."""
    return [
        {
            "id": row.surface.id,
            "verdict": cell.verdict.value,
            "version": cell.found,
            "digest": cell.reading.digest if isinstance(cell.reading, Found) else None,
        }
        for one in table.streams
        for row in one.rows
        for cell in row.cells
        if cell.stage is Stage.PUBLISHED
    ]


def _say(check: Check) -> str:
    say = check.say.value
    return f"{say} (waived)" if check.waived is not None and check.say is not Say.OPEN else say


def _why(check: Check) -> str:
    waived = f"; waived: {check.waived}" if check.waived and check.say is not Say.OPEN else ""
    return safe(check.reason + waived)
