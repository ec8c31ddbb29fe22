"""Expressions, evaluated as far as they can be known: what is not known is UNKNOWN.

A condition is true, false, or None: it may be either.  Follows GitHub's rules of comparison: the
case of letters does not count, and different types are compared as numbers.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, assert_never

from release_tools.rules.workflows.expressions import (
    Call,
    Compare,
    Literal,
    Logic,
    Name,
    Not,
    parse,
    split,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from release_tools.rules.workflows.expressions import Tree

    Lookup = Callable[[str], Any]

STATUS = frozenset({"success", "always", "failure", "cancelled"})
"""The functions that ask how what came before has ended."""

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


class _Special:
    """A value that is no value."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


UNKNOWN = _Special("UNKNOWN")
"""Any value at all."""

ANY = _Special("ANY")
"""A text that is whatever it is compared with: the name of the repository where none is known."""


def holds(condition: str | None, lookup: Lookup) -> bool | None:
    """Say whether an ``if:`` holds; None where that cannot be known.

    ``lookup`` gives the value of a name (``github.ref``) or of a status function (``success()``),
    UNKNOWN where it has none.  Without a status function ``success()`` is added, as GitHub does.
    """
    text = (condition or "").strip()
    if text.startswith("${{") and len(split(text)) == 2 and split(text)[1][0] == "":  # noqa: PLR2004 - one expression and nothing else
        text = split(text)[0][1]
    elif "${{" in text:
        return truth_of(lookup("success()"))  # text around an expression: a text, always true
    tree = parse(text) if text.strip() else Literal(value=True)
    if tree is not None and any(name in STATUS for name in calls(tree)):
        return truth(tree, lookup)
    before = truth_of(lookup("success()"))
    return _all((before, None if tree is None else truth(tree, lookup)))


def resolve(text: str, lookup: Lookup) -> Any:
    """Return what a text with ``${{ }}`` becomes; UNKNOWN where a part of it is not known.

    A text that is one expression alone keeps its type.
    """
    parts = split(text)
    if len(parts) == 1:
        return text
    values = [_value_of(expression, lookup) for _, expression in parts[:-1]]
    if len(values) == 1 and not parts[0][0] and not parts[1][0]:
        return values[0]
    if any(isinstance(value, _Special) for value in values):
        return UNKNOWN
    shown = (literal + _shown(value) for (literal, _), value in zip(parts, values, strict=False))
    return "".join(shown) + parts[-1][0]


def _value_of(expression: str, lookup: Lookup) -> Any:
    tree = parse(expression)
    return UNKNOWN if tree is None else value(tree, lookup)


def truth(tree: Tree, lookup: Lookup) -> bool | None:
    """Evaluate a tree as a condition: true, false, or None for either."""
    if isinstance(tree, Not):
        return _negated(truth(tree.inner, lookup))
    if isinstance(tree, Logic):
        parts = (truth(part, lookup) for part in tree.parts)
        return _all(parts) if tree.operator == "&&" else _negated(_all(map(_negated, parts)))
    return truth_of(value(tree, lookup))


def truth_of(found: Any) -> bool | None:
    """Say whether a value counts as true; None for UNKNOWN."""
    if found is UNKNOWN:
        return None
    return bool(found) and found == found  # noqa: PLR0124 - NaN is not true


def value(tree: Tree, lookup: Lookup) -> Any:  # noqa: PLR0911 - one return for each kind
    """Evaluate a tree to a value, UNKNOWN where it has none that can be known."""
    match tree:
        case Literal():
            return tree.value
        case Name():
            return UNKNOWN if "[?]" in tree.name else lookup(tree.name)
        case Not():
            found = truth(tree, lookup)
            return UNKNOWN if found is None else found
        case Logic():
            return _logic(tree, lookup)
        case Compare():
            return _compare(tree.operator, value(tree.left, lookup), value(tree.right, lookup))
        case Call():
            if tree.name in STATUS:
                return lookup(f"{tree.name}()")
            return _call(tree.name, [value(each, lookup) for each in tree.arguments])
        case _:
            assert_never(tree)


