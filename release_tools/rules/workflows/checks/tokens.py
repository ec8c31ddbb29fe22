"""Tags that a workflow pushes with the token that starts no workflow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.rules.findings import finding
from release_tools.rules.workflows.commands import Kind
from release_tools.rules.workflows.table import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.model import Finding
    from release_tools.rules.workflows.pipeline import Act, Pipeline
    from release_tools.rules.workflows.table import Row

_SECRET = re.compile(r"secrets\.(?!github_token\b)\w+|outputs\.\w*token\b", re.IGNORECASE)
_OTHER = ("webfactory/ssh-agent", "crazy-max/ghaction-import-gpg-ssh")
_STARTS_BY_ITSELF = re.compile(r"\bgh\s+workflow\s+run\b|/dispatches\b|createWorkflowDispatch")


def check(pipeline: Pipeline, rows: tuple[Row, ...]) -> Iterator[Finding]:
    """Find pushes of tags by GITHUB_TOKEN where a publisher waits for such tags."""
    for workflow in pipeline.workflows.values():
        for act in pipeline.elsewhere(workflow):
            if act.deed.kind is not Kind.TAG or _has_other_token(act):
                continue
            waiting = [] if _named_otherwise(pipeline, act) else _waiting(rows, act)
            if waiting:
                yield finding(
                    "tag-by-token",
                    f"{act.deed.by} pushes a tag with GITHUB_TOKEN, which starts no workflow: "
                    f"{', '.join(waiting)} would wait for ever",
                    path=act.path,
                    line=act.deed.line,
                    column=act.deed.column,
                )


def _has_other_token(act: Act) -> bool:
    """Say whether the job shows a key of its own, or starts the others by itself."""
    job = act.at.job
    texts = [text.text for env in (act.at.workflow.env, job.env) for text in env.values()]
    for step in job.steps:
        if step.action in _OTHER or (step.run and _STARTS_BY_ITSELF.search(step.run.text)):
            return True
        if step is act.at.step or step.action == "actions/checkout" or step.run:
            given = [*step.given.values(), *step.env.values(), *([step.run] if step.run else ())]
            texts += [text.text for text in given]
    return any(_SECRET.search(text) for text in texts)


def _named_otherwise(pipeline: Pipeline, act: Act) -> bool:
    """Say whether the tag is written out, and is of no stream: ``refs/tags/latest``."""
    names = [word.strip("\"'").partition("refs/tags/")[2] for word in act.deed.words]
    names = [name for name in names if name]
    return bool(names) and not any(
        "$" in name or any(one.match(name) for one in pipeline.facts.streams) for name in names
    )


def _waiting(rows: tuple[Row, ...], act: Act) -> list[str]:
    """Return the publishers that only such a tag starts, and that this run does not call."""
    text = act.at.step.run.text if act.at.step.run else ""
    nightly = "nightly" in f"{text} {act.at.workflow.path}".lower()
    called = {
        job.uses.text.partition("@")[0].removeprefix("./")
        for job in act.at.workflow.jobs.values()
        if job.uses
    }
    found: list[str] = []
    for row in rows:
        push = row.workflow.triggers.push
        own = row.workflow.path in {*called, act.at.workflow.path}
        meant = (cell for cell in row.cells if (cell.tag.channel == "nightly") is nightly)
        waits = any(cell.publishes and cell.mark is not Mark.CROSSES for cell in meant)
        if waits and not own and push is not None and push.tags is not None:
            found.append(row.workflow.file)
    return found
