"""Nightlies whose date every job computes for itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.rules.findings import finding
from release_tools.rules.workflows.commands import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.model import Finding
    from release_tools.rules.workflows.pipeline import Act, Pipeline
    from release_tools.rules.workflows.table import Row
    from release_tools.rules.workflows.workflow import Job, Step

_DATE = re.compile(r"\bdate\b[^\n;|]*\+\W{0,3}%Y[-_.]?%m[-_.]?%d|\bdate\b[^\n;|]*\+\W{0,3}%F")
_IN_TAGS = re.compile(r"\{\{\s*date\b|type=schedule")


def check(pipeline: Pipeline, rows: tuple[Row, ...]) -> Iterator[Finding]:  # noqa: ARG001 - as every check
    """Find scheduled publishers in which more than one run of a job asks for the date."""
    told: set[tuple[str, int]] = set()
    for workflow in pipeline.workflows.values():
        if "schedule" not in workflow.triggers.events:
            continue
        acts = [a for a in pipeline.on_schedule(workflow) if a.deed.kind is not Kind.TAG]
        jobs = {(act.at.workflow.path, act.at.job.id): act for act in acts}
        dated = [(act, found) for act in jobs.values() if (found := _date(act.at.job))]
        count = sum(1 + _many(act) for act, _ in dated)
        if count < 2 or "nightly" not in _words(workflow.path, workflow.name, dated):  # noqa: PLR2004 - one identity is what is wanted
            continue
        first, (step, needle) = dated[0]
        text = step.run or step.given.get("tags")
        line = text.line_of(needle) if text else step.line
        if (step.path, line) in told:
            continue
        told.add((step.path, line))
        names = ", ".join(act.at.job.id for act, _ in dated)
        every = "each job of the matrix" if len(dated) == 1 else "each for itself"
        yield finding(
            "nightly-per-job",
            f"{names} compute the date of the nightly, {every}: a run across midnight has two",
            path=first.path,
            line=line,
        )


def _many(act: Act) -> bool:
    return act.at.job.matrix or any(job.matrix for job in act.at.above)


def _date(job: Job) -> tuple[Step, str] | None:
    """Return the step that asks for the date, and the text that does."""
    for step in job.steps:
        found = _DATE.search(step.run.text) if step.run else None
        if step.action == "docker/metadata-action":
            found = _IN_TAGS.search(step.option("tags"))
        if found:
            return step, found[0]
    return None


def _words(path: str, name: str, dated: list[tuple[Act, tuple[Step, str]]]) -> str:
    jobs = (step for act, _ in dated for step in act.at.job.steps)
    texts = (text.text for step in jobs for text in (step.run, step.given.get("tags")) if text)
    return " ".join((path, name, *texts)).lower()
