"""Which words of a script are a gate, and what it is told."""

from __future__ import annotations

import pytest

from release_tools.rules.workflows import gates, simulation


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
