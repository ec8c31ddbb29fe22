"""A bounded walk over the values of a document, whoever wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def nodes(data: Any, most: int = 20_000) -> Iterator[Any]:
    """Yield ``data`` and the values inside of its lists and tables, at most ``most`` in all."""
    waiting = [data]
    for _ in range(most):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            waiting += node.values()
        yield node
