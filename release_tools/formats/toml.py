"""TOML 1.0: the string value at a path of keys and indexes.

``locate`` first tries ``toml_fast``, an anchored search that answers only where the text cannot
mislead it, and else takes the index of every key and value that ``toml_scan`` makes.  ``prove``
reads both texts with tomllib.  ``parse`` is how all of release-tools runs tomllib: bounded, and
with one kind of error.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from release_tools.errors import MalformedError
from release_tools.formats import differing, prove_splice, prove_values, toml_fast
from release_tools.model import Spot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.formats.toml_scan import Index
    from release_tools.model import Edit

    Path = tuple[str | int, ...]

LIMIT = 500_000  # characters, which take tomllib a second at worst; the field has 100,000
KEY_PARTS = 20  # tomllib's time and memory grow with the square of a dotted key's parts
REMEMBERED = 4  # texts; a workspace manifest is asked for as many addresses as it has members
_INDEXES: dict[str, tuple[dict[str, Any], Index]] = {}


def locate(text: str, at: Path) -> tuple[Spot, ...]:
    """Find the string at the path ``at``, such as ``("project", "version")``.

    The spot is the content between the quotes.  Returns ``()`` when the path is not there.
    Raises MalformedError, with the line, when the text is no TOML, a key is given twice, the
    value is no string, or it is written with escapes or line breaks and so does not read as
    it stands.
    """
    span = None if text in _INDEXES else toml_fast.find(text, at)
    if span is toml_fast.ABSENT:
        return ()
    if span is not None:
        return (Spot.of(text, *span),)
    data, index = _indexed(text)
    if at not in index.keys:
        return ()
    value = _value(data, at)
    line = _line(text, index.keys[at])
    if not isinstance(value, str):
        raise MalformedError(
            f"{_dotted(at)} is {_kind(value)}, no string",
            hint="write it as a string in quotes",
            line=line,
        )
    start, end = index.strings[at]
    if text[start:end] != value:
        raise MalformedError(
            f"{_dotted(at)} is written with escapes or line breaks",
            hint="write it as a plain string on one line",
            line=line,
        )
    return (Spot.of(text, start, end),)


def first(text: str, at: Path) -> str | None:
    """Return the string at ``at``, or None when it is not there; raises as ``locate``."""
    spots = locate(text, at)
    return spots[0].text if spots else None


def prove(before: str, after: str, edits: Sequence[Edit]) -> None:
    """Let tomllib read both texts; see ``model.Format.prove``."""
    prove_splice(before, after, edits)
    here = sys.modules[__name__]
    exact = {edit.at: edit for edit in edits if edit.format is here}
    prove_values(*differing(parse(before), parse(after)), edits, exact)


def find_line(text: str, path: Path) -> int | None:
    """Return the 1-based line where the key, table or element at ``path`` is first given.

    None when it is not there.  Raises MalformedError when the text is no TOML.
    """
    offset = _indexed(text)[1].keys.get(path)
    return None if offset is None else _line(text, offset)


def parse(text: str) -> dict[str, Any]:
    """Parse ``text`` with tomllib, without its BOM, in bounded time.

    Raises MalformedError, with the line where known, for what is no TOML 1.0, over
    ``LIMIT`` characters, nested too deep, or has a dotted key of over ``KEY_PARTS`` parts.
    """
    import re
    import tomllib

    if len(text) > LIMIT:
        raise MalformedError(f"the file has {len(text)} characters; at most {LIMIT} are read")
    if text.count(".") >= KEY_PARTS:
        _refuse_long_keys(text)
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except RecursionError:
        raise MalformedError("nested too deep", hint="flatten the value") from None
    except ValueError as error:  # TOMLDecodeError, and integers with too many digits
        message, *line = re.split(r" \(at line (\d+), column \d+\)$", str(error))
        message = f"not valid TOML: {message[:1].lower()}{message[1:]}"
        raise MalformedError(message, line=int(line[0]) if line else None) from None


def _refuse_long_keys(text: str) -> None:
    from release_tools.formats.toml_scan import has_key_longer_than

    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") >= KEY_PARTS and has_key_longer_than(line, KEY_PARTS):
            raise MalformedError(f"a dotted key has more than {KEY_PARTS} parts", line=number)


def _indexed(text: str) -> tuple[dict[str, Any], Index]:
    """Return the parsed text and its index, which serve every further address in it."""
    known = _INDEXES.get(text)
    if known is None:
        from release_tools.formats.toml_scan import scan

        known = parse(text), scan(text)
        if len(_INDEXES) >= REMEMBERED:
            _INDEXES.pop(next(iter(_INDEXES)), None)
        _INDEXES[text] = known
    return known


def _value(data: Any, path: Path) -> object:
    for key in path:
        data = data[key]
    value: object = data
    return value


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "a table"
    return "an array" if isinstance(value, list) else str(value)


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _dotted(path: Path) -> str:
    return ".".join(map(str, path))
