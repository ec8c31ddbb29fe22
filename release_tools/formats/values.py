"""YAML as plain values, of any text: the values of a chart, or what a chart renders to.

Mappings, lists and texts, each text with its line.  Nothing is resolved: ``1.10`` stays a text.
An alias is the very value that it stands for, never a copy, so that no bomb grows; who walks the
values has to keep in mind where it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.errors import MalformedError
from release_tools.formats import _events

if TYPE_CHECKING:
    from collections.abc import Iterator

_EVENTS = 1_000_000
_MERGES = 10_000


class Text(str):
    """A scalar, with the line (1-based) on which it begins."""

    __slots__ = ("line",)

    line: int


def read(text: str) -> tuple[Any, ...]:
    """Return the value of each document; a null is None.

    Raises MalformedError (with ``line``) where the text is no YAML, or far too much of it.
    """
    from itertools import islice

    events = _events.events(text.removeprefix("\ufeff"), 0, len(text))
    return tuple(_Builder(islice(events, _EVENTS)).documents())


def merge(base: Any, over: Any) -> Any:
    """Return values with others laid over them, as helm does: mappings are merged, a null deletes.

    Neither is changed.
    """
    if not (isinstance(base, dict) and isinstance(over, dict)):
        return over
    merged = {key: value for key, value in base.items() if over.get(key, value) is not None}
    for key, value in over.items():
        if value is not None:
            merged[key] = merge(base.get(key), value)
    return merged


class _Builder:
    """Builds values out of events; as deep as these are allowed to nest."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._anchors: dict[str, Any] = {}
        self._merges = _MERGES

    def documents(self) -> Iterator[Any]:
        for event in self._events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                self._anchors = {}
            elif not kind.startswith(("Document", "Stream")):
                yield self._value(event)
            elif kind == "StreamEndEvent":
                return
        raise MalformedError(f"has more than {_EVENTS:,} values")

    def _value(self, event: Any) -> Any:
        kind = type(event).__name__
        if kind == "AliasEvent":
            return self._anchors.get(event.anchor)
        if kind == "ScalarEvent":
            value: Any = None if _events.is_null(event) else _text(event)
        elif kind == "MappingStartEvent":
            value = self._mapping()
        else:
            value = [self._value(item) for item in self._until("SequenceEndEvent")]
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        return value

    def _mapping(self) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        merged: list[Any] = []
        for event in self._until("MappingEndEvent"):
            key = self._value(event)
            value = self._value(next(self._events))
            if key == "<<" and not event.style:
                merged += value if isinstance(value, list) else [value]
            elif key is None or isinstance(key, str):
                found[key] = value
        for other in merged:
            self._merges -= len(other) if isinstance(other, dict) else 1
            if self._merges < 0:
                raise MalformedError(f"merges more than {_MERGES:,} keys with <<")
            found = {**other, **found} if isinstance(other, dict) else found
        return found

    def _until(self, end: str) -> Iterator[Any]:
        for event in self._events:
            if type(event).__name__ == end:
                return
            yield event
        raise MalformedError(f"has more than {_EVENTS:,} values")


def _text(event: Any) -> Text:
    made = Text(event.value)
    made.line = event.start_mark.line + 1
    return made
