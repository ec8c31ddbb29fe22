"""What the line walker takes for structure, and what it leaves to PyYAML.

That it agrees with PyYAML is in test_yaml_property.py; here is what it answers by itself.
"""

from __future__ import annotations

import pytest
import yaml as pyyaml

from release_tools.formats import _blocks


def bodies(text: str) -> list[str]:
    found = list(_blocks.lines(text, 0, len(text)))
    for offset, indent, body in found:
        assert offset == 0 or text[offset - 1] == "\n"
        assert text[offset : offset + indent].strip(" ") == ""
        assert text.startswith(body, offset + indent)
    return [body for _, _, body in found]


@pytest.mark.parametrize(
    ("text", "ranges", "ordinary"),
    [
        ("", [""], True),
        ("a", ["a"], True),
        ("a\n---", ["a\n", "---"], True),
        ("\n---\n---\na", ["\n", "---\n", "---\na"], True),
        ("---\na\n--- b\n---\tc\n---\r\n", ["---\na\n", "--- b\n", "---\tc\n", "---\r\n"], True),
        ("a\n...\nb\n---\n...", ["a\n", "\nb\n", "---\n", ""], True),
        ("a\n---b\n...c\n ---\n", ["a\n---b\n...c\n ---\n"], True),
        ("\ufeffa\n---\nä", ["a\n", "---\nä"], True),
        ("\ufeff\n---\n", ["\n", "---\n"], True),
        ("a\r\n---\r\nb", ["a\r\n", "---\r\nb"], True),
        ("a: 5%\n---\nb", ["a: 5%\n", "---\nb"], True),
        ("a\r---\n---\n", ["a\r---\n---\n"], False),
        ("%YAML 1.1\n---\na", ["%YAML 1.1\n---\na"], False),
        ("\ufeff%YAML 1.1\n---\na", ["%YAML 1.1\n---\na"], False),
        ("a: 5%\n%YAML 1.1\n---\nb", ["a: 5%\n%YAML 1.1\n---\nb"], False),
        ("\x85a\n---\nb", ["\x85a\n---\nb"], False),
        ("\ufeff\ufeff\n---\nb", ["\ufeff\n---\nb"], False),
        ("a\x85\n---\nb", ["a\x85\n---\nb"], False),
        ("a\u2028\n---\nb", ["a\u2028\n---\nb"], False),
        ("a\u2029\n---\nb", ["a\u2029\n---\nb"], False),
        ("a\ufeff\n---\nb", ["a\ufeff\n---\nb"], False),
    ],
)
def test_documents_are_told_apart_where_the_text_is_ordinary(
    text: str, ranges: list[str], ordinary: object
) -> None:
    found = _blocks.documents(text)
    assert ([text[start:end] for start, end in found[0]], found[1]) == (ranges, ordinary)


ENDING = (
    "a", "a:", "a: b", "-", "- a", "- - a: b", "-1", "--a: b", "a: b # c", "a: 'b'", 'a: "b"',
    'a:  "b"  # c', '"a": b', '"a":', '"a": "b"', "'a'", '"a"  # b', 'a: "b\\"c"', 'a: "b\\""',
    'a: "b\\\\"',
    'a: "\\\\\\"\\n\\\\"', "a: 'b''c'", "a: 'b'''", "a: ''", 'a: ""', "a: 'b\\'", "a: 'b\"c'",
    "a: \"b'\"", "a: &b", "a: &b c", "a: !!str b", "a: &b !c d", "&a b: c", "a: *b", "- *a",
    "- &a b: c", "a: &b 'c'", "a: &b # c", "a: # b", "a: []", "a: {}  # b", "[a]", '{"a": b}',
    '{a: "b"}', '- {a: "b"}',
    'a: [b, "c",\'d\']', 'a: {b: "c", d: [e]}', 'a: ["b": c]', 'a: ["]"]', "a: [b, [c], {d: e}]",
    'a: ["b" , c]', 'a: [ "b"]', 'a: [["b"]]', "a: [b:c]", "a#b: c", "a: b#c", "it's", "it's: b",
    "a: it's", ".a: b", ".a: .b", "---a", "---a: b", "a: -", "a: b: c",
)  # fmt: skip


@pytest.mark.parametrize("line", ENDING)
def test_an_entry_that_ends_on_its_line_is_read(line: str) -> None:
    assert bodies(f"{line}\n \n  # c\n  z: 1") == [line.strip(), "z: 1"]
    assert bodies(f"{line}  \r\n") == [line.strip()]


