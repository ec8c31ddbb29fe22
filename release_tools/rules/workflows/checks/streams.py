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
    from release_tools.rules.workflows.pipeline import Act, Pipeline, Tag
    from release_tools.rules.workflows.table import Cell, Row
    from release_tools.rules.workflows.triggers import Start


def check(pipeline: Pipeline, rows: tuple[Row, ...]) -> Iterator[Finding]:
    """Find tags that cross streams, publishers that every tag starts, nightlies that release."""
    tags = pipeline.facts.tags
    for row in rows:
        told: set[str] = set()
        pairs = [(tag, cell) for tag, cell in zip(tags, row.cells, strict=True) if cell.start]
        if row.accidental:
            yield from _unfiltered(row, pairs)
            continue
        for tag, cell in sorted(pairs, key=lambda pair: pair[1].mark is not Mark.CROSSES):
            foreign = tag.stream.name not in row.streams and tag.stream.name not in told
            if foreign and (cell.mark is Mark.CROSSES or _opaque(row, cell)):
                told.add(tag.stream.name)
                found = _crossing(row, tag, cell)
                acts = pipeline.on_tag(row.workflow, tag)
                yield found._replace(severity=_severity(pipeline, cell, acts))
        yield from _nightly(row, [pair for pair in pairs if pair[0].stream.name in row.streams])


def _crossing(row: Row, tag: Tag, cell: Cell) -> Finding:
    assert cell.start is not None  # noqa: S101 - the caller has looked
    whose = " and ".join(row.streams)
    does = f"would publish {_kinds(cell)}" if cell.publishes else "publishes nothing that is known"
    return finding(
        "workflow-crosses-streams",
        f"{_why(cell.start)} lets the tag {tag.name} of stream {tag.stream.name} start this "
        f"workflow of stream {whose}, which {does}",
        hint=f"begin with `release-tools gate --stream {row.streams[0]}` and let the other jobs "
        f"wait for its proceed, or add '!{tag.stream.tag.partition('{')[0]}*' below the pattern",
        stream=tag.stream.name,
        path=row.workflow.path,
        line=cell.start.line,
        column=cell.start.column,
    )


def _severity(pipeline: Pipeline, cell: Cell, acts: tuple[Act, ...]) -> Severity:
    """Return an error where it surely publishes, and it is declared or spelled out that it may not.

    A condition that cannot be evaluated may be a gate of the repository's own.
    """
    if not cell.publishes:
        return Severity.NOTE
    spelled = cell.start is not None and cell.start.pattern and cell.start.pattern.prefix
    meant = pipeline.facts.declared or spelled
    sure = any(act.certain for act in acts if act.deed.kind is not Kind.TAG)
    return Severity.ERROR if meant and sure else Severity.WARNING


def _opaque(row: Row, cell: Cell) -> bool:
    """Say whether a pattern lets the tag in, and what the workflow does is known for no tag."""
    spelled = (
        cell.start is not None and cell.start.pattern is not None and cell.start.pattern.prefix
    )
    marks = {each.mark for each in row.cells}
    return bool(spelled) and marks <= {Mark.RUNS, Mark.NOT}


def _unfiltered(row: Row, pairs: list[tuple[Tag, Cell]]) -> Iterator[Finding]:
    push, trigger = row.workflow.triggers.push, row.workflow.triggers.events["push"]
    only = "has only paths, which are not looked at for tags"
    why = only if push and push.paths else "names neither branches nor tags"
    kinds = next((_kinds(cell) for _, cell in pairs if cell.publishes), "")
    if not kinds or all(cell.mark is Mark.GATED for _, cell in pairs):
        return
    yield finding(
        "starts-on-every-tag",
        f"the push trigger {why}: every tag starts this workflow, which publishes {kinds}",
        path=row.workflow.path,
        line=trigger.line,
        column=trigger.column,
    )


def _nightly(row: Row, pairs: list[tuple[Tag, Cell]]) -> Iterator[Finding]:
    """Find the nightly tags that start a publisher of releases which no gate holds."""
    released = any(t.channel == "release" and c.mark is Mark.PUBLISHES for t, c in pairs)
    for tag, cell in pairs:
        start = cell.start
        if tag.channel != "nightly" or cell.mark is not Mark.PUBLISHES or start is None:
            continue
        if start.pattern and released:
            yield finding(
                "nightly-starts-publisher",
                f"{_why(start)} lets the nightly tag {tag.name} start this workflow as well, "
                f"which publishes {_kinds(cell)}",
                stream=tag.stream.name,
                path=row.workflow.path,
                line=start.line,
                column=start.column,
            )


def _why(start: Start) -> str:
    return f"the pattern '{start.pattern.text}'" if start.pattern else f"on: {start.event}"


def _kinds(cell: Cell) -> str:
    return ", ".join(cell.publishes)
