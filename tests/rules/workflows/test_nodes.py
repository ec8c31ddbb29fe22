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
        ("one\none", "one", 0, 7),
        ("one\none", "one", 1, 8),
        ("", "one", 0, 7),
    ],
)
def test_a_text_knows_the_line_of_what_stands_in_it(raw, needle, after, line):
    assert Text("", 7, 1, raw).line_of(needle, after) == line


def test_the_first_that_stands_in_a_text_is_meant():
    assert Text("", 7, 1, "one\none").line_of("one") == 7


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


@pytest.mark.parametrize(
    ("raw", "text", "texts"),
    [
        ("one", "one", ["one"]),
        ("'null'", "null", ["null"]),
        ("''", "", [""]),
        ("~", None, []),
        ("", None, []),
        ("NULL", None, []),
        ("[a, ~, b]", None, ["a", "b"]),
        ("[a, [b], {c: d}]", None, ["a"]),
        ("[]", None, []),
        ("{a: b}", None, []),
    ],
)
def test_a_null_is_no_text_unless_it_is_quoted(raw, text, texts):
    found = nodes.get(load(f"a: {raw}\n"), "a")
    one = nodes.text(found)
    assert (one.text if one else None) == text
    assert [each.text for each in nodes.texts(found)] == texts


def test_a_text_knows_where_it_begins():
    one = nodes.text(nodes.get(load("a:\n   'b'\n"), "a"))
    assert one == Text("b", 2, 4, "'b'")


def test_only_a_sequence_has_items():
    root = load("a: [b, [c], {}]\nd: e\nf: {}\n")
    first, *rest = nodes.items(nodes.get(root, "a"))
    assert (first.value, len(rest)) == ("b", 2)
    for name in ("d", "f", "g"):
        assert nodes.items(nodes.get(root, name)) == ()
    assert nodes.text(None) is None
    assert nodes.texts(None) == ()
