from __future__ import annotations

import pytest

from release_tools.formats import nodes
from release_tools.rules.workflows import triggers
from release_tools.rules.workflows.nodes import get


def read(text):
    return triggers.read(get(nodes.load(text), "on"))


@pytest.mark.parametrize(
    ("on", "v1", "nightly"),
    [
        ("on: push", True, True),
        ("on: [push, pull_request]", True, True),
        ("on:\n  push:", True, True),
        ("on:\n  push:\n    paths: [a/**]", True, True),
        ("on:\n  push:\n    paths-ignore: [a/**]", True, True),
        ("on:\n  push:\n    branches: [main]", False, False),
        ("on:\n  push:\n    branches-ignore: [x]", False, False),
        ("on:\n  push:\n    branches: [main]\n    tags: ['v*']", True, False),
        ("on:\n  push:\n    tags: ['v*']\n    paths: [a/**]", True, False),
        ("on:\n  push:\n    tags: v*", True, False),
        ("on:\n  push:\n    tags: ['*', '!nightly-*']", True, False),
        ("on:\n  push:\n    tags: ['!nightly-*', '*']", True, True),
        ("on:\n  push:\n    tags: ['!nightly-*']", False, False),
        ("on:\n  push:\n    tags: []", False, False),
        ("on:\n  push:\n    tags-ignore: ['nightly-*']", True, False),
        ("on:\n  push:\n    branches: [main]\n    tags-ignore: ['v*']", False, True),
        ("on: create", True, True),
        ("on:\n  create:\n  push:\n    branches: [main]", True, True),
        ("on: release", False, False),
        ("on: [workflow_dispatch, workflow_call]", False, False),
        ("on:\n  schedule:\n  - cron: '0 2 * * *'", False, False),
        ("on: pull_request", False, False),
        ("'on': push", True, True),
        ('"on": push', True, True),
    ],
)
def test_a_tag_starts_what_github_says(on, v1, nightly):
    found = read(on)
    assert (triggers.starts(found, "v1") is not None) is v1
    assert (triggers.starts(found, "nightly-20260115") is not None) is nightly


def test_a_start_names_the_line_of_its_pattern():
    found = triggers.starts(read("on:\n  push:\n    tags:\n      - 'x*'\n      - 'v*'"), "v1")
    assert found is not None
    assert (found.event, found.line, found.column) == ("push", 5, 9)
    assert found.pattern is not None
    assert found.pattern.text == "v*"


def test_inputs_of_both_kinds_are_declared():
    found = read(
        "on:\n  workflow_call:\n    inputs:\n      a: {type: boolean, default: true}\n"
        "    outputs:\n      Out: {value: '${{ jobs.x.outputs.y }}'}\n"
        "  workflow_dispatch:\n    inputs:\n      b:\n"
    )
    assert found.inputs == {
        "a": triggers.Input("boolean", "true"),
        "b": triggers.Input("string", None),
    }
    assert found.outputs == {"out": "${{ jobs.x.outputs.y }}"}


@pytest.mark.parametrize(
    ("text", "event", "line", "column"),
    [
        ("on: push", "push", 1, 5),
        ("on: [create, push]", "push", 1, 14),
        ("on:\n  push:\n    paths: [x]", "push", 2, 3),
        ("on:\n  push:\n    tags-ignore: [x]", "push", 2, 3),
        ("on:\n  push:\n    tags: [x]\n  create:", "create", 4, 3),
    ],
)
def test_a_start_without_pattern_names_the_event(text, event, line, column):
    assert triggers.starts(read(text), "v1") == triggers.Start(event, line, column)


def test_the_filters_of_a_push_are_read():
    found = read("on:\n  push:\n    paths-ignore: [x]\n    branches-ignore: [x]").push
    assert found == triggers.Push(branches=True, paths=True)
    found = read("on:\n  push:\n    tags: [a, '!b']\n    tags-ignore: []").push
    assert found is not None
    assert [(one.pattern.text, one.at.column) for one in found.tags or ()] == [
        ("a", 12),
        ("!b", 15),
    ]
    assert (found.tags_ignore, found.branches, found.paths) == ((), False, False)
    assert not found.unfiltered
    assert read("on: release").push is None
    assert read("on:\n  release:").push is None


def test_an_event_names_its_types_workflows_and_branches():
    found = read(
        "on:\n  workflow_run:\n    workflows: [A, B]\n    types: completed\n    branches: ['v*']"
    ).events["workflow_run"]
    assert (found.line, found.column) == (2, 3)
    assert (found.types, found.workflows) == (("completed",), ("A", "B"))
    assert [one.pattern.text for one in found.branches or ()] == ["v*"]


def test_an_output_without_a_value_is_empty():
    found = read("on:\n  workflow_call:\n    outputs:\n      A: {description: x}")
    assert found.outputs == {"a": ""}
    assert found.inputs == {}
