"""The ``index.yaml`` of a chart repository, read for one chart without building the rest.

Such an index has tens of megabytes for thousands of charts.  The parser's events are followed
instead of its values: memory stays that of one chart, nesting costs nothing, and an alias, of
which bombs are made, is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.errors import MalformedError
from release_tools.registries import document

if TYPE_CHECKING:
    from collections.abc import Iterator

_EVENTS = 2_000_000  # of the parser: under two seconds; 20 MB of an ordinary index
_LONGEST = 2000  # characters of one value
_KEYS = ("version", "appVersion", "digest")


class Entry(NamedTuple):
    """One version of a chart, as the index states it; "" is not stated."""

    version: str
    app_version: str = ""
    digest: str = ""
    url: str = ""


def entries(text: bytes, name: str) -> tuple[Entry, ...] | None:
    """Return the versions of the chart ``name``; None where the index does not have it.

    Raises MalformedError, fit for a reason, for what is no index.
    """
    if text.lstrip()[:1] == b"<":
        raise MalformedError("the answer is a page of HTML, and no index")
    if text.lstrip()[:1] == b"{":
        return _of_json(document.parse(text), name)
    import yaml

    loader = getattr(yaml, "CLoader", yaml.Loader)(text)
    try:
        return _of_events(_Events(loader), name)
    except (yaml.YAMLError, UnicodeDecodeError):
        raise MalformedError("the index is no YAML") from None
    finally:
        loader.dispose()


def _of_json(index: object, name: str) -> tuple[Entry, ...] | None:
    if not isinstance(index, dict) or not index.get("apiVersion") or "entries" not in index:
        raise _no_index()
    charts = {} if index["entries"] is None else index["entries"]
    found = charts.get(name) if isinstance(charts, dict) else None
    if not isinstance(charts, dict) or not isinstance(found, list | None):
        raise _no_index()
    return None if found is None else tuple(map(_entry, found))


def _of_events(events: _Events, name: str) -> tuple[Entry, ...] | None:
    """Follow the one document down to ``entries`` and ``name``."""
    found: tuple[Entry, ...] | None = None
    keys = set()
    events.start()
    for key in events.mapping():
        keys.add(key)
        if key != "entries":
            events.skip()
            continue
        for chart in events.mapping():
            if chart == name:
                found = tuple(_item(events) for _ in events.items())
            else:
                events.skip()
    events.end()
    if not keys >= {"apiVersion", "entries"}:
        raise _no_index()
    return found


def _item(events: _Events) -> Entry:
    """Take one version of the chart."""
    stated: dict[str, object] = {}
    for key in events.mapping():
        if key == "urls":
            stated[key] = [events.scalar() for _ in events.items()]
        elif key in _KEYS:
            stated[key] = events.scalar()
        else:
            events.skip()
    return _entry(stated)


def _entry(value: object) -> Entry:
    if not isinstance(value, dict):
        raise _no_index()
    version, app, digest = map(value.get, _KEYS)
    urls = value.get("urls")
    url = urls[0] if isinstance(urls, list) and urls else ""
    if not isinstance(version, str) or not version:
        raise MalformedError("the index states a chart without a version")
    return Entry(version, *(text if isinstance(text, str) else "" for text in (app, digest, url)))


def _no_index() -> MalformedError:
    return MalformedError("the answer is no index of a chart repository")


def _is_null(event: Any) -> bool:
    return not event.style and event.value in ("", "null", "Null", "NULL", "~")


class _Events:
    """The events of one YAML document, each taken once."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader
        self._left = _EVENTS

    def start(self) -> None:
        """Take what comes before the root."""
        self._expect("StreamStartEvent")
        self._expect("DocumentStartEvent")

    def end(self) -> None:
        """Take what comes behind the root: nothing more may be there."""
        self._expect("DocumentEndEvent")
        self._expect("StreamEndEvent")

    def mapping(self) -> Iterator[str]:
        """Take a mapping, or a null, and yield each key; its value is the caller's to take."""
        seen = set()
        for _ in self._inside("MappingStartEvent", "MappingEndEvent"):
            key = self.scalar()
            if key in seen:
                raise MalformedError(f"the index has the key {key[:64]!a} twice")
            seen.add(key)
            yield key

    def items(self) -> Iterator[None]:
        """Take a list, or a null, and yield before each item, which is the caller's to take."""
        return self._inside("SequenceStartEvent", "SequenceEndEvent")

    def skip(self) -> None:
        """Take one value and forget it."""
        depth = 0
        while True:
            kind = self._next()[1]
            depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
            if depth <= 0:
                return

    def scalar(self) -> str:
        """Take a text; a null is empty."""
        event, kind = self._next()
        if kind != "ScalarEvent" or len(event.value) > _LONGEST:
            raise _no_index()
        return "" if _is_null(event) else str(event.value)

    def _inside(self, start: str, end: str) -> Iterator[None]:
        event, kind = self._next()
        if kind == "ScalarEvent" and _is_null(event):
            return
        if kind != start:
            raise _no_index()
        while type(self._loader.peek_event()).__name__ != end:
            yield
        self._next()

    def _expect(self, kind: str) -> None:
        if self._next()[1] != kind:
            raise _no_index()

    def _next(self) -> tuple[Any, str]:
        event = self._loader.get_event()
        kind = type(event).__name__
        self._left -= 1
        if kind == "AliasEvent":
            raise MalformedError("the index uses an alias, which no chart repository needs")
        if event is None or self._left < 0:
            raise MalformedError("the index is too large, or ends too early")
        return event, kind
