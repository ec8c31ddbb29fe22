"""YAML by key path: ``Chart.yaml``, ``values.yaml`` and any other (YAML 1.1 as PyYAML reads it).

An address is a tuple of keys and indexes.  Ordinary block style is read by its lines; the rest
goes to PyYAML's events, and only for the documents that can hold the keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.errors import MalformedError
from release_tools.formats import _blocks
from release_tools.formats._spots import spots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.model import Edit, Spot

_MARKS = ('"', "'", "?", "&", "!", "*", "[", "{")  # what an entry that is no plain key starts with


def locate(text: str, at: tuple[str | int, ...]) -> tuple[Spot, ...]:
    """Find the scalar at path ``at`` in every document that has it.

    The spot is the content of a plain or quoted scalar, without quotes and comments.  A missing
    path and a null are empty; ``""`` is a spot of empty text.  Raises MalformedError (with
    ``line``) for a key that stands twice on the way, for a mapping, sequence, alias, block scalar
    or escaped text in that place, for a path that a merge key may supply, and for invalid YAML.
    """
    keys = [key for key in at if isinstance(key, str)]
    documents, ordinary = _blocks.documents(text)
    fast = ordinary and all(map(_is_plain, keys))
    found: list[tuple[int, int]] = []
    for start, end in documents:
        if not _may_hold(text, start, end, keys):
            continue
        try:
            found += _by_lines(text, start, end, at) if fast else _blocks.doubt()
        except _blocks.Doubt:
            found += _by_events(text, start, end, at)
    return spots(text, found)


def prove(before: str, after: str, edits: Sequence[Edit]) -> None:
    """Raise MalformedError unless ``after`` is ``before`` with exactly ``edits`` made.

    PyYAML reads the changed documents before and after; all the rest is compared byte for byte.
    A plain scalar that would no longer be a string, such as ``1e3``, is refused.
    """
    from release_tools.formats import _events

    _events.prove(before, after, edits, locate)


def _is_plain(key: str) -> bool:
    return key[:1].isalnum() and key.isprintable() and " " not in key


def _may_hold(text: str, start: int, end: int, keys: list[str]) -> bool:
    """Say whether all keys occur; where there is a backslash they may be written as escapes."""
    document = text[start:end]
    return all(key in document for key in keys) or ("\\" in document and '"' in document)


def _by_lines(text: str, start: int, end: int, at: tuple[str | int, ...]) -> list[tuple[int, int]]:
    """Find the value in one document of ordinary block style; at most one."""
    passed: list[tuple[int, int, str]] = []
    place = _walk(text, start, end, at, passed)
    span = _blocks.scalar(text, place[0], end, place[1]) if place else None
    _once(text, end, passed)
    return [span] if span else []


def _walk(
    text: str, start: int, end: int, at: tuple[str | int, ...], passed: list[tuple[int, int, str]]
) -> tuple[int, int] | None:
    """Walk the lines down the path; return where the value begins, and its block's column.

    Every key on the way is added to ``passed``, as the offset of its line, column and key.
    """
    level, parent, items = 0, -1, 0  # elements matched, column of the last one, items passed
    column: int | None = None  # of the block that the next element is searched in
    for offset, first, entry in _blocks.lines(text, start, end):
        indent, body = first, entry
        while body and body[0] != "#":
            wanted = at[level]
            if column is None:
                if not _begins_block(indent, body, parent, at[level - 1], wanted):
                    return None
                column = indent
            behind = _behind(indent - column, body, wanted, items)
            if behind is None:
                return None
            items += indent == column
            if not behind:
                break
            if isinstance(wanted, str):
                passed.append((offset, column, wanted))
            rest = body[behind:].lstrip(" ")
            indent += len(body) - len(rest)
            if level == len(at) - 1:
                return offset + indent, column
            if rest and rest[0] != "#" and isinstance(wanted, str):
                raise _blocks.Doubt
            level, parent, column, items, body = level + 1, column, None, 0, rest
    return None


def _begins_block(
    indent: int, body: str, parent: int, before: str | int, wanted: str | int
) -> bool:
    """Say whether the line begins the block of a parent at column ``parent``, of the wanted kind.

    ``before`` is the parent in the path: the items of a key may stand at its own column.
    """
    dash = _is_item(body)
    if indent < parent or (indent == parent and not (dash and isinstance(before, str))):
        return False
    if dash is not isinstance(wanted, int) and body.startswith(_MARKS):
        raise _blocks.Doubt
    return dash is isinstance(wanted, int)


def _is_item(body: str) -> bool:
    return body == "-" or body.startswith("- ")


def _behind(deeper: int, body: str, wanted: str | int, items: int) -> int | None:
    """Return the index behind the wanted key or dash, 0 if the line is another entry or in one.

    It is indented ``deeper`` than the block, of which ``items`` were passed.  None where the block
    has ended: items may stand at the column of the keys around them.
    """
    if deeper > 0:
        return 0
    if deeper < 0 or (isinstance(wanted, int) and not _is_item(body)):
        return None
    return _behind_key(body, wanted) if isinstance(wanted, str) else int(items == wanted)


def _behind_key(body: str, key: str) -> int:
    """Return the index behind the colon and its blank if the line's key is ``key``, else 0."""
    if body.startswith(_MARKS) or body.startswith("<<"):
        raise _blocks.Doubt
    if body.startswith(key):
        rest = body[len(key) :].lstrip(" ")
        if rest == ":" or rest.startswith(": "):
            return len(body) - len(rest) + 2
    return 0


