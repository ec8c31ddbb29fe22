"""Which files differ from the last commit, and where they really stand."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from release_tools.adapters import gitrun
from release_tools.adapters.disk import DiskTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from release_tools.adapters.git import Repository

_FEW = 200  # so many paths are handed to git; for more it is asked about everything


def status(top: str, prefix: str, paths: Sequence[str]) -> tuple[str, ...]:
    """Return those of ``paths``, below ``prefix`` in the work tree ``top``, that differ from HEAD.

    See ``Repository.status``.
    """
    if len(paths) <= _FEW:
        return _status(top, prefix, paths, "all")
    # Looking for untracked files walks the whole tree, and there are hardly ever any.
    argv = ["ls-files", "-z", "--", prefix or "."]
    tracked = _paths(gitrun.ask(top, argv))
    others = set(paths).difference(path.removeprefix(prefix) for path in tracked)
    untracked = _status(top, prefix, tuple(others), "all") if others else ()
    return tuple(sorted({*_status(top, prefix, paths, "no"), *untracked}))


def _status(top: str, prefix: str, paths: Sequence[str], untracked: str) -> tuple[str, ...]:
    if not paths:
        return ()
    argv = ["status", "--porcelain=v1", "-z", "--no-renames", f"--untracked-files={untracked}"]
    few = [prefix + path for path in paths] if len(paths) <= _FEW else [prefix or "."]
    out = gitrun.ask(top, [*argv, "--", *few])
    changed = {entry[3:].removeprefix(prefix) for entry in _paths(out)}
    return tuple(sorted(changed.intersection(paths)))


def _paths(out: bytes) -> list[str]:
    return os.fsdecode(out).split("\0")[:-1]


def real_paths(repository: Repository, paths: Iterable[str]) -> list[str]:
    """Return where each path really stands below the project's root; raises as DiskTree.target.

    Git takes a link for a file of its own, so the real path is the one to ask it about.
    """
    tree = DiskTree(os.path.join(repository.top, repository.prefix))
    return [tree.target(path).removeprefix(tree.top).replace(os.sep, "/") for path in paths]
