"""Shell scripts, read without running: the simple commands in them and what their words may be.

A tolerant reading of the POSIX shell command language with bash's common additions.  Branches
are all taken, a loop gives all its words at once, and whatever is not understood is unknown.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from release_tools.discovery.values import NOTHING, UNKNOWN, Values, product, union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

MAX_SCRIPT = 200_000
_MAX_NESTING = 3
_ELEMENT = "\1"
_PREFIXES = frozenset(
    ("{", "if", "then", "else", "do", "!", "time", "sudo", "exec", "while", "elif", "until")
)

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


def _split(script: str) -> Iterator[tuple[str, ...]]:
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
    words[-1] += _ELEMENT + _ELEMENT.join(elements)
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
            at = _bracket_end(script, at + 1)
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
            at = _bracket_end(script, at + 1) - 1
        at += 1
    return size


def _bracket_end(script: str, at: int) -> int:
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
            end = _bracket_end(word, at - 1)
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
    if not pipeline or len(inner) > 400:
        return NOTHING
    first = pipeline[0]
    if first[:1] == ("basename",) and len(first) > 1:
        return tuple(each.rstrip("/").rsplit("/", 1)[-1] for each in expand(first[1], variables))
    tail = pipeline[1:]
    if first[0] not in {"echo", "printf"} or any(each[0] not in {"tr", "awk"} for each in tail):
        from_file = first[0] == "tr" and len(first) > 4 and ">" in first  # tr A-Z a-z <<< X
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


def _bare(words: tuple[str, ...]) -> tuple[str, ...]:
    """Drop the reserved words and wrappers before a command."""
    start = next((at for at, word in enumerate(words) if word not in _PREFIXES), len(words))
    return words[start:]


class Shell:
    """Walks a script: keeps its variables, and hands every simple command to ``see``."""

    def __init__(
        self, variables: Mapping[str, Values], see: Callable[[Words, Shell], None]
    ) -> None:
        self.variables = dict(variables)
        self.see = see
        self.outputs: dict[str, Values] = {}
        self.exported: dict[str, Values] = {}
        self.folder = ""
        self.depth = 0

    def run(self, script: str) -> None:
        """Walk the whole script, and the commands inside its ``$( )``."""
        pending: Sequence[str] = ()
        for words in commands(script):
            if words[0] == "<<":
                if any("GITHUB_OUTPUT" in each or "GITHUB_ENV" in each for each in pending):
                    self._publish(words[1].split("\n"), pending)
                continue
            self._command(words)
            self._inner(words)
            pending = words

    def _inner(self, words: tuple[str, ...]) -> None:
        """Walk what stands in ``$( )``, where it runs something that may publish."""
        for word in words:
            start = word.find("$(")
            if start < 0 or self.depth >= _MAX_NESTING:
                continue
            inner = word[start + 2 : _bracket_end(word, start + 1) - 1]
            if any(each in inner for each in ("make ", "push", "publish", ".sh", "ko ")):
                self.depth += 1
                self.run(inner)
                self.depth -= 1

    def _command(self, words: tuple[str, ...]) -> None:
        words = _bare(words)
        words = _bare(self._assign(words)) if words else ()
        if not words:
            return
        head = words[0]
        if head == "for" and len(words) > 3 and words[2] == "in":
            expanded = (expand(each, self.variables) for each in words[3:])
            self.variables[words[1]] = union(
                *(each.split() or [""] for v in expanded for each in v)
            )
            return
        if head == "read" and ">" in words:
            values = (each.split(",") for each in expand(words[-1], self.variables))
            name = words[words.index(">") - 1]
            self.variables[name] = union(*(each.split() for value in values for each in value))
            return
        if head == "cd" and len(words) > 1:
            target = expand(words[1], self.variables)[0]
            self.folder = target if UNKNOWN not in target else self.folder
            return
        if head in {"echo", "printf"}:
            self._publish([each for each in words[1:] if "=" in each], words)
        elif ">>" in words and "GITHUB_" in words[-1]:
            self._computed(words)
        self.see(tuple(expand(each, self.variables) for each in words), self)

    def _assign(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Take ``A=1 B=2`` off the front (also after export, local …) and remember them."""
        at = 1 if words[0] in {"export", "local", "declare", "readonly", "typeset", "env"} else 0
        while at < len(words):
            match = re.match(r"([A-Za-z_]\w*)(\+?)=", words[at])
            if not match:
                break
            name, value = match[1], words[at][match.end() :]
            elements = value.split(_ELEMENT)[1:] or [value]
            found = union(*(expand(each, self.variables) for each in elements))
            if found != NOTHING or name not in self.variables:
                before = self.variables.get(name, NOTHING)
                self.variables[name] = found if before in (NOTHING, ("",)) else union(before, found)
            at += 1
        return words[at:] if words[0] != "export" or at < len(words) else ()

    def _computed(self, words: Sequence[str]) -> None:
        """Remember ``NAME=value`` from the text of another program that writes outputs."""
        into = self.exported if "GITHUB_ENV" in words[-1] else self.outputs
        for text in (each for word in words for each in expand(word, self.variables)):
            lowered = text.lower() if ".lower()" in text else text
            for name, value in re.findall(r"([\w-]+)=([\w./:@-]{1,200})", lowered):
                into[name] = union(into.get(name, ()), (value,))

    def _publish(self, texts: Sequence[str], words: Sequence[str]) -> None:
        """Remember ``NAME=value`` written to the step's outputs or to the job's environment."""
        # the redirection may stand after the group that the echo is in
        into = self.exported if "GITHUB_ENV" in " ".join(words) else self.outputs
        for raw in texts:
            for text in expand(raw, self.variables):
                for line in text.split("\n"):
                    name, equals, value = line.strip().partition("=")
                    if equals and re.fullmatch(r"[\w-]+", name):
                        into[name] = union((), (*into.get(name, ()), value))
