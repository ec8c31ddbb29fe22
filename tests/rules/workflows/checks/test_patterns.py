"""Tag patterns that no tag can match."""

from __future__ import annotations

import pytest

from tests.rules.workflows.checks.conftest import TWINE


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("v*", []),
        ("old-*", []),  # a tag that was made
        ("x*", ["warning"]),
        ("v[0-9]{2}.*", ["warning"]),
        (r"v1\.2*", ["warning"]),
        ("refs/tags/v*", ["error"]),
        ("v[0-9", ["error"]),
        ("!v*", ["error"]),
        ("!**'], branches: ['main", []),  # a way to say: no tags
    ],
)
def test_a_pattern_that_matches_no_tag_ever_made_is_named(look, pattern, found):
    looked = look({"a.yml": f"on: {{push: {{tags: ['{pattern}']}}}}\n" + TWINE}, real=["old-1"])
    lines = looked.found("pattern-matches-nothing")
    assert lines == [f"pattern-matches-nothing {severity} a.yml:1" for severity in found]


def test_without_any_tag_nothing_is_said_of_what_was_never_made(look):
    looked = look({"a.yml": "on: {push: {tags: ['x*']}}\n" + TWINE})
    assert looked.found("pattern-matches-nothing") == []


@pytest.mark.parametrize(
    ("pattern", "because"),
    [
        ("x*", ""),
        ("v[0-9]{2}.*", ": { stands for itself in a filter"),
        ("(a|b)", ": ( stands for itself in a filter"),
        (r"v1\.2$", ": $ stands for itself in a filter"),
    ],
)
def test_what_stands_for_itself_in_a_filter_is_said(look, pattern, because):
    looked = look({"a.yml": f"on: {{push: {{tags: ['{pattern}']}}}}\n" + TWINE}, real=["old-1"])
    assert looked.messages("pattern-matches-nothing") == [
        f"no tag that was ever made matches '{pattern}'{because}"
    ]
