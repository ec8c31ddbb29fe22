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
    told: set[Concurrency] = set()
    for row in (row for row in rows if not row.accidental):
        for cell in row.cells:
            if cell.publishes and cell.tag.stream.name in row.streams:
                for group in _groups(pipeline, row.workflow, cell.tag):
                    if group not in told:
                        told.add(group)
                        yield from _judge(pipeline, row.workflow, cell.tag, group)


def _groups(pipeline: Pipeline, workflow: Workflow, tag: Tag) -> Iterator[Concurrency]:
    """Yield the groups of what publishes: a called workflow waits in its own and its caller's."""
    for act in pipeline.on_tag(workflow, tag):
        if act.deed.kind is not Kind.TAG:
            jobs = (job.concurrency for job in (act.at.job, *act.at.above))
            yield from filter(None, (workflow.concurrency, act.at.workflow.concurrency, *jobs))


def _judge(
    pipeline: Pipeline, workflow: Workflow, tag: Tag, group: Concurrency
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
            path=group.path,
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
            path=group.path,
            line=group.group.line,
            column=group.group.column,
        )


def _surely(value: Any) -> bool:
    return value == "true" or (not isinstance(value, str) and truth_of(value) is True)