DOUBTED = (
    'a: "b', 'a:  "b', "a: 'b", 'a: "b\\"', 'a: "b\\\\\\"', "a: 'b''", 'a: "b" c', 'a: "b"# c',
    '"a" b', '"a":b', '"a": "b', '"a": "b": c', 'a: "b": c', "a: [", "a: [b", "a: {b: c",
    "a: [b] c", "a: [b]#c", "a: [b # c]", "a: [b # c", 'a: [b"c"]', "a: [it's]", 'a: ["b""c"]',
    'a: [b "c"]', 'a: [b:"c"]', 'a: ["b]', "? a", ": a", "%a", "@a", "`a", ", a", "] a", "} a",
    "a: ?", "a: }", "a: @b", "\ta", "a:\tb", "-\ta", "a: b\t# c", 'a: &b "c', 'a: &b  "c d',
    'a: &b "c d', "a: &b &c &d e", "*a: b", "*a: 'b'", 'a #b: "c"', "a: | b", "a: |\tb",
    "a: > b # c", "|", "&a |", "--- a", "--- |", "---\t# a", "- " * 20 + "a",
)  # fmt: skip


@pytest.mark.parametrize("line", DOUBTED)
def test_an_entry_that_may_go_on_is_doubted(line: str) -> None:
    with pytest.raises(_blocks.Doubt):
        bodies(f"{line}\n")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a: |\n  'b\n\n [c\n# d\nz: 1", ["a: |", "z: 1"]),
        ("a: >-2 # b # c\n  'b\nz: 1", ["a: >-2 # b # c", "z: 1"]),
        ("a:  |+\n 'b", ["a:  |+"]),
        ("'a': |\n  'b\nz: 1", ["'a': |", "z: 1"]),
        ("a: &b !c |\n  'b", ["a: &b !c |"]),
        ("- |\n 'b\n- z", ["- |", "- z"]),
        ("- - |\n   'b\n  - z", ["- - |", "- z"]),
        ("  -  - |\n      'b\n     - z", ["-  - |", "- z"]),
        ("- a: |\n   'b\n  z: 1", ["- a: |", "z: 1"]),
        ("-   a: |\n     'b\n    z: 1", ["-   a: |", "z: 1"]),
        ("a:\n  b: |\n    'c\n  z: 1", ["a:", "b: |", "z: 1"]),
        ("- " * 19 + "|\n" + " " * 37 + "'b\nz", ["- " * 19 + "|", "z"]),
    ],
)
def test_the_text_of_a_block_scalar_is_left_out(text: str, left: list[str]) -> None:
    assert bodies(text) == left


def test_only_structure_is_read() -> None:
    assert bodies("\n---\n# b\na: b") == ["a: b"]
    assert bodies("--- # a\n  b: c\n  ---\n") == ["b: c", "---"]
    assert bodies("---   # a\n") == []


@pytest.mark.parametrize(
    ("written", "content"),
    [
        (" b", "b"),
        ("   b c  # d\n", "b c"),
        (" b#c\r\n z: 1", "b#c"),
        (' "b"', "b"),
        (" 'b \"c'  # d\n z: 1", 'b "c'),
        (' ""\n', ""),
        (" b\n\n# c\n  # d\n\r\n z: 1\n y: 2", "b"),
        (" b\n z: 1", "b"),
        ("\n z: 1", None),
        (" b:c", "b:c"),
        (" nullb", "nullb"),
        ("", None),
        ("  ", None),
        (" # b\n", None),
        (" #", None),
        (" ~ # b", None),
        (" null\n", None),
        (" Null\r\n", None),
        (" NULL", None),
    ],
)
def test_the_content_of_a_scalar_is_found(written: str, content: str | None) -> None:
    text = f"\n a:{written}"
    span = _blocks.scalar(text, 4, len(text), 1)
    assert (span and text[slice(*span)]) == content
    (tree,) = pyyaml.load_all(text, pyyaml.BaseLoader)
    assert tree["a"] == content or content is None


@pytest.mark.parametrize(
    "written",
    [
        *(f" {mark}b" for mark in "-?:,[]{}&*!|>%@`=<"),
        ' "b',
        ' "b\tc"',
        ' "\tb"',
        ' "b\t"',
        ' "b\\tc"',
        " 'b\\tc'",
        " 'b''c'",
        ' "b\'c"',
        ' "b" c',
        ' "b"#c',
        " b: c",
        " b:",
        " b\tc",
        " b\n  c",
        "\n  c",
        " b\n# c\n\n  c",
        " b\n \tc",
        " b\n\n  c\nd: 1",
        " b\n  - c",
        "\n - c",
        " # b\n\n - c",
    ],
)
def test_a_scalar_that_is_not_plainly_one_is_doubted(written: str) -> None:
    text = f" a:{written}"
    with pytest.raises(_blocks.Doubt):
        _blocks.scalar(text, 3, len(text), 1)


def test_a_scalar_ends_with_its_document() -> None:
    text = "a: bc\n  d"
    assert _blocks.scalar(text, 2, 4, 0) == (3, 4)
    assert _blocks.scalar(text, 2, 6, 0) == (3, 5)
    assert _blocks.scalar("a: b\n c", 2, 6, 0) == (3, 4)
