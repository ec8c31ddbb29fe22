"""The quick answer for ordinary TOML: an anchored search that gives up rather than guess.

Only plain string methods on plain layouts: a table header at the start of a line, a bare key at
the start of a line in its section, a string without escapes on that line, or one inside a
one-line inline table.  Whatever could mislead such a search makes ``find`` return None, which
means "read the document properly".
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

ABSENT: Final = (-1, -1)
MENTIONS = 200  # of a key's name in the text, after which a proper reading is quicker

_VALUES = frozenset({"true", "false", "inf", "nan"})
_BLANKS = (" ", "\t")
_AROUND = (*_BLANKS, '"', "'")  # a key, in one way to write it or another
_NO_WORD = (*_AROUND, "]", "")
_LOOSE = dict.fromkeys(map(ord, _AROUND))


class _UnsureError(Exception):
    """The text holds something that an anchored search does not understand."""


def find(text: str, at: tuple[str | int, ...]) -> tuple[int, int] | None:
    """Return the span of the string at ``at``, ABSENT, or None for "cannot tell"."""
    if "\\u" in text or "\\U" in text:  # a key may be written with escapes
        return None
    path = [key for key in at if isinstance(key, str)]
    for key in path:
        if key not in text:
            return ABSENT
    if len(path) != len(at) or not all(map(_plain, path)):
        return None
    *table, key = path
    try:
        span = _in_table(text, table, key)
        return _in_inline_table(text, table, key) if span is None and table else span
    except _UnsureError:
        return None


def _plain(key: str) -> bool:
    # A line "[true]", "[1]" or "[-inf]" may also be an element of an array.
    word = key.isascii() and key.replace("-", "_").isidentifier()
    return word and key[:1].isalpha() and key not in _VALUES


def _in_table(text: str, table: list[str], key: str) -> tuple[int, int] | None:
    start = _header(text, table)
    if start is None:
        return None
    line = _line_of(text, start, key)
    if line is None:
        return None
    span = _string(text, line)
    if span is None:
        raise _UnsureError
    _check_before(text, start, span[0])
    return span


def _in_inline_table(text: str, table: list[str], key: str) -> tuple[int, int] | None:
    """Find ``key = "..."`` in the line ``name = { ... }``; ``name`` is the last of ``table``."""
    start = _header(text, table[:-1])
    value = None if start is None else _line_of(text, start, table[-1])
    if start is None or value is None or not text.startswith("{", value):
        return None
    _check_before(text, start, value)
    span = None
    position = value + 1
    pair = _pair_pattern()
    while True:
        found = pair.match(text, position)
        if found is None or (found[1] == key and span is not None):
            return None
        if found[1] == key:
            span = found.start(2) + 1, found.end(2) - 1
            if text[found.start(2)] not in "\"'":
                return None
        position = found.end()
        if found[3] == "}":
            return span if _ends(text, position) else None


@cache
def _pair_pattern() -> re.Pattern[str]:
    string = r"""(?:"[^"\\\x00-\x1f\x7f]*+"|'[^'\x00-\x1f\x7f]*+')"""
    array = rf"\[[ \t]*+(?:{string}[ \t]*+(?:,[ \t]*+|(?=\])))*+\]"
    return re.compile(
        rf"[ \t]*+([A-Za-z0-9_-]++)[ \t]*+=[ \t]*+({string}|{array}|true|false)[ \t]*+([,}}])"
    )


def _header(text: str, table: list[str]) -> int | None:
    """Return the offset of the end of the line ``[table]``; None when there is no such line."""
    if not table:
        if text.lstrip("\ufeff \t\r\n")[:1] == "[":
            raise _UnsureError
        return 0
    _check_arrays(text, table)
    name = table[-1]
    wanted = f"[{'.'.join(table)}]"
    ended = None
    for start in _mentions(text, name, 0, len(text)):
        end = start + len(name)
        line = text.rfind("\n", 0, start) + 1
        prefix = text[line:end].removeprefix("\ufeff")
        if prefix.lstrip(" \t")[:1] != "[":
            continue
        if prefix + "]" == wanted and text[end : end + 1] == "]":
            if ended is not None or not _ends(text, end + 1):
                raise _UnsureError
            ended = end
        elif f"{prefix.translate(_LOOSE)}]" == wanted and text[end : end + 1] in _NO_WORD:
            raise _UnsureError  # perhaps the same header, written in another way
    return ended


def _check_arrays(text: str, table: list[str]) -> None:
    """Raise if the table may stand in an array of tables: its path then has an index."""
    parents = {".".join(table[:length]) for length in range(1, len(table))}
    for start in _mentions(text, "[[", 0, len(text)) if parents else ():
        end = text.find("]", start)
        if text[start + 2 : end].translate(_LOOSE) in parents:
            raise _UnsureError


def _mentions(text: str, name: str, start: int, end: int) -> list[int]:
    found = []
    position = text.find(name, start, end)
    while position != -1:
        found.append(position)
        if len(found) > MENTIONS:
            raise _UnsureError
        position = text.find(name, position + len(name), end)
    return found


def _line_of(text: str, start: int, key: str) -> int | None:
    """Return the offset of the value in the one line ``key = ...`` of the section at ``start``.

    None when no line of the section can be the key.
    """
    end = text.find("\n[", start)
    end = len(text) if end == -1 else end
    value = None
    for mention in _mentions(text, key, start, end):
        line = text.rfind("\n", 0, mention) + 1
        if text[line:mention].strip(" \t\"'\ufeff"):
            continue  # something else stands before it
        sign = _behind(text, mention + len(key), _AROUND)
        if text[sign : sign + 1] not in "=.":
            continue  # another key, or an element of an array
        written = text[line:sign].strip("\ufeff").rstrip(" \t")
        if value is not None or written != key or not text.startswith("=", sign):
            raise _UnsureError
        value = _behind(text, sign + 1, _BLANKS)
    return value


def _behind(text: str, position: int, blanks: tuple[str, ...]) -> int:
    while text[position : position + 1] in blanks:
        position += 1
    return position


def _string(text: str, start: int) -> tuple[int, int] | None:
    """Return the content of the plain one-line string at ``start``."""
    quote = text[start : start + 1]
    if quote not in ('"', "'"):
        return None
    end = text.find(quote, start + 1)
    content = text[start + 1 : end]
    if end == -1 or not content.isprintable() or "\\" in content:
        return None
    return (start + 1, end) if _ends(text, end + 1) else None


def _ends(text: str, position: int) -> bool:
    """Say whether nothing but a comment follows on the line."""
    end = text.find("\n", position)
    rest = text[position:] if end == -1 else text[position:end].removesuffix("\r")
    rest = rest.strip(" \t")
    return not rest or (rest[0] == "#" and rest.replace("\t", " ").isprintable())


def _check_before(text: str, start: int, end: int) -> None:
    """Raise unless the line at ``end`` surely stands in the section that begins at ``start``."""
    before = text[:end]
    if '"""' in before or "'''" in before:
        raise _UnsureError  # all of this may be the content of a string
    for line in before[start:].split("\n"):
        if line.lstrip(" \t").startswith("["):
            raise _UnsureError  # an indented header, or an element of an array
        rest = _plain_string().sub("", line) if "{" in line else ""
        if '"' in rest or "'" in rest or rest.count("{") != rest.count("}"):
            raise _UnsureError  # TOML 1.1 lets an inline table go on over lines


@cache
def _plain_string() -> re.Pattern[str]:
    return re.compile(r""""[^"\\]*+"|'[^']*+'""")
