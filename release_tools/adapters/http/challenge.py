"""What a server wants to see: ``WWW-Authenticate`` (RFC 9110, 11.6.1), read strictly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 8192
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - a rule of the grammar
_SCHEME = re.compile(rf"[ \t,]*({_TOKEN})[ \t]*(?=[, \t]|$)(?![ \t]*=)")
_PARAMETER = re.compile(
    rf'[ \t,]*({_TOKEN})[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|({_TOKEN}))[ \t]*(?=,|$)'
)
_ESCAPED = re.compile(r"\\(.)")


def parse(text: str) -> Mapping[str, Mapping[str, str]]:
    """Return the parameters of each challenge, by its scheme; both in lower case.

    Of several of one scheme the first counts.  What does not follow the grammar is no challenge
    at all: the result is empty.
    """
    found: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    at, end = 0, len(text.rstrip(" \t,"))
    if len(text) > _LONGEST:
        return {}
    while at < end:
        parameter = _PARAMETER.match(text, at) if found else None
        if parameter is not None:
            name, quoted, bare = parameter.groups()
            current.setdefault(name.lower(), bare or _ESCAPED.sub(r"\1", quoted or ""))
            at = parameter.end()
            continue
        scheme = _SCHEME.match(text, at)
        if scheme is None:
            return {}
        current = {}
        found.setdefault(scheme[1].lower(), current)
        at = scheme.end()
    return found
