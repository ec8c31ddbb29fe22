"""A plan's own arithmetic."""

from __future__ import annotations

import pytest

from release_tools.errors import VersionError
from release_tools.flows.bumping.plan import Move, Plan
from release_tools.formats import plain
from release_tools.model import Edit, FileChange, Spot
from release_tools.streams import Stream
from release_tools.version import Version


def change(path, edits):
    spot = Spot(0, 1, "1", 1, 1)
    return FileChange(path, "1", "2", (Edit(path, plain, None, spot, "2"),) * edits)


def test_values_are_counted_over_all_files():
    plan = Plan((), (change("a", 1), change("b", 3)))
    assert (plan.values, plan.paths) == (4, ("a", "b"))


def test_a_move_names_its_tag_in_the_pattern_of_its_stream():
    move = Move(Stream("sim", "sim-v{version}"), None, Version.parse("0.3.0rc1"))
    assert move.tag == "sim-v0.3.0-rc.1"


def test_a_version_that_no_tag_can_say_has_none():
    with pytest.raises(VersionError):
        _ = Move(Stream("main"), None, Version.parse("0.3.0.post1")).tag
