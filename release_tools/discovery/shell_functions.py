"""Functions of shell scripts: where they are defined, and what each call gives them."""

from __future__ import annotations

import re
from functools import cache

from release_tools.rules.workflows.script import MAX_SCRIPT, bracket_end

_MANY = 200
_POSITIONS = 9


@cache
def _definition() -> re.Pattern[str]:
    return re.compile(
        r"^[ \t]*(?:function[ \t]+([\w:.-]+)[ \t]*(?:\(\))?|([\w:.-]+)[ \t]*\(\))\s*\{",
        re.MULTILINE,
    )


def take_out(script: str) -> tuple[str, dict[str, str]]:
    """Return the script without its functions, and their bodies by name."""
    script = script[:MAX_SCRIPT]
    found: dict[str, str] = {}
    rest: list[str] = []
    at = 0
    while len(found) < _MANY and (match := _definition().search(script, at)):
        end = bracket_end(script, match.end() - 1)
        found[match[1] or match[2]] = script[match.end() : end - 1]
        rest.append(script[at : match.start()])
        at = end
    return "\n".join([*rest, script[at:]]), found


def positions(words: tuple[tuple[str, ...], ...]) -> dict[str, tuple[str, ...]]:
    """Return what ``$1``, ``$2`` … and ``$@`` are in a function that is called with ``words``."""
    given = {str(at): word for at, word in enumerate(words[1 : _POSITIONS + 1], 1)}
    if len(words) > 1:
        given["@"] = tuple(dict.fromkeys(value for word in words[1:] for value in word))
    return given


def local_names(body: str) -> set[str]:
    """Return the names that a function keeps to itself."""
    return {
        name.partition("=")[0]
        for line in re.findall(r"\blocal[ \t]+([^\n;]*)", body)
        for name in line.split()
    }
