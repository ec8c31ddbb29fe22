"""The mappings of a YAML text as libyaml reads them, and what a second parser says of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.errors import MalformedError
from release_tools.formats import _events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class Scalar(NamedTuple):
    """One scalar: its number among all of the text, its value, where its content stands.

    ``span`` is None where it is not written out on one line; ``end`` lies behind its quote.
    """

    number: int
    value: str
    span: tuple[int, int] | None
    end: int
    line: int


class Pair(NamedTuple):
    """A key and its value."""

    key: Scalar
    value: Scalar


class Entries(NamedTuple):
    """The entries of one mapping that matter, by key, and a key that stands there twice."""

    pairs: Mapping[str, Pair]
    twice: Scalar | None


class _Open:
    """An open collection, with the entries of a mapping that matter."""

    def __init__(self, matters: Callable[[str], bool], *, mapping: bool) -> None:
        self.matters, self.mapping = matters, mapping
        self.pairs: dict[str, Pair] = {}
        self.twice: Scalar | None = None
        self.key: Scalar | None = None
        self.count = 0

    def take(self, scalar: Scalar | None) -> None:
        """Take one more node; None is a collection or an alias."""
        self.count += 1
        if not self.mapping or self.count % 2:
            self.key = scalar
            return
        key = self.key
        if key and scalar and self.matters(key.value):
            if key.value in self.pairs:
                self.twice = key
            self.pairs[key.value] = Pair(key, scalar)


def read(text: str, matters: Callable[[str], bool]) -> Iterator[Entries]:
    """Yield every mapping with keys that matter, when it ends, in any document.

    ``text`` has no byte order mark.  Raises MalformedError where it is no YAML.
    """
    number = 0
    nodes: list[_Open] = []
    for event in _events.events(text, 0, len(text)):
        kind = type(event).__name__
        if kind in ("MappingEndEvent", "SequenceEndEvent"):
            ended = nodes.pop()
            if ended.pairs:
                yield Entries(ended.pairs, ended.twice)
        elif kind in ("ScalarEvent", "AliasEvent", "MappingStartEvent", "SequenceStartEvent"):
            scalar = None
            if kind == "ScalarEvent":
                scalar = _scalar(text, event, number)
                number += 1
            if nodes:
                nodes[-1].take(scalar)
            if kind.endswith("StartEvent"):
                nodes.append(_Open(matters, mapping=kind == "MappingStartEvent"))


def _scalar(text: str, event: Any, number: int) -> Scalar:
    value = "" if _events.is_null(event) else event.value
    span = _events.content(text, 0, event)
    return Scalar(number, value, span, event.end_mark.index, _events.line_of(text, 0, event))


class Event(NamedTuple):
    """One event of PyYAML's own parser, as far as it can be compared."""

    kind: str
    value: Any
    style: Any
    anchor: Any
    tag: Any
    flow: Any


def events(text: str) -> list[Event]:
    """Return what PyYAML's own parser reads, which shares nothing with libyaml.

    ``text`` has no byte order mark.  Raises MalformedError where it is no YAML.
    """
    import yaml

    facts = ("value", "style", "anchor", "tag", "flow_style")
    try:
        return [
            Event(type(one).__name__, *(getattr(one, fact, None) for fact in facts))
            for one in yaml.parse(text, Loader=yaml.BaseLoader)
        ]
    except yaml.YAMLError as error:
        raise MalformedError("two parsers read it differently") from error
