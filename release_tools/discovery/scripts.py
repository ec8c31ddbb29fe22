"""What a step's script does in the end, with the scripts and make targets that it calls."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from release_tools.discovery import elsewhere, makefiles, programs
from release_tools.discovery.shell import Shell
from release_tools.discovery.sides import beside
from release_tools.discovery.values import NOTHING, UNKNOWN, known
from release_tools.rules.workflows.script import MAX_SCRIPT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.discovery.checkouts import Checkouts
    from release_tools.discovery.files import Files
    from release_tools.discovery.shell_words import Words
    from release_tools.discovery.values import Values

_MAX_DEPTH = 4
_MAX_COMMANDS = 4000
_MAX_PLACES = 200  # folders that one command of a loop runs in
_ENOUGH = 30_000  # commands of all scripts, after which none is followed into other files
_PUBLISHING = (
    "cargo publish", "cargo release", "npm publish", "twine upload", "uv publish", "helm push",
    "docker push", "--push", "ko build", "ko publish", "helm package", "imagetools create",
)  # fmt: skip
_ASIDE = {"a test or a fixture of one", "an example", "vendored", "documentation"}
_SHELLS = {"bash", "sh", "source", ".", "zsh"}


@dataclass(slots=True)
class Seen:
    """What one script came to: commands with their folder, step outputs, exported variables."""

    commands: list[tuple[Words, str, str]] = field(default_factory=list)
    outputs: dict[str, Values] = field(default_factory=dict)
    exported: dict[str, Values] = field(default_factory=dict)


class Scripts:
    """Follows scripts through the tree."""

    def __init__(self, files: Files, checkouts: Checkouts) -> None:
        self.files = files
        self.checkouts = checkouts
        self._makefiles: dict[str, makefiles.Makefile | None] = {}
        self._spent = 0
        self._done: dict[tuple[object, ...], Seen] = {}

    def run(self, script: str, variables: Mapping[str, Values], folder: str) -> Seen:
        """Walk ``script`` as run in ``folder`` with ``variables`` in its environment."""
        key = (script, tuple(sorted(variables.items())), folder)
        if key not in self._done:
            seen = Seen()
            self._walk(script, variables, folder, seen, 0, origin="")
            self._done[key] = seen
        return self._done[key]

    def by_hand(self, variables: Mapping[str, Values]) -> list[tuple[Words, str, str]]:
        """Return what other systems run, and make targets and scripts that publish something.

        Each with the folder that it runs in and the file that it stands in.
        """
        seen = Seen()
        for path, script, given in elsewhere.scripts(self.files):
            self._walk(script, {**variables, **given}, "", seen, 1, path)
        for path in self.files.paths:
            name = path.rsplit("/", 1)[-1]
            makes = name in {"Makefile", "makefile", "GNUmakefile"}
            if (not makes and not name.endswith(".sh")) or beside(
                posixpath.dirname(path)
            ) in _ASIDE:
                continue
            text = self.files.text(path)
            if len(text) > MAX_SCRIPT or not any(each in text for each in _PUBLISHING):
                continue
            if not makes:
                self._walk(text, variables, "", seen, _MAX_DEPTH - 1, path)
                continue
            folder = posixpath.dirname(path)
            makefile = makefiles.read(self.files, path)
            for target, (_, lines) in makefile.targets.items():
                if any(each in line for line in lines for each in _PUBLISHING):
                    environment = {**variables, **makefile.environment()}
                    for script in makefile.recipe(target, variables):
                        self._walk(script, environment, folder, seen, _MAX_DEPTH, path)
        return seen.commands

    def _walk(
        self,
        script: str,
        variables: Mapping[str, Values],
        folder: str,
        seen: Seen,
        depth: int,
        origin: str,
    ) -> Shell:
        stack: set[str] = set()

        def see(words: Words, shell: Shell) -> None:
            if len(seen.commands) > _MAX_COMMANDS:
                return
            if words[0][0].rsplit("/", 1)[-1] == "ko":  # it takes its registry from there
                repository = shell.variables.get("KO_DOCKER_REPO", NOTHING)
                words += (tuple(f"KO_DOCKER_REPO={each}" for each in repository),)
            if any(word[0] == "bake" for word in words[:3]):  # its file may read any of them
                words += _assigned(shell)
            for place in self._places(folder, shell.folders):
                seen.commands.append((words, place, origin))
                self._spent += 1
                if depth < _MAX_DEPTH and self._spent < _ENOUGH:
                    self._follow(words, shell, place, seen, depth, stack)

        shell = Shell(variables, see)
        shell.run(script)
        if depth == 0:
            seen.outputs, seen.exported = shell.outputs, shell.exported
        return shell

    def _places(self, folder: str, steps: Values) -> Values:
        """Return where a command runs: in each folder that a loop goes through, globs expanded."""
        found = tuple(self._inside(folder, step) for step in steps)
        if not any(set(each) & set("*?[") for each in found):
            return found
        every = (place for each in found for place in self.files.matching(each))
        return tuple(dict.fromkeys(every))[:_MAX_PLACES]

    def _inside(self, folder: str, step: str) -> str:
        """Go from ``folder`` to ``step``; one that leads out of the tree is taken from the top."""
        if UNKNOWN in step:
            return folder
        path = posixpath.normpath(posixpath.join(folder, step)) if step else folder
        return "" if path == "." or path.startswith("..") else self.checkouts.inside(path)

    def _follow(
        self, words: Words, shell: Shell, folder: str, seen: Seen, depth: int, stack: set[str]
    ) -> None:
        argv = [word[0] for word in words]
        if argv[0] in {"make", "gmake"}:
            self._make(words, shell, folder, seen, depth)
            return
        script = programs.package_script(argv, folder, self.files)
        if script and script not in stack:
            stack.add(script)
            self._walk(script, shell.variables, folder, seen, depth + 1, "package.json")
            stack.discard(script)
        for command, path in programs.published(argv, folder, self.files):
            seen.commands.append((tuple((word,) for word in command), folder, path))
        sourced = argv[0] in {"source", "."}
        if argv[0] in _SHELLS:
            words = tuple(word for word in words[1:] if not word[0].startswith("-"))
        if not words:
            return
        for target in words[0][:12]:
            path = self._script(target, folder, anchored=argv[0] in _SHELLS)
            if not path or path in stack or _looks_for_tests(path):
                continue
            stack.add(path)
            arguments = {str(number): word for number, word in enumerate(words[1:10], 1)}
            everything = {**shell.variables, **arguments}
            inner = self._walk(self.files.text(path), everything, folder, seen, depth + 1, path)
            if sourced:
                shell.variables.update({k: v for k, v in inner.variables.items() if v != NOTHING})
                shell.functions.update(inner.functions)
            if not sourced:
                stack.discard(path)

    def _script(self, target: str, folder: str, *, anchored: bool) -> str:
        if not (anchored or "/" in target) or target.endswith((".py", ".js", ".mjs", ".ts")):
            return ""
        # "$bindir"/helm-build: what stands before is unknown, the rest may still be one of ours
        tail = target.rsplit(UNKNOWN, 1)[-1].lstrip("/") if UNKNOWN in target else target
        if UNKNOWN in target:
            options = [
                path
                for path in self.files.named(tail.rsplit("/", 1)[-1])
                if path == tail or path.endswith("/" + tail)
            ]
            return options[0] if len(options) == 1 and tail else ""
        for base in (folder, ""):
            path = self.checkouts.file(posixpath.normpath(posixpath.join(base, tail)))
            if self.files.exists(path):
                text = self.files.text(path)
                shebang = text[:80].split("\n")[0]
                if path.endswith((".sh", ".bash")) or ("sh" in shebang and "#!" in shebang):
                    return path
        return ""

    def _make(self, words: Words, shell: Shell, folder: str, seen: Seen, depth: int) -> None:
        given: dict[str, Values] = {}
        targets: list[str] = []
        argv = iter(words[1:])
        for word in argv:
            name, equals, _ = word[0].partition("=")
            if word[0] == "-C":
                folder = self._inside(folder, (next(argv, ("",)) or ("",))[0])
            elif word[0] == "-f":
                next(argv, None)
            elif equals and re.fullmatch(r"\w+", name):
                given[name] = tuple(each.partition("=")[2] for each in word)
            elif not word[0].startswith("-"):
                targets += known(word)
        makefile = self._makefile(folder)
        if makefile is None:
            return
        for target in targets[:12] or makefile.first:
            outer = shell.variables
            environment = {**makefile.environment({**outer, **given}), **outer}
            for script, variables in makefile.recipes(target, environment, given):
                self._walk(script, variables, folder, seen, depth + 1, makefile.path)

    def _makefile(self, folder: str) -> makefiles.Makefile | None:
        if folder not in self._makefiles:
            paths = (
                posixpath.join(folder, name) for name in ("Makefile", "makefile", "GNUmakefile")
            )
            path = next((each for each in paths if self.files.exists(each)), "")
            self._makefiles[folder] = makefiles.read(self.files, path) if path else None
        return self._makefiles[folder]


def _assigned(shell: Shell) -> Words:
    """Return the variables of a shell as words ``NAME=value``."""
    named = [(name, values) for name, values in shell.variables.items() if name.isupper()]
    return tuple(tuple(f"{name}={each}" for each in values) for name, values in named if values)


def _looks_for_tests(path: str) -> bool:
    return any(word in path.rsplit("/", 1)[-1] for word in ("test", "e2e"))
