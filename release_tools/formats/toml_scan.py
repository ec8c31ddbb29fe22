"""Positions in TOML 1.0: where every key and every string of a valid document stands.

tomllib says whether a document is valid and what it means, but not where anything stands.  This
scanner is only ever given documents that tomllib accepts, so it need not judge them.  It keeps
its own stack and every regular expression is possessive: time is linear, depth costs no stack.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from release_tools.errors import MalformedError

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_STRING = re.compile(
    r'"""(?:[^"\\]++|\\[\s\S]|""?(?!"))*+"{3,5}'
    r"|'''(?:[^']++|''?(?!'))*+'{3,5}"
    r'|"(?:[^"\\\n]++|\\.)*+"'
    r"|'[^'\n]*+'"
)
_SCALAR = re.compile(r"[^,\]}#\r\n]++")
_PART = re.compile(r"""[ \t]*+([A-Za-z0-9_-]++|"(?:[^"\\\n]++|\\.)*+"|'[^'\n]*+')[ \t]*+(\.?)""")
_QUOTED = re.compile(r""""(?:[^"\\]++|\\.)*+(?:"|\\?$)|'[^']*+(?:'|$)""")
_WORDS = r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]++(?:[ \t]*+\.[ \t]*+[A-Za-z0-9_-]++)"


class Index(NamedTuple):
    """What ``scan`` found: offsets by path.

    ``keys`` has every key, table and array element at its first mention; ``strings`` the
    half-open span of each string's content, without its quotes.
    """

    keys: dict[Path, int]
    strings: dict[Path, tuple[int, int]]


def has_key_longer_than(line: str, parts: int) -> bool:
    """Say whether a line seems to hold a dotted key of more than ``parts`` parts.

    Strings count as one word, so that dots in a value are not taken for those of a key.
    """
    return re.search(f"{_WORDS}{{{parts}}}", _QUOTED.sub("_", line)) is not None


def scan(text: str) -> Index:
    """Find every key and string of ``text``, which tomllib has accepted."""
    return _Scanner(text).run()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.index = Index({}, {})
        self.table: Path = ()
        self.arrays: dict[Path, int] = {}  # arrays of tables: the last element's index
        # Open brackets of inline values: "[" or "{", the path, the next element's index.
        self.stack: list[tuple[str, Path, int]] = []

    def run(self) -> Index:
        text = self.text
        position = 1 if text.startswith("\ufeff") else 0
        while True:
            position = _match(_BLANK, text, position).end()
            if position == len(text):
                return self.index
            if self.stack:
                position = self._inside(position)
            elif text[position] == "[":
                position = self._header(position)
            else:
                position = self._pair(position, self.table)

    def _header(self, start: int) -> int:
        width = 2 if self.text.startswith("[[", start) else 1
        keys, end = self._key(start + width)
        path: Path = ()
        for key in keys[:-1]:
            path = self._step(path, key, start)
        path = (*path, keys[-1])
        self.index.keys.setdefault(path, start)
        if width == 2:  # noqa: PLR2004 - an array of tables
            self.arrays[path] = self.arrays.get(path, -1) + 1
        if path in self.arrays:
            path = (*path, self.arrays[path])
            self.index.keys.setdefault(path, start)
        self.table = path
        return end + width

    def _step(self, path: Path, key: str, start: int) -> Path:
        path = (*path, key)
        self.index.keys.setdefault(path, start)
        return (*path, self.arrays[path]) if path in self.arrays else path

    def _pair(self, start: int, path: Path) -> int:
        keys, end = self._key(start)
        for key in keys:
            path = (*path, key)
            self.index.keys.setdefault(path, start)
        return self._value(_match(_BLANK, self.text, end + 1).end(), path)

    def _key(self, start: int) -> tuple[list[str], int]:
        keys = []
        while True:
            part = _match(_PART, self.text, start)
            keys.append(_unquote(part[1]))
            start = part.end()
            if not part[2]:
                return keys, start

    def _value(self, start: int, path: Path) -> int:
        char = self.text[start]
        if char in "[{":
            self.stack.append((char, path, 0))
            return start + 1
        if char not in "\"'":
            return _match(_SCALAR, self.text, start).end()
        end = _match(_STRING, self.text, start).end()
        width = 3 if self.text.startswith(char * 3, start) else 1
        self.index.strings[path] = start + width, end - width
        return end

    def _inside(self, start: int) -> int:
        char = self.text[start]
        bracket, path, element = self.stack[-1]
        if char in "]}":
            self.stack.pop()
            return start + 1
        if char == ",":
            return start + 1
        if bracket == "{":
            return self._pair(start, path)
        self.stack[-1] = bracket, path, element + 1
        path = (*path, element)
        self.index.keys[path] = start
        return self._value(start, path)


def _match(pattern: re.Pattern[str], text: str, start: int) -> re.Match[str]:
    found = pattern.match(text, start)
    if found is None:  # tomllib accepted what TOML 1.0 does not have
        raise MalformedError(
            "TOML that release-tools cannot read", line=text.count("\n", 0, start) + 1
        )
    return found


def _unquote(part: str) -> str:
    if part[0] == "'":
        return part[1:-1]
    if part[0] != '"':
        return part
    if "\\" not in part:
        return part[1:-1]
    import tomllib

    value: str = tomllib.loads(f"x = {part}")["x"]
    return value
