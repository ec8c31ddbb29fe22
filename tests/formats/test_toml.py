"""TOML: locate, prove, parse and find_line, against tomllib as the judge."""

from __future__ import annotations

import time
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from release_tools.errors import MalformedError
from release_tools.formats import plain, splice, toml, toml_fast
from release_tools.model import Edit, Spot

PROJECT = ("project", "version")


def edit(text: str, at: Any, new: str) -> tuple[str, tuple[Edit, ...]]:
    edits = tuple(Edit("f.toml", toml, at, spot, new) for spot in toml.locate(text, at))
    return splice(text, edits), edits


# --- generated documents -------------------------------------------------------------------

KEYS = st.sampled_from(["project", "version", "tool", "a", "b-c", "true", "1", "projec"])
CONTENTS = st.sampled_from(
    ["0.3.0", "x", "", "[project]", "version = 1", "# no", "}", "{", "],", "ü", "project", "a.b"]
)
BLANK = st.sampled_from(["", "", "", " ", "\t"])
NEWLINE = st.sampled_from(["\n", "\n", "\n\n", "  # version = '9'\n", "\n# [project]\n"])


@st.composite
def key(draw: st.DrawFn) -> str:
    name = draw(KEYS)
    style = draw(st.integers(0, 9))
    if style == 0:
        return f'"{name}"'
    if style == 1:
        return f"'{name}'"
    return f'"\\u{ord(name[0]):04x}{name[1:]}"' if style == 2 else name


@st.composite
def dotted(draw: st.DrawFn) -> str:
    parts = draw(st.lists(key(), min_size=1, max_size=3))
    return f"{draw(BLANK)}.{draw(BLANK)}".join(parts)


@st.composite
def string(draw: st.DrawFn) -> str:
    content = draw(CONTENTS)
    style = draw(st.integers(0, 9))
    if style == 0:
        return f'"""{content}"""'
    if style == 1:
        return f"'''\n{content}\n[project]\nversion = \"8\"\n'''"
    if style == 2:
        return f'"""\n[project]\nversion = "7"\n{content}""""'
    if style == 3:
        return f'"\\"{content}\\\\"'
    return f"'{content}'" if style == 4 else f'"{content}"'


