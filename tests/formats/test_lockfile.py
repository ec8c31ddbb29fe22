"""Cargo.lock and uv.lock: our own entry, found by anchored search, against tomllib."""

from __future__ import annotations

import time
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from release_tools.errors import MalformedError
from release_tools.formats import lockfile, splice
from release_tools.model import Edit, Spot

REGISTRY = 'source = "registry+https://github.com/rust-lang/crates.io-index"\n'


def edit(text: str, at: str, new: str) -> tuple[str, tuple[Edit, ...]]:
    edits = tuple(Edit("f.lock", lockfile, at, spot, new) for spot in lockfile.locate(text, at))
    return splice(text, edits), edits


def package(name: str, version: str, *lines: str) -> str:
    return f'[[package]]\nname = "{name}"\nversion = "{version}"\n' + "".join(lines) + "\n"


UV = "version = 1\nrevision = 3\n\n"
CARGO = "# made by Cargo\nversion = 4\n\n"


@pytest.mark.parametrize("source", ["editable", "virtual", "directory", "path"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_entry_beside_us_is_ours_in_a_uv_lock(source: str, newline: str) -> None:
    other = package("demo", "9", 'source = { registry = "https://a.example/simple" }\n')
    text = UV + other + package("demo", "1.0", f'source = {{ {source} = "." }}\n')
    text = (text + '[package.metadata]\nname = "demo"\nversion = "8"\n').replace("\n", newline)
    (spot,) = lockfile.locate(text, "demo")
    assert spot == Spot.of(text, text.index("1.0"), text.index("1.0") + 3)
    lockfile.prove(text, *edit(text, "demo", "2.0"))


def test_an_entry_without_a_version_is_absent() -> None:
    text = f'{UV}[[package]]\nname = "demo"\nsource = {{ editable = "." }}\n'
    assert lockfile.locate(text, "demo") == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        UV,
        UV + package("demo-cli", "1", 'source = { editable = "." }\n'),
        UV + package("demo", "1", 'source = { git = "https://g.example/demo?rev=1#1" }\n'),
        UV + package("demo", "1", 'source = { registry = "https://a.example/path" }\n'),
        CARGO + package("demo", "1", REGISTRY),
        '[[package]]\nname = "demo"\rversion = "1"',
        CARGO + package("x", "1") + '[[patch.unused]]\nname = "demo"\nversion = "1"\n',
        CARGO + package("x", "1", 'dependencies = [\n "demo",\n]\n'),
    ],
)
def test_entries_of_others_are_not_ours(text: str) -> None:
    assert lockfile.locate(text, "demo") == ()


OURS = 'source = { editable = "." }\n'
SCANNED = "[[package]]\nversion = '1'\nname = 'demo'\n"
USUAL = [
    UV + package("demo", "<1>", OURS),
    UV + package("demo", "<1>", 'source = {virtual="a=b"}\n'),
    (UV + package("demo", "<1>", OURS)).replace("\n", "\r\n"),
    CARGO + package("demo", "<1>"),
    CARGO + package("demo", "<>"),
    CARGO + package("demo", "<1>").rstrip(),
    CARGO + package("demo", "<1>").rstrip() + "\n" + package("x", "1"),
    CARGO + package("demo", "<1>").replace('"demo"', '"demo"  # ours'),
    CARGO + package("x", "1") + "[[package]]\nversion = '1'\nname = 'y'\n" + package("demo", "<1>"),
    package("demo", "<1>"),
    "\n" + package("demo", "<1>"),
    package("demo", "<1>") + "dependencies = [" + '"demo <1>", ' * 4 + '"demo 10"]\n',
]


