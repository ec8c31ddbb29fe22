"""Sets of possible texts: what a workflow's expression or a script's variable may stand for.

Discovery reads programs without running them, so a text is a short tuple of alternatives, and
what cannot be known is the character UNKNOWN inside one of them.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

UNKNOWN = "\0"
_LONGEST = 200_000
_LONGEST_TOGETHER = 20_000
LIMIT = 48  # alternatives of one text; more would be a product of matrices, not a list of names

Values = tuple[str, ...]
NOTHING: Values = (UNKNOWN,)


def union(*many: Iterable[str]) -> Values:
    """Return all alternatives, each once, in order, at most LIMIT of them."""
    return tuple(dict.fromkeys(value for each in many for value in each))[:LIMIT]


def product(parts: Iterable[Values]) -> Values:
    """Return every concatenation of one alternative of each part, at most LIMIT of them."""
    done: Values = ("",)
    for part in parts:
        if not part:
            return NOTHING
        if len(part) == 1:
            done = tuple(text + part[0] for text in done)
        else:
            pairs = (text + tail for text in done for tail in part)
            done = union(islice(pairs, LIMIT))
        if sum(map(len, done)) > (_LONGEST if len(done) == 1 else _LONGEST_TOGETHER):
            return NOTHING
    return done


def known(values: Iterable[str]) -> Values:
    """Return the alternatives without any unknown part."""
    return tuple(value for value in values if value and UNKNOWN not in value)


def descend(value: Any, path: str) -> Values:
    """Return what ``a.b.c`` of a matrix is."""
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, bool):
        return ("true" if value else "false",)
    if isinstance(value, list):
        return ("\n".join(str(each) for each in value),)
    return NOTHING if value is None or isinstance(value, dict) else (str(value),)


def mapping(value: Any) -> dict[str, Any]:
    """Return a table, empty for what is none."""
    return value if isinstance(value, dict) else {}


def lines(values: Values) -> Values:
    """Split every alternative at its line breaks."""
    return union(
        *((each.strip().removeprefix("name=") for each in value.split("\n")) for value in values)
    )
