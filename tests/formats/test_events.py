"""YAML as a stream of events: what is refused, and which plain scalars are strings."""

from __future__ import annotations

import pytest

from release_tools.errors import MalformedError
from release_tools.formats import _events

DEEPEST = _events._DEEPEST


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("\na: b: c", 2, "is no valid YAML: mapping values are not allowed in this context"),
        ("\n---\na: 'b\n\n", 5, "is no valid YAML: found unexpected end of stream"),
        ("\n---\n[a}\n", 3, "is no valid YAML: did not find expected ',' or ']'"),
        (
            "\n---\n\x01\n\x01",
            3,
            "is no valid YAML: unacceptable character #x0001: control characters",
        ),
        (
            "\x01\n\na: \x01\n",
            3,
            "is no valid YAML: unacceptable character #x0001: control characters",
        ),
        ("\n---\n\ud800", 3, "is no valid YAML: 'utf-8' codec can't encode character"),
        ("\n---\n\n" + "[" * 201, 4, "more than 200 collections are nested in one another"),
        ("\n---\n- - []\n  - " + "[" * 199, 4, "more than 200 collections are nested"),
    ],
)
def test_what_is_no_yaml_is_refused_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(MalformedError) as caught:
        list(_events.events(text, 1, len(text)))
    assert caught.value.message.startswith(message)
    assert "\n" not in caught.value.message
    assert caught.value.line == line


def test_depth_is_counted_and_not_length() -> None:
    text = "- " + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1) + "\n- {}" * DEEPEST
    assert len(list(_events.events(text, 0, len(text)))) > 4 * DEEPEST


@pytest.mark.parametrize(
    "plain",
    ["1.0.0", "v1", "a", "1e", "e1", "1.2.3-4", "-", "+a", "0x", "0xg", "1_a", "0b2", "latest"],
)
def test_what_reads_as_itself_is_a_string(plain: str) -> None:
    assert _events.is_string(plain)


NO_STRINGS = (
    "", "~", "=", "<<", "null", "yes", "On", "FALSE", "1", "-1", "+1.", ".5", "1.10", "1e3",
    "-1.5E-3", "+.5e+1", "0o17", "0x1F", "-0xf", "0b01", "1_000", "1:30", "2026-01-15", "20260115",
    ".inf", ".NaN",
)  # fmt: skip


@pytest.mark.parametrize("plain", NO_STRINGS)
def test_what_yaml_may_read_as_something_else_is_no_string(plain: str) -> None:
    assert not _events.is_string(plain)


@pytest.mark.parametrize(
    ("text", "null"),
    [
        *[("~", True), ("null", True), ("Null", True), ("NULL", True), ("&a", True)],
        *[("'null'", False), ('""', False), ("!!str", False), ("nULL", False), ("!a ~", False)],
    ],
)
def test_a_null_is_plain_and_untagged(text: str, null: object) -> None:
    (scalar,) = [one for one in _events.events(text, 0, len(text)) if hasattr(one, "style")]
    assert _events.is_null(scalar) == null


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("x\n--- abc", "abc"),
        ("x\n--- 'abc'", "abc"),
        ('x\n--- &a !b "abc" # c', "abc"),
        ("x\n--- ''", ""),
        ("x\n--- 'a''b'", None),
        ('x\n--- "\\x61"', None),
        ('x\n--- "\\\n  abc"', None),
        ("x\n--- a\n b", None),
        ("x\n--- |\n abc", None),
        ("x\n--- >\n abc", None),
    ],
)
def test_the_content_of_a_scalar_stands_as_it_is_meant(text: str, content: str | None) -> None:
    events = _events.events(text, 2, len(text))
    (scalar,) = [one for one in events if hasattr(one, "style")]
    span = _events.content(text, 2, scalar)
    assert (span and text[slice(*span)]) == content
    assert _events.line_of(f"\n{text}", 3, scalar) == 3
