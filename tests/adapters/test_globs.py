"""What a pattern matches, and that no pattern takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.adapters import globs
from release_tools.errors import UsageError


def matches(pattern, path):
    return globs.compile(pattern)[1](path) is not None


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("*", ["a", ".a", "a b"], ["a/b"]),
        ("*.md", ["a.md", ".md", "a.b.md"], ["a/b.md", "a.MD", "a.mdx"]),
        (
            "crates/*/Cargo.toml",
            ["crates/a/Cargo.toml"],
            ["crates/Cargo.toml", "crates/a/b/Cargo.toml"],
        ),
        ("**/f", ["f", "a/f", "a/b/f", ".a/f"], ["af", "a/ff", "f/a"]),
        ("a/**/f", ["a/f", "a/b/f", "a/b/c/f"], ["f", "b/a/f", "af"]),
        ("a/**", ["a/b", "a/b/c"], ["a", "ab"]),
        ("**", ["a", "a/b"], [""]),
        ("**/a/**/b/**", ["a/b/x", "x/a/y/b/z", "a/a/b/b/b"], ["a/b", "b/a/x"]),
        ("**/**/f", ["f", "a/f"], []),
        ("a?c", ["abc", "a.c"], ["ac", "a/c", "abbc"]),
        ("[ab]*", ["a", "bc"], ["c"]),
        ("[!ab]*", ["c", "!"], ["a", "/"]),
        ("[a-c].f", ["b.f"], ["d.f", "-.f"]),
        ("[]a]x", ["]x", "ax"], ["[x"]),
        ("[z-a]", [], ["a", "z", "-"]),
        ("[!z-a]", ["a", "m"], ["/"]),
        ("[", [], ["a"]),
        ("[a", ["[a"], ["a"]),
        ("a**b", ["ab", "axb"], ["a/b"]),
        ("*a*b*c", ["abc", "xaxbxc", "aabbcc"], ["acb", "ab"]),
        ("*.(x|y)+*", ["a.(x|y)+b"], ["a.xb"]),
        ("é*", ["été"], ["ete"]),
        ("*\n", ["a\n"], ["a"]),
        ("*/x-*-y/z", ["a/x-b-y/z", "a/x--y/z", "a/x-y-y/z"], ["a/x-y/z", "a/x-b/c-y/z"]),
    ],
)
def test_a_pattern_matches_whole_paths(pattern, yes, no):
    assert [path for path in yes if not matches(pattern, path)] == []
    assert [path for path in no if matches(pattern, path)] == []


def reference(pattern, path):
    """Match name by name, by plain recursion: slow, and obviously right."""
    if not pattern:
        return not path
    if pattern[0] == "**":
        if len(pattern) == 1:
            return bool(path)
        return any(reference(pattern[1:], path[at:]) for at in range(len(path) + 1))
    return bool(path) and name(pattern[0], path[0]) and reference(pattern[1:], path[1:])


def name(pattern, text):
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(name(pattern[1:], text[at:]) for at in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and name(pattern[1:], text[1:])


NAMES = st.lists(st.text("ab*?", min_size=1, max_size=5) | st.just("**"), min_size=1, max_size=5)
PATHS = st.lists(st.text("ab", min_size=1, max_size=5), min_size=1, max_size=6)


@given(NAMES, PATHS)
def test_the_expression_agrees_with_plain_recursion(pattern, path):
    text = "/".join(pattern)
    if globs.is_magic(text):
        assert matches(text, "/".join(path)) == reference(pattern, path)


@given(NAMES, PATHS)
def test_the_prefix_stands_before_every_match(pattern, path):
    text = "/".join(pattern)
    if globs.is_magic(text) and matches(text, "/".join(path)):
        assert "/".join(path).startswith(globs.compile(text)[0])


@pytest.mark.parametrize(
    "pattern", ["/*", "../*", "a/../*", "./*", "*//b", "*/", "a\\*", "\0*", "*" * 2000]
)
def test_a_pattern_that_could_leave_the_root_is_refused(pattern):
    with pytest.raises(UsageError):
        globs.compile(pattern)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 400 + "b", "a" * 4000),
        ("**/a/" * 200 + "b", "a/" * 2000 + "c"),
        ("**/*a*/" * 140 + "b", "aaaa/" * 800 + "c"),
        ("?*" * 500 + "b", "a" * 4000),
        ("[a-z]*" * 160 + "!", "a" * 4000),
    ],
)
def test_no_pattern_takes_long(pattern, path):
    start = time.process_time()
    assert not matches(pattern, path)
    assert time.process_time() - start < 2
