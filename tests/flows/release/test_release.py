"""Which doubts of the gate keep a release from looking at what is published."""

from __future__ import annotations

import pytest

from release_tools.checks import Check, Say
from release_tools.flows.gate.gate import Gate
from release_tools.flows.release import release

OPEN = Check("source", Say.OPEN, "")
UNSURE = Check("checks", Say.UNSURE, "")
HIGHEST = Check("monotonic", Say.UNSURE, "")


@pytest.mark.parametrize(
    ("checks", "goes_on"),
    [
        ([OPEN], True),
        ([OPEN, HIGHEST], True),
        ([UNSURE, HIGHEST], False),
        ([UNSURE], False),
        ([UNSURE._replace(waived="by hand"), HIGHEST], True),
        ([UNSURE._replace(hard=False), HIGHEST], True),
        ([HIGHEST, OPEN._replace(say=Say.CLOSED)], False),
    ],
)
def test_only_a_doubt_that_publishing_can_settle_lets_it_look(checks, goes_on):
    assert release._may_go_on(Gate(mine=True, outputs={}, checks=tuple(checks))) is goes_on
