"""Tags that start what is not meant for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.model import Severity
from release_tools.rules.findings import finding
from release_tools.rules.workflows.commands import Kind
from release_tools.rules.workflows.table import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.model import Finding
    from release_tools.rules.workflows.pipeline import Pipeline
    from release_tools.rules.workflows.table import Cell, Row
    from release_tools.rules.workflows.triggers import Start


def check(pipeline: Pipeline, rows: tuple[Row, ...]) -> Iterator[Finding]:
    """Find tags that cross streams, publishers that every tag starts, nightlies that release."""
    for row in rows:
        if row.accidental:
            yield from _unfiltered(row)
        else:
            yield from _crossings(pipeline, row)
            yield from _nightly(row)


def _crossings(pipeline: Pipeline, row: Row) -> Iterator[Finding]:
    """Find one tag of each stream that is not meant."""
    told: set[str] = set()
    for cell in row.cells:
        stream = cell.tag.stream.name
        foreign = stream not in row.streams and stream not in told
        if cell.start and foreign and (cell.mark is Mark.CROSSES or _opaque(row, cell.start)):
            told.add(stream)
            severity = _severity(pipeline, row, cell, cell.start)
            yield _crossing(row, cell, cell.start)._replace(severity=severity)


def _crossing(row: Row, cell: Cell, start: Start) -> Finding:
    tag = cell.tag
    whose = " and ".join(row.streams)
    does = f"would publish {_kinds(cell)}" if cell.publishes else "publishes nothing that is known"
    return finding(
        "workflow-crosses-streams",
        f"{_why(start)} lets the tag {tag.name} of stream {tag.stream.name} start this "
        f"workflow of stream {whose}, which {does}",
        hint=f"begin with `release-tools gate --stream {row.streams[0]}` and let the other jobs "
        f"wait for its proceed, or add '!{tag.stream.tag.partition('{')[0]}*' below the pattern",
        stream=tag.stream.name,
        path=row.workflow.path,
        line=start.line,
        column=start.column,
    )


def _severity(pipeline: Pipeline, row: Row, cell: Cell, start: Start) -> Severity:
    """Return an error where it surely publishes, and it is declared or spelled out that it may not.

    A condition that cannot be evaluated may be a gate of the repository's own.
    """
    if not cell.publishes:
        return Severity.NOTE
    meant = pipeline.facts.declared or _spelled(start)
    acts = pipeline.on_tag(row.workflow, cell.tag)
    sure = any(act.certain for act in acts if act.deed.kind is not Kind.TAG)
    return Severity.ERROR if meant and sure else Severity.WARNING


def _opaque(row: Row, start: Start) -> bool:
    """Say whether a pattern lets the tag in, and what the workflow does is known for no tag."""
    marks = {each.mark for each in row.cells}
    return _spelled(start) and marks <= {Mark.RUNS, Mark.NOT}


def _spelled(start: Start) -> bool:
    """Say whether the pattern that let a tag in begins with something, not with a wildcard."""
    return start.pattern is not None and bool(start.pattern.prefix)


def _unfiltered(row: Row) -> Iterator[Finding]:
    push, trigger = row.workflow.triggers.push, row.workflow.triggers.events["push"]
    only = "has only paths, which are not looked at for tags"
    why = only if push and push.paths else "names neither branches nor tags"
    if all(cell.mark is Mark.GATED for cell in row.cells if cell.publishes):
        return
    yield finding(
        "starts-on-every-tag",
        f"the push trigger {why}: every tag starts this workflow, which publishes "
        f"{', '.join(row.publishes)}",
        path=row.workflow.path,
        line=trigger.line,
        column=trigger.column,
    )


def _nightly(row: Row) -> Iterator[Finding]:
    """Find the nightly tags that start a publisher of releases which no gate holds."""
    free = [cell for cell in row.cells if cell.mark is Mark.PUBLISHES]
    released = any(cell.tag.channel == "release" for cell in free)
    for cell in free if released else ():
        start = cell.start
        if cell.tag.channel == "nightly" and start and start.pattern:
            yield finding(
                "nightly-starts-publisher",
                f"{_why(start)} lets the nightly tag {cell.tag.name} start this workflow as well, "
                f"which publishes {_kinds(cell)}",
                stream=cell.tag.stream.name,
                path=row.workflow.path,
                line=start.line,
                column=start.column,
            )


def _why(start: Start) -> str:
    return f"the pattern '{start.pattern.text}'" if start.pattern else f"on: {start.event}"


def _kinds(cell: Cell) -> str:
    return ", ".join(cell.publishes)
