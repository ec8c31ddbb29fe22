"""GitHub's ``${{ … }}`` expressions, evaluated to every text that they may give.

Follows https://docs.github.com/actions/reference/evaluate-expressions-in-workflows-and-actions,
except that a condition is never decided: ``a && 'x' || 'y'`` gives both texts.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from release_tools.discovery.values import NOTHING, product, union

if TYPE_CHECKING:
    from collections.abc import Callable

    from release_tools.discovery.values import Values

    Lookup = Callable[[str], Values]

_MAX_TOKENS = 200
_MAX_DEPTH = 20


@cache
def _tokens() -> re.Pattern[str]:
    return re.compile(
        r"'(?:[^']|'')*'|&&|\|\||[=!<>]=|[!<>(),]|[A-Za-z_][\w.*-]*(?:\[[^\]\n]*\][\w.*-]*)*|[\d.]+"
    )


def interpolate(text: str, lookup: Lookup) -> Values:
    """Return what ``text`` may become once every ``${{ … }}`` in it is replaced.

    ``lookup`` answers for names such as ``env.REGISTRY`` or ``matrix.image.name``.
    """
    if "${{" not in text:
        return (text,)
    parts: list[Values] = []
    rest = text
    while (start := rest.find("${{")) >= 0:
        end = rest.find("}}", start)
        if end < 0:
            break
        parts += [(rest[:start],), evaluate(rest[start + 3 : end], lookup)]
        rest = rest[end + 2 :]
    return product([*parts, (rest,)])


def evaluate(expression: str, lookup: Lookup) -> Values:
    """Return every text that ``expression`` (without its braces) may give."""
    tokens = _tokens().findall(expression)
    if not tokens or len(tokens) > _MAX_TOKENS:
        return NOTHING
    return _Reader(tokens, lookup).any_of(0) or NOTHING


class _Reader:
    def __init__(self, tokens: list[str], lookup: Lookup) -> None:
        self.tokens = tokens
        self.lookup = lookup
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def any_of(self, depth: int) -> Values:
        """Read ``a || b``: an unknown or empty left side leaves the right side."""
        found = self.all_of(depth)
        while self.peek() == "||":
            self.take()
            right = self.all_of(depth)
            if right == NOTHING and found != NOTHING:
                continue
            found = union((each for each in found if each not in {"", *NOTHING}), right)
        return found

    def all_of(self, depth: int) -> Values:
        found = self.compared(depth)
        while self.peek() == "&&":
            self.take()
            found = self.compared(depth)
        return found

    def compared(self, depth: int) -> Values:
        found = self.single(depth)
        while self.peek() in {"==", "!=", "<", ">", "<=", ">="}:
            self.take()
            self.single(depth)
            found = NOTHING
        return found

    def single(self, depth: int) -> Values:  # noqa: PLR0911 - one return for each kind
        token = self.take()
        if depth > _MAX_DEPTH or not token:
            return NOTHING
        if token == "!":  # noqa: S105 - a token of the language
            self.single(depth + 1)
            return NOTHING
        if token == "(":  # noqa: S105 - a token of the language
            found = self.any_of(depth + 1)
            self.take()
            return found
        if token.startswith("'"):
            return (token[1:-1].replace("''", "'"),)
        if self.peek() == "(":
            return self.call(token.lower(), depth)
        if token[0].isdigit() or token in {"true", "false", "null"}:
            return (token,)
        return self.lookup(token.replace("['", ".").replace("']", ""))

    def call(self, name: str, depth: int) -> Values:
        self.take()
        arguments: list[Values] = []
        while self.peek() not in {")", ""}:
            arguments.append(self.any_of(depth + 1))
            if self.peek() == ",":
                self.take()
        self.take()
        if name in {"fromjson", "tojson", "join"} and arguments:
            return arguments[0]
        if name == "case" and arguments:  # a condition and a value, again and again, and the rest
            return union(*arguments[1::2], arguments[-1])
        if name == "format" and arguments:
            return _format(arguments[0], arguments[1:])
        return NOTHING


def _format(templates: Values, arguments: list[Values]) -> Values:
    done: list[Values] = []
    for template in templates:
        parts: list[Values] = []
        for piece in re.split(r"(\{\d+\})", template):
            number = int(piece[1:-1]) if re.fullmatch(r"\{\d{1,2}\}", piece) else -1
            parts.append(arguments[number] if 0 <= number < len(arguments) else (piece,))
        done.append(product(parts))
    return union(*done)
