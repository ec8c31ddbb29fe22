"""The entries of one list in a YAML file, such as ``dependencies`` of Chart.yaml, in one pass.

``yaml.locate`` walks to one address.  Asked for each of n entries it would walk n * n lines; here
PyYAML's events are read once for all addresses of a text, and remembered.  A merge key (``<<``)
is an entry's field like any other: what it brings in is not seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.errors import MalformedError
from release_tools.formats import _events
from release_tools.formats._spots import spots
from release_tools.formats.yaml import value_span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from release_tools.model import Edit, Spot

    At = tuple[str, int, str]

LIMIT = 500_000  # characters, which take a second; the field has a hundredth of it
REMEMBERED = 200  # texts: charts that depend on one another are asked in turn
MEMORY = 4 * LIMIT  # characters of them
ITSELF = ""  # the field of an entry that is a scalar and no mapping


class _Field:
    """What stands at one address: the text of a scalar, and where; or why that is no answer."""

    __slots__ = ("spots", "trouble", "value")

    def __init__(self, value: str | None) -> None:
        self.value = value
        self.spots: tuple[Spot, ...] = ()
        self.trouble: MalformedError | None = None


_READ: dict[tuple[str, str], dict[tuple[int, str], _Field]] = {}


def read(text: str, key: str) -> dict[int, dict[str, str]]:
    """Return the scalar fields of the entries of the list at the top-level ``key``, by index.

    Entries are counted over all documents.  One that is a scalar has the one field ``ITSELF``.
    Aliases of scalars are followed, and nothing else is expanded.  Raises MalformedError for
    what is no YAML, and over ``LIMIT`` characters.
    """
    found: dict[int, dict[str, str]] = {}
    for (index, name), field in _fields(text, key).items():
        entry = found.setdefault(index, {})
        if field.value is not None:
            entry[name] = field.value
    return found


def locate(text: str, at: At) -> tuple[Spot, ...]:
    """Find the scalar at ``(key, index, field)``, as ``yaml.locate`` would; raises as it does."""
    field = _fields(text, at[0]).get(at[1:])
    if field is None:
        return ()
    if field.trouble is not None:
        raise field.trouble
    return field.spots


def prove(before: str, after: str, edits: Sequence[Edit]) -> None:
    """Raise MalformedError unless ``after`` is ``before`` with exactly ``edits`` made."""
    _events.prove(before, after, edits, locate)


def _fields(text: str, key: str) -> dict[tuple[int, str], _Field]:
    known = _READ.get((text, key))
    if known is None:
        if len(text) > LIMIT:
            raise MalformedError(f"the file has {len(text)} characters; at most {LIMIT} are read")
        known = _located(text, key)
        while len(_READ) >= REMEMBERED or sum(len(text) for text, _ in _READ) > MEMORY - len(text):
            del _READ[next(iter(_READ))]
        _READ[text, key] = known
    return known


def _located(text: str, key: str) -> dict[tuple[int, str], _Field]:
    """Find where every field of every entry stands; what is wrong with one is kept with it."""
    start = 1 if text.startswith("\ufeff") else 0
    found: dict[tuple[int, str], _Field] = {}
    spans: list[tuple[tuple[int, str], tuple[int, int]]] = []
    for index, name, event, value in _walk(_events.events(text, start, len(text)), key):
        at = index, name
        if at in found:
            line = _events.line_of(text, start, event)
            found[at].trouble = MalformedError(f"{key}.{index}.{name} is there twice", line=line)
            continue
        found[at] = _Field(value)
        try:
            span = value_span(text, start, event, (key, *at))
        except MalformedError as error:
            found[at].trouble = error
        else:
            spans += [(at, span)] if span else []
    for (at, _), spot in zip(spans, spots(text, [span for _, span in spans]), strict=True):
        found[at].spots = (spot,)
    return found


def _walk(events: Iterator[Any], key: str) -> Iterator[tuple[int, str, Any, str | None]]:
    """Yield (index, field, event of the value, its text if it is a scalar) of every entry."""
    anchors: dict[str, str] = {}
    open_: list[_Open] = []
    index = -1
    for event in events:
        kind = type(event).__name__
        if kind in ("MappingEndEvent", "SequenceEndEvent"):
            open_.pop()
        if kind not in ("ScalarEvent", "AliasEvent", "MappingStartEvent", "SequenceStartEvent"):
            continue
        text: str | None = None
        if kind == "ScalarEvent":
            text = event.value
            if event.anchor:
                anchors[event.anchor] = event.value
        elif kind == "AliasEvent":
            text = anchors.get(event.anchor)
        name = open_[-1].take(text) if open_ else None
        level = len(open_)
        listed = level > 1 and open_[1].listed
        index += listed and level == 2  # noqa: PLR2004 - an entry: in the list in the document
        if listed and level == 2 and not kind.startswith("Mapping"):  # noqa: PLR2004
            yield index, ITSELF, event, text
        elif listed and level == 3 and name is not None:  # noqa: PLR2004 - a field of an entry
            yield index, name, event, text
        if kind.endswith("StartEvent"):
            mapping = kind.startswith("Mapping")
            open_.append(_Open(mapping=mapping, listed=level == 1 and not mapping and name == key))


class _Open:
    """A collection that is not at its end; ``listed`` is the list whose entries are wanted."""

    __slots__ = ("count", "key", "listed", "mapping")

    def __init__(self, *, mapping: bool, listed: bool) -> None:
        self.mapping, self.listed = mapping, listed
        self.count = 0
        self.key: str | None = None

    def take(self, text: str | None) -> str | None:
        """Count one more node; return the key that it is the value of, if it is one."""
        self.count += 1
        if not self.mapping:
            return None
        if self.count % 2:
            self.key = text
            return None
        return self.key
