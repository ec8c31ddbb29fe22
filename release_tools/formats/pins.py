r"""Pin the references to images in a YAML file to digests, and keep the tag beside each.

References are found by structure, in any document, as ``images`` finds them:

- ``image: repository:tag`` becomes ``image: repository@sha256:…  # tag``;
- ``newTag: tag`` of a kustomization becomes ``digest: sha256:…  # tag``;
- ``tag:`` beside ``repository:`` becomes the tag, with the digest in ``digest:`` where that key
  stands beside it, else behind the tag: ``tag@sha256:…`` is a legal reference once it is joined.

What is pinned already is pinned anew.  A comment on the line stays: the tag is put before it, or in
the place of the tag that it begins with.  libyaml finds the places; PyYAML's own parser, which took
no part in that, reads both texts in the end and confirms that nothing else has changed.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import MalformedError
from release_tools.formats import _blocks, _mappings, images, splice
from release_tools.formats._pin_edits import Made, UnsafePinError, is_version, prove, unsafe
from release_tools.model import Spot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from release_tools.formats._mappings import Pair, Scalar
    from release_tools.model import Edit

__all__ = ["Pin", "Pinned", "Reference", "UnsafePinError", "pin", "read"]

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_KEYS = ("repository", "newName", "name", "registry", "tag", "newTag", "digest")


class Pin(NamedTuple):
    """One image by its full name, the tag to note, and the digest of its index."""

    image: str
    tag: str
    digest: str


class Reference(NamedTuple):
    """A reference that is pinned: where (1-based line), to which digest, with which tag noted."""

    line: int
    image: str
    digest: str
    tag: str


class Pinned(NamedTuple):
    """The text as it will be, with the edits that lead there; and how many references it has."""

    text: str
    edits: tuple[Edit, ...]
    references: int


class _Place(NamedTuple):
    """A reference to one of the images, and the entries of the mapping that make it.

    ``name`` is the image's name as it stands in ``image:``, "" where it stands in a key of its own.
    """

    image: str
    entries: Mapping[str, Pair]
    name: str = ""


def pin(text: str, pins: Sequence[Pin]) -> Pinned:
    """Plan to pin every reference to one of the images; the edits name no path.

    Raises UnsafePinError, with its line, for one that cannot be edited safely, and MalformedError
    where the text is no YAML.
    """
    found = {one.image: one for one in pins}
    edits: list[Edit] = []
    count = 0
    for start, document in _documents(text, tuple(found)):
        made = Made(document)
        with _below(text, start):
            for place in _places(document, tuple(found)):
                count += 1
                _edit(made, place, found[place.image])
            after = splice(document, made.edits)
            if after != document:
                prove(document, after, made)
        edits += [
            edit._replace(spot=Spot.of(text, start + edit.spot.start, start + edit.spot.end))
            for edit in made.edits
        ]
    return Pinned(splice(text, edits), tuple(edits), count)


def read(text: str, names: Sequence[str]) -> tuple[Reference, ...]:
    """Return the references to the images that carry a digest, in the order of the text.

    Raises MalformedError where the text is no YAML.
    """
    found: list[Reference] = []
    for start, document in _documents(text, names):
        above = text.count("\n", 0, start)
        with _below(text, start):
            for place in _places(document, names):
                tag, digest, at = _said(place)
                if _DIGEST.fullmatch(digest):
                    noted = tag or _noted(document, at)
                    found.append(Reference(above + at.line, place.image, digest, noted))
    return tuple(sorted(found))


def _documents(text: str, names: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the documents that may mention one of the images, with where each begins."""
    words = {name.rpartition("/")[2] for name in names}
    for start, end in _blocks.documents(text)[0]:
        document = text[start:end]
        if any(word in document for word in words):
            yield start, document


@contextmanager
def _below(text: str, start: int) -> Iterator[None]:
    """Let the lines of errors be those of the whole text."""
    try:
        yield
    except MalformedError as error:
        if error.line is not None:
            error.line += text.count("\n", 0, start)
        raise


