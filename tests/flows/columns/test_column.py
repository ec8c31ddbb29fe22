from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from release_tools.errors import UsageError
from release_tools.flows.columns.column import Filled, Together
from release_tools.model import Stage

TABLES: Any = [SimpleNamespace(stream=SimpleNamespace(name="main"))]
PROJECT: Any = None


class Part:
    """A part of a column that has stand-ins for cells, rows and findings."""

    stage = Stage.PUBLISHED

    def __init__(self, cells: Any, rows: Any = (), findings: Any = (), meet=lambda: None):
        self._filled, self._meet = Filled(cells, rows, findings), meet

    def fill(self, _, tables):
        self._meet()
        return {table.stream.name: self._filled for table in tables}


def fill(*parts: Any):
    return Together(*parts).fill(PROJECT, TABLES)


def test_parts_are_filled_at_the_same_time_and_put_together():
    """Each waits for the other: one after the other they would wait for ever."""
    meet = threading.Barrier(2, timeout=5).wait
    first = Part({"a": 1, "b": 1}, ("row",), ("this",), meet)
    second = Part({"b": 2}, ("last row",), ("that",), meet)
    cells, rows, findings = fill(first, second)["main"]
    assert cells == {"a": 1, "b": 2}
    assert (rows, findings) == (("row", "last row"), ("this", "that"))


@pytest.mark.parametrize("at", [0, 1])
def test_an_error_of_either_part_is_raised(at):
    def wrong():
        raise UsageError("no")

    parts = [Part({}), Part({})]
    parts[at] = Part({}, meet=wrong)
    with pytest.raises(UsageError):
        fill(*parts)
