"""GitHub's expressions, read into a tree.

Follows https://docs.github.com/en/actions/reference/workflows-and-actions/expressions.  What does
not follow it, or nests too deep, is None: nothing is known of its value.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple, TypeAlias

_MAX_LENGTH = 21_000  # GitHub refuses longer ones
_MAX_DEPTH = 50


class Literal(NamedTuple):
    """A string, a number, true, false or null."""

    value: str | float | bool | None


class Name(NamedTuple):
    """``github.event.release.tag_name``, in lower case; ``[?]`` is an index that is computed."""

    name: str


class Call(NamedTuple):
    """A function, in lower case, and its arguments."""

    name: str
    arguments: tuple[Tree, ...]


class Not(NamedTuple):
    """``!x``."""

    inner: Tree


class Logic(NamedTuple):
    """``a && b && c`` or ``a || b || c``."""

    operator: str
    parts: tuple[Tree, ...]


class Compare(NamedTuple):
    """``a == b`` and the like."""

    operator: str
    left: Tree
    right: Tree


Tree: TypeAlias = Literal | Name | Call | Not | Logic | Compare


@cache
def _token() -> re.Pattern[str]:
    return re.compile(
        r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>[-+]?(?:0x[0-9a-fA-F]+|0o[0-7]+"
        r"|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?))|(?P<name>[A-Za-z_][\w-]*)"
        r"|(?P<operator>&&|\|\||[=!<>]=|[!<>(),.\[\]*]))"
    )


@lru_cache(maxsize=4096)
def parse(text: str) -> Tree | None:
    """Read one expression, without its ``${{ }}``; None for what is none."""
    try:
        return _Reader(_tokens(text)).whole()
    except (ValueError, IndexError):
        return None


def split(text: str) -> tuple[tuple[str, str], ...]:
    """Split a text into pairs of literal text and the expression behind it, empty at the end."""
    found: list[tuple[str, str]] = []
    at = 0
    while (start := text.find("${{", at)) >= 0:
        end = _end(text, start + 3)
        if end < 0:
            break
        found.append((text[at:start], text[start + 3 : end]))
        at = end + 2
    return (*found, (text[at:], ""))


def _end(text: str, at: int) -> int:
    """Return where the ``}}`` of an expression stands; quotes hide it."""
    while at < len(text):
        if text[at] == "'":
            at = text.find("'", at + 1)
            if at < 0:
                return -1
        elif text.startswith("}}", at):
            return at
        at += 1
    return -1


def _tokens(text: str) -> list[tuple[str, str]]:
    if len(text) > _MAX_LENGTH:
        raise ValueError("too long")
    found: list[tuple[str, str]] = []
    at, size = 0, len(text.rstrip())
    while at < size:
        match = _token().match(text, at)
        if match is None or match.lastgroup is None:
            raise ValueError(at)
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


class _Reader:
    """A recursive descent that counts how deep it is; ValueError and IndexError end it."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def whole(self) -> Tree:
        found = self.logic("||")
        if self.at != len(self.tokens):
            raise ValueError(self.at)
        return found

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, operator: str) -> bool:
        found = self.peek() == operator
        self.at += found
        return found

    def expect(self, operator: str) -> None:
        if not self.take(operator):
            raise ValueError(operator)

    def logic(self, operator: str) -> Tree:
        self.depth += 1
        if self.depth > _MAX_DEPTH * 2:  # two levels of operators for each level of brackets
            raise ValueError(self.depth)
        inner = self.compared if operator == "&&" else lambda: self.logic("&&")
        parts = [inner()]
        while self.take(operator):
            parts.append(inner())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Logic(operator, tuple(parts))

    def compared(self) -> Tree:
        found, links = self.single(), 0
        while self.peek() in {"==", "!=", "<", ">", "<=", ">="}:
            operator = self.peek()
            self.at += 1
            links += 1
            if links > _MAX_DEPTH:
                raise ValueError(links)
            found = Compare(operator, found, self.single())
        return found

    def single(self) -> Tree:
        negations = 0
        while self.take("!"):
            negations += 1
        if negations > _MAX_DEPTH:
            raise ValueError(negations)
        found = self.plain()
        for _ in range(negations):
            found = Not(found)
        return found

    def plain(self) -> Tree:
        if self.take("("):
            found = self.logic("||")
            self.expect(")")
            return found if self.peek() not in {".", "["} else self.access("[?]")
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "string":
            return Literal(text[1:-1].replace("''", "'"))
        if kind == "number":
            return Literal(float(int(text, 0)) if text[1:2] in {"x", "o"} else float(text))
        if kind != "name":
            raise ValueError(text)
        lower = text.lower()
        if self.take("("):
            call = self.call(lower)
            return call if self.peek() not in {".", "["} else self.access("[?]")
        if lower in {"true", "false", "null"} and self.peek() not in {".", "["}:
            return Literal({"true": True, "false": False}.get(lower))
        return self.access(lower)

    def call(self, name: str) -> Call:
        arguments: list[Tree] = []
        while not self.take(")"):
            if arguments:
                self.expect(",")
            arguments.append(self.logic("||"))
        return Call(name, tuple(arguments))

    def access(self, name: str) -> Name:
        """Read ``.name``, ``.*``, ``['name']`` and ``[computed]`` behind a name."""
        parts = [name]
        while True:
            if self.take("."):
                if self.take("*"):
                    parts.append("*")
                    continue
                kind, text = self.tokens[self.at]
                if kind != "name":
                    raise ValueError(text)
                self.at += 1
                parts.append(text.lower())
            elif self.take("["):
                index = self.logic("||") if not self.take("*") else Literal("*")
                self.expect("]")
                parts.append(str(index.value).lower() if isinstance(index, Literal) else "[?]")
            else:
                return Name(".".join(parts))
