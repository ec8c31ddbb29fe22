"""The table of tags by workflows: which tag starts what, and what holds it back."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from release_tools.rules.workflows import gates
from release_tools.rules.workflows.commands import Kind

if TYPE_CHECKING:
    from release_tools.rules.workflows.filters import Pattern
    from release_tools.rules.workflows.pipeline import Pipeline, Tag
    from release_tools.rules.workflows.simulation import Reached
    from release_tools.rules.workflows.triggers import Start
    from release_tools.rules.workflows.workflow import Workflow
    from release_tools.streams import Stream


class Mark(StrEnum):
    """What one tag does to one workflow."""

    NOT = "not-started"
    RUNS = "runs"  # and publishes nothing that can be recognised
    GATED = "gated"  # publishes once its gate opens, or not at all
    PUBLISHES = "publishes"  # and nothing asks whether it may
    CROSSES = "crosses"  # publishes for a tag that is not of its stream


class Cell(NamedTuple):
    """One tag and one workflow: the mark, and why it is started."""

    tag: Tag
    mark: Mark
    start: Start | None
    publishes: tuple[Kind, ...] = ()


class Row(NamedTuple):
    """One workflow that some tag starts, the streams that it is for, a cell for each tag.

    ``accidental`` says that it was written for branches: without a filter tags start it as well.
    """

    workflow: Workflow
    streams: tuple[str, ...]
    cells: tuple[Cell, ...]
    accidental: bool = False

    @property
    def publishes(self) -> tuple[Kind, ...]:
        """Everything that it publishes for one of the tags."""
        return tuple(dict.fromkeys(kind for cell in self.cells for kind in cell.publishes))


def rows(pipeline: Pipeline, tags: tuple[Tag, ...]) -> tuple[Row, ...]:
    """Return a row for each workflow that one of ``tags`` starts, by their paths."""
    found: list[Row] = []
    for workflow in sorted(pipeline.workflows.values(), key=lambda one: one.path):
        whose = owners(pipeline, workflow)
        names = tuple(one.name for one in whose)
        cells = tuple(_cell(pipeline, workflow, tag, names) for tag in tags)
        if any(cell.start for cell in cells):
            found.append(Row(workflow, names, cells, _accidental(pipeline, workflow)))
    return tuple(found)


def _accidental(pipeline: Pipeline, workflow: Workflow) -> bool:
    """Say whether all that it publishes for a tag it publishes for branches too, without filter."""
    push = workflow.triggers.push
    if push is None or not push.unfiltered:
        return False
    on_branch = {(act.path, act.deed.line) for act in pipeline.elsewhere(workflow)}
    on_tags = {
        (act.path, act.deed.line)
        for tag in pipeline.facts.tags
        for act in pipeline.on_tag(workflow, tag)
    }
    return on_tags <= on_branch


def owners(pipeline: Pipeline, workflow: Workflow) -> tuple[Stream, ...]:
    """Return the streams that a workflow is meant for.

    Those whose surfaces name it, whose gate stands in it, or that one of its patterns is for;
    where there is none of these, all whose tags start it.
    """
    facts = pipeline.facts
    named = {
        surface.stream
        for surface in facts.surfaces
        if workflow.file == str(surface.options.get("workflow", "")).rpartition("/")[2]
    }
    started: dict[Pattern | None, list[Tag]] = {}
    for tag in facts.tags:
        start = pipeline.start(workflow, tag)
        if start is not None:
            started.setdefault(start.pattern, []).append(tag)
            for at in pipeline.steps_on_tag(workflow, tag):
                named |= _gate(pipeline, at)
    for pattern, tags in started.items():
        named |= _meant(pattern, tags)
    whose = named or {tag.stream.name for tags in started.values() for tag in tags}
    return tuple(one for one in facts.streams if one.name in whose)


def _meant(pattern: Pattern | None, tags: list[Tag]) -> set[str]:
    """Return the streams that a pattern is for, of those whose ``tags`` it lets through.

    ``v*`` spells out ``v{version}``: it is not for ``vllm-sr-sim-v{version}``, which it lets
    through as well. A pattern that spells out none, such as ``tracing-[a-z]+-*``, is for all; one
    that begins with a wildcard says nothing.
    """
    if pattern is None or not pattern.prefix:
        return set()
    spelled = {tag.stream.name for tag in tags if pattern.prefix.startswith(_prefix(tag))}
    return spelled or {tag.stream.name for tag in tags}


def _prefix(tag: Tag) -> str:
    whole = (tag.stream.nightly or "") if tag.channel == "nightly" else tag.stream.tag
    return whole.partition("{")[0] or "\0"  # one without prefix is spelled out by no pattern


def _gate(pipeline: Pipeline, at: Reached) -> set[str]:
    gate = gates.of(at.step)
    stream = pipeline.stream_of(gate) if gate else None
    return {stream.name} if stream else set()


def _cell(pipeline: Pipeline, workflow: Workflow, tag: Tag, whose: tuple[str, ...]) -> Cell:
    start = pipeline.start(workflow, tag)
    if start is None:
        return Cell(tag, Mark.NOT, None)
    acts = pipeline.on_tag(workflow, tag)
    kinds = tuple(dict.fromkeys(act.deed.kind for act in acts if act.deed.kind is not Kind.TAG))
    if kinds and tag.stream.name not in whose:
        return Cell(tag, Mark.CROSSES, start, kinds)
    if kinds:
        if tag.channel == "nightly":  # a gate says "not mine": what is left does not listen
            return Cell(tag, Mark.PUBLISHES, start, kinds)
        left = pipeline.on_tag(workflow, tag, closed=True)
        free = any(act.deed.kind is not Kind.TAG and not act.deed.ours for act in left)
        return Cell(tag, Mark.PUBLISHES if free else Mark.GATED, start, kinds)
    held = any(gates.of(at.step) for at in pipeline.steps_on_tag(workflow, tag))
    return Cell(tag, Mark.GATED if held else Mark.RUNS, start)
