"""Texts of others, pasted into a script before the shell reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.model import Severity
from release_tools.rules.findings import finding
from release_tools.rules.workflows.conditions import yields
from release_tools.rules.workflows.expressions import parse, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.model import Finding
    from release_tools.rules.workflows.pipeline import Pipeline
    from release_tools.rules.workflows.table import Row
    from release_tools.rules.workflows.workflow import Step, Workflow

_OUTSIDERS = re.compile(
    r"github\.(?:head_ref|event\.(?:"
    r"(?:issue|pull_request|discussion)\.(?:title|body)|(?:comment|review|review_comment)\.body"
    r"|pull_request\.head\.(?:ref|label|repo\.(?:default_branch|description|homepage))"
    r"|(?:head_commit|commits\..*|workflow_run\.head_commit)\.(?:message|author\.(?:name|email))"
    r"|workflow_run\.(?:head_branch|display_title|pull_requests\..*)|pages\..*\.page_name))"
)
_REFS = re.compile(
    r"github\.(?:ref|ref_name|event\.(?:ref|release\.(?:tag_name|name|body|target_commitish)))"
)
_INPUTS = re.compile(r"(?:inputs|github\.event\.inputs)\.([\w-]+)|github\.event\.client_payload.*")
_CARRIED = (  # texts, the events that carry them, and those of outsiders that run with all rights
    (re.compile(r"github\.head_ref|.*\.pull_request\."), "pull_request", {"pull_request_target"}),
    (re.compile(r".*event\.issue\."), "issue", {"issues", "issue_comment"}),
    (re.compile(r".*event\.comment\."), "comment", {"issue_comment", "discussion_comment"}),
    (re.compile(r".*event\.review"), "review", set[str]()),
    (re.compile(r".*event\.discussion\."), "discussion", {"discussion", "discussion_comment"}),
    (re.compile(r".*event\.workflow_run\."), "workflow_run", {"workflow_run"}),
    (re.compile(r".*event\.(?:head_commit|commits)\b"), "push", set[str]()),
    (re.compile(r".*event\.release\."), "release", set[str]()),
)


def check(pipeline: Pipeline, rows: tuple[Row, ...]) -> Iterator[Finding]:
    """Find ``${{ }}`` in scripts that paste what an outsider, a tag or an input says."""
    on_tags = _reached_by_tags(pipeline, rows)
    publishers = {
        act.at.workflow.path
        for workflow in pipeline.workflows.values()
        for act in pipeline.everything(workflow)
    }
    for workflow in pipeline.workflows.values():
        for job in workflow.jobs.values():
            publishing = workflow.path in publishers
            for step in job.steps:
                tagged = (step.path, step.line) in on_tags
                yield from _step(workflow, step, tagged=tagged, publishing=publishing)


def _step(workflow: Workflow, step: Step, *, tagged: bool, publishing: bool) -> Iterator[Finding]:
    script = step.given.get("script") if step.action == "actions/github-script" else step.run
    if script is None:
        return
    worst: dict[str, Severity] = {}
    first = ""
    for _, expression in split(script.text):
        tree = parse(expression)
        for name in yields(tree) if tree is not None else ():
            severity = _severity(workflow, name, tagged=tagged, publishing=publishing)
            if severity is not None:
                worst[name] = severity
                first = first or f"{{{{{expression}}}}}"
    if not worst:
        return
    severity = min(worst.values(), key=list(Severity).index)
    names = [name for name, level in worst.items() if level is severity]
    yield finding(
        "script-injection",
        f"the script is put together from {', '.join(names)}, and the shell obeys what that says",
        path=step.path,
        line=script.line_of(first),
        column=script.column,
    )._replace(severity=severity)


def _severity(  # noqa: PLR0911 - one return for each kind of text
    workflow: Workflow, name: str, *, tagged: bool, publishing: bool
) -> Severity | None:
    events = set(workflow.triggers.events)
    carried = next((row for row in _CARRIED if row[0].match(name)), None)
    if carried is not None and not any(carried[1] in event for event in events):
        return None  # it is always empty
    if _OUTSIDERS.fullmatch(name):
        privileged = carried is not None and bool(carried[2] & events)
        return Severity.ERROR if privileged else Severity.WARNING if publishing else Severity.NOTE
    if _REFS.fullmatch(name):
        return Severity.WARNING if tagged or ".release." in name else None
    found = _INPUTS.fullmatch(name)
    if found is None:
        return None
    declared = workflow.triggers.inputs.get(found[1] or "")
    if declared is not None and declared.type in {"boolean", "number", "choice", "environment"}:
        return None
    if not publishing:
        return None  # whoever may start it may write, and it has no registry's password
    return Severity.WARNING if "workflow_dispatch" in events else Severity.NOTE


def _reached_by_tags(pipeline: Pipeline, rows: tuple[Row, ...]) -> set[tuple[str, int]]:
    """Return the steps that run for tags of which somebody may choose every character."""
    found: set[tuple[str, int]] = set()
    for row in rows:
        for cell in row.cells:
            pattern = cell.start.pattern if cell.start else None
            if pattern is None or pattern.open:
                reached = pipeline.steps_on_tag(row.workflow, cell.tag)
                found |= {(at.step.path, at.step.line) for at in reached}
    return found
