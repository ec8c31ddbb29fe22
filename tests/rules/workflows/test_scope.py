"""Which names an expression of a job or of a step can ask for, and what they are."""

from __future__ import annotations

import pytest

from release_tools.formats import nodes
from release_tools.rules.workflows import events, workflow
from release_tools.rules.workflows.conditions import UNKNOWN
from release_tools.rules.workflows.scope import Names, Scope, Status

FILE = """\
name: Build
on: push
env: {SHARED: file, OWN: file, OTHER: '${{ env.OWN }}', REF: '${{ github.ref_name }}', SET: x}
jobs:
  one:
    needs: [Good, bad, maybe, Off, gone]
    env: {OWN: job}
    steps:
      - run: echo SET=y >> "$GITHUB_ENV"
      - run: echo SHARED
"""
GOOD = Status(success=True, outputs={"x": "1"}, result="success")
BAD = Status(success=False, outputs={}, result="failure")
MAYBE = Status(success=None, outputs={"x": "2"})
OFF = Status(success=False, outputs={}, result="skipped")
ENDS = {"good": GOOD, "bad": BAD, "maybe": MAYBE, "off": OFF, "alien": GOOD}


def names(ends, *, inputs=None, above=(), text=FILE):
    file = workflow.read("a.yml", nodes.load(text))
    event = events.pushed_tag("v1", "octo-org/widgets")
    scope = Scope(above, certain=True, inputs=inputs)
    return Names(event, file, file.jobs["one"], scope, ends)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("github.ref_name", "v1"),
        ("github.workflow", "Build"),
        ("github.event.inputs.x", UNKNOWN),
        ("inputs.x", UNKNOWN),
        ("needs.good.result", "success"),
        ("needs.good.outputs.x", "1"),
        ("needs.good.outputs.y", UNKNOWN),
        ("needs.bad.result", "failure"),
        ("needs.maybe.result", UNKNOWN),
        ("needs.maybe.outputs.x", "2"),
        ("needs.off.result", "skipped"),
        ("needs.off.outputs.x", None),
        ("needs.alien.result", None),
        ("needs.gone.result", UNKNOWN),
        ("steps.a.outputs.x", "X"),
        ("steps.b.outputs.x", UNKNOWN),
        ("steps.a.outcome", UNKNOWN),
        ("env.shared", "file"),
        ("env.own", "job"),
        ("env.other", UNKNOWN),
        ("env.ref", "v1"),
        ("env.set", UNKNOWN),
        ("env.none", UNKNOWN),
        ("vars.x", UNKNOWN),
        ("secrets.x", UNKNOWN),
        ("always()", True),
        ("cancelled()", False),
        ("success()", False),
        ("failure()", True),
    ],
)
def test_a_name_is_what_is_known_of_it(name, value):
    asked = names(ENDS)
    asked.steps["a"] = str.upper
    found = asked(name)
    assert (found, type(found)) == (value, type(value))


def test_inputs_that_are_known_are_null_where_they_are_not_given():
    asked = names(ENDS, inputs={"x": "1"})
    assert (asked("inputs.x"), asked("inputs.y")) == ("1", None)
    assert asked("github.event.inputs.x") is None


def test_a_workflow_that_is_called_has_the_name_of_whoever_called():
    above = (workflow.read("a.yml", nodes.load(FILE)).jobs["one"],)
    assert names(ENDS, above=above)("github.workflow") is UNKNOWN


@pytest.mark.parametrize(
    ("ends", "success", "failure"),
    [
        ({}, True, UNKNOWN),
        ({"good": GOOD}, True, UNKNOWN),
        ({"good": GOOD, "maybe": MAYBE}, UNKNOWN, UNKNOWN),
        ({"good": GOOD, "maybe": MAYBE, "bad": BAD}, False, True),
        ({"off": OFF}, False, True),
        ({"alien": BAD}, True, UNKNOWN),
    ],
)
def test_a_job_asks_for_the_jobs_that_it_needs(ends, success, failure):
    asked = names(ends)
    assert (asked("success()"), asked("failure()")) == (success, failure)


def test_a_step_asks_for_the_steps_before_it():
    asked = names({"bad": BAD})
    asked.inside_job = True
    assert (asked("success()"), asked("failure()")) == (True, UNKNOWN)
    asked.failed = True
    assert (asked("success()"), asked("failure()")) == (False, True)


def test_a_composite_action_has_its_own_inputs_and_steps():
    asked = names(ENDS, inputs={"x": "1"})
    asked.steps["a"] = str.upper
    asked.failed = True
    inner = asked.inside({"y": "2"})
    assert (inner("inputs.x"), inner("inputs.y")) == (None, "2")
    assert inner("steps.a.outputs.x") is UNKNOWN
    assert inner("success()") is True
    assert inner("env.own") == "job"
    assert (asked.depth, inner.depth, inner.inside({}).depth) == (0, 1, 2)
