"""Publishers that another run cancels, running or waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.model import Severity
from release_tools.rules.findings import finding
from release_tools.rules.workflows import events
from release_tools.rules.workflows.commands import Kind
from release_tools.rules.workflows.conditions import UNKNOWN, resolve, truth_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.model import Finding
    from release_tools.rules.workflows.pipeline import Pipeline, Tag
    from release_tools.rules.workflows.table import Row
    from release_tools.rules.workflows.workflow import Concurrency, Workflow


def check(pipeline: Pipeline, rows: tuple[Row, ...]) -> Iterator[Finding]:
    """Find ``cancel-in-progress`` on publishers, and groups that several tags share."""
    told: set[tuple[str, int]] = set()
    for row in (row for row in rows if not row.accidental):
        for tag, cell in zip(pipeline.facts.tags, row.cells, strict=True):
            if cell.start is None or not cell.publishes or tag.stream.name not in row.streams:
                continue
            for path, group in _groups(pipeline, row.workflow, tag):
                if (path, group.line) not in told:
                    told.add((path, group.line))
                    yield from _judge(pipeline, row.workflow, tag, path, group)


def _groups(pipeline: Pipeline, workflow: Workflow, tag: Tag) -> Iterator[tuple[str, Concurrency]]:
    if workflow.concurrency is not None:
        yield workflow.path, workflow.concurrency
    for act in pipeline.on_tag(workflow, tag):
        if act.deed.kind is Kind.TAG:
            continue
        for job in (act.at.job, *act.at.above):
            path = workflow.path if job in act.at.above else act.path
            if job.concurrency is not None:
                yield path, job.concurrency


def _judge(
    pipeline: Pipeline, workflow: Workflow, tag: Tag, path: str, group: Concurrency
) -> Iterator[Finding]:
    def name(of: str, text: str) -> Any:
        event = events.pushed_tag(of, pipeline.facts.repository)
        known = {"github.workflow": workflow.name}
        return resolve(text, lambda asked: known.get(asked) or event.lookup(asked))

    ours = name(tag.name, group.group.text)
    if ours is UNKNOWN:
        return
    shared = ours == name(f"{tag.name}0", group.group.text)
    cancel = group.cancel
    cancels = cancel is not None and name(tag.name, cancel.text) not in {"false", False}
    if cancel is not None and cancels and _surely(name(tag.name, cancel.text)):
        whom = "the run of any other tag" if shared else "a second push of the same tag"
        found = finding(
            "publisher-cancelled",
            f"{whom} cancels this publisher in the middle (group {group.group.text})",
            stream=tag.stream.name,
            path=path,
            line=cancel.line,
            column=cancel.column,
        )
        yield found._replace(severity=Severity.ERROR) if shared else found
    elif shared and not cancels:
        yield finding(
            "concurrency-drops-pending",
            f"all tags share the group {group.group.text}: of those that wait, GitHub keeps only "
            "the last",
            stream=tag.stream.name,
            path=path,
            line=group.group.line,
            column=group.group.column,
        )


def _surely(value: Any) -> bool:
    return value == "true" or (not isinstance(value, str) and truth_of(value) is True)
