"""JSON (RFC 8259): the string value at a path of keys and indexes.

Only the containers on the path are walked; everything beside it is skipped by the C scanner of
the standard library.  ``prove`` reads both texts with ``json.loads``.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from release_tools.errors import MalformedError
from release_tools.formats import differing, prove_splice, prove_values
from release_tools.model import Spot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.model import Edit

    Path = tuple[str | int, ...]
    Span = tuple[int, int]

LIMIT = 5_000_000  # characters, for which the parser may need 200 MB


def locate(text: str, at: Path) -> tuple[Spot, ...]:
    """Find the string at the path ``at``, such as ``("packages", "", "version")``.

    The spot is the content between the quotes.  Returns ``()`` when the path is not there.
    Raises MalformedError, with the line, when the text is no JSON, a key of the path is given
    twice, the value is no string, or it is written with escapes.
    """
    _check_size(text)
    start = 1 if text.startswith("\ufeff") else 0
    try:
        span = _Walk(text).document(start, at)
    except (ValueError, RecursionError) as error:
        raise _malformed(error) from None
    return () if span is None else (Spot.of(text, *span),)


def prove(before: str, after: str, edits: Sequence[Edit]) -> None:
    """Let ``json.loads`` read both texts; see ``model.Format.prove``."""
    prove_splice(before, after, edits)
    here = sys.modules[__name__]
    exact = {edit.at: edit for edit in edits if edit.format is here}
    prove_values(*differing(parse(before), parse(after)), edits, exact)


def parse(text: str) -> Any:
    """Parse ``text``, without its BOM; raises MalformedError with the line where known."""
    import json

    _check_size(text)
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise _malformed(error) from None


def _check_size(text: str) -> None:
    if len(text) > LIMIT:
        raise MalformedError(f"the file has {len(text)} characters; at most {LIMIT} are read")


def _malformed(error: Exception) -> MalformedError:
    if isinstance(error, RecursionError):
        return MalformedError("nested too deep", hint="flatten the value")
    reason = str(error).partition(": line ")[0]  # ValueError: an integer with too many digits
    message = f"not valid JSON: {reason[:1].lower()}{reason[1:]}"
    return MalformedError(message, line=getattr(error, "lineno", None))


class _Walk:
    """Walks along one path.  Recurses on the path's length, never on the document's depth."""

    def __init__(self, text: str) -> None:
        from json import JSONDecodeError, JSONDecoder
        from json.decoder import WHITESPACE, scanstring  # type: ignore[attr-defined]

        self.text = text
        self.error = JSONDecodeError
        self.skip = JSONDecoder().raw_decode
        self.blank = WHITESPACE.match
        self.string = scanstring

    def document(self, start: int, at: Path) -> Span | None:
        span, end = self.value(self._blank(start), at, 0)
        end = self._blank(end)
        if end != len(self.text):
            raise self.error("Extra data", self.text, end)
        return span

    def value(self, start: int, at: Path, depth: int) -> tuple[Span | None, int]:
        """Return the span at ``at[depth:]`` below the value at ``start``, and the value's end."""
        char = self.text[start : start + 1]
        if depth == len(at):
            return self._found(start, at)
        if char == "{" and isinstance(at[depth], str):
            return self._members(start, at, depth)
        if char == "[" and isinstance(at[depth], int):
            return self._elements(start, at, depth)
        return None, self.skip(self.text, start)[1]

    def _found(self, start: int, at: Path) -> tuple[Span, int]:
        value, end = self.skip(self.text, start)
        name = ".".join(map(str, at))
        if not isinstance(value, str):
            kind = {"{": "an object", "[": "an array"}.get(self.text[start])
            msg = f"{name} is {kind or self.text[start:end][:40]}, no string"
            hint = "write it as a string in quotes"
            raise MalformedError(msg, hint=hint, line=self._line(start))
        if self.text[start + 1 : end - 1] != value:
            raise MalformedError(
                f"{name} is written with escapes", hint="write it plainly", line=self._line(start)
            )
        return (start + 1, end - 1), end

    def _members(self, start: int, at: Path, depth: int) -> tuple[Span | None, int]:
        text = self.text
        span = None
        seen = False
        end = self._blank(start + 1)
        if text[end : end + 1] == "}":
            return None, end + 1
        while True:
            if text[end : end + 1] != '"':
                raise self.error("Expecting property name enclosed in double quotes", text, end)
            key_start = end
            key, end = self.string(text, end + 1)
            end = self._blank(self._expect(":", self._blank(end)))
            if key != at[depth]:
                end = self.skip(text, end)[1]
            elif seen:
                name = ".".join(map(str, at[: depth + 1]))
                raise MalformedError(
                    f"the key {name} is given twice", hint="remove one", line=self._line(key_start)
                )
            else:
                seen = True
                span, end = self.value(end, at, depth + 1)
            end = self._blank(end)
            if text[end : end + 1] == "}":
                return span, end + 1
            end = self._blank(self._expect(",", end))

    def _elements(self, start: int, at: Path, depth: int) -> tuple[Span | None, int]:
        text = self.text
        span = None
        index = 0
        end = self._blank(start + 1)
        if text[end : end + 1] == "]":
            return None, end + 1
        while True:
            if index == at[depth]:
                span, end = self.value(end, at, depth + 1)
            else:
                end = self.skip(text, end)[1]
            index += 1
            end = self._blank(end)
            if text[end : end + 1] == "]":
                return span, end + 1
            end = self._blank(self._expect(",", end))

    def _blank(self, start: int) -> int:
        end: int = self.blank(self.text, start).end()
        return end

    def _expect(self, char: str, start: int) -> int:
        if self.text[start : start + 1] != char:
            raise self.error(f"Expecting '{char}' delimiter", self.text, start)
        return start + 1

    def _line(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1
