"""Publishers that no gate holds, and those that start only once the release is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.model import Severity
from release_tools.rules.findings import finding
from release_tools.rules.workflows import gates
from release_tools.rules.workflows.checks.listing import some
from release_tools.rules.workflows.commands import Kind
from release_tools.rules.workflows.table import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.model import Finding, Surface
    from release_tools.rules.workflows.pipeline import Act, Pipeline
    from release_tools.rules.workflows.table import Row
    from release_tools.rules.workflows.workflow import Workflow

_ASIDE = (Kind.TAG, Kind.RELEASE)


def check(pipeline: Pipeline, rows: tuple[Row, ...]) -> Iterator[Finding]:
    """Find what publishes for a tag of its own stream without asking, and what comes too late."""
    for row in rows:
        if not row.accidental:
            yield from _ungated(pipeline, row)
    for workflow in pipeline.workflows.values():
        yield from _after_release(pipeline, workflow)


def _ungated(pipeline: Pipeline, row: Row) -> Iterator[Finding]:
    released = (cell for cell in row.cells if cell.tag.channel == "release")
    for tag in (cell.tag for cell in released if cell.mark is Mark.PUBLISHES):
        left = [act for act in pipeline.on_tag(row.workflow, tag, closed=True) if _counts(act)]
        kinds = ", ".join(dict.fromkeys(act.deed.kind for act in left))
        asks = any(gates.of(at.step) for at in pipeline.steps_on_tag(row.workflow, tag))
        why = "whatever the gate says" if asks else "and nothing asks whether it may"
        first = left[0]
        yield finding(
            "publish-without-gate",
            f"publishes {kinds} for the tag {tag.name}, {why}",
            stream=tag.stream.name,
            path=first.path,
            line=first.deed.line,
            column=first.deed.column,
        )
        return


def _counts(act: Act) -> bool:
    return act.deed.kind is not Kind.TAG and not act.deed.ours


def _after_release(pipeline: Pipeline, workflow: Workflow) -> Iterator[Finding]:
    trigger = workflow.triggers.events.get("release")
    tags = pipeline.facts.releases
    if trigger is None or any(pipeline.start(workflow, tag) for tag in tags):
        return
    acts = {
        act.deed.kind: act
        for tag in tags
        for act in pipeline.on_release(workflow, tag)
        if act.deed.kind not in _ASIDE
    }
    late = [
        s for s in _surfaces(pipeline, workflow, set(acts)) if not s.options.get("after-release")
    ]
    if not acts or not late:
        return
    ours = any(
        act.deed.ours
        for other in pipeline.workflows.values()
        for tag in tags
        for act in (*pipeline.on_tag(other, tag), *pipeline.elsewhere(other))
    )
    found = finding(
        "publisher-after-release",
        f"on: release publishes {some(one.id for one in late)} only once the GitHub Release is "
        "there, and `release-tools release` waits for what is published",
        surface=late[0].id,
        path=workflow.path,
        line=trigger.line,
        column=trigger.column,
    )
    yield found._replace(severity=Severity.ERROR if ours else Severity.NOTE)


def _surfaces(pipeline: Pipeline, workflow: Workflow, kinds: set[Kind]) -> list[Surface]:
    """Return the surfaces that name the workflow, else those of the kinds that nobody else has."""
    surfaces = pipeline.facts.surfaces
    named = [
        surface
        for surface in surfaces
        if str(surface.options.get("workflow", "")).rpartition("/")[2] == workflow.file
    ]
    if named:
        return named
    elsewhere = {
        act.deed.kind
        for other in pipeline.workflows.values()
        for tag in pipeline.facts.releases
        for act in pipeline.on_tag(other, tag)
    }
    alone = {kind.value for kind in kinds - elsewhere}
    return [one for one in surfaces if one.kind in alone and not one.options.get("workflow")]