def containers(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    @st.composite
    def array(draw: st.DrawFn) -> str:
        gap = draw(st.sampled_from(["", " ", "\n", "\n  ", " # ]\n"]))
        items = [f"{item}{gap}," for item in draw(st.lists(children, max_size=3))]
        return f"[{gap}{gap.join(items)}{gap}]"

    @st.composite
    def table(draw: st.DrawFn) -> str:
        pairs = draw(st.lists(st.tuples(dotted(), children), max_size=3, unique_by=lambda p: p[0]))
        blank = draw(BLANK)
        return (
            "{" + ",".join(f"{blank}{name}{blank}= {value}{blank}" for name, value in pairs) + "}"
        )

    return array() | table()


SCALARS = st.sampled_from(["1", "true", "1.5", "inf", "1979-05-27 07:32:00Z", "07:32:00", "0xff"])
VALUES = st.recursive(string() | string() | SCALARS, containers, max_leaves=5)


@st.composite
def document(draw: st.DrawFn) -> str:
    lines = [draw(st.sampled_from(["", "", "\ufeff"]))]
    headers = draw(st.lists(dotted(), max_size=4, unique=True))
    for header in [None, *headers]:
        if header is not None:
            blank = draw(BLANK)
            brackets = draw(st.sampled_from(["[]", "[]", "[]", "[[]]"]))
            half = len(brackets) // 2
            opening, closing = brackets[:half], brackets[half:]
            times = draw(st.integers(1, 2)) if half == 2 else 1
            head = f"{draw(BLANK)}{opening}{blank}{header}{blank}{closing}"
            lines += [head + draw(NEWLINE)] * times
        names = draw(st.lists(dotted(), max_size=3, unique=True))
        for name in names:
            indent = draw(BLANK)
            value = draw(VALUES)
            lines.append(f"{indent}{name}{draw(BLANK)}={draw(BLANK)}{value}{draw(NEWLINE)}")
    text = "".join(lines)
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return text.rstrip("\r\n") if draw(st.booleans()) else text


HEADERS = ["[project]", "[project] # x", "[tool]", "[tool.a]", "[a]", "[a.project]"]
PAIRS = [
    'version = "1"',
    "version='2'  # y",
    'version = "3',
    'name = "project"',
    'a = { version = "4", x = ["q", "]"] }',
    "project = { x = true, version = '5' }",
    'b = ["version", "[project]"]',
    'b = [\n  "version",\n]',
    "version = 6",
    "# version = 7",
]
TRAPS = [
    'x = """\n[project]\nversion = "8"\n"""',
    "x = '''\nversion = '9'\n'''",
    "y = '''",
    'x = [\n["project"],\n[1]\n]',
    'x = { y = "}", z = [\n1] }',
    "x = {",
    "z = }",
    "[ project ]",
    '["project"]',
    " [project]",
    "  [tool]",
    "[[tool]]",
    "[[ a ]]",
    "[[project]]",
    'project.version = "10"',
    '"version" = "11"',
    ' version = "12"',
    'version.a = "13"',
    'version = "14" "15"',
    'a.version = "16"',
    '"vers\\u0069on" = "17"',
    'version = "\\u0031"',
    'version = """18"""',
]


@st.composite
def layout(draw: st.DrawFn) -> str:
    """Lines that people write, and some that would mislead a careless search."""
    lines = draw(st.lists(st.sampled_from(HEADERS + PAIRS), max_size=7, unique=True))
    for trap in draw(st.lists(st.sampled_from(TRAPS), max_size=2)):
        lines.insert(draw(st.integers(0, len(lines))), trap)
    newline = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    end = draw(st.sampled_from(["", "\n"]))
    return (draw(st.sampled_from(["", "\ufeff"])) + "\n".join(lines) + end).replace("\n", newline)


def nodes(value: Any, path: tuple[Any, ...] = ()) -> dict[tuple[Any, ...], Any]:
    found = {path: value}
    if isinstance(value, (dict, list)):
        for name, child in value.items() if isinstance(value, dict) else enumerate(value):
            found |= nodes(child, (*path, name))
    return found


PATHS = st.lists(KEYS, min_size=1, max_size=3).map(tuple)


@settings(max_examples=150, deadline=None)
@given(document() | layout(), PATHS)
def test_every_node_is_found_as_tomllib_reads_it(text: str, other: tuple[str, ...]) -> None:
    try:
        data = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError:
        with pytest.raises(MalformedError):
            toml.parse(text)
        return
    found = nodes(data)
    del found[()]
    for path, value in found.items():
        assert toml.find_line(text, path) is not None
        if not isinstance(value, str):
            with pytest.raises(MalformedError, match="no string"):
                toml.locate(text, path)
            continue
        try:
            (spot,) = toml.locate(text, path)
        except MalformedError as error:
            assert "escapes or line breaks" in error.message  # noqa: PT017
            assert "\\" in text or "\n" in value or "'''" in text or '"""' in text
            continue
        assert spot == Spot.of(text, spot.start, spot.end)
        assert spot.text == value
        after, edits = edit(text, path, "9.9.9")
        toml.prove(text, after, edits)
        changed = nodes(tomllib.loads(after.removeprefix("\ufeff")))
        assert {p for p, v in nodes(data).items() if isinstance(v, str) and v != changed[p]} == {
            path
        }
        assert changed[path] == "9.9.9"
    if other not in found:
        assert toml.locate(text, other) == ()


@settings(max_examples=400, deadline=None)
@given(layout() | layout() | document(), PATHS)
def test_the_quick_answer_is_that_of_the_scanner(text: str, other: tuple[str, ...]) -> None:
    try:
        data = toml.parse(text)
    except MalformedError:
        return
    strings = toml._indexed(text)[1].strings
    for path in [*nodes(data), other]:
        quick = toml_fast.find(text, path) if path else None
        if quick is toml_fast.ABSENT:
            assert path not in nodes(data)
        elif quick is not None:
            assert quick == strings[path]
            assert text[slice(*quick)] == nodes(data)[path]


# --- promises ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('[project]\nversion = "1"\nname = "x"\nversion = "2"\n', 4, "overwrite"),
        ('[project]\nversion = "1"\n\n[project]\nname = "x"\n', 4, "twice"),
        ('[project]\nname = "x"\n\n[project]\nversion = "1"\n', 4, "twice"),
        ('[project]\nversion = "1"\n\n[ "project" ]\n', 4, "twice"),
        ('[project]\nversion = "1"\n"version" = "1"\n', 3, "overwrite"),
        ("[project]\nversion = 3\n", 2, "project.version is 3, no string"),
        ("[project]\nversion = { workspace = true }\n", 2, "is a table, no string"),
        ("[project]\nversion.workspace = true\n", 2, "is a table, no string"),
        ('[project]\nversion = ["1"]\n', 2, "is an array, no string"),
        ('[project]\nversion = "1\n', 2, "not valid TOML"),
        ('[project]\nversion = "1" "2"\n', 2, "not valid TOML"),
        ('[project]\nversion = "\\u0031"\n', 2, "escapes"),
        ('[project]\nversion = "1\\t"\n', 2, "escapes"),
        ('[project]\nversion = """\n1"""\n', 2, "line breaks"),
        ('[project]\r\n\r\nversion = "1\x00"\r\n', 3, "not valid TOML"),
        ('[project]\rversion = "1"', 1, "not valid TOML"),
        # TOML 1.1 lets inline tables go on over lines: this is not the project's version.
        ('[project]\nx = {\nversion = "1"\n}\n', 2, "not valid TOML"),
    ],
)
def test_what_is_malformed_is_refused_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(MalformedError, match=message) as caught:
        toml.locate(text, PROJECT)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("text", "at", "where"),
    [
        ('\ufeff[project]\r\nversion = "1"', PROJECT, "2:12"),
        ("\ufeffversion = '1'", ("version",), "1:12"),
        ('project.version = "1"', PROJECT, "1:20"),
        ('"project" . \'version\' = "1"', PROJECT, "1:26"),
        ('project = { name = "x", version = "1" }', PROJECT, "1:36"),
        ('x = """\n[project]\nversion = "8"\n"""\n[project]\nversion = "1"', PROJECT, "6:12"),
        ('[[a]]\n[a.b]\nc = "0"\n[[a]]\n[a.b]\nc = "1"', ("a", 1, "b", "c"), "6:6"),
        ('a = [{ b = "0" }, { b = "1" }]', ("a", 1, "b"), "1:26"),
        ('a = [["0"], ["0", "1"]]', ("a", 1, 1), "1:20"),
        ('[a]\nb = { version = "1", x = ["}"] } # y', ("a", "b", "version"), "2:18"),
        ('[a.b]\nversion = """1"""', ("a", "b", "version"), "2:14"),
    ],
)
def test_a_string_is_found_however_its_path_is_written(text: str, at: Any, where: str) -> None:
    (spot,) = toml.locate(text, at)
    assert (spot.text, f"{spot.line}:{spot.column}") == ("1", where)
    toml.prove(text, *edit(text, at, "2.0"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ufeff",
        "[project]\n",
        '[project]\n  [tool]\nversion = "1"',
        '[[project]]\nversion = "1"',
        '[tool]\nversion = "1"\n',
        "# version",
    ],
)
def test_a_path_that_is_not_there_is_absent(text: str) -> None:
    assert toml.locate(text, PROJECT) == ()
    assert toml.first(text, PROJECT) is None


