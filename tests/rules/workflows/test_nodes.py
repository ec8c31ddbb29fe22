from __future__ import annotations

import pytest

from release_tools.formats.nodes import load
from release_tools.rules.workflows import nodes
from release_tools.rules.workflows.nodes import Text


@pytest.mark.parametrize(
    ("raw", "needle", "after", "line"),
    [
        ("|\n  one\n  two\n  one\n", "one", 0, 8),
        ("|\n  one\n  two\n  one\n", "one", 1, 10),
        ("|\n  one\n  two\n  one\n", "two", 0, 9),
        ("|\n  one\n", "three", 0, 7),
        ("one two", "one", 0, 7),
        ("one", "one", 0, 7),
        ("\none", "one", 0, 8),
        ("", "one", 0, 7),
    ],
)
def test_a_text_knows_the_line_of_what_stands_in_it(raw, needle, after, line):
    assert Text("", 7, 1, raw).line_of(needle, after) == line


def test_what_is_no_mapping_has_no_pairs():
    root = load("a: 1\nb: [x]\n")
    assert [(key.text, key.line, key.column, key.raw) for key, _ in nodes.pairs(root)] == [
        ("a", 1, 1, "a"),
        ("b", 2, 1, "b"),
    ]
    found = nodes.get(root, "b")
    assert found is not None
    assert found.line == 2
    assert nodes.get(root, "c") is None
    assert list(nodes.mapping(root)) == ["a", "b"]
    for odd in (None, found):
        assert list(nodes.pairs(odd)) == []
        assert nodes.get(odd, "x") is None
        assert nodes.mapping(odd) == {}
