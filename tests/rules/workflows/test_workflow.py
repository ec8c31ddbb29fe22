"""What is read of a workflow file and of an action, and what is refused."""

from __future__ import annotations

import pytest

from release_tools.errors import MalformedError
from release_tools.formats import nodes
from release_tools.rules.workflows import workflow

FILE = """\
name: Build
on: push
env: {A: 1, B: ~, C: [x]}
concurrency: all
jobs:
  one:
    needs: zero
    if: always()
    uses: ./x.yml
    with: {a: b}
    outputs: {Out: x}
    env: {D: d}
    strategy: {matrix: {a: [1]}}
    concurrency:
      group: g
      cancel-in-progress: true
  two:
    needs: [one, zero]
    strategy: {fail-fast: false}
    concurrency: {cancel-in-progress: true}
    steps:
      - {id: A, if: b, uses: ' Octo/C@v1 ', with: {d: e}, env: {F: g}}
      - run: h
        continue-on-error: true
      - parallel:
          - run: i
          - run: j
      - odd
      - {run: k, continue-on-error: false}
"""


def read(text=FILE):
    return workflow.read(".github/workflows/a.yml", nodes.load(text))


def words(given):
    return {name: text.text for name, text in given.items()}


def test_a_file_is_read_with_its_lines():
    found = read()
    assert (found.path, found.file, found.name) == (".github/workflows/a.yml", "a.yml", "Build")
    assert words(found.env) == {"A": "1"}
    assert found.triggers.push is not None
    assert found.concurrency is not None
    assert (found.concurrency.group.text, found.concurrency.cancel) == ("all", None)
    assert (found.concurrency.line, found.concurrency.column) == (4, 14)
    assert list(found.jobs) == ["one", "two"]


def test_a_job_is_read_whole():
    one = read().jobs["one"]
    assert (one.id, one.line, one.column, one.needs) == ("one", 6, 3, ("zero",))
    assert (one.condition, one.matrix, one.steps) == ("always()", True, ())
    assert one.uses is not None
    assert one.uses.text == "./x.yml"
    assert (words(one.given), one.outputs, words(one.env)) == ({"a": "b"}, {"out": "x"}, {"D": "d"})
    assert one.concurrency is not None
    assert one.concurrency.cancel is not None
    assert (one.concurrency.group.text, one.concurrency.cancel.text) == ("g", "true")


def test_what_a_job_has_not_is_none():
    two = read().jobs["two"]
    assert (two.needs, two.condition, two.uses) == (("one", "zero"), None, None)
    assert (two.matrix, two.concurrency, two.outputs, two.env) == (False, None, {}, {})


def test_steps_are_read_in_their_order_parallel_ones_too():
    first, *rest = read().jobs["two"].steps
    assert (first.path, first.line, first.column) == (".github/workflows/a.yml", 22, 9)
    assert (first.id, first.condition, first.run) == ("a", "b", None)
    assert (first.action, first.option("d"), first.option("x")) == ("octo/c", "e", "")
    assert (words(first.env), first.may_fail) == ({"F": "g"}, False)
    assert [(one.run and one.run.text, one.may_fail) for one in rest] == [
        ("h", True),
        ("i", False),
        ("j", False),
        ("k", False),
    ]
    assert [(one.id, one.condition, one.uses, one.action) for one in rest] == [
        ("", None, None, "")
    ] * 4


def test_a_file_without_name_is_called_by_its_path():
    assert read("on: push\njobs: {a: {}}").name == ".github/workflows/a.yml"


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("\njobs: {a: {}}", "it has no on", 2),
        ("on: push", "it has no jobs", 1),
        ("on: push\njobs:\n  {}", "it has no jobs", 3),
        ("on: push\njobs: []", "it has no jobs", 2),
    ],
)
def test_what_is_no_workflow_says_why(text, message, line):
    with pytest.raises(MalformedError, match=message) as found:
        read(text)
    assert (found.value.path, found.value.line) == (".github/workflows/a.yml", line)


def test_an_action_is_read_with_inputs_and_outputs_in_lower_case():
    text = (
        "inputs: {A: {default: b}, C: {}}\noutputs: {D: {value: e}, F: {}}\n"
        "runs: {using: composite, steps: [{run: g}]}"
    )
    found = workflow.read_action("x/action.yml", nodes.load(text))
    assert (found.path, found.inputs, found.outputs) == (
        "x/action.yml",
        {"a": "b", "c": None},
        {"d": "e"},
    )
    assert [(one.path, one.run and one.run.text) for one in found.steps] == [("x/action.yml", "g")]


def test_an_action_that_is_not_composite_has_no_steps():
    found = workflow.read_action("x/action.yml", nodes.load("runs: {using: node20, main: a.js}"))
    assert (found.inputs, found.outputs, found.steps) == ({}, {}, ())