@pytest.mark.parametrize("text", USUAL)
def test_a_usual_layout_is_read_without_the_scanner(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(lockfile, "_read", None)
    bare = text.replace("<", "").replace(">", "")
    for spot in reversed(lockfile.locate(bare, "demo")):
        bare = f"{bare[: spot.start]}<{spot.text}>{bare[spot.end :]}"
    assert bare == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        UV,
        "version=1\nname = 'demo'\n",
        '[[package]]\nversion = "1"\nname = "demo"\n',
        '[[package]] # demo\nname = "demo"\n' + package("demo", "1"),
        "[[package]]\rname = 'demo'\n",
    ],
)
def test_any_other_layout_is_left_to_the_scanner(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    spot = Spot(0, 0, "", 1, 1)
    monkeypatch.setattr(lockfile, "_read", lambda *_: (spot,))
    assert lockfile.locate(text, "demo") == (spot,)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (SCANNED, [2]),
        ("[[package]]\n  name = 'demo'\n", []),
        (SCANNED + "dependencies = ['demo 1', 'demo']\n", [2, 4]),
        (SCANNED + "source.path = '.'\ndependencies = ['demo 1']\n", [2]),
    ],
)
def test_the_scanner_finds_the_same_spots(text: str, lines: list[int]) -> None:
    assert [spot.line for spot in lockfile.locate(text, "demo")] == lines


def test_versions_repeated_in_dependencies_follow_ours_alone() -> None:
    text = CARGO + package("a", "1", 'dependencies = [\n "demo 1.0",\n "demo 1.0.1",\n]\n')
    text += package("demo", "1.0") + package("demo", "1.0.1", REGISTRY)
    after, edits = edit(text, "demo", "2.0")
    assert [(edit.spot.line, edit.spot.column) for edit in edits] == [(8, 8), (14, 12)]
    assert '"demo 2.0",\n "demo 1.0.1"' in after
    lockfile.prove(text, after, edits)


def test_the_first_format_of_cargo_repeats_versions_always() -> None:
    text = package("a", "1", 'dependencies = [\n "demo 1.0",\n]\n') + package("demo", "1.0")
    assert len(lockfile.locate(text, "demo")) == 2
    more = package("b", "1", 'dependencies = [\n "demo 1.0",\n]\n')
    assert [spot.line for spot in lockfile.locate(text + more, "demo")] == [5, 10, 16]
    assert lockfile.locate(text, "other") == ()
    (empty,) = lockfile.locate(package("demo", ""), "demo")
    assert empty.text == ""


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (CARGO + package("demo", "1") + package("demo", "2"), 8, "two entries of our own"),
        (CARGO + package("demo", "1", 'version = "2"\n'), 6, "version is given twice"),
        (CARGO + package("demo", '1"\nversion = "2'), 6, "version is given twice"),
        (CARGO + package("demo", '1" "2'), 6, "no plain string"),
        (CARGO + package("demo", "1\\u0030"), 6, "no plain string"),
        (CARGO + package("demo", "\\u0031"), 6, "no plain string"),
        (CARGO + package("demo", "1\\"), 6, "no plain string"),
        (f'[[package]]\nname = "demo"\nversion = {"1" * 61}\n', 3, "^version = 1{60} is no plain"),
        (CARGO + '[[package]]\nname = "demo"\nversion = 1\n', 6, "no plain string"),
        ("[[package]]\nversion = '1'\nname = 'demo'\n" * 2, 4, "two entries of our own"),
        ("[[package]]\nversion = 1\nname = 'demo'\n", 2, "no string"),
        ("[[package]]\nversion = \nname = 'demo'\n", 2, "not valid TOML"),
    ],
)
def test_what_is_malformed_is_refused_with_its_line(text: str, line: int, message: str) -> None:
    for above in range(2):
        with pytest.raises(MalformedError, match=message) as caught:
            lockfile.locate("\n" * above + text, "demo")
        assert caught.value.line == above + line


@st.composite
def locks(draw: st.DrawFn) -> str:
    names = st.sampled_from(["demo", "demo-a", "a"])
    versions = st.sampled_from(["1.0", "1.0.1", "2"])
    blocks = [draw(st.sampled_from([CARGO, UV, ""]))]
    for _ in range(draw(st.integers(0, 4))):
        name, version = draw(names), draw(versions)
        source = st.sampled_from(
            ["", "", REGISTRY, 'source = { editable = "." }\n', 'source = { registry = "x" }\n']
        )
        wanted = draw(st.lists(st.tuples(names, versions), max_size=2))
        listed = "".join(
            f' "{n} {v}",\n' if draw(st.booleans()) else f' "{n}",\n' for n, v in wanted
        )
        blocks.append(package(name, version, draw(source), f"dependencies = [\n{listed}]\n"))
    return "".join(blocks).replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@settings(max_examples=300, deadline=None)
