"""Shell scripts, walked without running: their variables, and every simple command in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.discovery.shell_functions import local_names, positions, take_out
from release_tools.discovery.shell_words import expand
from release_tools.discovery.values import NOTHING, known, union
from release_tools.rules.workflows.script import ELEMENT, bracket_end, commands

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from release_tools.discovery.shell_words import Words
    from release_tools.discovery.values import Values

_MAX_NESTING = 3
_MAX_CALLS = 4  # functions within one another
_MANY_CALLS = 300
_LONG = 500  # characters of a body that count as one more call
_PREFIXES = frozenset(
    ("{", "if", "then", "else", "do", "!", "time", "sudo", "exec", "while", "elif", "until")
)


_WRAPPERS = frozenset(
    ("nix", "nix-shell", "devbox", "mise", "rtx", "asdf", "direnv", "op", "doppler", "infisical",
     "aws-vault", "flox", "pixi", "hermit", "timeout", "retry", "nice", "xvfb-run", "nick-fields")
)  # fmt: skip
_HANDED = frozenset(("--", "-c", "--command", "--run"))  # after which a wrapper's command stands


def _bare(words: tuple[str, ...]) -> tuple[str, ...]:
    """Drop the reserved words and wrappers before a command."""
    start = next((at for at, word in enumerate(words) if word not in _PREFIXES), len(words))
    return _unwrapped(words[start:])


def _unwrapped(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command that ``nix develop -c make push`` and the like run."""
    if not words or words[0] not in _WRAPPERS:
        return words
    start = next((at for at, word in enumerate(words) if word in _HANDED), len(words)) + 1
    inner = words[start:]
    if words[0] == "timeout" and not inner:
        inner = words[2:]
    if len(inner) == 1 and " " in inner[0]:  # the whole command in quotes
        inner = next(iter(commands(inner[0].strip("\"'"))), inner)
    return inner or words


class Shell:
    """Walks a script: keeps its variables, and hands every simple command to ``see``.

    ``given`` are the variables that stand before the present command, for it alone.
    """

    def __init__(
        self, variables: Mapping[str, Values], see: Callable[[Words, Shell], None]
    ) -> None:
        self.variables = dict(variables)
        self.see = see
        self.outputs: dict[str, Values] = {}
        self.exported: dict[str, Values] = {}
        self.assigned: set[str] = set()
        self.folders: Values = ("",)
        self.depth = 0
        self.given: dict[str, Values] = {}
        self.functions: dict[str, str] = {}
        self.called: set[str] = set()
        self.calls = 0
        self._calling: list[str] = []

    def run(self, script: str) -> None:
        """Walk the whole script, and the commands inside its ``$( )``."""
        script, defined = take_out(script)
        self.functions.update(defined)
        self._lines(script)
        for name, body in defined.items():  # called in a way that is not seen
            if name not in self.called:
                self._lines(body)

    def _lines(self, script: str) -> None:
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
            inner = word[start + 2 : bracket_end(word, start + 1) - 1]
            if any(each in inner for each in ("make ", "push", "publish", ".sh", "ko ")):
                self.depth += 1
                self.run(inner)
                self.depth -= 1

    def _command(self, words: tuple[str, ...]) -> None:
        words = _bare(words)
        self.given = {}
        outer = self.variables
        if words and ("=" in words[0] or words[0] == "env"):
            self.variables = dict(outer)
        words = _bare(self._assign(words)) if words else ()
        if not words:
            return
        self.variables.update(self.given)
        self._run(words)
        for name in self.given:  # what stands before a command is for it alone
            if name in outer:
                self.variables[name] = outer[name]
            else:
                self.variables.pop(name, None)

    def _run(self, words: tuple[str, ...]) -> None:
        head = words[0]
        if head == "for" and words[2:3] == ("in",):
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
            self.folders = known(expand(words[1], self.variables)) or self.folders
            return
        if head in {"echo", "printf"}:
            self._publish([each for each in words[1:] if "=" in each], words)
        elif ">>" in words and "GITHUB_" in words[-1]:
            self._computed(words)
        expanded_words = tuple(expand(each, self.variables) for each in words)
        if head in self.functions and head not in self._calling:
            self._call(head, expanded_words)
            return
        self.see(expanded_words, self)

    def _call(self, name: str, words: Words) -> None:
        """Walk a function as it is called: its arguments and its own variables end with it."""
        self.called.add(name)
        if len(self._calling) >= _MAX_CALLS or self.calls > _MANY_CALLS:
            return
        body = self.functions[name]
        self.calls += 1 + len(body) // _LONG
        given = positions(words)
        kept = {each: self.variables.pop(each, None) for each in {*given, *local_names(body)}}
        self.variables.update(given)
        self._calling.append(name)
        self._lines(body)
        self._calling.pop()
        for each, value in kept.items():
            self.variables.pop(each, None)
            if value is not None:
                self.variables[each] = value

    def _assign(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Take ``A=1 B=2`` off the front (also after export, local …) and remember them."""
        at = 1 if words[0] in {"export", "local", "declare", "readonly", "typeset", "env"} else 0
        while at < len(words):
            match = re.match(r"([A-Za-z_]\w*)(\+?)=", words[at])
            if not match:
                break
            name, value = match[1], words[at][match.end() :]
            elements = value.split(ELEMENT)[1:] or [value]
            found = union(*(expand(each, self.variables) for each in elements))
            self.given[name] = found
            if found != NOTHING or name not in self.variables:
                self.variables[name] = self._joined(name, found)
            self.assigned.add(name)
            at += 1
        return words[at:] if words[0] != "export" or at < len(words) else ()

    def _joined(self, name: str, found: Values) -> Values:
        """Add to what a variable may be; what the script itself computed may remain unknown."""
        before = self.variables.get(name, NOTHING)
        if before == NOTHING and name in self.assigned:
            return union(found, before)
        return found if before in (NOTHING, ("",)) else union(before, found)

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
