"""What a shell cannot tell: scripts in a package.json, and programs in JavaScript and Python.

A program is not read as a language; it publishes where a registry's command stands in its text.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from release_tools.discovery.files import Files

_RUNNERS = frozenset(("npm", "pnpm", "yarn", "bun"))
_BUILT_IN = frozenset(("publish", "install", "add", "ci", "exec", "pack", "version", "test"))
_PROGRAM = (".js", ".mjs", ".cjs", ".ts", ".mts", ".py")
_MAX_WORDS = 8
_MAX_TEXT = 200_000


def package_script(argv: Sequence[str], folder: str, files: Files) -> str:
    """Return the script that ``npm run NAME`` and the like run, or an empty string."""
    if argv[0] not in _RUNNERS:
        return ""
    words = [each for each in argv[1:_MAX_WORDS] if not each.startswith("-")]
    explicit = words[:1] in (["run"], ["run-script"])
    name = next(iter(words[1:] if explicit else words), "")
    if not name or (not explicit and name in _BUILT_IN):
        return ""
    for place in dict.fromkeys((folder, "")):
        scripts = files.json(posixpath.join(place, "package.json")).get("scripts")
        script = scripts.get(name) if isinstance(scripts, dict) else None
        if isinstance(script, str):
            return script
    return ""


def published(
    argv: Sequence[str], folder: str, files: Files
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield (command, path) for what the program that a command runs publishes, over all there is.

    ``path`` is the program's file.
    """
    for word in argv[:_MAX_WORDS]:
        if not word.endswith(_PROGRAM):
            continue
        paths = (posixpath.normpath(posixpath.join(base, word)) for base in (folder, ""))
        path = next((each for each in paths if files.exists(each)), "")
        text = files.text(path)[:_MAX_TEXT] if path else ""
        for command, pattern in _commands().items():
            if pattern.search(text):
                yield command, path
        return


def literals(text: str) -> set[str]:
    """Return the short strings that stand in quotes in a program's text."""
    return set(re.findall(r"['\"`]([\w@./-]{1,100})['\"`]", text[:_MAX_TEXT]))


def is_program(path: str) -> bool:
    """Say whether a file is a program that is not read as a language."""
    return path.endswith(_PROGRAM)


@cache
def _commands() -> dict[tuple[str, ...], re.Pattern[str]]:
    gap = r"['\"`]?[^\n;'\"`]{0,60}['\"`, \[]+"
    return {
        ("npm", "publish", "--workspaces"): re.compile(
            rf"\b(?:npm|pnpm|yarn|npx)\b{gap}publish\b|\bchangeset publish\b|release-scripts['\"]"
        ),
        ("cargo", "publish", "--workspace"): re.compile(rf"\bcargo\b{gap}publish\b"),
        ("twine", "upload", "dist/*"): re.compile(
            rf"\btwine\b{gap}upload\b|\b(?:uv|poetry|hatch|flit)\b{gap}publish\b"
        ),
    }
