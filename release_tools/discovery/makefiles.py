"""Makefiles, as far as releases need them: variables and the recipes of named targets."""

from __future__ import annotations

import posixpath
import re
from functools import cache
from typing import TYPE_CHECKING

from release_tools.discovery import make_functions
from release_tools.discovery.values import NOTHING, product, union
from release_tools.rules.workflows.script import bracket_end

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from release_tools.discovery.files import Files
    from release_tools.discovery.values import Values

_MAX_TARGETS = 60
_MAX_DEPTH = 12
_STEP = 200  # characters that count as one more expansion
_MAX_STEPS = 20_000  # expansions of one Makefile; what comes after them is unknown


@cache
def _choice() -> re.Pattern[str]:
    return re.compile(r"(?:ifn?eq|ifn?def|else|endif)\b(?!\s*[:?+]?=)")


class Makefile:
    """One Makefile with what it includes."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.variables: dict[str, list[str]] = {}
        self.targets: dict[str, tuple[list[str], list[str]]] = {}
        self.first: list[str] = []
        self.exported: set[str] = set()
        self._steps = 0
        self._open: set[str] = set()  # variables whose value is being expanded

    def recipes(
        self, target: str, environment: Mapping[str, Values], given: Mapping[str, Values]
    ) -> Iterator[tuple[str, dict[str, Values]]]:
        """Yield (script, shell variables) for ``target`` and everything that it requires."""
        fixed = {**environment, **given}
        waiting, done = [target], set[str]()
        while waiting and len(done) < _MAX_TARGETS:
            name = waiting.pop()
            if name in done:
                continue
            done.add(name)
            stem, rule = self._rule(name)
            if rule is None:
                continue
            needs, lines = rule
            scope = {**fixed, "@": (name,), "*": (stem,)}
            for need in needs:
                for value in self.expand(need, scope):
                    waiting += value.replace("%", stem).split()
            text = "\n".join(re.sub(r"^[@+-]+", "", line.lstrip()) for line in lines)
            for script in self.expand(text, scope, recipe=True)[:8]:
                yield script, fixed

    def environment(self, given: Mapping[str, Values] | None = None) -> dict[str, Values]:
        """Return the variables that ``export`` hands to recipes, where ``given`` are set."""
        return {name: self.expand(f"$({name})", given or {}) for name in self.exported}

    def recipe(self, target: str, fixed: Mapping[str, Values]) -> Values:
        """Return the script of one target, without what it requires."""
        lines = self.targets[target][1]
        text = "\n".join(re.sub(r"^[@+-]+", "", line.lstrip()) for line in lines)
        return self.expand(text, {**fixed, "@": (target,), "*": NOTHING}, recipe=True)[:8]

    def _rule(self, name: str) -> tuple[str, tuple[list[str], list[str]] | None]:
        if name in self.targets:
            return name, self.targets[name]
        for pattern, rule in self.targets.items():
            before, percent, after = pattern.partition("%")
            if percent and name.startswith(before) and name.endswith(after):
                return name[len(before) : len(name) - len(after)], rule
        return name, None

    def expand(
        self, text: str, fixed: Mapping[str, Values], depth: int = 0, *, recipe: bool = False
    ) -> Values:
        """Replace ``$(NAME)``; what a function of make gives is unknown."""
        if "$" not in text:
            return (text,)
        self._steps += 1 + len(text) // _STEP
        if depth > _MAX_DEPTH or self._steps > _MAX_STEPS:
            return NOTHING
        parts: list[Values] = []
        for plain, name in _references(text):
            parts.append((plain,))
            if name == "MAKE":
                parts.append(("make",))
            elif name == "$":
                parts.append(("$" if recipe else "$$",))
            elif name in fixed:
                value = fixed[name] if recipe or "$" not in fixed[name][0] else NOTHING
                if value == NOTHING and name in self.variables:  # the default may well be it
                    value = union(self._variable(name, {}, depth), value)
                parts.append(value)
            elif name.startswith("if "):
                branches = make_functions.arguments(name[3:])[1:]
                found = [self.expand(each, fixed, depth + 1, recipe=recipe) for each in branches]
                parts.append(union(*found) if len(branches) > 1 else union(*found, ("",)))
            elif name:
                parts.append(self._function(name, fixed, depth, recipe=recipe))
        return product(parts)

    def _function(
        self, name: str, fixed: Mapping[str, Values], depth: int, *, recipe: bool
    ) -> Values:
        """Return what a function gives, or what a variable is."""
        head, given = make_functions.split(name)
        if head:
            return make_functions.evaluate(
                head, given,
                lambda text, more: self.expand(text, {**fixed, **more}, depth + 1, recipe=recipe),
            )  # fmt: skip
        changed = re.fullmatch(r"([\w.-]+):([^=]*)=(.*)", name)
        if changed:  # $(NAME:.c=.o)
            before, into = (each if "%" in each else f"%{each}" for each in changed.groups()[1:])
            words = self._variable(changed[1], fixed, depth)
            return make_functions.patterned(before, into, words)
        return self._variable(name, fixed, depth)

    def _variable(self, name: str, fixed: Mapping[str, Values], depth: int) -> Values:
        if name in self._open:  # A := $(A)/b, where the former A is not kept
            return NOTHING
        if name in self.variables:
            self._open.add(name)
            found = [self.expand(each, fixed, depth + 1) for each in self.variables[name]]
            self._open.discard(name)
            return union(*found)
        plain = re.fullmatch(r"[\w.-]+", name) and not name.isupper()
        return ("",) if plain else NOTHING


def _references(text: str) -> Iterator[tuple[str, str]]:
    """Yield (text before, name) of each reference of make; the rest comes without a name."""
    at = 0
    while (start := text.find("$", at)) >= 0 and start + 1 < len(text):
        sign = text[start + 1]
        if sign in "({":
            end = bracket_end(text, start + 1)
            yield text[at:start], text[start + 2 : end - 1]
        elif sign in "$@*<^":
            end = start + 2
            yield text[at:start], sign
        else:
            end = start + 1
            yield text[at:end], ""
        at = end
    yield text[at:], ""


def read(files: Files, path: str, into: Makefile | None = None) -> Makefile:
    """Read a Makefile and, one after another, the files that it includes by a plain name."""
    makefile = into or Makefile(path)
    text = files.text(path)[:300_000]
    current: list[str] = []
    joined = re.sub(r"\\\r?\n[ \t]*", " ", text)
    for line in _defined(makefile, joined):
        if line.startswith("\t"):
            current.append(line.replace(" \\ ", " "))
            continue
        stripped = line.strip()
        if not stripped or stripped.startswith("#") or _choice().match(stripped):
            continue  # every branch of a condition belongs to the recipe around it
        included = re.match(r"-?include\s+(.+)", stripped)
        if included and into is None:
            for each in included[1].split():
                for base in (posixpath.dirname(path), ""):
                    other = posixpath.normpath(posixpath.join(base, each))
                    if files.exists(other):
                        read(files, other, makefile)
                        break
            continue
        if stripped.startswith(("$(eval ", "$(foreach ")):
            _generated(makefile, stripped)
            continue
        current = _statement(makefile, stripped)
    return makefile


def _defined(makefile: Makefile, text: str) -> Iterator[str]:
    """Yield the lines of a text outside ``define NAME … endef``; remember each as a variable."""
    name, body = "", list[str]()
    for line in text.split("\n"):
        begun = re.match(r"(?:override +)?define +([\w.-]+)", line) if not name else None
        if begun:
            name, body = begun[1], []
        elif name and line.startswith("endef"):
            makefile.variables.setdefault(name, []).append("\n".join(body))
            name = ""
        elif name:
            body.append(line)
        else:
            yield line


def _generated(makefile: Makefile, line: str) -> None:
    """Read the rules that ``$(eval $(call RULE,a))`` makes, alone or in a ``foreach``."""
    for text in makefile.expand(line, {}):
        current: list[str] = []
        for each in text.replace("$$", "$").split("\n"):
            if each.startswith("\t"):
                current.append(each)
            elif each.strip():
                current = _statement(makefile, each.strip())


def _statement(makefile: Makefile, line: str) -> list[str]:
    variable = re.match(r"(?:export\s+|override\s+)?([\w.-]+)\s*(\?|:{1,3}|\+)?=\s*(.*)", line)
    if variable:
        name, operator, value = variable.groups()
        value = re.sub(r"\s+#.*", "", value).strip()
        known = makefile.variables.setdefault(name, [])
        if line.startswith("export"):
            makefile.exported.add(name)
        if operator == "+":
            known[:] = [f"{each} {value}" for each in known] or [value]
        elif value not in known:
            known.append(value)
        return []
    rule = re.match(r"([^:=#\t]+?)\s*::?(?!=)\s*([^;#]*)(?:;(.*))?", line)
    if not rule:
        return []
    recipe: list[str] = [rule[3]] if rule[3] else []
    assigned = re.match(r"\w+\s*[:?+]?=", rule[2])
    if assigned:
        return []
    for name in rule[1].split():
        needs, lines = makefile.targets.setdefault(name, ([], recipe))
        needs += rule[2].replace("|", " ").split() if "$(" not in rule[2] else [rule[2]]
        recipe = lines
        if not makefile.first and not name.startswith("."):
            makefile.first = [name]
    return recipe
