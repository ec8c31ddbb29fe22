r"""GitHub's filter patterns for branches, tags and paths.

Follows "Filter pattern cheat sheet" in
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax.  ``*`` is any
text without ``/``, ``**`` any text, ``?`` none or one and ``+`` one or more of the character
before it, ``[]`` one of some characters, a backslash takes one of these characters as it is, and a
``!`` in front negates.  The last pattern that matches decides.  There are no ``{2}``, ``(a|b)`` and
no anchors: such characters stand for themselves, and so does a backslash before anything else:
``v1\.0`` matches no tag.  Only ``\d`` and ``\w``, which no document names, are known to start
workflows as in a regular expression, and are read like that.
"""

from __future__ import annotations

import re
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase, digits
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SPECIAL = frozenset("*?+[]!\\")
_ORDERS = (ascii_lowercase, ascii_uppercase, digits)
_CLASSES = {"d": frozenset(digits), "w": frozenset("".join(_ORDERS) + "_")}
_NOT_SLASH, _ANY, _FOLDERS = "*", "**", "**/"


class _Token(NamedTuple):
    """One character of a set, repeated as ``?`` or ``+`` says; or one of the wildcards."""

    characters: frozenset[str] = frozenset()
    repeat: str = ""
    wildcard: str = ""


class Pattern(NamedTuple):
    """A pattern, read.  ``problem`` says why it is none; it then matches nothing."""

    text: str
    negative: bool
    tokens: tuple[_Token, ...]
    problem: str = ""

    @property
    def prefix(self) -> str:
        """The text with which every name that matches begins."""
        found = ""
        for token in self.tokens:
            if token.wildcard or token.repeat == "?" or len(token.characters) != 1:
                break
            found += next(iter(token.characters))
            if token.repeat:
                break
        return found

    @property
    def open(self) -> bool:
        """Whether it lets any characters through, a quote or a dollar sign among them."""
        return any(token.wildcard for token in self.tokens)

    def matches(self, name: str) -> bool:
        """Say whether the whole of ``name`` matches, apart from the negation.

        Takes time in proportion to both lengths: no pattern makes it backtrack.
        """
        if self.problem:
            return False
        reached = {0}
        for token in self.tokens:
            reached = _step(token, name, reached)
            if not reached:
                return False
        return len(name) in reached


@lru_cache(maxsize=4096)
def read(text: str) -> Pattern:
    """Read one pattern; see ``Pattern.problem`` for what GitHub would refuse."""
    negative = text.startswith("!")
    body = text[1:] if negative else text
    try:
        tokens = tuple(_tokens(body))
    except ValueError as error:
        return Pattern(text, negative, (), str(error))
    return Pattern(text, negative, tokens, "" if tokens else "is empty")


def deciding(patterns: Sequence[Pattern], name: str) -> Pattern | None:
    """Return the last pattern that matches ``name``, a negative one too; None if none does."""
    return next((each for each in reversed(patterns) if each.matches(name)), None)


def admits(patterns: Sequence[Pattern], name: str) -> bool:
    """Say whether a list of patterns lets ``name`` through; one of negatives alone lets none."""
    last = deciding(patterns, name)
    return last is not None and not last.negative


def _tokens(body: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(body):
        char = body[at]
        if char == "*":
            wildcard = next(w for w in (_FOLDERS, _ANY, _NOT_SLASH) if body.startswith(w, at))
            found.append(_Token(wildcard=wildcard))
            at += len(wildcard)
        elif char in "?+":
            if not found or found[-1].wildcard or found[-1].repeat:
                raise ValueError(f"has no character before {char} in column {at + 1}")
            found[-1] = found[-1]._replace(repeat=char)
            at += 1
        elif char == "[":
            end = body.find("]", at)
            if end < 0:
                raise ValueError(f"has no ] for the [ in column {at + 1}")
            found.append(_Token(_set(body[at + 1 : end])))
            at = end + 1
        elif char == "\\" and body[at + 1 : at + 2] in _CLASSES:
            found.append(_Token(_CLASSES[body[at + 1]]))
            at += 2
        else:
            if char == "\\" and body[at + 1 : at + 2] in _SPECIAL:
                at += 1
            found.append(_Token(frozenset(body[at])))
            at += 1
    return found


def _set(inner: str) -> frozenset[str]:
    if not inner:
        raise ValueError("has an empty []")
    found: set[str] = set()
    for part in re.finditer(r"(.)-(.)|.", inner, re.DOTALL):
        first, last = part[1] or part[0], part[2] or part[0]
        if first == last:
            found.add(first)
            continue
        order = next((one for one in _ORDERS if first in one and last in one), "")
        within = order[order.find(first) : order.find(last) + 1]
        if not within:
            raise ValueError(f"has no range {first}-{last}: ranges are a-z, A-Z and 0-9")
        found.update(within)
    return frozenset(found)


def _step(token: _Token, name: str, reached: set[int]) -> set[int]:
    """Return the offsets that can be reached behind ``token`` from those before it."""
    size = len(name)
    if token.wildcard == _ANY:
        return set(range(min(reached), size + 1))
    if token.wildcard == _FOLDERS:  # none, or some folders with the slash behind them
        first = min(reached)
        return reached | {at + 1 for at in range(first + 1, size) if name[at] == "/"}
    if token.wildcard:
        return reached | _runs(reached, name, lambda char: char != "/")
    if token.repeat == "+":
        return _runs(reached, name, token.characters.__contains__)
    found = {at + 1 for at in reached if at < size and name[at] in token.characters}
    return found | reached if token.repeat == "?" else found


def _runs(starts: set[int], name: str, accepts: Callable[[str], bool]) -> set[int]:
    """Return the offsets behind one or more characters that are accepted."""
    found: set[int] = set()
    for start in starts:
        at = start
        while at < len(name) and accepts(name[at]):
            at += 1
            if at in found:  # and all behind it
                break
            found.add(at)
    return found
