"""The edits that pin references in one YAML document, and the proof that they do nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.errors import MalformedError, VersionError
from release_tools.formats import _events, _mappings, images, prove_splice
from release_tools.model import Edit, Spot
from release_tools.version import Version

if TYPE_CHECKING:
    from release_tools.formats._mappings import Scalar

_LARGEST = 300_000  # characters of a document: PyYAML's own parser reads them in a second
_MACHINES = '{"$'
"""What a comment begins with that another program obeys, such as Flux's image policies."""


class UnsafePinError(MalformedError):
    """A reference that cannot be pinned without a risk to what stands around it."""

    id = "pin-unsafe"


class Made:
    """Edits as they come together, and what the edited scalars will then say, by number."""

    def __init__(self, text: str) -> None:
        """Begin with no edit of this document."""
        self.text = text
        self.edits: list[Edit] = []
        self.values: dict[int, str] = {}

    def set(self, scalar: Scalar, new: str, first: int = 0) -> None:
        """Let the scalar read ``new`` from its character ``first`` on."""
        if scalar.span is None:
            raise unsafe(scalar, "it is not written out on one line", "write it out on one line")
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
            raise unsafe(scalar, "no comment can note its tag there", "give it a line of its own")
        said = bare[1:].lstrip(" \t")
        if said.startswith(_MACHINES):
            raise unsafe(scalar, "another program keeps it up to date", "pin it there")
        start = scalar.end + len(rest) - len(bare)
        word = re.match(r"#[ \t]*(\S*)", bare)
        old = word.end() if word and is_version(word[1]) else 0
        self.edit(start, start + old, f"# {tag}" if old else f"# {tag} ")

    def edit(self, start: int, end: int, new: str) -> None:
        """Add one edit, unless it changes nothing; two insertions at one place become one."""
        if self.edits and (start, end) == self.edits[-1].spot[:2] == (start, start):
            self.edits[-1] = self.edits[-1]._replace(text=self.edits[-1].text + new)
        elif self.text[start:end] != new:
            spot = Spot.of(self.text, start, end)
            self.edits.append(Edit("", images, None, spot, new))


def is_version(word: str) -> bool:
    """Say whether a word of a comment notes a tag."""
    if re.fullmatch(r"latest|nightly-\d{8}", word):
        return True
    try:
        Version.parse(word)
    except VersionError:
        return False
    return "." in word


def prove(before: str, after: str, made: Made) -> None:
    """Raise UnsafePinError unless the parser reads what is meant, and all else as before."""
    prove_splice(before, after, made.edits)
    if len(before) > _LARGEST:
        raise UnsafePinError("the document is too large to be read twice", hint="pin it by hand")
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


def unsafe(scalar: Scalar, why: str, hint: str) -> UnsafePinError:
    """Return the refusal of one reference."""
    message = f"{scalar.value[:80]!a} cannot be pinned: {why}"
    return UnsafePinError(message, hint=hint, line=scalar.line)
