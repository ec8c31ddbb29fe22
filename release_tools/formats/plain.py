"""A plain file that holds one version and nothing else, such as ``VERSION``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from release_tools.errors import MalformedError
from release_tools.formats import prove_splice
from release_tools.model import Spot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.model import Edit

LONGEST = 200  # characters; a version has at most 128


def locate(text: str, at: None) -> tuple[Spot, ...]:  # noqa: ARG001 - the address of other formats
    """Find the text of the whole file, without a BOM and the blanks around it.

    Returns ``()`` for an empty file.  Raises MalformedError, with the line, when the file has
    more than one line of text, or one that cannot be a version.
    """
    content = text.removeprefix("\ufeff").strip(" \t\r\n")
    if not content:
        return ()
    start = text.index(content)
    spot = Spot.of(text, start, start + len(content))
    if "\n" in content or "\r" in content:
        raise MalformedError(
            "the file has several lines; expected one version and nothing else",
            hint="keep only the version",
            line=spot.line + 1,
        )
    if len(content) > LONGEST or not content.isprintable():
        raise MalformedError(
            "the file holds no version: it has control characters or a line too long",
            hint="keep only the version",
            line=spot.line,
        )
    return (spot,)


def prove(before: str, after: str, edits: Sequence[Edit]) -> None:
    """Compare everything outside the spot byte for byte, and locate again."""
    prove_splice(before, after, edits)
    here = sys.modules[__name__]
    expected = {edit.text for edit in edits if edit.format is here}
    found = {spot.text for spot in locate(after, None)}
    if expected and found != expected:
        raise MalformedError(
            f"after the edit the file would not hold just {''.join(sorted(expected))!r}"
        )
