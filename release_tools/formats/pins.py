"""Pin the references to an image in a YAML file to a digest, and keep the tag beside it.

``image: repository:tag`` becomes ``image: repository@sha256:…  # tag``, a kustomization's ``newTag:
tag`` becomes ``digest: sha256:…  # tag``, and ``tag:`` beside ``repository:`` becomes
``tag@sha256:…``, which is a legal reference once the two are joined.  What is pinned already is
pinned anew.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import MalformedError
from release_tools.formats import _events, images

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DIGEST = r"sha256:[0-9a-f]{64}"


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


def pin(text: str, pins: Sequence[Pin]) -> str:
    """Return the text with every reference to one of the images pinned.

    Raises MalformedError (with ``line``) where a reference stands on a line that can take no
    comment, and where an independent parser does not find exactly these values changed.
    """
    changed, expected = text, 0
    for one in pins:
        changed, count = _pinned(changed, one)
        expected += count
    _prove(text, changed, pins, expected)
    return changed


def read(text: str, image: str) -> tuple[Reference, ...]:
    """Return the references to the image that carry a digest, in the order of the text."""
    found: list[Reference] = []
    for match in _written(image).finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        note = match["note"] or (match["tag"] or "").lstrip(":")
        if match["digest"]:
            found.append(Reference(line, image, match["digest"], note))
    for match in _beside(image).finditer(text):
        line = text.count("\n", 0, match.start("digest")) + 1
        found.append(Reference(line, image, match["digest"], match["note"] or ""))
    for spot in images.locate(text, images.ImageAt(image, pinned=True)):
        rest = text[spot.end : text.find("\n", spot.end) if "\n" in text[spot.end :] else None]
        digest = re.match(rf"@({_DIGEST})", rest)
        if digest and not any(one.line == spot.line for one in found):
            found.append(Reference(spot.line, image, digest[1], spot.text))
    return tuple(sorted(found))


def _written(image: str) -> re.Pattern[str]:
    """Return a pattern for the image in one scalar, with its tag, digest and comment."""
    name = re.escape(image)
    return re.compile(
        rf"(?P<head>^[^\n#]*image:[ ]+(?P<quote>[\"']?){name})"
        rf"(?P<tag>:[\w.+-]+)?(?:@(?P<digest>{_DIGEST}))?(?P=quote)"
        rf"(?P<rest>[ \t]*)(?:#[ ]*(?P<note>[\w.+-]*))?(?P<end>[^\n]*)$",
        re.MULTILINE | re.IGNORECASE,
    )


def _beside(image: str) -> re.Pattern[str]:
    """Return a pattern for a kustomization's ``digest`` below the name of the image."""
    return re.compile(
        rf"(?P<head>^[ -]*(?:newName|name):[ ]+[\"']?{re.escape(image)}[\"']?[ ]*$"
        rf"(?:\n[ ]+(?!- )[^\n]*)*?\n[ ]+digest:[ ]+)(?P<digest>{_DIGEST})"
        rf"[ \t]*(?:#[ ]*(?P<note>[\w.+-]*))?[^\n]*$",
        re.MULTILINE,
    )


def _pinned(text: str, one: Pin) -> tuple[str, int]:
    spots = images.locate(text, images.ImageAt(one.image))
    spots += images.locate(text, images.ImageAt(one.image, pinned=True))
    count = 0
    for spot in sorted(spots, reverse=True):
        start = text.rfind("\n", 0, spot.start) + 1
        end = text.find("\n", spot.start)
        line = text[start : end if end >= 0 else len(text)]
        made = _line(line, spot.start - start, spot.end - start, one, spot.line)
        text = text[:start] + made + text[start + len(line) :]
        count += made != line
    bare = [m for m in _written(one.image).finditer(text) if m["digest"] and not m["tag"]]
    for match in reversed(bare):  # pinned by digest alone: the tag stands in the comment
        made = f"{match['head']}@{one.digest}{match['quote']} # {one.tag}"
        count += made != match[0].rstrip()
        text = text[: match.start()] + made + text[match.end() :]
    for match in reversed(list(_beside(one.image).finditer(text))):
        made = f"{match['head']}{one.digest} # {one.tag}"
        count += made != match[0]
        text = text[: match.start()] + made + text[match.end() :]
    return text, count


def _line(line: str, start: int, end: int, one: Pin, number: int) -> str:
    """Return the line with the tag between ``start`` and ``end`` pinned."""
    after = re.sub(rf"^@{_DIGEST}", "", line[end:])
    key = line[:start].lstrip(" -").partition(":")[0].strip("\"' ")
    if line[:start].endswith(f"{one.image}:"):
        return _noted(f"{line[: start - 1]}@{one.digest}", after, one, number)
    if key == "newTag":
        renamed = line[:start].replace("newTag", "digest", 1)
        return _noted(f"{renamed}{one.digest}", after, one, number)
    return f"{line[:start]}{one.tag}@{one.digest}{after}"


def _noted(head: str, after: str, one: Pin, number: int) -> str:
    quote = after[:1] if after[:1] in ("'", '"') else ""
    rest = after[len(quote) :].strip()
    if rest and not rest.startswith("#"):
        raise MalformedError(
            f"{one.image} stands on a line on which no comment can note its tag",
            hint="write the reference on a line of its own",
            line=number,
        )
    return f"{head}{quote} # {one.tag}"


def _prove(before: str, after: str, pins: Sequence[Pin], expected: int) -> None:
    """Raise MalformedError unless exactly the intended values differ for the YAML parser."""
    old, new = (list(_scalars(text)) for text in (before, after))
    digests = tuple(one.digest for one in pins)
    changed = [(was, now) for was, now in zip(old, new, strict=False) if was != now]
    odd = [now for was, now in changed if not now.endswith(digests) and was != "newTag"]
    values = sum(was != "newTag" for was, _ in changed)
    if odd or len(old) != len(new) or values > expected:
        raise MalformedError("pinning would change something else", hint="pin this file by hand")


def _scalars(text: str) -> Iterator[str]:
    """Yield what the parser reads: every scalar, and the kind of everything else."""
    bare = text.removeprefix("\ufeff")
    for event in _events.events(bare, 0, len(bare)):
        value = getattr(event, "value", None)
        yield value if isinstance(value, str) else type(event).__name__
