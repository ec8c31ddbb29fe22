"""The combinations of a job's matrix."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

from release_tools.discovery.values import known

if TYPE_CHECKING:
    from collections.abc import Callable

    from release_tools.discovery.values import Values

_LIMIT = 40


def combinations(matrix: Any, text: Callable[[Any], Values]) -> list[dict[str, Any]]:
    """Return the combinations of ``matrix``, at most 40; one empty one when there is none.

    ``text`` replaces the expressions in it.  ``include`` extends or adds as GitHub documents;
    ``exclude`` is left alone, since it names platforms, hardly ever what is released.
    """
    if isinstance(matrix, str):
        matrix = next(iter(_parsed(matrix, text, dict)), None)
    if not isinstance(matrix, dict):
        return [{}]
    axes = {
        str(key): _choices(value, text)
        for key, value in matrix.items()
        if key not in {"include", "exclude"}
    }
    axes = {key: values for key, values in axes.items() if values}
    product = itertools.islice(itertools.product(*axes.values()), _LIMIT)
    done = [dict(zip(axes, values, strict=True)) for values in product] if axes else []
    for extra in _choices(matrix.get("include"), text):
        if not isinstance(extra, dict):
            continue
        shared = [key for key in extra if key in axes]
        matching = [each for each in done if all(each.get(key) == extra[key] for key in shared)]
        if axes and matching:
            for each in matching:
                each.update({key: value for key, value in extra.items() if key not in each})
        else:
            done.append(dict(extra))
    return done[:_LIMIT] or [{}]


def _choices(value: Any, text: Callable[[Any], Values]) -> list[Any]:
    if isinstance(value, str):
        return [each for found in _parsed(value, text, list) for each in found]
    if not isinstance(value, list):
        return []
    return [found for each in value for found in _replaced(each, text)][:_LIMIT]


def _replaced(value: Any, text: Callable[[Any], Values]) -> list[Any]:
    """Return what an entry of a list may be: one for each text that its expressions give."""
    if isinstance(value, str):
        return list(text(value)) if "${{" in value else [value]
    if not isinstance(value, dict):
        return [value]
    sides = [[(str(key), found) for found in _side(each, text)] for key, each in value.items()]
    return [dict(pairs) for pairs in itertools.islice(itertools.product(*sides), _LIMIT)]


def _side(value: Any, text: Callable[[Any], Values]) -> list[Any]:
    return list(text(value)) if isinstance(value, str) and "${{" in value else [value]


def _parsed(value: str, text: Callable[[Any], Values], kind: type) -> list[Any]:
    """Read what ``${{ fromJSON(…) }}`` may give, where it can be known."""
    found = []
    for each in known(text(value)):
        try:
            data = json.loads(each)
        except (ValueError, RecursionError):
            continue
        if isinstance(data, kind):
            found.append(data)
    return found
