"""Patterns for paths, matched in bounded time however they are written."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from release_tools.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_PATTERN = 1024


def is_magic(pattern: str) -> bool:
    """Say whether ``pattern`` is more than a plain path."""
    return "*" in pattern or "?" in pattern or "[" in pattern


@lru_cache(maxsize=256)
def compile(pattern: str) -> tuple[str, Callable[[str], object]]:  # noqa: A001 - as in re
    """Return the literal folder prefix of ``pattern`` (with its slash) and a matcher.

    ``*`` and ``?`` stay within one name, ``[abc]``, ``[a-z]`` and ``[!a]`` match one character
    of a name, ``**`` as a whole name stands for any number of folders (as the last name, for
    everything below).  Leading dots are nothing special and case counts, as in gitignore(5).
    Raises UsageError for a pattern that is absolute or climbs out of the root.
    """
    names = pattern.split("/")
    if (
        len(pattern) > MAX_PATTERN
        or "\\" in pattern
        or "\0" in pattern
        or not {"", ".", ".."}.isdisjoint(names)
    ):
        raise UsageError(
            f"{pattern[:200]!r} is no pattern inside the project",
            hint="write it relative to the root, with forward slashes, without . and .. and //",
        )
    plain = next(index for index, name in enumerate(names) if is_magic(name))
    prefix = "".join(f"{name}/" for name in names[:plain])
    expression = re.escape(prefix) + _translate(names[plain:])
    return prefix, re.compile(expression, re.DOTALL).fullmatch


def _translate(names: Sequence[str]) -> str:
    """Translate the names into an expression without nested backtracking.

    Between two ``**`` stands a run of names, and between two ``*`` a run of characters.  Taking
    the first place where such a run fits never loses a match, so each is an atomic group, as in
    the standard library's fnmatch; only the last run has to reach the end.
    """
    runs: list[list[str]] = [[]]
    for name in names:
        if name == "**":
            if runs[-1] or len(runs) == 1:
                runs.append([])
        else:
            runs[-1].append(name)
    first, *others = ("/".join(map(_name, run)) for run in runs)
    if not others:
        return first
    expression = first + ("/" if first else "")
    *middle, last = others
    expression += "".join(f"(?>(?:[^/]+/)*?{run}/)" for run in middle)
    return expression + (f"(?:[^/]+/)*{last}" if last else ".+")


def _name(name: str) -> str:
    pieces = [_literal(piece) for piece in re.split(r"\*+", name)]
    if len(pieces) == 1:
        return pieces[0]
    first, *middle, last = pieces
    return first + "".join(f"(?>[^/]*?{piece})" for piece in middle) + f"[^/]*{last}"


def _literal(text: str) -> str:
    out = []
    at = 0
    while at < len(text):
        end = text.find("]", at + 2 + text.startswith("!", at + 1)) if text[at] == "[" else -1
        if end > 0:
            out.append(_class(text[at + 1 : end]))
            at = end + 1
        else:
            out.append("[^/]" if text[at] == "?" else re.escape(text[at]))
            at += 1
    return "".join(out)


def _class(body: str) -> str:
    """Translate the inside of ``[...]``; a range that runs backwards matches nothing."""
    negated = body.startswith("!")
    body = body[negated:]
    out = []
    at = 0
    while at < len(body):
        low, high = body[at], body[at]
        if body[at + 1 : at + 2] == "-" and at + 2 < len(body):
            high = body[at + 2]
            at += 2
        at += 1
        if low <= high:
            out.append(f"{re.escape(low)}-{re.escape(high)}")
    if not out:
        return "[^/]" if negated else r"(?!)"
    return f"(?!/)[{'^' if negated else ''}{''.join(out)}]"
