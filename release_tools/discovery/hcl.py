"""HCL as far as bake files need it: its tokens, and blocks with their attributes.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_TEXT = 200_000

Block = tuple[str, tuple[str, ...], dict[str, str]]


@cache
def _lexer() -> re.Pattern[str]:
    return re.compile(
        r"(?P<skip>[ \t\r]+|\#[^\n]*|//[^\n]*|/\*.*?\*/)"
        r"|(?P<here><<-?(?P<mark>\w+)\n.*?\n[ \t]*(?P=mark)\b)"
        r"|(?P<text>\"(?:\\.|\$\{(?:[^{}\"]|\"(?:\\.|[^\"\\])*\"|\{[^{}]*\})*\}|[^\"\\])*\")"
        r"|(?P<name>[A-Za-z_][\w.-]*(?:\[[\w*]+\][\w.-]*)*)|(?P<number>[\d.]+)"
        r"|(?P<sign>=>|==|!=|<=|>=|&&|\|\||\.\.\.|\n|.)",
        re.DOTALL,
    )


def tokens(text: str) -> list[str]:
    """Split a text into tokens; comments and blanks are gone, line ends are kept."""
    found = _lexer().finditer(text[:_MAX_TEXT])
    return [match[0] for match in found if match.lastgroup != "skip"]


def blocks(text: str) -> Iterator[Block]:
    """Yield (kind, labels, attributes) of every block at the top; an attribute is raw text."""
    words = tokens(text)
    at = 0
    while at < len(words):
        start = at
        while at < len(words) and words[at] not in {"{", "\n", "="}:
            at += 1
        if words[at : at + 1] == ["{"] and at > start:
            end = closing(words, at)
            labels = tuple(each.strip('"') for each in words[start + 1 : at])
            yield words[start], labels, attributes(words[at + 1 : end])
            at = end
        elif words[at : at + 1] == ["="]:
            at = _line(words, at)
        at += 1


def attributes(words: list[str]) -> dict[str, str]:
    """Return the raw values of the attributes in a block's body or an object."""
    found: dict[str, str] = {}
    at = 0
    while at < len(words):
        if words[at + 1 : at + 2] in (["="], [":"]):
            end = _line(words, at + 2)
            found[words[at].strip('"')] = " ".join(words[at + 2 : end])
            at = end
        elif words[at] == "{":
            at = closing(words, at)
        at += 1
    return found


def _line(words: list[str], at: int) -> int:
    """Return where the expression at ``at`` ends: at a line's end or comma outside brackets."""
    depth = 0
    while at < len(words):
        depth += (words[at] in {"(", "[", "{"}) - (words[at] in {")", "]", "}"})
        if (words[at] in {"\n", ","} and depth <= 0) or depth < 0:
            return at
        at += 1
    return at


def closing(words: list[str], at: int) -> int:
    """Return where the brace at ``at`` is closed."""
    depth = 0
    while at < len(words):
        depth += (words[at] == "{") - (words[at] == "}")
        if not depth:
            return at
        at += 1
    return at
