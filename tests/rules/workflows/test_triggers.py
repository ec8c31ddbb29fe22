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
