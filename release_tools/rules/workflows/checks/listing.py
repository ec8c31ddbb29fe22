"""Names in a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST = 4  # as many as fit a line


def some(names: Iterable[str]) -> str:
    """Return the first names, each once, with an ellipsis where there are more."""
    once = list(dict.fromkeys(names))
    return ", ".join(once[:_MOST]) + " …" * (len(once) > _MOST)
