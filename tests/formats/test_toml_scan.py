"""Where the scanner of TOML finds keys and strings.  test_toml.py holds it to tomllib."""

from __future__ import annotations

import pytest

from release_tools.errors import MalformedError
from release_tools.formats import toml_scan


@pytest.mark.parametrize("text", ["\n\n= 1", "\nx = 1\n!"])
def test_what_is_no_toml_1_0_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(MalformedError, match="cannot read") as caught:
        toml_scan.scan(text)
    assert caught.value.line == 3


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("a = 1", 1),
        ("a.b-c . 1_ = 1", 3),
        ("[ a\t.\tb ]", 2),
        ('"a.b".c.\'d.e\' = "f.g.h.i"', 3),
        ('x = "a.b # \\" c.d.e.f', 1),
        ('"a\\".b.c".d', 2),
        ("x.y = 'a.b.c.d", 2),
        ("x = { a.b.c = 1, d.e = 2 }", 3),
        ("...a..b", 1),
    ],
)
def test_the_parts_of_the_longest_key_are_counted(line: str, parts: int) -> None:
    assert [toml_scan.has_key_longer_than(line, count) for count in (parts - 1, parts)] == [
        True,
        False,
    ]


def test_every_key_and_string_has_its_place() -> None:
    text = """\ufeffa.'b' = ''
[c."d\\u0065"]
f = [ "1", { g = \'\'\'2\'\'\', h = 3 }, [] ]
[[i]]
[[i]]
[i.j]
k = \"\"\"\"\"\"\"\" # "
"""
    index = toml_scan.scan(text)
    assert {path: text[place : place + 3] for path, place in index.keys.items()} == {
        ("a",): "a.'",
        ("a", "b"): "a.'",
        ("c",): "[c.",
        ("c", "de"): "[c.",
        ("c", "de", "f"): "f =",
        ("c", "de", "f", 0): '"1"',
        ("c", "de", "f", 1): "{ g",
        ("c", "de", "f", 1, "g"): "g =",
        ("c", "de", "f", 1, "h"): "h =",
        ("c", "de", "f", 2): "[] ",
        ("i",): "[[i",
        ("i", 0): "[[i",
        ("i", 1): "[[i",
        ("i", 1, "j"): "[i.",
        ("i", 1, "j", "k"): "k =",
    }
    assert [text[slice(*span)] for span in index.strings.values()] == ["", "1", "2", '""']
