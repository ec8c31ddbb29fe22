"""The notes of a GitHub Release: what changed, and a table of what was published where."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.reports import safe
from release_tools.reports.markdown import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT = 125_000
"""Characters that GitHub takes for the notes of a release, its marker included."""
_RESERVE = 1_000  # for the marker of the run
_CUT = "\n\n*The rest is left out: GitHub takes no more than 125,000 characters.*\n"


class Line(NamedTuple):
    """One surface: its id, its version there, its digest, and the command that installs it."""

    surface: str
    version: str
    digest: str | None
    install: str


def render(changes: str, lines: Sequence[Line]) -> str:
    """Return the notes: what changed as it was given, then the table; cut to GitHub's limit.

    The table is never cut: it is what people pin.
    """
    table = _table(lines) if lines else ""
    room = LIMIT - _RESERVE - len(table)
    text = changes.strip()
    if len(text) > room:
        text = text[: room - len(_CUT)].rsplit("\n", 1)[0] + _CUT
    return f"{text}\n\n{table}".strip() + "\n" if table else f"{text}\n"


def _table(lines: Sequence[Line]) -> str:
    rows = (
        f"| {escape(safe(line.surface))} | {escape(safe(line.version))} | {_install(line)} |\n"
        for line in lines
    )
    digests = [f"{line.surface} {line.digest}" for line in lines if line.digest]
    block = "\n".join(map(safe, digests))
    listed = f"\n<details><summary>Digests</summary>\n\n```text\n{block}\n```\n\n</details>\n"
    head = "## Published\n\n| surface | version | install |\n|---|---|---|\n"
    return head + "".join(rows) + (listed if digests else "")


def _install(line: Line) -> str:
    return f"<code>{escape(safe(line.install))}</code>"
