"""The names of a repository's tags, read where git keeps them, without starting git.

See gitrepository-layout(5): packed-refs, and one file for each loose ref.  A repository that
keeps its refs otherwise (reftable) is not guessed at: the answer is None, and git is asked.
"""

from __future__ import annotations

import os

_TAGS = "refs/tags/"


def tag_names(git_dir: str) -> tuple[str, ...] | None:
    """Return the names of all tags, sorted; None where git must say."""
    try:
        common = _common(git_dir)
        if os.path.lexists(os.path.join(common, "reftable")):
            return None
        return tuple(sorted(_packed(common) | _loose(os.path.join(common, "refs", "tags"))))
    except (OSError, UnicodeDecodeError):
        return None


def _common(git_dir: str) -> str:
    """Return the directory that the linked work trees of a repository share."""
    try:
        with open(os.path.join(git_dir, "commondir"), encoding="utf-8") as file:
            return os.path.join(git_dir, file.read().strip())
    except FileNotFoundError:
        return git_dir


def _packed(common: str) -> set[str]:
    try:
        with open(os.path.join(common, "packed-refs"), encoding="utf-8") as file:
            lines = file.read().split("\n")
    except FileNotFoundError:
        return set()
    refs = (line.partition(" ")[2] for line in lines if line[:1] not in ("#", "^"))
    return {ref.removeprefix(_TAGS) for ref in refs if ref.startswith(_TAGS)}


def _loose(folder: str, prefix: str = "") -> set[str]:
    found: set[str] = set()
    waiting = [(folder, prefix)]
    while waiting:
        folder, prefix = waiting.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((entry.path, f"{prefix}{entry.name}/"))
                elif not entry.name.endswith(".lock"):
                    found.add(prefix + entry.name)
    return found
