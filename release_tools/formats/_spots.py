"""Many spots of one text at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.model import Spot

if TYPE_CHECKING:
    from collections.abc import Iterable


def spots(text: str, spans: Iterable[tuple[int, int]]) -> tuple[Spot, ...]:
    """Make the spots for ``spans``, which are in order; lines are counted once for all."""
    found = []
    line, counted = 1, 0
    for start, end in spans:
        line += text.count("\n", counted, start)
        counted = start
        line_start = text.rfind("\n", 0, start) + 1
        column = start - line_start + 1 - (line == 1 and text.startswith("\ufeff"))
        found.append(Spot(start, end, text[start:end], line, column))
    return tuple(found)
