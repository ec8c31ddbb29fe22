"""The functions of make that give texts, over all alternatives of their arguments.

https://www.gnu.org/software/make/manual/html_node/Functions.html
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from typing import TYPE_CHECKING

from release_tools.discovery.values import NOTHING, product, union

if TYPE_CHECKING:
    from collections.abc import Callable

    from release_tools.discovery.values import Values

    Expand = Callable[[str, dict[str, Values]], Values]

_MAX_WORDS = 200
_OTHER = ("foreach", "call", "eval", "or", "and", "shell")


def split(name: str) -> tuple[str, list[str]]:
    """Return a function's name and its arguments; no name where it is none that is known."""
    head, blank, rest = name.partition(" ")
    if not blank or head not in {*_TEXT, *_OTHER}:
        return "", []
    return head, arguments(rest.lstrip())


def arguments(text: str) -> list[str]:
    """Split the arguments of a function at the commas outside brackets."""
    found, depth = [""], 0
    for char in text:
        depth += (char in "({") - (char in ")}")
        if char == "," and not depth:
            found.append("")
        else:
            found[-1] += char
    return found


def evaluate(head: str, given: list[str], expand: Expand) -> Values:
    """Return what a function gives; ``expand`` replaces references, with more names set."""
    if head == "foreach" and len(given) > 2:  # noqa: PLR2004 - a name, a list, and a text
        name = given[0].strip()
        listed = union(*(each.split() for each in expand(given[1], {})))
        parts = [expand(",".join(given[2:]), {name: (word,)}) for word in listed[:_MAX_WORDS]]
        return _in_a_row(parts)
    if head == "call":
        numbers: dict[str, Values] = {"0": (given[0].strip(),)}
        for at, each in enumerate(given[1:], 1):
            numbers[str(at)] = expand(each.strip(), {})
        return expand(f"$({given[0].strip()})", numbers)
    if head == "eval":  # what it gives is read as lines of the Makefile
        return tuple(f"\n{each}\n" for each in expand(",".join(given), {}))
    if head in {"or", "and"}:
        return union(*(expand(each.strip(), {}) for each in given))
    if head == "shell":
        return _shell(expand(",".join(given), {}))
    values = [expand(each, {}) for each in given]
    return _TEXT[head](values) if all(values) else NOTHING


def _in_a_row(parts: list[Values]) -> Values:
    """Join texts by blanks, as make joins words."""
    return product([each for part in parts for each in ((" ",), part)][1:]) if parts else ("",)


def _shell(commands: Values) -> Values:
    """Understand the commands that only print or cut a path; what others print is unknown."""
    from release_tools.discovery.shell_words import expand

    return union(*(expand(f"$({each})", {}) for each in commands))


def _each_word(change: Callable[[str], str]) -> Callable[[list[Values]], Values]:
    """Make a function of the last argument's words."""
    return lambda values: tuple(
        " ".join(change(word) for word in text.split()) for text in values[-1]
    )


def _added(values: list[Values], *, front: bool) -> Values:
    if len(values) < 2:  # noqa: PLR2004 - what is added, and the words
        return NOTHING
    return union(
        *(_each_word((more + "{}").format if front else ("{}" + more).format)([values[-1]])
          for more in (each.replace("{", "{{").replace("}", "}}") for each in values[0]))
    )  # fmt: skip


def _replaced(values: list[Values]) -> Values:
    if len(values) < 3 or not values[0][0]:  # noqa: PLR2004 - what, by what, and in which text
        return NOTHING
    return tuple(each.replace(values[0][0], values[1][0]) for each in values[2])


def _patterned(values: list[Values]) -> Values:
    if len(values) < 3:  # noqa: PLR2004 - a pattern, what it becomes, and the words
        return NOTHING
    return patterned(values[0][0].strip(), values[1][0].strip(), values[2])


def patterned(pattern: str, into: str, words: Values) -> Values:
    """Replace every word that fits ``pattern``, where ``%`` stands for anything."""
    before, percent, after = pattern.partition("%")

    def change(word: str) -> str:
        if not percent:
            return into if word == before else word
        if word.startswith(before) and word.endswith(after) and len(word) >= len(before + after):
            return into.replace("%", word[len(before) : len(word) - len(after)], 1)
        return word

    return _each_word(change)([words])


def _filtered(values: list[Values], *, keep: bool) -> Values:
    patterns = [each.replace("%", "*") for each in values[0][0].split()]
    return tuple(
        " ".join(
            word for word in text.split()
            if any(fnmatch.fnmatchcase(word, each) for each in patterns) is keep
        )
        for text in values[-1]
    )  # fmt: skip


def _first(text: str) -> str:
    return next(iter(text.split()), "")


_TEXT: dict[str, Callable[[list[Values]], Values]] = {
    "abspath": _each_word(str),
    "realpath": _each_word(str),
    "strip": _each_word(str),
    "sort": _each_word(str),
    "notdir": _each_word(lambda word: word.rsplit("/", 1)[-1]),
    "dir": _each_word(lambda word: word.rpartition("/")[0] + "/" if "/" in word else "./"),
    "basename": _each_word(lambda word: posixpath.splitext(word)[0]),
    "suffix": _each_word(lambda word: posixpath.splitext(word)[1]),
    "firstword": lambda values: tuple(map(_first, values[-1])),
    "lastword": lambda values: tuple(_first(re.sub(r".*\s", "", t.strip())) for t in values[-1]),
    "addprefix": lambda values: _added(values, front=True),
    "addsuffix": lambda values: _added(values, front=False),
    "subst": _replaced,
    "patsubst": _patterned,
    "filter": lambda values: _filtered(values, keep=True),
    "filter-out": lambda values: _filtered(values, keep=False),
}
