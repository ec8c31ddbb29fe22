"""Which files differ from the last commit."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from release_tools.adapters import gitrun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.adapters.git import Repository

_FEW = 200  # so many paths are handed to git; for more it is asked about everything


def status(repository: Repository, paths: Sequence[str]) -> tuple[str, ...]:
    """Return those of ``paths`` that differ from HEAD; see ``Repository.status``."""
    if len(paths) <= _FEW:
        return _status(repository, paths, "all")
    # Looking for untracked files walks the whole tree, and there are hardly ever any.
    argv = ["ls-files", "-z", "--", repository.prefix or "."]
    tracked = _paths(gitrun.ask(repository.top, argv))
    others = set(paths).difference(path.removeprefix(repository.prefix) for path in tracked)
    untracked = _status(repository, tuple(others), "all") if others else ()
    return tuple(sorted({*_status(repository, paths, "no"), *untracked}))


def _status(repository: Repository, paths: Sequence[str], untracked: str) -> tuple[str, ...]:
    if not paths:
        return ()
    prefix = repository.prefix
    argv = ["status", "--porcelain=v1", "-z", "--no-renames", f"--untracked-files={untracked}"]
    few = [prefix + path for path in paths] if len(paths) <= _FEW else [prefix or "."]
    out = gitrun.ask(repository.top, [*argv, "--", *few])
    changed = {entry[3:].removeprefix(prefix) for entry in _paths(out)}
    return tuple(sorted(changed.intersection(paths)))


def _paths(out: bytes) -> list[str]:
    return os.fsdecode(out).split("\0")[:-1]