def test_a_table_of_an_array_is_not_found_without_an_index() -> None:
    text = '[[a]]\n[a.b]\nversion = "1"\n'
    assert toml.locate(text, ("a", "b", "version")) == ()
    assert toml.first(text, ("a", 0, "b", "version")) == "1"


def test_lines_are_found_for_keys_tables_and_elements() -> None:
    assert toml.find_line("\nx = 1", ("x",)) == 2
    text = 'a = 1\n\n[[surfaces]]\nkind = "x"\n[[surfaces]]\nfiles = [\n "a",\n "b",\n]\n[b.c]\n'
    paths: list[Any] = [("a",), ("surfaces",), ("surfaces", 1), ("surfaces", 0, "kind")]
    paths += [("surfaces", 1, "files", 1), ("b",), ("b", "c"), ("surfaces", 2), ("x",)]
    assert [toml.find_line(text, path) for path in paths] == [1, 3, 5, 4, 8, 10, 10, None, None]


HOSTILE = {
    "long dotted key": ".".join(["a"] * 20_000) + " = 1\n",
    "long dotted quoted key": " . ".join(['"a\\""'] * 10_000) + " = 1\n",
    "long dotted header": f"[{'.'.join(['a'] * 20_000)}]\n",
    "long dotted key in a table": "x = { " + ".".join(["'a'"] * 20_000) + " = 1 }\n",
    "deep arrays": "x = " + "[" * 10_000 + "]" * 10_000 + "\n",
    "deep tables": "x = " + "{a=" * 10_000 + "1" + "}" * 10_000 + "\n",
    "unclosed arrays": "x = " + "[" * 10_000,
    "quotes": '"' * 100_001,
    "escaped quotes": "x = " + '"\\' * 200_000,
    "dots and quotes": "." * 100 + '"\\"' * 100_000,
    "a long word": "." * 100 + "a" * 400_000,
    "many words": "\n".join(["a" * 100 + "." * 100] * 2_000),
    "nul": "[project]\0",
    "a key of one part too many": ".".join(["a"] * (toml.KEY_PARTS + 1)) + " = 1",
    "lone returns": "[project]\r" * 10_000,
    "many digits": "x = " + "9" * 10_000,
    "huge": "#" * (toml.LIMIT + 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_quickly(name: str) -> None:
    started = time.process_time()
    with pytest.raises(MalformedError):
        toml.parse(HOSTILE[name])
    with pytest.raises(MalformedError):
        toml.locate(HOSTILE[name] + '\nversion = """1"""\n[project]', PROJECT)
    assert time.process_time() - started < 2  # minutes and gigabytes without the bounds


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("x = @", 1, "not valid TOML: invalid value"),
        ('\n["x (at line 9, column 8)"]\n' * 2, 4, "column 8)',) twice"),
        ("x = 1_000" + "0" * 10_000, None, "not valid TOML: "),
        (f"x = 1\n{'.'.join('a' * 21)} = 1", 2, "a dotted key has more than 20 parts"),
        ("#" * (toml.LIMIT + 1), None, "the file has 500001 characters; at most 500000 are read"),
        ("x = " + "[" * 10_000, None, "nested too deep"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int | None, message: str) -> None:
    with pytest.raises(MalformedError) as caught:
        toml.parse(text)
    assert message in caught.value.message
    assert caught.value.line == line


def test_what_is_at_a_bound_is_read() -> None:
    assert toml.parse("#" * toml.LIMIT) == {}
    assert toml.parse(f"{'.'.join('a' * 20)} = 1") != {}


def test_a_text_is_read_once_for_all_addresses_and_few_are_remembered() -> None:
    texts = [f"x = {number}" for number in range(toml.REMEMBERED + 1)]
    read = [toml._indexed(text) for text in texts]
    assert toml._indexed(texts[-1]) is read[-1]
    assert toml._indexed(texts[1]) is read[1]
    assert toml._indexed(texts[0]) is not read[0]


def test_dots_in_values_are_not_a_long_key() -> None:
    text = f'x = "{".".join("1" * 200)}"\ny = "{"." * 200}" # {"." * 200}\n'
    assert toml.parse(text)["y"] == "." * 200


def test_one_long_line_is_read() -> None:
    text = 'x = "' + "a" * 1_000_000 + '"\n[project]\nversion = "1"\n'
    assert toml.first(text, PROJECT) == "1"


@pytest.mark.parametrize("new", ['2"', "2\\", "2\n", '2" # ', '2", "x'])
def test_an_edit_that_does_not_read_as_itself_is_refused(new: str) -> None:
    before = '[project]\nversion = "1"\n'
    with pytest.raises(MalformedError):
        toml.prove(before, *edit(before, PROJECT, new))


def test_an_empty_string_is_found_and_filled() -> None:
    before = '[project]\nversion = ""\n'
    after, edits = edit(before, PROJECT, "1.0")
    assert after == '[project]\nversion = "1.0"\n'
    toml.prove(before, after, edits)


def test_an_edit_elsewhere_is_refused() -> None:
    before = '[project]\nversion = "1"\nname = "1"\n'
    after, edits = edit(before, PROJECT, "2")
    toml.prove(before, after, edits)
    for wrong in (before, after.replace("name", "nome"), after + "\n", before.replace("1", "2")):
        with pytest.raises(MalformedError, match="outside the intended places"):
            toml.prove(before, wrong, edits)


def test_edits_of_other_formats_may_change_values_comments_and_nothing_else() -> None:
    before = '[project]\nversion = "1.0"\ndep = "x==1.0" # 1.0\nn = 1.0\n'
    _, own = edit(before, PROJECT, "2.0")

    def other(needle: str) -> Edit:
        start = before.index(needle) + len(needle) - 3
        return Edit("f.toml", plain, None, Spot.of(before, start, start + 3), "2.0")

    edits = (*own, other("x==1.0"), other("# 1.0"))
    toml.prove(before, splice(before, edits), edits)
    edits = (*own, other("n = 1.0"))
    with pytest.raises(MalformedError, match="would change project\\.n"):
        toml.prove(before, splice(before, edits), edits)
