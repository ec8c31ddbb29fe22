"""Which words of a script are a gate, and what it is told."""

from __future__ import annotations

import pytest

from release_tools.formats import nodes
from release_tools.rules.workflows import gates, simulation, workflow


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("release-tools gate", "gate"),
        ("./bin/release-tools gate --stream a", "gate --stream a"),
        ("'release-tools' -C folder gate", "gate"),
        ("python -m release_tools gate", "gate"),
        ("sudo release-tools --config f -C g tag", "tag"),
        ("release-tools", ""),
        ("release-toolsmith gate", ""),
        ("echo gate", ""),
        ("release-tools -v --quiet gate -C x", "gate -C x"),
        ("release-tools -C", ""),
        ("release-tools --config=f gate", "gate"),
        ("", ""),
    ],
)
def test_the_words_behind_the_program_and_its_global_options_are_the_call(words, rest):
    assert gates.called(words.split()) == tuple(rest.split())


@pytest.mark.parametrize(
    ("words", "stream"),
    [
        ("gate --stream a --surface b", "a"),
        ("gate --surface b --stream 'a'", "a"),
        ('gate --stream="a"', "a"),
        ("gate --stream=a=b", "a=b"),
        ("gate --stream", None),
        ("gate --streams=a", None),
        ("gate", None),
        ("--stream a", "a"),
        ("gate x --stream a b", "a"),
        ("gate --stream=", ""),
        ("gate --stream='a'", "a"),
    ],
)
def test_an_option_is_the_word_behind_its_name_or_its_equals_sign(words, stream):
    assert gates._option(words.split(), "--stream") == stream


@pytest.mark.parametrize(
    ("kind", "default", "value"),
    [
        ("boolean", "true", True),
        ("boolean", "false", False),
        ("boolean", None, False),
        ("number", "7", 7.0),
        ("number", None, 0.0),
        ("number", "x", 0.0),
        ("string", "x", "x"),
        ("string", None, ""),
    ],
)
def test_an_input_that_is_not_given_is_its_default(kind, default, value):
    found = simulation._default(kind, default)
    assert (found, type(found)) == (value, type(value))


def step(text):
    lines = f"on: push\njobs: {{a: {{steps: [{text}]}}}}"
    return workflow.read("a.yml", nodes.load(lines)).jobs["a"].steps[0]


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        ("{run: release-tools gate}", gates.Gate(None, None)),
        ("{run: release-tools gate --stream a --surface b}", gates.Gate("a", "b")),
        ("{run: echo; release-tools gate --surface=b; release-tools gate}", gates.Gate(None, "b")),
        ("{run: release-tools verify}", None),
        ("{run: release-tools}", None),
        ("{run: echo gate}", None),
        ("{uses: a/release-tools@v1, with: {command: ' gate ', args: --stream a}}", ("a", None)),
        ("{uses: ./, with: {command: gate}}", (None, None)),
        ("{uses: $/, with: {command: gate, args: --surface b}}", (None, "b")),
        ("{uses: a/release-tools@v1, with: {command: verify}}", None),
        ("{uses: a/release-tools@v1}", None),
        ("{uses: a/other@v1, with: {command: gate}}", None),
        ("{uses: release-tools@v1, with: {command: gate}}", None),
        ("{name: odd}", None),
    ],
)
def test_a_step_is_the_gate_that_it_calls(text, gate):
    assert gates.of(step(text)) == gate


def test_every_call_of_a_command_is_found():
    run = step("{run: release-tools a b; release-tools c; release-tools a}")
    assert list(gates.invocations(run, "a")) == [("b",), ()]
    action = step("{uses: ./, with: {command: a, args: b c}}")
    assert list(gates.invocations(action, "a")) == [("b", "c")]
