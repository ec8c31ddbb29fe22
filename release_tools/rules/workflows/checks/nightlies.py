"""Nightlies whose date every job computes for itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.rules.findings import finding
from release_tools.rules.workflows.commands import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.model import Finding
    from release_tools.rules.workflows.pipeline import Pipeline
    from release_tools.rules.workflows.table import Row
    from release_tools.rules.workflows.workflow import Job, Workflow

_DATE = re.compile(r"\bdate\b[^\n;|]*\+\W{0,3}%Y[-_.]?%m[-_.]?%d|\bdate\b[^\n;|]*\+\W{0,3}%F")
_IN_TAGS = re.compile(r"\{\{\s*date\b|type=schedule")


def check(pipeline: Pipeline, rows: tuple[Row, ...]) -> Iterator[Finding]:  # noqa: ARG001 - as every check
    """Find scheduled publishers in which more than one run of a job asks for the date."""
    for workflow in pipeline.workflows.values():
        acts = [a for a in pipeline.on_schedule(workflow) if a.deed.kind is not Kind.TAG]
        jobs = {(act.at.workflow.path, act.at.job.id): act for act in acts}
        dated = [(act, found) for act in jobs.values() if (found := _date(act.at.job))]
        count = sum(1 + act.many for act, _ in dated)
        if count > 1 and "nightly" in _words(workflow, [act.at.job for act, _ in dated]):
            path, line = dated[0][1]
            yield finding(
                "nightly-per-job",
                f"each job of {', '.join(act.at.job.id for act, _ in dated)} computes the date of "
                "the nightly for itself: a run across midnight has two",
                path=path,
                line=line,
            )


def _date(job: Job) -> tuple[str, int] | None:
    """Return the file and the line where a job asks for the date."""
    for step in job.steps:
        of_images = step.action == "docker/metadata-action"
        text, date = (step.given.get("tags"), _IN_TAGS) if of_images else (step.run, _DATE)
        found = date.search(text.text) if text else None
        if text and found:
            return step.path, text.line_of(found[0])
    return None


def _words(workflow: Workflow, jobs: list[Job]) -> str:
    steps = (step for job in jobs for step in job.steps)
    texts = (text.text for step in steps for text in (step.run, step.given.get("tags")) if text)
    return " ".join((workflow.path, workflow.name, *texts)).lower()
