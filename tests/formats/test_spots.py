"""Many spots of one text at once."""

from __future__ import annotations

import pytest

from release_tools.formats import _spots
from release_tools.model import Spot


@pytest.mark.parametrize("text", ["ab\n\nc d\ne", "\nab c", "\ufeffa b\nc", "\ufeff\na\nb"])
def test_every_spot_is_what_it_is_alone(text: str) -> None:
    spans = [(start, start + 1) for start in range(len(text)) if text[start].isalpha()]
    assert _spots.spots(text, spans) == tuple(Spot.of(text, *span) for span in spans)
    assert _spots.spots(text, spans[-1:] * 2) == (Spot.of(text, *spans[-1]),) * 2
    assert _spots.spots(text, []) == ()
