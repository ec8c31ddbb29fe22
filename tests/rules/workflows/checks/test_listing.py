"""Names in a message."""

from __future__ import annotations

import pytest

from release_tools.rules.workflows.checks.listing import some


@pytest.mark.parametrize(
    ("names", "shown"),
    [("a", "a"), ("aba", "a, b"), ("abcda", "a, b, c, d"), ("abcde", "a, b, c, d …")],
)
def test_as_many_names_are_shown_as_fit_a_line(names, shown):
    assert some(names) == shown
