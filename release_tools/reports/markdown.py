"""The table for the summary of a GitHub Actions job: GitHub Flavored Markdown.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.reports import safe
from release_tools.reports.text import cell_text, location, summaries, title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.model import Finding, StreamTable, Table

LIMIT = 1_000_000
"""Bytes of a whole report: GitHub drops a summary of more than 1 MiB altogether."""

_PLAIN = frozenset(" .-/:()·✗…\N{EN DASH}")


def render(table: Table, *, discovered: bool = False) -> str:
    """Return the report, at most ``LIMIT`` bytes, ending with a newline.

    ``discovered`` is that of the text report.  Every text that comes from a
    file is escaped, so that it cannot open a cell, a link, a mention or an element.
    """
    blocks = ["\n".join(escape(line) for line in summaries(table, discovered=discovered))]
    if table.findings:
        blocks.append("\n".join(map(line, table.findings)))
    blocks += ["\n".join(_table(stream, table)) for stream in table.streams]
    return _capped("\n\n".join(blocks) + "\n")


def _table(stream: StreamTable, table: Table) -> Iterator[str]:
    yield f"### {escape(title(stream))}\n"
    yield "| surface |" + "".join(f" {stage.value} |" for stage in table.stages)
    yield "|---|" + "---|" * len(table.stages)
    for row in stream.rows:
        by_stage = {cell.stage: cell for cell in row.cells}
        cells = [escape(cell_text(by_stage.get(stage))) for stage in table.stages]
        yield f"| {_code(safe(row.surface.id))} |" + "".join(f" {cell} |" for cell in cells)


def line(finding: Finding) -> str:
    """Return one finding as an item of a list."""
    where = location(finding)
    head = f"- **{finding.severity.value}** {_code(finding.id)}"
    text = f"{head} {_code(where)}" if where else head
    text = f"{text} {escape(safe(finding.message))}"
    return f"{text}<br>help: {escape(safe(finding.hint))}" if finding.hint else text


def _code(text: str) -> str:
    # Backticks cannot hold every text, and GitHub leaves mentions and issue numbers alone here.
    return f"<code>{escape(text)}</code>"


def escape(text: str) -> str:
    """Write everything that could be markup as a numeric reference, which never is."""
    text = "".join(char if char.isalnum() or char in _PLAIN else f"&#{ord(char)};" for char in text)
    return text.replace("://", "&#58;//").replace("www.", "www&#46;")


def _capped(text: str) -> str:
    data = text.encode()
    if len(data) <= LIMIT:
        return text
    end = data.rindex(b"\n", 0, LIMIT - 100)
    return data[:end].decode() + "\n\nThe rest is left out: see the log of this job.\n"
