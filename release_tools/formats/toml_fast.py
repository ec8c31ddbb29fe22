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
_NO_WORD = (" ", "\t", '"', "'", "]", "")
_LOOSE = dict.fromkeys(map(ord, " \t\"'"))


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
    try:
        span = _in_table(text, path[:-1], path[-1]) or _in_inline_table(text, path)
    except _UnsureError:
        return None
    return span


def _plain(key: str) -> bool:
    # A line "[true]" or "[1]" may also be an element of an array.
    name = key.replace("-", "_")
    return key.isascii() and key[:1] != "_" and name.isidentifier() and key not in _VALUES


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


def _in_inline_table(text: str, path: list[str]) -> tuple[int, int] | None:
    """Find ``key = "..."`` in the line ``name = { ... }`` of its section."""
    *table, name, key = path if len(path) > 1 else ("", "", "")
    if not key:
        return None
    start = _header(text, table)
    value = None if start is None else _line_of(text, start, name)
    if start is None or value is None or text[value : value + 1] != "{":
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
        return 1 if text.startswith("\ufeff") else 0
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
            ended = end + 1
        elif f"{prefix.translate(_LOOSE)}]" == wanted and text[end : end + 1] in _NO_WORD:
            raise _UnsureError  # perhaps the same header, written in another way
    return ended


def _check_arrays(text: str, table: list[str]) -> None:
    """Raise if the table may stand in an array of tables: its path then has an index."""
    if "[[" not in text or len(table) == 1:
        return
    parents = {".".join(table[:length]) for length in range(1, len(table))}
    for start in _mentions(text, "[[", 0, len(text)):
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
        position = text.find(name, position + 1, end)
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
        after = mention + len(key)
        rest = text[after : after + 40].lstrip(" \t\"'")
        if rest and rest[0] not in "=.":
            continue  # another key, or an element of an array
        position = after
        while text[position : position + 1] in (" ", "\t"):
            position += 1
        if (
            value is not None
            or text[position : position + 1] != "="
            or text[line:mention].strip("\ufeff")
        ):
            raise _UnsureError
        position += 1
        while text[position : position + 1] in (" ", "\t"):
            position += 1
        value = position
    return value


def _string(text: str, start: int) -> tuple[int, int] | None:
    """Return the content of the plain one-line string at ``start``."""
    quote = text[start : start + 1]
    if quote not in ('"', "'"):
        return None
    end = text.find(quote, start + 1)
    content = text[start + 1 : end]
    if end == -1 or not content or not content.isprintable() or "\\" in content:
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
    if text.find('"""', 0, end) != -1 or text.find("'''", 0, end) != -1:
        raise _UnsureError  # all of this may be the content of a string
    section = text[start:end]
    if ("\n " in section or "\n\t" in section) and _indented_header().search(section):
        raise _UnsureError
    for line in section.split("\n") if "{" in section else ():
        rest = _plain_string().sub("", line) if "{" in line else ""
        if '"' in rest or "'" in rest or rest.count("{") != rest.count("}"):
            raise _UnsureError  # TOML 1.1 lets an inline table go on over lines


@cache
def _indented_header() -> re.Pattern[str]:
    return re.compile(r"\n[ \t]++\[")


@cache
def _plain_string() -> re.Pattern[str]:
    return re.compile(r""""[^"\\]*+"|'[^']*+'""")
