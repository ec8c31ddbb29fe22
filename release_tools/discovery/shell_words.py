"""The words of shell scripts, and what they may be once variables are replaced.

Branches are all taken, a loop gives all its words at once, and whatever is not understood is
unknown.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from release_tools.discovery.values import NOTHING, UNKNOWN, Values, product, union
from release_tools.rules.workflows.script import bracket_end, commands

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_SUBSTITUTION = 400
_SAME = frozenset(
    ("xargs", "sort", "uniq", "cat", "tee")
)  # in other order or lines, the same words

Words = tuple[Values, ...]


@cache
def _pieces() -> re.Pattern[str]:
    return re.compile(
        r"\\(.)|('[^']*')|(\")|(\$\w+|\$[@*#?$!-]|\$\{|\$\(|`)|([^\\'\"$`]+|.)", re.DOTALL
    )


def expand(word: str, variables: Mapping[str, Values]) -> Values:
    """Return what a raw word may become: quotes removed, variables and ``$( )`` replaced."""
    parts: list[Values] = []
    at, quoted = 0, False
    while at < len(word):
        match = _pieces().match(word, at)
        if match is None:
            break
        escaped, single, double, dollar, plain = match.groups()
        at = match.end()
        if escaped is not None:
            parts.append(("" if escaped == "\n" else escaped,))
        elif single is not None:
            parts.append((single if quoted else single[1:-1],))
        elif double:
            quoted = not quoted
        elif dollar in {"${", "$("}:
            end = bracket_end(word, at - 1)
            inner, at = word[at : end - 1], end
            parts.append(
                _parameter(inner, variables) if dollar == "${" else _substitution(inner, variables)
            )
        elif dollar == "`":
            end = word.find("`", at)
            inner = word[at:end] if end >= 0 else word[at:]
            at = end + 1 if end >= 0 else len(word)
            parts.append(_substitution(inner, variables))
        elif dollar:
            parts.append(variables.get(dollar[1:], NOTHING))
        elif plain:
            parts.append((plain,))
    return product(parts)


def _parameter(inner: str, variables: Mapping[str, Values]) -> Values:
    match = re.match(r"(\w+|@|\*)(\[[@*]\])?(.*)", inner, re.DOTALL)
    if not match:
        return NOTHING
    name, _, rest = match.groups()
    found = variables.get(name, NOTHING)
    if rest[:2] in {":-", ":=", "-", "="} or rest[:1] == "-":
        default = expand(rest.lstrip(":").lstrip("-="), variables)
        plain = tuple(each for each in found if each not in {"", UNKNOWN})
        return union(plain, default) if found in (NOTHING, ("",)) else plain or default
    if rest in {",,", "@L"}:
        return tuple(each.lower() for each in found)
    if rest == "##*/":
        return tuple(each.rsplit("/", 1)[-1] for each in found)
    if rest == "%/*":
        return tuple(each.rsplit("/", 1)[0] for each in found)
    return found if not rest or rest[0] in ":%#?" else NOTHING


@cache
def _assignment() -> re.Pattern[str]:
    return re.compile(r"[A-Za-z_]\w*=")


def _replaced(values: Values, command: tuple[str, ...]) -> Values:
    """Do what ``sed s/A/B/g`` does where both are plain; other commands of sed are unknown."""
    match = re.fullmatch(r"""["']?s/([^/\\.*\[\]^$]+)/([^/\\&]*)/g["']?""", command[-1])
    return tuple(each.replace(match[1], match[2]) for each in values) if match else NOTHING


def _substitution(inner: str, variables: Mapping[str, Values]) -> Values:
    """Understand ``$(echo X | tr A-Z a-z)`` and ``$(basename X)``; the rest is unknown."""
    pipeline = commands(inner)
    if not pipeline or len(inner) > _MAX_SUBSTITUTION:
        return NOTHING
    while len(pipeline) > 1 and len(pipeline[0]) == 1 and _assignment().match(pipeline[0][0]):
        name, _, value = pipeline[0][0].partition("=")
        variables, pipeline = {**variables, name: expand(value, variables)}, pipeline[1:]
    first = pipeline[0]
    if first[:1] == ("basename",) and len(first) > 1:
        return tuple(each.rstrip("/").rsplit("/", 1)[-1] for each in expand(first[1], variables))
    tail = [each for each in pipeline[1:] if each[0] not in _SAME]
    if first[0] not in {"echo", "printf"} or any(
        each[0] not in {"tr", "awk", "sed"} for each in tail
    ):
        from_file = (
            first[0] == "tr" and len(first) > len(("tr", "A", "a")) and ">" in first
        )  # tr A-Z a-z <<< X
        words = first[-1:] if from_file else ()
    else:
        words = tuple(each for each in first[1:] if not each.startswith(("-", "'%", '"%', "%")))
    if not words:
        return NOTHING
    parts = [expand(each, variables) for each in words]
    if first[0] == "echo":
        parts = [each for part in parts for each in ((" ",), part)][1:]
    found = product(parts)
    for each in tail:
        found = _replaced(found, each) if each[0] == "sed" else found
    lowers = " ".join(word for each in pipeline for word in each).lower()
    return (
        tuple(each.lower() for each in found) if "tr " in lowers or "tolower" in lowers else found
    )
