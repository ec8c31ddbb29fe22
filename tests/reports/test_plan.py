"""The report of a bump: what it did or would do, and never more."""

from __future__ import annotations

import pytest

from release_tools.formats import plain
from release_tools.model import Edit, FileChange, Spot
from release_tools.reports import plan


def change(path="VERSION", before="1.0.0\n", new="2.0.0"):
    spot = Spot.of(before, 0, 5)
    edit = Edit(path, plain, None, spot, new)
    return FileChange(path, before, new + before[5:], (edit,))


@pytest.mark.parametrize(
    ("changes", "dry", "line"),
    [
        ([change()], False, "1 value in 1 file changed, nothing else\n"),
        ([change()], True, "1 value in 1 file would change, nothing else\n"),
        ([change("a"), change("b")], False, "2 values in 2 files changed, nothing else\n"),
        ([], False, "nothing to change: every place says this version already\n"),
        ([], True, "nothing to change: every place says this version already\n"),
    ],
)
def test_it_counts_values_and_files(changes, dry, line):
    assert plan.as_text(changes, [], dry=dry, colour=False).endswith(line)


def test_only_a_dry_run_shows_table_and_diff():
    assert "+2.0.0" not in plan.as_text([change()], [], dry=False, colour=False)
    text = plan.as_text([change()], [], dry=True, colour=False)
    assert "VERSION:1" in text
    assert "-1.0.0\n+2.0.0\n" in text
    assert "\x1b" not in text


def test_colour_marks_the_lines_of_the_diff():
    text = plan.as_text([change()], [], dry=True, colour=True)
    assert "\x1b[31m-1.0.0\x1b[0m\n\x1b[32m+2.0.0\x1b[0m\n" in text


def test_what_is_left_alone_is_named_with_its_reason():
    text = plan.as_text([], [("chart:app", "stamped"), ("x\x1b", "a\nb")], dry=False, colour=False)
    assert text.startswith("left alone: chart:app (stamped)\n")
    assert "\x1b" not in text


def test_the_data_of_the_json_report():
    done = {"commit": "c", "tags": ["v2.0.0"], "pushed": True, "pull_request": None}
    found = plan.data(
        [("main", None, "2.0.0")], [change()], [("chart:app", "stamped")], dry=False, done=done
    )
    assert found == {
        "dry_run": False,
        "targets": [{"stream": "main", "from": None, "version": "2.0.0"}],
        "values": 1,
        "files": 1,
        "edits": [{"path": "VERSION", "line": 1, "column": 1, "old": "1.0.0", "new": "2.0.0"}],
        "left_alone": [{"surface": "chart:app", "reason": "stamped"}],
        **done,
    }
