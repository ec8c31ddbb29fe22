"""Open a project: its root, its tree, its configuration or what discovery finds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from release_tools import config as configuration
from release_tools.adapters import state
from release_tools.adapters.disk import DiskTree
from release_tools.errors import AbsentError, ConfigError, RefusedError, UsageError

if TYPE_CHECKING:
    from release_tools.config import Project
    from release_tools.model import Tree


def load(
    path: str = ".", *, config: str | None = None, ref: str | None = None, discover: bool = True
) -> Project:
    """Open the project that ``path`` is, or is part of.

    ``config`` is a configuration file to use instead of the project's own, ``ref`` a commit
    whose tree is read instead of the files on disk.  Without a configuration the surfaces are
    discovered, or, where ``discover`` is false, a ConfigError says what to do.  Raises
    UsageError for a folder that is not there and RefusedError ``interrupted-bump`` while the
    journal of an interrupted bump waits for ``recover``.
    """
    root = find_root(path)
    refuse_pending(root)
    tree: Tree = DiskTree(root)
    if ref is not None:
        tree = _tree_at(root, ref)
    if config is not None:
        return configuration.read(tree, *_read_config(config))
    found = configuration.find(tree)
    if found is not None:
        return configuration.read(tree, found, tree.read(found))
    if not discover:
        raise ConfigError(
            f"there is no {configuration.FILE} in {root}",
            hint="write one with release-tools init --write",
        )
    from release_tools.flows.init import discovered

    return discovered(root, tree)


def _tree_at(root: str, ref: str) -> Tree:
    from release_tools.adapters.git import Repository
    from release_tools.adapters.git_tree import CommitTree

    repository = Repository.find(root)
    if repository is None:
        raise UsageError(f"{root} is in no git repository, so there is no {ascii(ref)} to read")
    return CommitTree(repository, ref)


def find_root(path: str) -> str:
    """Return the nearest folder, from ``path`` upwards, that is a project's root.

    That is one with a configuration or a git repository's top; else ``path`` itself.
    """
    start = os.path.abspath(path)
    if not os.path.isdir(start):
        raise UsageError(f"there is no folder {ascii(path)}", hint="check the path after -C")
    folder = start
    while True:
        if os.path.exists(f"{folder}/{configuration.FILE}") or os.path.exists(f"{folder}/.git"):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return start
        folder = above


def refuse_pending(root: str) -> None:
    """Raise RefusedError while the journal of an interrupted bump waits."""
    if state.pending(root):
        raise RefusedError(
            "interrupted-bump",
            "an earlier bump was interrupted while its files were being put in place",
            hint="run release-tools recover; it finishes that bump",
        )


def _read_config(path: str) -> tuple[str, str]:
    folder, name = os.path.split(os.path.abspath(path))
    try:
        return path, DiskTree(folder).read(name)
    except AbsentError as error:
        raise ConfigError(f"there is no configuration file {ascii(path)}") from error
