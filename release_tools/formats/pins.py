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
from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import MalformedError, VersionError
from release_tools.formats import _events, _mappings, images, prove_splice, splice
from release_tools.model import Edit, Spot
from release_tools.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from release_tools.formats._mappings import Pair, Scalar

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_KEYS = ("repository", "newName", "name", "registry", "tag", "newTag", "digest")
_MACHINES = '{"$'
"""What a comment begins with that another program obeys, such as Flux's image policies."""


class UnsafePinError(MalformedError):
    """A reference that cannot be pinned without a risk to what stands around it."""

    id = "pin-unsafe"


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


class _Made:
    """Edits as they come together, and what the edited scalars will then say, by number."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.edits: list[Edit] = []
        self.values: dict[int, str] = {}

    def set(self, scalar: Scalar, new: str, first: int = 0) -> None:
        """Let the scalar read ``new`` from its character ``first`` on."""
        if scalar.span is None:
            raise _unsafe(scalar, "it is not written out on one line", "write it out on one line")
        start, end = scalar.span
        blank = " " if start == end and self.text[start - 1 : start] == ":" else ""
        self.edit(start + first, end, blank + new)
        self.values[scalar.number] = scalar.value[:first] + new

    def note(self, scalar: Scalar, tag: str) -> None:
        """Let the comment of the scalar's line begin with the tag."""
        stop = self.text.find("\n", scalar.end)
        rest = self.text[scalar.end : stop if stop >= 0 else len(self.text)].rstrip("\r")
        bare = rest.lstrip(" \t")
        if not bare:
            self.edit(scalar.end, scalar.end + len(rest), f" # {tag}")
            return
        if bare[0] != "#" or len(bare) == len(rest):
            raise _unsafe(scalar, "no comment can note its tag there", "give it a line of its own")
        said = bare[1:].lstrip(" \t")
        if said.startswith(_MACHINES):
            raise _unsafe(scalar, "another program keeps it up to date", "pin it there")
        start = scalar.end + len(rest) - len(bare)
        word = re.match(r"#[ \t]*(\S*)", bare)
        old = word.end() if word and _is_version(word[1]) else 0
        self.edit(start, start + old, f"# {tag}" if old else f"# {tag} ")

    def edit(self, start: int, end: int, new: str) -> None:
        """Add one edit, unless it changes nothing; two insertions at one place become one."""
        if self.edits and (start, end) == self.edits[-1].spot[:2] == (start, start):
            self.edits[-1] = self.edits[-1]._replace(text=self.edits[-1].text + new)
        elif self.text[start:end] != new:
            spot = Spot.of(self.text, start, end)
            self.edits.append(Edit("", images, None, spot, new))


def pin(text: str, pins: Sequence[Pin]) -> Pinned:
    """Plan to pin every reference to one of the images; the edits name no path.

    Raises UnsafePinError, with its line, for one that cannot be edited safely, and MalformedError
    where the text is no YAML.
    """
    found = {one.image: one for one in pins}
    made = _Made(text)
    count = 0
    for place in _places(text, tuple(found)):
        count += 1
        _edit(made, place, found[place.image])
    after = splice(text, made.edits)
    if after != text:
        _prove(text, after, made)
    return Pinned(after, tuple(sorted(made.edits, key=lambda one: one.spot.start)), count)


def read(text: str, names: Sequence[str]) -> tuple[Reference, ...]:
    """Return the references to the images that carry a digest, in the order of the text.

    Raises MalformedError where the text is no YAML.
    """
    found: list[Reference] = []
    for place in _places(text, names):
        tag, digest, at = _said(place)
        if _DIGEST.fullmatch(digest):
            found.append(Reference(at.line, place.image, digest, tag or _noted(text, at)))
    return tuple(sorted(found))


def _edit(made: _Made, place: _Place, one: Pin) -> None:
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


def _beside(made: _Made, entries: Mapping[str, Pair], one: Pin) -> None:
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
        raise _unsafe(at, "there is neither a tag nor a digest beside it", "write tag: below it")


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
    return word[1] if word and _is_version(word[1]) and _TAG.fullmatch(word[1]) else ""


def _is_version(word: str) -> bool:
    """Say whether a word of a comment notes a tag."""
    if re.fullmatch(r"latest|nightly-\d{8}", word):
        return True
    try:
        Version.parse(word)
    except VersionError:
        return False
    return "." in word


def _places(text: str, names: Sequence[str]) -> Iterator[_Place]:
    """Yield the references to the images called ``names``, in the order in which they end."""
    ours = {images.split(name): name for name in names}
    for entries, twice in _mappings.read(text, _matters):
        for place in _of_mapping(entries, ours):
            if twice is not None:
                raise _unsafe(twice, f"{twice.value} stands twice there", "remove one")
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


def _prove(before: str, after: str, made: _Made) -> None:
    """Raise UnsafePinError unless the parser reads what is meant, and all else as before."""
    prove_splice(before, after, made.edits)
    old, new = _mappings.events(before), _mappings.events(after)
    repeated = {event.anchor for event in old if event.kind == "AliasEvent"}
    good = len(old) == len(new)
    number = -1
    for was, now in zip(old, new, strict=False):
        number += was.kind == "ScalarEvent"
        value = made.values.get(number) if was.kind == "ScalarEvent" else None
        if value is None:
            good = good and was == now
        else:
            good = good and now == was._replace(value=value) and was.anchor not in repeated
            good = good and (bool(now.style) or _events.is_string(value))
    if not good:
        raise UnsafePinError("pinning would change something else", hint="pin this file by hand")


def _unsafe(scalar: Scalar, why: str, hint: str) -> UnsafePinError:
    message = f"{scalar.value[:80]!a} cannot be pinned: {why}"
    return UnsafePinError(message, hint=hint, line=scalar.line)
