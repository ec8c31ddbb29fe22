"""JSON: locate and prove, against json.loads as the judge."""

from __future__ import annotations

import json as judge
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from release_tools.errors import MalformedError
from release_tools.formats import json, splice
from release_tools.model import Edit, Spot

KEYS = st.sampled_from(["version", "packages", "", "a b", "ü", '"', "0"])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text('v1.0"\\\nü\u2028', max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=10,
)


def edit(text: str, at: Any, new: str) -> tuple[str, tuple[Edit, ...]]:
    edits = tuple(Edit("f.json", json, at, spot, new) for spot in json.locate(text, at))
    return splice(text, edits), edits


def nodes(value: Any, path: tuple[Any, ...] = ()) -> dict[tuple[Any, ...], Any]:
    found = {path: value}
    if isinstance(value, (dict, list)):
        for name, child in value.items() if isinstance(value, dict) else enumerate(value):
            found |= nodes(child, (*path, name))
    return found


@settings(deadline=None)
@given(
    VALUES,
    st.sampled_from([None, 0, 2, "\t"]),
    st.booleans(),
    st.sampled_from(["\n", "\r\n", ""]),
    st.sampled_from(["", "\ufeff"]),
    st.lists(KEYS | st.integers(0, 3), max_size=3).map(tuple),
)
def test_every_node_is_found_as_json_reads_it(
    value: Any, indent: Any, ascii_only: Any, newline: str, bom: str, other: Any
) -> None:
    text = judge.dumps(value, indent=indent, ensure_ascii=ascii_only).replace("\n", newline or "\n")
    text = f"{bom}{text}{newline}"
    found = nodes(value)
    for path, node in found.items():
        if not isinstance(node, str):
            with pytest.raises(MalformedError, match="no string"):
                json.locate(text, path)
            continue
        if judge.dumps(node, ensure_ascii=ascii_only) != f'"{node}"':
            with pytest.raises(MalformedError, match="escapes"):
                json.locate(text, path)
            continue
        (spot,) = json.locate(text, path)
        assert spot == Spot.of(text, spot.start, spot.end)
        assert spot.text == node
        after, edits = edit(text, path, "9.9.9")
        json.prove(text, after, edits)
        assert nodes(judge.loads(after.removeprefix("\ufeff")))[path] == "9.9.9"
    if other not in found:
        assert json.locate(text, other) == ()


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('{\n "version": "1",\n "version": "1"\n}', 3, "version is given twice"),
        ('{\n "version": "1",\n "vers\\u0069on": "1"\n}', 3, "version is given twice"),
        ('{"version": \n3}', 2, "version is 3, no string"),
        ('{"version": {}}', 1, "version is an object, no string"),
        ('{"version": []}', 1, "version is an array, no string"),
        ('\n{"version": 3}', 2, "version is 3, no string"),
        (f'{{"version": {"1" * 60}}}', 1, f"version is {'1' * 40}, no string"),
        (f'{{"a": {"9" * 5000}}}', None, "not valid JSON: exceeds the limit .4300 digits"),
        ('{"version": "\\u0031"}', 1, "escapes"),
        ('{\n"version": "1"', 2, "not valid JSON"),
        ('{\n"version": "1"}\n}', 3, "not valid JSON: extra data"),
        ('{"version": "1",}', 1, "not valid JSON"),
        ('{"version": "1\n"}', 1, "not valid JSON"),
        ("{'version': '1'}", 1, "not valid JSON"),
        ('{"version" "1"}', 1, "not valid JSON"),
        ('// no\n{"version": "1"}', 1, "not valid JSON"),
        ("", 1, "not valid JSON"),
        ("\ufeff", 1, "not valid JSON"),
        ('{"a": tru, "version": "1"}', 1, "not valid JSON"),
        ('{"version": "1\0"}', 1, "not valid JSON"),
    ],
)
def test_what_is_malformed_is_refused_with_its_line(
    text: str, line: int | None, message: str
) -> None:
    with pytest.raises(MalformedError, match=message) as caught:
        json.locate(text, ("version",))
    assert caught.value.line == line


def test_a_key_on_the_path_that_is_given_twice_is_named_as_far_as_it_goes() -> None:
    with pytest.raises(MalformedError, match=r"^the key a\.b is given twice$"):
        json.locate('{"a": {"b": {"c": "1"}, "b": 2}}', ("a", "b", "c"))


def test_blanks_are_no_matter() -> None:
    text = '{"a":[1,"x"],"version":"1"}'
    assert [spot.start for spot in json.locate(text, ("a", 1))] == [9]
    assert [spot.start for spot in json.locate(text, ("version",))] == [24]


def test_the_longest_text_that_is_read_has_its_length() -> None:
    text = f'"{"a" * (json.LIMIT - 2)}"'
    assert json.locate(text, ())[0].end == json.LIMIT - 1
    with pytest.raises(MalformedError, match="has 5000001 characters; at most 5000000 are read"):
        json.parse(f"{text} ")


HOSTILE = {
    "deep arrays": '{"x": ' + "[" * 100_000,
    "deep objects": '{"x": ' + '{"a":' * 100_000,
    "deep and closed": '{"x": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "many digits": '{"x": ' + "9" * 10_000 + "}",
    "one long string": '{"x": "' + "a" * 1_000_000,
    "huge": " " * (json.LIMIT + 1),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("at", [("version",), ("x", "a", "a"), ("x",)])
def test_hostile_text_is_refused_quickly(name: str, at: Any) -> None:
    started = time.process_time()
    with pytest.raises(MalformedError):
        json.locate(HOSTILE[name], at)
    with pytest.raises(MalformedError):
        json.parse(HOSTILE[name])
    assert time.process_time() - started < 2


@pytest.mark.parametrize("new", ['2"', "2\\", "2\n", '2", "x": "', "\\u0032"])
def test_an_edit_that_does_not_read_as_itself_is_refused(new: str) -> None:
    before = '{"version": "1", "name": "1"}'
    with pytest.raises(MalformedError):
        json.prove(before, *edit(before, ("version",), new))


def test_an_edit_elsewhere_is_refused() -> None:
    before = '{"version": "1", "name": "1"}'
    after, edits = edit(before, ("version",), "2")
    for wrong in (before, before.replace("1", "2"), after + "\n"):
        with pytest.raises(MalformedError, match="outside the intended places"):
            json.prove(before, wrong, edits)
