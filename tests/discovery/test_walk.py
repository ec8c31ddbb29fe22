from __future__ import annotations

from release_tools.discovery import walk


def test_all_values_of_lists_and_tables_are_met_once():
    found = list(walk.nodes({"a": [1, {"b": "x"}], "c": None}))
    assert [each for each in found if not isinstance(each, dict | list)] == [None, "x", 1]
    assert len(found) == 6


def test_the_walk_ends_however_much_there_is():
    endless: list[object] = []
    endless.append(endless)
    assert len(list(walk.nodes(endless, 50))) == 50
