"""Open a project: its root, its tree, its configuration or what discovery finds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from release_tools import config as configuration
from release_tools.adapters.disk import DiskTree
from release_tools.errors import AbsentError, ConfigError, MalformedError
from release_tools.flows.root import find_root, refuse_pending

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
    tree = DiskTree(root) if ref is None else _tree_at(root, ref)
    try:
        return _project(root, tree, config, discover=discover)._replace(root=root)
    except _MissingError as error:
        if ref is None:
            raise
        raise ConfigError(
            f"there is no {configuration.FILE} in the tree of {ref}",
            hint=f"commit {configuration.FILE}, and push it: this reads what was committed",
        ) from error


class _MissingError(ConfigError):
    """There is no configuration, and none may be guessed."""


def _project(root: str, tree: Tree, config: str | None, *, discover: bool) -> Project:
    if config is not None:
        return configuration.read(tree, *_read_config(config))
    found = configuration.find(tree)
    if found is not None:
        return configuration.read(tree, found, _text(tree, found))
    if not discover:
        raise _MissingError(
            f"there is no {configuration.FILE} in {root}",
            hint="write one with release-tools init --write",
        )
    from release_tools.flows.init import discovered

    return discovered(root, tree)


def _tree_at(root: str, ref: str) -> Tree:
    from release_tools.adapters.git import Repository
    from release_tools.adapters.git_tree import CommitTree

    return CommitTree(Repository.around(root), ref)


def _read_config(path: str) -> tuple[str, str]:
    folder, name = os.path.split(os.path.abspath(path))
    try:
        return path, _text(DiskTree(folder), name)
    except AbsentError as error:
        raise ConfigError(
            f"there is no configuration file {path!a}",
            hint="correct the path after --config, or leave it out to find the project's own",
        ) from error


def _text(tree: Tree, path: str) -> str:
    """Read a configuration; one that is no text is a mistake in it, as any other."""
    try:
        return tree.read(path)
    except MalformedError as error:
        raise ConfigError(
            error.message, hint=error.hint, path=error.path, line=error.line
        ) from error