def _once(text: str, end: int, passed: list[tuple[int, int, str]]) -> None:
    """Raise ``Doubt`` if one of the keys may stand a second time in its mapping."""
    for offset, column, key in passed:
        line = "\n" + " " * column
        for mark in (f"{key}:", f"{key} ", *_MARKS):
            at = text.find(line + mark, offset, end)
            if at != -1 and _is_open(text, offset, at, column):
                raise _blocks.Doubt


def _is_open(text: str, start: int, end: int, column: int) -> bool:
    """Say whether the block at ``column`` that ``start`` lies in still lasts at ``end``."""
    for line in text[start:end].split("\n")[1:]:
        body = line.lstrip(" ")
        if len(line) - len(body) < column and body not in ("", "\r") and body[0] != "#":
            return False
    return True


def _by_events(text: str, start: int, end: int, at: tuple[str | int, ...]) -> list[tuple[int, int]]:
    """Follow the path through PyYAML's events; several documents may stand in the range."""
    from release_tools.formats import _events

    found: list[tuple[int, int]] = []
    nodes: list[_Node] = []
    for event in _events.events(text, start, end):
        kind = type(event).__name__
        if kind in ("MappingEndEvent", "SequenceEndEvent"):
            nodes.pop().close(text, start, at)
        elif kind in ("ScalarEvent", "AliasEvent", "MappingStartEvent", "SequenceStartEvent"):
            level = nodes[-1].take(text, start, event, at) if nodes else 0
            if level == len(at):
                span = value_span(text, start, event, at)
                found += [span] if span else []
            elif level is not None and kind == "AliasEvent":
                raise _refused(text, start, event, at, f"goes through the alias *{event.anchor}")
            if kind.endswith("StartEvent"):
                nodes.append(_Node(event, level))
    return found


class _Node:
    """An open collection; ``level`` elements of the path lead to it, None if it is beside it."""

    def __init__(self, event: Any, level: int | None) -> None:
        self.event, self.level = event, level
        self.mapping = type(event).__name__ == "MappingStartEvent"
        self.count = 0  # of the nodes directly in it; a mapping has keys and values in turn
        self.key: str | None = None
        self.seen = self.merged = False

    def take(self, text: str, start: int, event: Any, at: tuple[str | int, ...]) -> int | None:
        """Count one more node; return how many elements of the path lead to it, or None."""
        self.count += 1
        if self.level is None:
            return None
        wanted = at[self.level]
        if not self.mapping:
            return self.level + 1 if wanted == self.count - 1 else None
        if self.count % 2:
            self.key = event.value if type(event).__name__ == "ScalarEvent" else None
            self.merged = self.merged or (self.key == "<<" and not event.style)
            if self.key == wanted and self.seen:
                raise _refused(text, start, event, at, f"has the key {wanted!r} twice")
            self.seen = self.seen or self.key == wanted
            return None
        return self.level + 1 if self.key == wanted else None

    def close(self, text: str, start: int, at: tuple[str | int, ...]) -> None:
        """Refuse a path that ends here but for a merge key, which may supply the rest."""
        if self.level is not None and self.merged and not self.seen:
            raise _refused(text, start, self.event, at, "may come from a merge key (<<)")


def value_span(
    text: str, start: int, event: Any, at: tuple[str | int, ...]
) -> tuple[int, int] | None:
    """Return where the content of the event's scalar stands, None for a null; refuse others."""
    from release_tools.formats import _events

    kind = type(event).__name__
    if kind == "AliasEvent":
        raise _refused(text, start, event, at, f"is the alias *{event.anchor}")
    if kind != "ScalarEvent":
        what = "mapping" if kind == "MappingStartEvent" else "sequence"
        raise _refused(text, start, event, at, f"is a {what}, not a string")
    if _events.is_null(event):
        return None
    span = _events.content(text, start, event)
    if span is None:
        raise _refused(text, start, event, at, "is not written on one line without escapes")
    return span


def _refused(
    text: str, start: int, event: Any, at: tuple[str | int, ...], what: str
) -> MalformedError:
    from release_tools.formats import _events

    return MalformedError(
        f"{'.'.join(map(str, at))} {what}",
        hint="write the value out at its own key, as a plain or quoted string",
        line=_events.line_of(text, start, event),
    )
