from __future__ import annotations

import time
from typing import Any

import pytest

from release_tools.errors import MalformedError
from release_tools.formats import nodes

load: Any = nodes.load  # what a node holds is asserted below


def test_every_value_knows_its_line_and_is_no_more_than_text():
    root = load("on: 1.10\nb:\n  - yes\n  - 'x'\n")
    (on, version), (_, items) = root.value
    assert (on.value, on.line, on.column) == ("on", 1, 1)
    assert (version.value, version.plain) == ("1.10", True)
    assert [(each.value, each.line, each.column, each.plain) for each in items.value] == [
        ("yes", 3, 5, True),
        ("x", 4, 5, False),
    ]
    assert items.value[1].raw == "'x'"
    assert (root.mapping, items.mapping, root.size) == (True, False, 7)


def test_the_caps_are_what_is_still_read():
    assert load("a" * nodes.MAX_CHARACTERS).value == "a" * nodes.MAX_CHARACTERS
    with pytest.raises(MalformedError, match="more than the"):
        load("a" * (nodes.MAX_CHARACTERS + 1))


def test_a_byte_order_mark_moves_nothing():
    assert load("\ufeffa: b").value[0][1].raw == "b"


def test_an_alias_is_the_node_itself():
    root = load("a: &x {b: c}\nd: *x\n")
    assert root.value[1][1] is root.value[0][1]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "is empty"),
        ("# nothing\n", 1, "is empty"),
        ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands twice, first in line 1"),
        (f"{'k' * 90}: 1\n{'k' * 90}: 2\n", 2, f"the key '{'k' * 80}' stands twice"),
        ("a: 1\n---\nb: 2\n", 2, "more than one document"),
        ("a: &x [1]\nb: {<<: *x}\n", 2, "the merge key <<"),
        ("a: *x\n", 1, "the alias *x names nothing"),
        ("a: &x [*x]\n", 1, "the alias *x names nothing that is complete"),
        ("a: [\n", 2, "is no valid YAML"),
        ("a: b: c\n", 1, "is no valid YAML"),
        ("[a, b]: c\n", 1, "a key is no plain text"),
        ("[" * 300, 1, "more than 200 collections"),
        ("a: \x07\n", 1, "is no valid YAML"),
    ],
)
def test_what_github_would_not_read_is_refused_with_its_line(text, line, says):
    with pytest.raises(MalformedError) as caught:
        nodes.load(text)
    assert says in caught.value.message
    assert caught.value.line == line


def test_bombs_are_refused_at_once():
    begun = time.process_time()
    levels = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 60)
    )
    with pytest.raises(MalformedError, match="expand to more than 200,000 values"):
        nodes.load(levels)
    with pytest.raises(MalformedError, match="1,000,001 characters"):
        nodes.load("a" * 1_000_001)
    assert time.process_time() - begun < 1
