"""One module per text format: where a version stands in a text, and proof that an edit is clean.

Every module satisfies ``model.Format``.  Reading is a slice (``locate``), editing is a splice
(``splice``), and before anything is written ``prove`` lets an independent parser read both texts.
This file holds what the formats share.  Everything here is pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.errors import MalformedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from release_tools.model import Edit

    Path = tuple[Any, ...]
    Leaves = Mapping[Path, Any]


def splice(text: str, edits: Iterable[Edit]) -> str:
    """Return ``text`` with every edit made; the edits may come in any order.

    Identical edits of one spot are made once.  Raises UsageError when two different edits claim
    the same characters, and MalformedError when a spot's text is not what stands there.
    """
    parts: list[str] = []
    position = 0
    last: Edit | None = None
    for edit in sorted(edits, key=lambda edit: (edit.spot.start, edit.spot.end)):
        spot = edit.spot
        if last is not None:
            if last.spot == spot and last.text == edit.text:
                continue
            if spot.start < position or (spot.start, spot.end) == (last.spot.start, last.spot.end):
                raise _conflict(last, edit)
        if text[spot.start : spot.end] != spot.text or spot.end - spot.start != len(spot.text):
            raise _stale(text, edit)
        parts += text[position : spot.start], edit.text
        position = spot.end
        last = edit
    parts.append(text[position:])
    return "".join(parts)


def _conflict(one: Edit, other: Edit) -> UsageError:
    return UsageError(
        f"two places claim the same characters: {_short(one.spot.text)} would become "
        f"{_short(one.text)}, and {_short(other.spot.text)} would become {_short(other.text)}",
        hint="configure this place once, for one surface of one stream",
        path=other.path,
        line=other.spot.line,
    )


def _stale(text: str, edit: Edit) -> MalformedError:
    spot = edit.spot
    return MalformedError(
        f"expected {_short(spot.text)} in column {spot.column}, "
        f"found {_short(text[spot.start : spot.end])}",
        hint="the file changed since it was read: run the command again",
        path=edit.path,
        line=spot.line,
    )


def prove_splice(before: str, after: str, edits: Sequence[Edit]) -> None:
    """Raise MalformedError unless ``after`` is ``before`` with ``edits`` made, byte for byte."""
    if splice(before, edits) != after:
        raise MalformedError("the new text differs from the old one outside the intended places")


def leaves(value: object) -> dict[Path, Any]:
    """Flatten parsed data to ``{path: scalar}``; an empty table or list is a leaf too.

    Does not recurse, so that any depth the parser survived is survived here.
    """
    flat: dict[Path, Any] = {}
    stack: list[tuple[Path, Any]] = [((), value)]
    while stack:
        path, node = stack.pop()
        if isinstance(node, dict) and node:
            stack += [((*path, key), child) for key, child in node.items()]
        elif isinstance(node, list) and node:
            stack += [((*path, index), child) for index, child in enumerate(node)]
        else:
            flat[path] = node
    return flat


def differing(before: object, after: object) -> tuple[dict[Path, Any], dict[Path, Any]]:
    """Return the leaves that are not the same in both, those of one side only included.

    The same as ``leaves`` of both without what they share, in the memory of what differs.
    """
    old: dict[Path, Any] = {}
    new: dict[Path, Any] = {}
    stack: list[Iterator[tuple[Path, Any, Any]]] = [iter([((), before, after)])]
    while stack:
        entry = next(stack[-1], None)
        if entry is None:
            stack.pop()
            continue
        path, one, other = entry
        if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
            stack.append(_pairs(path, zip(one, one.values(), map(other.get, one), strict=True)))
        elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            stack.append(_pairs(path, zip(range(len(one)), one, other, strict=True)))
        elif not _same(one, other):
            old |= {(*path, *rest): value for rest, value in leaves(one).items()}
            new |= {(*path, *rest): value for rest, value in leaves(other).items()}
    return old, new


def _pairs(path: Path, children: Iterable[tuple[Any, Any, Any]]) -> Iterator[tuple[Path, Any, Any]]:
    return (((*path, key), one, other) for key, one, other in children)


def prove_values(
    before: Leaves, after: Leaves, edits: Sequence[Edit], exact: Mapping[Path, Edit] | None = None
) -> None:
    """Raise MalformedError unless only the intended leaves changed, each as intended.

    ``exact`` names the edits whose leaf is known: that leaf must read ``spot.text`` before and
    ``text`` after.  Any other changed leaf must be the old string with the spot texts of some of
    ``edits`` replaced; no more leaves than edits may change, no key may come, go or change, and
    no value may change its type.
    """
    exact = exact or {}
    if before.keys() != after.keys():
        odd = sorted(map(_dotted, before.keys() ^ after.keys()))
        raise MalformedError(f"the edit would add, remove or rename keys: {_short(', '.join(odd))}")
    for path, edit in exact.items():
        if edit.text == edit.spot.text:
            continue
        if path not in before or before[path] != edit.spot.text or after.get(path) != edit.text:
            found = _short(after.get(path))
            raise MalformedError(
                f"after the edit {_dotted(path)} would read {found}, not {_short(edit.text)}",
                path=edit.path,
                line=edit.spot.line,
            )
    pairs = {(edit.spot.text, edit.text) for edit in edits if edit.spot.text}
    changed = [path for path in before if not _same(before[path], after[path])]
    for path in changed:
        if path not in exact and not _explained(before[path], after[path], pairs):
            raise MalformedError(
                f"the edit would change {_dotted(path)}, which is not one of its places: "
                f"from {_short(before[path])} to {_short(after[path])}"
            )
    if len(changed) > len(edits):
        raise MalformedError(f"{len(edits)} edits would change {len(changed)} values")


def _same(one: object, other: object) -> bool:
    if isinstance(one, (dict, list)):
        return type(one) is type(other) and not one and not other
    # 1, 1.0 and True are equal in Python, and NaN is not itself.
    both_nan = one != one and other != other  # noqa: PLR0124
    return type(one) is type(other) and (one == other or both_nan)


def _explained(old: object, new: object, pairs: set[tuple[str, str]]) -> bool:
    """Say whether ``new`` is ``old`` with some occurrences of the pairs' first replaced."""
    if not isinstance(old, str) or not isinstance(new, str):
        return False
    reached: dict[int, set[int]] = {0: {0}}  # offset in old -> offsets in new
    for start in range(len(old)):
        for position in reached.pop(start, ()):
            if old[start] == new[position : position + 1]:
                reached.setdefault(start + 1, set()).add(position + 1)
            for was, becomes in pairs:
                if old.startswith(was, start) and new.startswith(becomes, position):
                    end = position + len(becomes)
                    reached.setdefault(start + len(was), set()).add(end)
        if not reached:
            return False
    return len(new) in reached.get(len(old), ())


def _dotted(path: Path) -> str:
    return ".".join(map(str, path)) or "the document"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."  # noqa: PLR2004 - one line of a report