def _edit(made: Made, place: _Place, one: Pin) -> None:
    entries = place.entries
    if place.name:
        value = next(iter(entries.values())).value
        made.set(value, f"@{one.digest}", len(place.name))
        made.note(value, one.tag)
    elif "repository" in entries:
        _beside(made, entries, one)
    elif "digest" in entries:
        made.set(entries["digest"].value, one.digest)
        made.note(entries["digest"].value, one.tag)
        if "newTag" in entries:
            made.set(entries["newTag"].value, one.tag)
    else:
        key, value = entries["newTag"]
        made.set(key, "digest")
        made.set(value, one.digest)
        made.note(value, one.tag)


def _beside(made: Made, entries: Mapping[str, Pair], one: Pin) -> None:
    if "digest" in entries:
        made.set(entries["digest"].value, one.digest)
        if "tag" in entries:
            made.set(entries["tag"].value, one.tag)
        else:
            made.note(entries["digest"].value, one.tag)
    elif "tag" in entries:
        made.set(entries["tag"].value, f"{one.tag}@{one.digest}")
    else:
        at = entries["repository"].value
        raise unsafe(at, "there is neither a tag nor a digest beside it", "write tag: below it")


def _said(place: _Place) -> tuple[str, str, Scalar]:
    """Return the tag and the digest of a reference, "" for none, and the scalar that says it."""
    entries = place.entries
    if place.name:
        at = next(iter(entries.values())).value
        tag, _, digest = at.value[len(place.name) :].removeprefix(":").partition("@")
        return tag, digest, at
    tagged = entries.get("tag") or entries.get("newTag")
    tag, _, digest = (tagged.value.value if tagged else "").partition("@")
    if "digest" in entries and entries["digest"].value.value:
        return tag, entries["digest"].value.value, entries["digest"].value
    return tag, digest, tagged.value if tagged else entries[next(iter(entries))].value


def _noted(text: str, scalar: Scalar) -> str:
    """Return the tag that the comment behind a scalar begins with, "" for none."""
    word = re.match(r"[ \t]+#[ \t]*(\S+)", text[scalar.end : scalar.end + 300])
    return word[1] if word and is_version(word[1]) and _TAG.fullmatch(word[1]) else ""


def _places(text: str, names: Sequence[str]) -> Iterator[_Place]:
    """Yield the references to the images called ``names``, in the order in which they end."""
    ours = {images.split(name): name for name in names}
    for entries, twice in _mappings.read(text, _matters):
        for place in _of_mapping(entries, ours):
            if twice is not None:
                raise unsafe(twice, f"{twice.value} stands twice there", "remove one")
            yield place


def _matters(key: str) -> bool:
    return key in _KEYS or key[-5:].lower() == "image"


def _of_mapping(
    entries: Mapping[str, Pair], ours: Mapping[tuple[str, str], str]
) -> Iterator[_Place]:
    for key, pair in entries.items():
        if key[-5:].lower() == "image":
            head = pair.value.value.partition("@")[0]
            base, colon, tag = head.rpartition(":")
            name = base if colon and "/" not in tag else head
            if images.split(name) in ours:
                yield _Place(ours[images.split(name)], {key: pair}, name)
    registry, repository = (_value(entries, key) for key in ("registry", "repository"))
    full = f"{registry.rstrip('/')}/{repository}" if registry and repository else repository
    renamed = _value(entries, "newName") or _value(entries, "name")
    if repository and images.split(full) in ours:
        yield _Place(ours[images.split(full)], _only(entries, ("repository", "tag", "digest")))
    elif renamed and entries.keys() & {"newTag", "digest"} and images.split(renamed) in ours:
        yield _Place(ours[images.split(renamed)], _only(entries, ("digest", "newTag")))


def _value(entries: Mapping[str, Pair], key: str) -> str:
    return entries[key].value.value if key in entries else ""


def _only(entries: Mapping[str, Pair], keys: Sequence[str]) -> dict[str, Pair]:
    return {key: entries[key] for key in keys if key in entries}
