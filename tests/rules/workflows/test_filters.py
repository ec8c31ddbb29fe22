"""Examples from GitHub's "Filter pattern cheat sheet", and what repositories ran into."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.rules.workflows.filters import admits, deciding, read


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("feature/*", "feature/my-branch", True),
        ("feature/*", "feature/a/b", False),
        ("feature/**", "feature/beta-a/my-branch", True),
        ("feature/**", "feature/", True),
        ("main", "main", True),
        ("main", "mainline", False),
        ("*", "releases", True),
        ("*", "every/tag", False),
        ("**", "every/tag", True),
        ("*feature", "ver-10-feature", True),
        ("*feature", "feature", True),
        ("v2*", "v2", True),
        ("v2*", "v2.9", True),
        ("v2*", "v3", False),
        ("v[12].[0-9]+.[0-9]+", "v1.10.1", True),
        ("v[12].[0-9]+.[0-9]+", "v3.0.0", False),
        ("v[12].[0-9]+.[0-9]+", "v1.10.", False),
        ("*.jsx?", "page.js", True),
        ("*.jsx?", "page.jsx", True),
        ("*.jsx?", "page.jsxx", False),
        ("**.js", "src/js/app.js", True),
        ("docs/**/*.md", "docs/README.md", True),
        ("docs/**/*.md", "docs/a/markdown/file.md", True),
        ("**/docs/**", "docs/hello.md", True),
        ("**/docs/**", "space/docs/plan/space.doc", True),
        ("**/README.md", "README.md", True),
        ("**/README.md", "/README.md", False),
        ("**/*-post.md", "path/their-post.md", True),
        (".yml", "fyml", False),
        ("[CB]at", "Cat", True),
        ("[CB]at", "cat", False),
        ("v*", "vllm-sr-sim-v0.1.0", True),
        (r"\!file", "!file", True),
        (r"a\\b", r"a\b", True),
        (r"v\*", "v*", True),
        (r"v\*", "v1", False),
        (r"v1\.0", "v1.0", False),
        (r"v1\.0", r"v1\.0", True),
        (r"tool-\w+-[0-9]+.*", "tool-aws-0.5.0", True),
        (r"v\d+", "v12", True),
        ("[0-9]{4}", "2024", False),
        ("^v1$", "v1", False),
        ("v(1|2)", "v1", False),
        ("v(1|2)", "v(1|2)", True),
        ("refs/tags/v*", "v1", False),
        ("", "", False),
        ("!v1", "v1", True),
        ("a!", "a!", True),
        (r"\[a]", "[a]", True),
        (r"a\]", "a]", True),
        (r"a\?", "a?", True),
        (r"a\?", "a", False),
        (r"a\+b", "a+b", True),
        ("a\\", "a\\", True),
        (r"\d", "d", False),
        (r"\db", "1b", True),
        (r"\w+", "Az_09", True),
        (r"\w", "-", False),
        (r"\d?x", "x", True),
        ("[a-c]x", "bx", True),
        ("[a-c]x", "dx", False),
        ("[a-cX]", "X", True),
        ("[a-cx-z]", "y", True),
        ("[a-c-]", "-", True),
        ("[-a]", "-", True),
        ("[-a]", "b", False),
        ("[é]", "é", True),
        ("[aé]", "b", False),
        ("[aé]", "a", True),
        ("[az3]", "3", True),
        ("[az3]", "b", False),
        ("[a-cé]", "b", True),
        ("[a-a]", "a", True),
        ("[0-9]?a", "a", True),
        ("[.+]a", "+a", True),
        ("a?b?c", "c", True),
        ("a?b?c", "abc", True),
        ("a?b?c", "aac", False),
        ("a+", "aaa", True),
        ("a+", "", False),
        ("a+b", "aab", True),
        ("a+a", "aa", True),
        ("a+a", "a", False),
        ("**/a", "b/c/a", True),
        ("**/a", "ba", False),
        ("**/**/a", "b/c/a", True),
        ("x/**/a", "x/a", True),
        ("x/**/a", "x//a", False),
        ("x/**/a", "x/b/a", True),
        ("x/**/", "x/b/", True),
        ("x/**/", "x/b", False),
        ("***", "a/b", True),
        ("*/*", "a/b", True),
        ("*/*", "a/b/c", False),
        ("*a*", "bab", True),
        ("*-*-*", "a-b-", True),
        ("a*/", "a/", True),
    ],
)
def test_a_pattern_matches_what_github_documents(pattern, name, matches):
    assert read(pattern).matches(name) is matches


@pytest.mark.parametrize(
    ("patterns", "name", "admitted"),
    [
        (["*.md", "!README.md"], "README.md", False),
        (["*.md", "!README.md"], "hello.md", True),
        (["*.md", "!README.md", "README*"], "README.md", True),
        (["!v1*", "v*"], "v1.0", True),
        (["v*", "!v*-rc*"], "v1.0-rc1", False),
        (["!v1"], "v2", False),
        ([], "v1", False),
    ],
)
def test_the_last_pattern_that_matches_decides(patterns, name, admitted):
    assert admits([read(each) for each in patterns], name) is admitted


def test_a_negative_pattern_can_be_the_one_that_decides():
    last = deciding([read("v*"), read("!v1*")], "v1.0")
    assert last is not None
    assert last.negative


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("", "is empty"),
        ("+v", "has no character before + in column 1"),
        ("*?", "has no character before ? in column 2"),
        ("a++", "has no character before + in column 3"),
        ("v[0-9", "has no ] for the [ in column 2"),
        ("v[]", "has an empty []"),
        ("v[9-0]", "has no range 9-0: ranges are a-z, A-Z and 0-9"),
        ("v[+--]", "has no range +--: ranges are a-z, A-Z and 0-9"),
        ("v[a+]x[", "has no ] for the [ in column 7"),
        ("v[b-a]", "has no range b-a: ranges are a-z, A-Z and 0-9"),
        ("v[a-.]", "has no range a-.: ranges are a-z, A-Z and 0-9"),
        ("v[a-é]", "has no range a-é: ranges are a-z, A-Z and 0-9"),
        ("v[A-z]", "has no range A-z: ranges are a-z, A-Z and 0-9"),
        ("v[0-a]", "has no range 0-a: ranges are a-z, A-Z and 0-9"),
        ("?", "has no character before ? in column 1"),
        ("ab?+", "has no character before + in column 4"),
        ("**/+", "has no character before + in column 4"),
        ("!", "is empty"),
        ("!a[]", "has an empty []"),
    ],
)
def test_what_is_no_pattern_says_why_and_matches_nothing(pattern, problem):
    assert read(pattern).problem == problem
    assert not read(pattern).matches(pattern)


@pytest.mark.parametrize(
    ("pattern", "prefix"),
    [
        ("v*", "v"),
        ("vllm-sr-sim-v*", "vllm-sr-sim-v"),
        ("v[0-9]+", "v"),
        ("va?b", "v"),
        ("vab+c", "vab"),
        ("*", ""),
        ("v[1]*", "v1"),
        ("!nightly-*", "nightly-"),
        ("main", "main"),
        (r"v\*a", "v*a"),
        ("a[bc]d", "a"),
        ("", ""),
    ],
)
def test_the_prefix_is_what_every_match_begins_with(pattern, prefix):
    assert read(pattern).prefix == prefix


def test_only_a_wildcard_lets_any_character_through():
    assert read("v*").open
    assert not read("v[0-9]+.[0-9]+.[0-9]+").open


PIECES = {
    "*": "[^/]*",
    "**": ".*",
    "**/": "(?:.+/)?",
    "a": "a",
    "b": "b",
    "a+": "a+",
    "b?": "b?",
    "/": "/",
    "[ab]": "[ab]",
    "[a-c]+": "[a-c]+",
    ".": r"\.",
}
"""Pieces of patterns, and a regular expression for each: the oracle."""


@given(
    st.lists(st.sampled_from(sorted(PIECES)), min_size=1, max_size=6),
    st.text(alphabet="abc/.", max_size=8),
)
def test_it_agrees_with_a_regular_expression(pieces, name):
    text = "".join(pieces)
    if "***" in text or "**/" in text.replace("**/", "", 1):
        return  # pieces that run into one another
    parts = re.findall(r"\*\*/|\*\*|\*|\[[^]]*\]\+?|.[+?]?", text)
    oracle = "".join(PIECES.get(part, re.escape(part)) for part in parts)
    assert read(text).matches(name) is (re.fullmatch(oracle, name) is not None)


def test_no_pattern_makes_it_backtrack():
    begun = time.process_time()
    assert not read("*a" * 2_000 + "x").matches("a" * 255)
    assert not read("[a-z]+" * 2_000).matches("a" * 255)
    assert time.process_time() - begun < 1