def calls(tree: Tree) -> Iterator[str]:
    """Yield the names of all functions that a tree calls."""
    match tree:
        case Call():
            yield tree.name
            for each in tree.arguments:
                yield from calls(each)
        case Not():
            yield from calls(tree.inner)
        case Logic():
            for each in tree.parts:
                yield from calls(each)
        case Compare():
            yield from calls(tree.left)
            yield from calls(tree.right)


def yields(tree: Tree) -> Iterator[str]:
    """Yield the names whose text may be (a part of) the value of a tree.

    What is only compared, or only asked for, does not reach the value.
    """
    match tree:
        case Name():
            yield tree.name
        case Logic(operator="&&"):
            yield from yields(tree.parts[-1])  # the others are empty or false where they stay
        case Logic():
            for each in tree.parts:
                yield from yields(each)
        case Call() if tree.name in {"format", "join", "tojson", "fromjson"}:
            for each in tree.arguments:
                yield from yields(each)


def _logic(tree: Logic, lookup: Lookup) -> Any:
    """Return the operand that decides: the first false one of ``&&``, the first true of ``||``."""
    for part in tree.parts[:-1]:
        found = truth(part, lookup)
        if found is None:
            whole = truth(tree, lookup)
            return UNKNOWN if whole is not False else False
        if found is (tree.operator == "||"):
            return value(part, lookup)
    return value(tree.parts[-1], lookup)


def _negated(found: bool | None) -> bool | None:  # noqa: FBT001 - a truth of three values
    return None if found is None else not found


def _all(parts: Iterable[bool | None]) -> bool | None:
    unsure = False
    for part in parts:
        if part is False:
            return False
        unsure = unsure or part is None
    return None if unsure else True


def _compare(operator: str, left: Any, right: Any) -> Any:
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if left is ANY or right is ANY:
        return operator != "!="
    if type(left) is not type(right):
        left, right = _number(left), _number(right)
    elif isinstance(left, str):
        left, right = left.lower(), right.lower()
    elif not isinstance(left, float | bool):
        left, right = _number(left), _number(right)
    if operator in {"==", "!="}:
        return (left == right) is (operator == "==")
    return _OPERATORS[operator](left, right)


def _number(found: Any) -> float:
    if found is None or isinstance(found, bool | float):
        return float(found or 0)
    if isinstance(found, str):
        text = found.strip()
        try:
            return float(text) if text else 0.0
        except ValueError:
            return math.nan
    return math.nan


def _shown(found: Any) -> str:
    if found is None:
        return ""
    if isinstance(found, bool):
        return "true" if found else "false"
    return f"{found:g}" if isinstance(found, float) else str(found)


def _call(name: str, given: list[Any]) -> Any:  # noqa: PLR0911 - one return for each function
    if any(each is UNKNOWN for each in given):
        return UNKNOWN
    if any(each is ANY for each in given):
        return True if name in {"contains", "startswith", "endswith"} else UNKNOWN
    try:
        match name, given:
            case "contains", [list(found), item]:
                return _any([_compare("==", each, item) for each in found])
            case "contains", [found, item]:
                return _shown(item).lower() in _shown(found).lower()
            case "startswith", [found, item]:
                return _shown(found).lower().startswith(_shown(item).lower())
            case "endswith", [found, item]:
                return _shown(found).lower().endswith(_shown(item).lower())
            case "format", [template, *rest]:
                return _format(_shown(template), [_shown(each) for each in rest])
            case "fromjson", [str(text)]:
                return _json(json.loads(text))
    except (ValueError, RecursionError):
        return UNKNOWN
    return UNKNOWN


def _any(found: list[Any]) -> Any:
    return True if True in found else UNKNOWN if UNKNOWN in found else False


def _json(found: Any) -> Any:
    if isinstance(found, list):
        return [_json(each) for each in found]
    if isinstance(found, int) and not isinstance(found, bool):
        return float(found)
    return UNKNOWN if isinstance(found, dict) else found


def _format(template: str, given: list[str]) -> Any:
    if "{{" in template or "}}" in template:
        return UNKNOWN
    for number, each in enumerate(given):
        template = template.replace(f"{{{number}}}", each)
    return template
