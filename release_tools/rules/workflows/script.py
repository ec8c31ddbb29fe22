"""Shell scripts as simple commands: the POSIX shell command language with bash's additions.

Read tolerantly and without running: every command of every branch is there.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SCRIPT = 200_000
"""Characters of a script that are read."""

ELEMENT = "\1"
"""What stands before each element of ``NAME=(a b c)``."""

_BLOCKS = {"if": True, "case": True, "while": True, "until": True, "for": False, "select": False}
_CLOSING = frozenset(("fi", "esac", "done"))
_LEADING = frozenset(("then", "else", "elif", "do", "{", "!", "time"))
_TESTS = ("[", "[[", "test", "grep", "!")


class Command(NamedTuple):
    """One simple command: its raw words, where they begin, and whether a test stands before it."""

    words: tuple[str, ...]
    offset: int
    conditional: bool


@lru_cache(maxsize=256)
def walk(script: str) -> tuple[Command, ...]:
    """Return the commands of a script with the offset of each, without ``then`` and the like.

    ``conditional`` is one inside an if, case, while or until, or behind a test and ``&&``.
    """
    found: list[Command] = []
    blocks: list[bool] = []
    chain = ""
    for raw, offset, joined in _split(script[:MAX_SCRIPT]):
        words = raw
        while words and words[0] in _LEADING:
            words = words[1:]
        head = words[0] if words else ""
        if head in _CLOSING and blocks:
            blocks.pop()
        if joined not in {"&&", "||"}:
            chain = raw[0]
        if words:
            found.append(Command(words, offset, any(blocks) or _tests(chain)))
        if head in _BLOCKS:
            blocks.append(_BLOCKS[head])
    return tuple(found)


def _tests(program: str) -> bool:
    return program in _TESTS or program.startswith("((")


@cache
def _lexer() -> re.Pattern[str]:
    return re.compile(
        r"""(?P<comment>(?:(?<=[\s;&|()])|^)\#[^\n]*)
        | (?P<blank>(?:[ \t\r]|\\\r?\n)+)
        | (?P<heredoc><<-?[ \t]*\\?['"]?(?P<mark>\w+)['"]?)
        | (?P<redirect>\d*(?:>>|>|<<<|<)&?)
        | (?P<end>\n|;;|&&|\|\||[{}](?=[\s;&|)]|$)|[;&|)])
        | (?P<word>\(\([^;\n]{0,100}?\)\))
        | (?P<open>\()
        | (?P<other>.)""",
        re.VERBOSE | re.MULTILINE | re.DOTALL,
    )


@lru_cache(maxsize=2048)
def commands(script: str) -> tuple[tuple[str, ...], ...]:
    """Split a script into simple commands of raw words (quotes and ``$`` still in them).

    The target of ``>>`` is kept as the two words ``>>`` and its name; heredoc bodies come as
    one command ``<<`` and the body, after the command that reads them.
    """
    return tuple(words for words, _, _ in _split(script[:MAX_SCRIPT]))


def _split(  # noqa: C901 - one branch for each token
    script: str,
) -> Iterator[tuple[tuple[str, ...], int, str]]:
    """Yield each command with its offset and what joins it to the one before."""
    lexer, at, words, marks = _lexer(), 0, list[str](), list[str]()
    begin, joined = 0, ""
    while at < len(script):
        match = lexer.match(script, at)
        if match is None:  # pragma: no cover - the last alternative takes any character
            return
        if not words:
            begin = at
        if match["heredoc"]:
            marks.append(match["mark"])
        elif match["redirect"]:
            words.append(">>" if match["redirect"].endswith(">>") else ">")
        elif match["open"] and words and words[-1].endswith("="):
            at = _array(script, match.end(), words)
            continue
        elif match["end"] or match["open"]:
            if words:
                yield tuple(words), begin, joined
                words = []
                joined = match["end"] or ""
            if match["end"] == "\n" and marks:
                at, bodies = _heredocs(script, match.end(), marks)
                yield from ((("<<", body), begin, "<<") for body in bodies)
                marks = []
                continue
        elif match["word"] or match["other"]:
            end = max(_word_end(script, at), match.end())
            words.append(script[at:end])
            at = end
            continue
        at = match.end()
    if words:
        yield tuple(words), begin, joined


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
            at = bracket_end(script, at + 1)
            continue
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