@given(locks())
def test_the_quick_answer_is_that_of_the_scanner(text: str) -> None:
    try:
        slow: Any = lockfile._read(text, "demo")
    except MalformedError:
        with pytest.raises(MalformedError):
            lockfile.locate(text, "demo")
        return
    quick = lockfile.locate(text, "demo")
    if text.startswith(("version", "#")) and text.count('name = "demo"') == 1:
        slow = [spot for spot in slow if "version" in text.splitlines()[spot.line - 1]]
    assert list(quick) == list(slow)
    after, edits = edit(text, "demo", "9.9")
    lockfile.prove(text, after, edits)
    if edits:
        versions = {
            package["version"]
            for package in tomllib.loads(after)["package"]
            if package["name"] == "demo" and not isinstance(package.get("source"), str)
        }
        assert "9.9" in versions


def test_a_large_lock_file_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    text = CARGO + "".join(package(f"p{i}", "1.0", REGISTRY) for i in range(5_000))
    text += package("demo", "1.0")
    parsed: list[int] = []
    parse = tomllib.loads

    def loads(text: str) -> Any:
        parsed.append(len(text))
        return parse(text)

    monkeypatch.setattr(tomllib, "loads", loads)
    after, edits = edit(text, "demo", "2.0")
    assert parsed == []
    lockfile.prove(text, after, edits)
    assert max(parsed) < 100


@pytest.mark.parametrize(
    "text",
    [
        '[[package]]\nname = "demo"\n' * 40_000,
        '\nname = "demo"' * 40_000,
        "[" * 500_000 + "demo",
        '[[package]]\nname = "demo"\nversion = "' + "1" * 1_000_000,
        '[[package]]\n name = "demo"\nversion = "1\0"',
    ],
)
def test_hostile_text_is_refused_quickly(text: str) -> None:
    started = time.process_time()
    with pytest.raises(MalformedError):
        lockfile.locate(text, "demo")
    assert time.process_time() - started < 2


@pytest.mark.parametrize("new", ['2"', "2\\", "2\n", '2" # ', '2"\nname = "x'])
def test_an_edit_that_does_not_read_as_itself_is_refused(new: str) -> None:
    text = CARGO + package("a", "1", 'dependencies = [\n "demo 1.0",\n]\n') + package("demo", "1.0")
    with pytest.raises(MalformedError):
        lockfile.prove(text, *edit(text, "demo", new))


def test_an_edit_elsewhere_is_refused() -> None:
    text = CARGO + package("a", "1.0", REGISTRY) + package("demo", "1.0")
    after, edits = edit(text, "demo", "2.0")
    for wrong in (text, text.replace("1.0", "2.0"), after + "\n"):
        with pytest.raises(MalformedError, match="outside the intended places"):
            lockfile.prove(text, wrong, edits)


@pytest.mark.parametrize(
    "text",
    [
        package("a", "<1.0>", REGISTRY),
        package("demo", "<1.0>", REGISTRY),
        package("demo", "2", 'checksum = "<1.0>"\n'),
        package("a", "2", 'dependencies = ["deml <1.0>"]\n'),
        package("a", "2", 'dependencies = ["x demo <1.0>"]\n'),
    ],
)
def test_an_edit_of_what_is_not_our_version_is_not_proven(text: str) -> None:
    text = f"{CARGO}{text}"
    start, end = text.index("<"), text.index(">") - 1
    text = text.replace("<", "").replace(">", "")
    edits = [Edit("f.lock", lockfile, "demo", Spot.of(text, start, end), "2.0")]
    with pytest.raises(MalformedError, match="not the version of our own package demo"):
        lockfile.prove(text, splice(text, edits), edits)
