"""The words of shell scripts: how they are split into simple commands, and what they may be.

A tolerant reading of the POSIX shell command language with bash's common additions.  Branches
are all taken, a loop gives all its words at once, and whatever is not understood is unknown.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from release_tools.discovery.values import NOTHING, UNKNOWN, Values, product, union

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_SCRIPT = 200_000
_MAX_SUBSTITUTION = 400
ELEMENT = "\1"

Words = tuple[Values, ...]


@cache
def _lexer() -> re.Pattern[str]:
    return re.compile(
        r"""(?P<comment>(?:(?<=\s)|^)\#[^\n]*)
        | (?P<blank>(?:[ \t\r]|\\\r?\n)+)
        | (?P<heredoc><<-?[ \t]*\\?['"]?(?P<mark>\w+)['"]?)
        | (?P<redirect>\d*(?:>>|>|<<<|<)&?)
        | (?P<end>\n|;;|&&|\|\||[;&|{}](?=\s|$)|[;&|)])
        | (?P<open>\((?!\())
        | (?P<word>.)""",
        re.VERBOSE | re.MULTILINE | re.DOTALL,
    )


@lru_cache(maxsize=2048)
def commands(script: str) -> tuple[tuple[str, ...], ...]:
    """Split a script into simple commands of raw words (quotes and ``$`` still in them).

    The target of ``>>`` is kept as the two words ``>>`` and its name; heredoc bodies come as
    one command ``<<`` and the body, after the command that reads them.
    """
    return tuple(_split(script[:MAX_SCRIPT]))


def _split(script: str) -> Iterator[tuple[str, ...]]:  # noqa: C901 - one branch for each token
    lexer, at, words, marks = _lexer(), 0, list[str](), list[str]()
    while at < len(script):
        match = lexer.match(script, at)
        if match is None:  # pragma: no cover - the last alternative takes any character
            return
        kind = match.lastgroup
        if kind == "mark" or match["heredoc"]:
            marks.append(match["mark"])
        elif match["redirect"]:
            words.append(">>" if match["redirect"].endswith(">>") else ">")
        elif match["open"] and words and words[-1].endswith("="):
            at = _array(script, match.end(), words)
            continue
        elif match["end"] or match["open"]:
            if words:
                yield tuple(words)
                words = []
            if match["end"] == "\n" and marks:
                at, bodies = _heredocs(script, match.end(), marks)
                yield from (("<<", body) for body in bodies)
                marks = []
                continue
        elif match["word"]:
            end = max(_word_end(script, at), at + 1)
            words.append(script[at:end])
            at = end
            continue
        at = match.end()
    if words:
        yield tuple(words)


def _array(script: str, at: int, words: list[str]) -> int:
    """Read ``NAME=(a b c)`` as one word; a mark stands before each element."""
    elements: list[str] = []
    while at < len(script) and script[at] != ")":
        if script[at].isspace():
            at += 1
        elif script[at] == "#":
            at = _line_end(script, at)
        else:
            end = max(_word_end(script, at), at + 1)
            elements.append(script[at:end])
            at = end
    words[-1] += ELEMENT + ELEMENT.join(elements)
    return at + 1


def _heredocs(script: str, at: int, marks: list[str]) -> tuple[int, list[str]]:
    bodies = []
    for mark in marks:
        lines = []
        while at < len(script):
            end = _line_end(script, at)
            line, at = script[at:end], end + 1
            if line.strip() == mark:
                break
            lines.append(line)
        bodies.append("\n".join(lines))
    return at, bodies


def _line_end(script: str, at: int) -> int:
    end = script.find("\n", at)
    return len(script) if end < 0 else end


def _word_end(script: str, at: int) -> int:
    """Return where the word at ``at`` ends; quotes and ``$( )`` are stepped over."""
    size = len(script)
    while at < size:
        char = script[at]
        if char == "\\":
            at += 2
        elif char in "'\"`":
            at = _quote_end(script, at)
        elif char == "$" and script[at + 1 : at + 2] in {"(", "{"}:
            at = bracket_end(script, at + 1)
        elif char in " \t\r\n;&|()<>":
            break
        else:
            at += 1
    return min(at, size)


def _quote_end(script: str, at: int) -> int:
    quote, size = script[at], len(script)
    at += 1
    while at < size:
        char = script[at]
        if char == quote:
            return at + 1
        if char == "\\" and quote != "'":
            at += 1
        elif char == "$" and quote == '"' and script[at + 1 : at + 2] == "(":
            at = bracket_end(script, at + 1) - 1
        at += 1
    return size


def bracket_end(script: str, at: int) -> int:
    """Return the end of ``(…)`` or ``{…}``, counting brackets of that kind; quotes hide them."""
    opening, closing = ("(", ")") if script[at] == "(" else ("{", "}")
    depth, size = 0, len(script)
    while at < size:
        char = script[at]
        if char == "'" or (char == '"' and opening == "("):
            end = script.find(char, at + 1)
            at = size if end < 0 else end
        elif char == opening:
            depth += 1
        elif char == closing:
            depth -= 1
            if not depth:
                return at + 1
        at += 1
    return size


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


def _substitution(inner: str, variables: Mapping[str, Values]) -> Values:
    """Understand ``$(echo X | tr A-Z a-z)`` and ``$(basename X)``; the rest is unknown."""
    pipeline = commands(inner)
    if not pipeline or len(inner) > _MAX_SUBSTITUTION:
        return NOTHING
    first = pipeline[0]
    if first[:1] == ("basename",) and len(first) > 1:
        return tuple(each.rstrip("/").rsplit("/", 1)[-1] for each in expand(first[1], variables))
    tail = pipeline[1:]
    if first[0] not in {"echo", "printf"} or any(each[0] not in {"tr", "awk"} for each in tail):
        from_file = (
            first[0] == "tr" and len(first) > len(("tr", "A", "a")) and ">" in first
        )  # tr A-Z a-z <<< X
        words = first[-1:] if from_file else ()
    else:
        words = tuple(each for each in first[1:] if not each.startswith(("-", "'%", '"%', "%")))
    if not words:
        return NOTHING
    found = product(expand(each, variables) for each in words)
    lowers = " ".join(word for each in pipeline for word in each).lower()
    return (
        tuple(each.lower() for each in found) if "tr " in lowers or "tolower" in lowers else found
    )
