r"""References to one of our container images in YAML, found by structure.

Three shapes, in any document and at any depth:

- ``image: repository:tag``, where the key is ``image`` or ends in it (``initImage``,
  ``sidecar-image``), with or without a digest;
- ``repository: repository`` beside ``tag:`` in one mapping, and perhaps ``registry:`` and
  ``digest:``; the registry is then put before the repository;
- ``newName:`` (else ``name:``) beside ``newTag:`` in one mapping, as in a kustomization, and
  perhaps ``digest:``.

Items of lists, comments, the text of block scalars and prose are no references.  An image on
Docker Hub may leave out ``docker.io``.  A name hidden by escapes (``"ghcr.io\/org"``) is not
found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import MalformedError
from release_tools.formats import _blocks
from release_tools.formats._spots import spots

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from release_tools.model import Edit, Spot

    Span = tuple[int, int]  # of the content of a scalar, half-open
    # A scalar that matters here: its value, and where its content stands, or just its line if it
    # is not written out on one; a null is an empty value.
    Entry = tuple[str, Span | int]
    Entries = dict[str, Entry]  # of one mapping, by their keys

_KEYS = frozenset(("repository", "newName", "name", "registry", "tag", "newTag", "digest"))
_STRANGE = (
    '"',
    "'",
    "?",
    "&",
    "!",
    "*",
    "[",
    "{",
)  # what an entry that is no plain key starts with
_ABSENT: Entry = ("", 0)
_FARTHEST = 8000  # characters looked at on either side; bounds the work where mappings nest deeply


class ImageAt(NamedTuple):
    """One image by its full name, such as ``ghcr.io/org/app``, and which of its references.

    ``pinned`` chooses those that carry a digest; the others are those without one.
    """

    image: str
    pinned: bool = False


def locate(text: str, at: ImageAt) -> tuple[Spot, ...]:
    """Find the tag of every reference to the image, in the order of the text.

    A missing or empty tag is no spot (a chart then takes its ``appVersion``); any other text is,
    words included.  Raises MalformedError (with ``line``) where a key of a reference stands
    twice, or its tag is an alias or not written on one line, and in a document that mentions the
    image and is no valid YAML.
    """
    _, name = split(at.image)
    if name not in text:
        return ()
    documents, ordinary = _blocks.documents(text)
    found: set[Span] = set()
    for start, end in documents:
        if here := _mentions(text, name, start, end):
            try:
                found |= _by_lines(text, (start, end), here, at) if ordinary else _blocks.doubt()
            except _blocks.Doubt:
                found |= _by_events(text, start, end, at)
    return spots(text, sorted(found))


def prove(before: str, after: str, edits: Sequence[Edit]) -> None:
    """Raise MalformedError unless ``after`` is ``before`` with exactly ``edits`` made.

    PyYAML reads the changed documents before and after; all the rest is compared byte for byte.
    A tag without quotes that would no longer be a string, such as ``20260115``, is refused.
    """
    from release_tools.formats import _events

    _events.prove(before, after, edits, locate)


def split(image: str) -> tuple[str, str]:
    """Return the registry and the path of an image name, with Docker Hub's shorthands undone."""
    first, slash, rest = image.partition("/")
    if not slash or not ("." in first or ":" in first or first == "localhost"):
        first, rest = "docker.io", image
    if first in ("docker.io", "index.docker.io"):
        return "docker.io", rest.removeprefix("library/")
    return first, rest


def _mentions(text: str, name: str, start: int = 0, stop: int | None = None) -> list[int]:
    """Return where ``name`` stands in the range and is not just a part of a longer image name."""
    found = []
    start = text.find(name, start, stop)
    while start >= 0:
        end = start + len(name)
        before, behind = text[start - 1 : start], text[end : end + 1]
        if not (_extends(before, "-_.") or _extends(behind, "-_./")):
            found.append(start)
        start = text.find(name, end, stop)
    return found


def _extends(char: str, marks: str) -> bool:
    return char.isalnum() or (char != "" and char in marks)


def _matters(key: str) -> bool:
    return key in _KEYS or key[-5:].lower() == "image"


def _by_lines(text: str, document: Span, mentions: list[int], at: ImageAt) -> set[Span]:
    """Judge the mappings around the mentions in one document of ordinary block style."""
    found: set[Span] = set()
    waiting = mentions[::-1]
    for offset, indent, body in _blocks.lines(text, *document):
        while waiting and waiting[-1] < offset:
            waiting.pop()  # it stands in a comment or in a block scalar
        if not waiting:
            break
        if waiting[-1] < offset + indent + len(body):
            column, key, value = _entry(indent, body)
            if value.startswith(("[", "{", "&", "!", "*")) or (not key and indent == column):
                raise _blocks.Doubt
            if _matters(key):
                entries = _siblings(text, document, offset, column)
                found.update(_judge(entries, at))
    return found


def _entry(indent: int, body: str) -> tuple[int, str, str]:
    """Take a line apart: the column of its entry, its key (may be empty), the rest."""
    while body == "-" or body.startswith("- "):
        inner = body[2:].lstrip(" ")
        indent += len(body) - len(inner)
        body = inner
    if body.startswith(_STRANGE):
        raise _blocks.Doubt
    if body.endswith(":") and ": " not in body:
        return indent, body[:-1].rstrip(" "), ""
    key, colon, value = body.partition(": ")
    return (indent, key.rstrip(" "), value.lstrip(" ")) if colon else (indent, "", body)


