"""What starts a workflow: the ``on:`` of a file.

A push trigger without branch or tag filter runs on every tag; ``paths`` are not looked at for
tags; ``branches`` alone excludes all tags.  See ``on.push`` in
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.rules.workflows import filters, nodes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.rules.workflows.filters import Pattern
    from release_tools.rules.workflows.nodes import Node, Text


class Filter(NamedTuple):
    """One pattern of a filter, and where it stands."""

    pattern: Pattern
    at: Text


class Push(NamedTuple):
    """The filters of ``on.push``; None is one that is not there."""

    tags: tuple[Filter, ...] | None = None
    tags_ignore: tuple[Filter, ...] | None = None
    branches: bool = False
    paths: bool = False

    @property
    def unfiltered(self) -> bool:
        """Whether neither branches nor tags are named, so that every tag starts it."""
        return self.tags is None and self.tags_ignore is None and not self.branches


class Trigger(NamedTuple):
    """One event of ``on:``: where it stands, and the types and workflows that it names."""

    line: int
    column: int
    types: tuple[str, ...] = ()
    workflows: tuple[str, ...] = ()
    branches: tuple[Filter, ...] | None = None


class Input(NamedTuple):
    """One declared input: of which type, and what it is where it is not given."""

    type: str
    default: str | None


class Triggers(NamedTuple):
    """Everything that starts a workflow."""

    push: Push | None
    events: Mapping[str, Trigger]
    inputs: Mapping[str, Input]
    outputs: Mapping[str, str]  # of workflow_call


class Start(NamedTuple):
    """Why a tag starts a workflow: the event, the pattern that let it through, where it stands."""

    event: str
    line: int
    column: int
    pattern: Pattern | None = None


def read(on: Node | None) -> Triggers:
    """Read the value of ``on:``: a word, a list of words, or a mapping."""
    listed = nodes.texts(on)
    if listed:
        events = {each.text: Trigger(each.line, each.column) for each in listed}
        return Triggers(Push() if "push" in events else None, events, {}, {})
    found = {name.text: (name, value) for name, value in nodes.pairs(on)}
    events = {key: _event(name, value) for key, (name, value) in found.items()}
    push = _push(found["push"][1]) if "push" in found else None
    inputs: dict[str, Input] = {}
    outputs: dict[str, str] = {}
    for key in ("workflow_dispatch", "workflow_call"):
        value = found[key][1] if key in found else None
        for name, declared in nodes.pairs(nodes.get(value, "inputs")):
            inputs[name.text] = _input(declared)
        for name, declared in nodes.pairs(nodes.get(value, "outputs")):
            given = nodes.text(nodes.get(declared, "value"))
            outputs[name.text.lower()] = given.text if given else ""
    return Triggers(push, events, inputs, outputs)


def starts(triggers: Triggers, tag: str) -> Start | None:
    """Say why pushing ``tag`` starts the workflow, by itself; None where it does not."""
    push, events = triggers.push, triggers.events
    if push is not None:
        event = events["push"]
        if push.unfiltered:
            return Start("push", event.line, event.column)
        if push.tags is not None:
            last = next((each for each in reversed(push.tags) if each.pattern.matches(tag)), None)
            if last is not None and not last.pattern.negative:
                return Start("push", last.at.line, last.at.column, last.pattern)
        elif push.tags_ignore is not None:
            patterns = [each.pattern for each in push.tags_ignore]
            if not filters.admits(patterns, tag):
                return Start("push", event.line, event.column)
    if "create" in events:
        event = events["create"]
        return Start("create", event.line, event.column)
    return None


def _event(name: Text, value: Node) -> Trigger:
    types = tuple(each.text for each in nodes.texts(nodes.get(value, "types")))
    workflows = tuple(each.text for each in nodes.texts(nodes.get(value, "workflows")))
    return Trigger(name.line, name.column, types, workflows, _filter(value, "branches"))


def _push(value: Node) -> Push:
    names = nodes.mapping(value)
    return Push(
        _filter(value, "tags"),
        _filter(value, "tags-ignore"),
        "branches" in names or "branches-ignore" in names,
        "paths" in names or "paths-ignore" in names,
    )


def _filter(value: Node, key: str) -> tuple[Filter, ...] | None:
    node = nodes.get(value, key)
    if node is None:
        return None
    return tuple(Filter(filters.read(each.text), each) for each in nodes.texts(node))


def _input(declared: Node) -> Input:
    kind = nodes.text(nodes.get(declared, "type"))
    default = nodes.text(nodes.get(declared, "default"))
    return Input(kind.text if kind else "string", default.text if default else None)
