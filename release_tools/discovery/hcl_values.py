"""Expressions of HCL, evaluated to every text that they may give.

A text is a tuple of alternatives as everywhere in discovery, a list is a list of those; both sides
of a condition are taken, and ``for`` walks over all elements at once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.discovery.hcl import attributes, closing, tokens
from release_tools.discovery.values import NOTHING, Values, product, union

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_DEPTH = 30
_MAX_STEPS = 4000
_OPERATORS = frozenset(("==", "!=", "<", ">", "<=", ">=", "&&", "||", "+", "-", "*", "/", "%"))

Value = Values | list[Values]


def texts(value: Value) -> Values:
    """Return the alternatives of a text, or all elements of a list."""
    return union(*value) if isinstance(value, list) else value


class Evaluator:
    """Evaluates the expressions of one file."""

    def __init__(self, variables: dict[str, Value]) -> None:
        self.variables = variables
        self.functions: dict[str, dict[str, str]] = {}
        self.depth = 0
        self.spent = [0]

    def within(self, names: dict[str, Value]) -> Evaluator:
        """Return an evaluator that knows ``names`` too."""
        inner = Evaluator({**self.variables, **names})
        inner.functions, inner.depth, inner.spent = self.functions, self.depth, self.spent
        return inner

    def value(self, expression: str) -> Value:
        """Evaluate an expression."""
        words = [each for each in tokens(expression) if each != "\n"]
        return _Reader(words, self).conditional() if words else ("",)

    def fields(self, expression: str) -> dict[str, Value]:
        """Return what the fields of all objects in an expression may be."""
        found: dict[str, Value] = {}
        words = tokens(expression)
        at = 0
        while at < len(words):
            if words[at] == "{":
                end = closing(words, at)
                for key, raw in attributes(words[at + 1 : end]).items():
                    found[key] = union(texts(found.get(key, ())), texts(self.value(raw)))
                at = end
            at += 1
        return found


class _Reader:
    """A descent over the words of one expression."""

    def __init__(self, words: list[str], evaluator: Evaluator) -> None:
        self.words, self.evaluator, self.at = words, evaluator, 0

    def peek(self) -> str:
        return self.words[self.at] if self.at < len(self.words) else ""

    def take(self) -> str:
        self.at += 1
        return self.words[self.at - 1] if self.at <= len(self.words) else ""

    def conditional(self) -> Value:
        """Read an expression; what is nested too deep, or comes too late, is unknown."""
        self.evaluator.depth += 1
        self.evaluator.spent[0] += 1
        if self.evaluator.depth > _MAX_DEPTH or self.evaluator.spent[0] > _MAX_STEPS:
            self.at = len(self.words)
            found: Value = NOTHING
        else:
            found = self.operation()
        self.evaluator.depth -= 1
        return found

    def operation(self) -> Value:
        found = self.single()
        while self.peek() in _OPERATORS:
            self.take()
            self.single()
            found = NOTHING
        if self.peek() != "?":
            return found
        self.take()
        yes = self.conditional()
        self.take()
        no = self.conditional()
        if isinstance(yes, list) or isinstance(no, list):
            return [texts(yes), texts(no)]
        return union(yes, no)

    def single(self) -> Value:
        word = self.take()
        if word == "(":
            found = self.conditional()
            self.take()
            return found
        if word == "[":
            if self.peek() == "for":
                return self.for_each()
            return [texts(each) for each in self.arguments("]")]
        if word == "{":
            self.at = closing(self.words, self.at - 1) + 1
            return NOTHING
        if word.startswith('"'):
            return self.template(word[1:-1])
        return self.named(word)

    def named(self, word: str) -> Value:
        if word in {"!", "-"}:
            self.single()
            return NOTHING
        if self.peek() == "(":
            self.take()
            return self.call(word)
        if word[:1].isdigit() or word in {"true", "false", "null"}:
            return ("",) if word == "null" else (word,)
        return self.evaluator.variables.get(re.sub(r"\[[^\]]*\]", "", word), NOTHING)

    def arguments(self, end: str = ")") -> list[Value]:
        found: list[Value] = []
        while self.peek() not in {end, ""}:
            found.append(self.conditional())
            while self.peek() in {"...", ","}:
                self.take()
            if self.peek() in {"}", ":", "]", ")"} - {end}:
                break
        self.take()
        return found

    def for_each(self) -> Value:
        """Read ``[for x in LIST : VALUE if CONDITION]``."""
        self.take()
        names = [self.take()]
        while self.peek() == ",":
            self.take()
            names.append(self.take())
        self.take()  # in
        values = texts(self.conditional())
        self.take()  # the colon
        inner = _Reader(self.words, self.evaluator.within({names[-1]: values}))
        inner.at = self.at
        found = texts(inner.conditional())
        self.at = inner.at
        while self.take() not in {"]", ""}:
            pass
        return [found]

    def template(self, text: str) -> Values:
        parts: list[Values] = []
        at = 0
        while (start := text.find("${", at)) >= 0:
            end = _end(text, start)
            parts += [(text[at:start],), texts(self.evaluator.value(text[start + 2 : end]))]
            at = end + 1
        return product([*parts, (text[at:],)])

    def call(self, name: str) -> Value:
        given = self.arguments()
        defined = self.evaluator.functions.get(name)
        if defined is not None:
            names = re.findall(r"[\w-]+", defined.get("params", ""))
            inner = self.evaluator.within(dict(zip(names, given, strict=False)))
            return inner.value(defined.get("result", ""))
        function = _FUNCTIONS.get(name)
        return function(given) if function and given else NOTHING


def _end(text: str, start: int) -> int:
    depth = 0
    for at in range(start + 1, len(text)):
        depth += (text[at] == "{") - (text[at] == "}")
        if not depth:
            return at
    return len(text)


def _list(value: Value) -> list[Values]:
    return value if isinstance(value, list) else [value]


def _join(given: list[Value]) -> Value:
    parts: list[Values] = []
    for each in (element for value in given[1:] for element in _list(value)):
        parts += [texts(given[0]), each] if parts else [each]
    return product(parts)


def _concat(given: list[Value]) -> Value:
    return [element for value in given for element in _list(value)]


def _compact(given: list[Value]) -> Value:
    return [each for each in _list(given[0]) if each != ("",)]


def _split(given: list[Value]) -> Value:
    separator = texts(given[0])[0] or "\0"
    return [union(*(each.split(separator) for value in given[1:] for each in texts(value)))]


def _format(given: list[Value]) -> Value:
    pieces = texts(given[0])[0].split("%s")
    parts: list[Values] = [(pieces[0],)]
    for at, piece in enumerate(pieces[1:], 1):
        parts += [texts(given[at]) if at < len(given) else NOTHING, (piece,)]
    return product(parts)


def _replace(given: list[Value]) -> Value:
    if len(given) < 3:  # noqa: PLR2004 - a text, what is replaced, and by what
        return NOTHING
    old, new = texts(given[1])[0], texts(given[2])[0]
    return tuple(each.replace(old, new) if old else each for each in texts(given[0]))


def _each(function: Callable[[str], str]) -> Callable[[list[Value]], Value]:
    return lambda given: tuple(function(each) for each in texts(given[0]))


_FUNCTIONS: dict[str, Callable[[list[Value]], Value]] = {
    "join": _join,
    "concat": _concat,
    "flatten": _concat,
    "distinct": _concat,
    "setunion": _concat,
    "compact": _compact,
    "split": _split,
    "format": _format,
    "formatlist": _format,
    "replace": _replace,
    "lower": _each(str.lower),
    "upper": _each(str.upper),
    "trimspace": _each(str.strip),
    "coalesce": lambda given: union(*(each for each in map(texts, given) if each != ("",))),
}