def _siblings(text: str, document: Span, offset: int, column: int) -> Entries:
    """Collect the entries at ``column`` of the mapping that the line at ``offset`` belongs to."""
    entries: Entries = {}
    for at, indent, body in _around(text, document, offset, column):
        where, key, value = _entry(indent, body)
        if where != column or not _matters(key):
            continue
        if key in entries:
            raise _blocks.Doubt
        span = _blocks.scalar(text, at + indent + len(body) - len(value), document[1], column)
        entries[key] = (text[span[0] : span[1]], span) if span else _ABSENT
    return entries


def _around(text: str, document: Span, offset: int, column: int) -> Iterator[tuple[int, int, str]]:
    """Yield the lines at ``column`` around ``offset``, as far as the block reaches."""
    limit = min(document[1], offset + _FARTHEST)  # a line that it cuts is the last: in doubt
    for at, indent, body in _blocks.lines(text, offset, limit):
        if indent < column and at != offset:
            break
        if indent == column or at == offset:
            yield at, indent, body
    else:
        if limit != document[1]:
            raise _blocks.Doubt
    nearest = offset - _FARTHEST
    ended = text[offset : offset + column].strip(" ") != ""  # the line itself is an item's first
    while offset > document[0] and not ended:
        offset, stop = max(text.rfind("\n", document[0], offset - 1) + 1, document[0]), offset
        line = text[offset:stop]
        body = line.strip(" \r\n")
        indent = len(line) - len(line.lstrip(" "))
        if body and body[0] != "#" and indent <= column:
            ended = indent < column
            if not ended or body[0] == "-":
                yield offset, indent, body
        if offset < nearest:
            raise _blocks.Doubt


def _judge(entries: Entries, at: ImageAt) -> Iterator[Span]:
    """Yield the tags of our image among the entries of one mapping."""
    ours = split(at.image)
    for key in entries.keys() - _KEYS:
        base, digest, _ = entries[key][0].partition("@")
        name, colon, tag = base.rpartition(":")
        if colon and tag and "/" not in tag and split(name) == ours and bool(digest) == at.pinned:
            first = _written(key, *entries[key]) + len(name) + 1
            yield first, first + len(tag)
    registry = entries.get("registry", _ABSENT)[0].rstrip("/")
    repository = entries.get("repository", _ABSENT)[0]
    full = f"{registry}/{repository}" if registry and repository else repository
    renamed = entries.get("newName", entries.get("name", _ABSENT))[0]
    pinned = bool(entries.get("digest", _ABSENT)[0])
    for name, key in ((full, "tag"), (renamed, "newTag")):
        tag, digest, _ = entries.get(key, _ABSENT)[0].partition("@")
        if tag and name and split(name) == ours and (pinned or bool(digest)) == at.pinned:
            first = _written(key, *entries[key])
            yield first, first + len(tag)


def _written(key: str, value: str, where: Span | int) -> int:
    if isinstance(where, int):
        raise MalformedError(
            f"{key} of one of our images reads {value!r}, which is not written out there",
            hint="write it out in one line, without an alias and without escapes",
            line=where,
        )
    return where[0]


def _by_events(text: str, start: int, end: int, at: ImageAt) -> set[Span]:
    """Judge every mapping of one document as PyYAML reads it."""
    from release_tools.formats import _events

    base = text.count("\n", 0, start) + 1
    name = split(at.image)[1]
    found: set[Span] = set()
    anchors: dict[str, str] = {}
    nodes: list[_Node] = []
    for event in _events.events(text, start, end):
        kind = type(event).__name__
        if kind in ("MappingEndEvent", "SequenceEndEvent"):
            found.update(nodes.pop().judge(at))
        elif kind in ("ScalarEvent", "AliasEvent", "MappingStartEvent", "SequenceStartEvent"):
            value, span = None, None
            if kind == "ScalarEvent" and event.style not in ("|", ">"):
                value = "" if _events.is_null(event) else event.value
                span = _events.content(text, start, event)
                if event.anchor:
                    anchors[event.anchor] = value
            elif kind == "AliasEvent":
                value = anchors.get(event.anchor)
            if nodes:
                nodes[-1].take(value, span, base + event.start_mark.line, name)
            if kind.endswith("StartEvent"):
                nodes.append(_Node(kind))
    return found


class _Node:
    """An open collection, with the entries of a mapping that matter."""

    def __init__(self, kind: str) -> None:
        self.mapping = kind == "MappingStartEvent"
        self.entries: Entries = {}
        self.keys: set[str] = set()
        self.key: str | None = None  # the last one, if it matters
        self.turn = True  # of a key: keys and values come in turn
        self.mentions = False  # our image, in one of the values that matter
        self.twice: tuple[str, int] | None = None

    def take(self, value: str | None, span: Span | None, line: int, name: str) -> None:
        """Take one more node; ``value`` is None for a collection."""
        if not self.mapping:
            return
        is_key, self.turn = self.turn, not self.turn
        if is_key:
            self.key = value if value and _matters(value) else None
            return
        if self.key is None:
            return
        if self.key in self.keys:
            self.twice = (self.key, line)
        elif value is not None:
            self.entries[self.key] = (value, span or line)
        self.keys.add(self.key)
        self.mentions = self.mentions or (value is not None and bool(_mentions(value, name)))

    def judge(self, at: ImageAt) -> Iterator[Span]:
        """Yield the tags of our image in this mapping, now that it is complete."""
        if self.twice and self.mentions:
            raise MalformedError(
                f"{self.twice[0]} stands twice beside one of our images",
                line=self.twice[1],
                hint="remove one",
            )
        return _judge(self.entries, at)
