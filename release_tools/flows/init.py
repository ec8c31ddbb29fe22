"""Discover what an unknown repository releases, as a configuration that can be read and kept."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from release_tools import config as configuration
from release_tools.adapters.disk import DiskTree
from release_tools.adapters.git import Repository
from release_tools.adapters.remotes import repository_from
from release_tools.errors import ConfigError, RefusedError
from release_tools.flows.root import find_root, refuse_pending

if TYPE_CHECKING:
    from release_tools.config import Project
    from release_tools.model import Tree

SOURCE = f"{configuration.FILE} (as proposed)"
"""Where errors say that they stand while no file was written."""


def discovered(root: str, tree: Tree) -> Project:
    """Return the project that ``init`` would propose for ``tree``.

    Raises ConfigError where nothing that is released can be found.
    """
    text = _proposal(root, tree)
    if not _has_surfaces(text):
        raise ConfigError(
            f"there is no {configuration.FILE}, and nothing that is released was found",
            hint="release-tools init says what was looked at; the README shows how to write one",
        )
    return configuration.read(tree, SOURCE, text)._replace(config=None)


def propose(directory: str = ".") -> str:
    """Return the commented configuration that is proposed for the project in ``directory``."""
    root = find_root(directory)
    refuse_pending(root)
    return _proposal(root, DiskTree(root))


def write(directory: str = ".") -> str:
    """Write the proposal to ``release-tools.toml`` and return its path.

    Raises RefusedError ``file-exists`` where there is a configuration already, and
    ``write-failed`` where the disk refuses.
    """
    root = find_root(directory)
    refuse_pending(root)
    tree = DiskTree(root)
    found = configuration.find(tree)
    if found is not None:
        raise _exists(found)
    path = os.path.join(root, configuration.FILE)
    text = _proposal(root, tree)
    if not _has_surfaces(text):
        raise ConfigError(
            "nothing that is released was found, so there is nothing to write",
            hint="see release-tools init for what was looked at; the README shows how to write one",
        )
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:  # somebody wrote one in the meantime, or a dangling link stands there
        raise _exists(configuration.FILE) from None
    except OSError as error:
        raise _unwritten(error) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        os.unlink(path)
        raise _unwritten(error) from error
    return path


def _has_surfaces(text: str) -> bool:
    return "\n[[surfaces]]" in text


def _unwritten(error: OSError) -> RefusedError:
    why = (error.strerror or str(error)).lower()
    return RefusedError("write-failed", f"cannot be written: {why}", path=configuration.FILE)


def _exists(path: str) -> RefusedError:
    return RefusedError(
        "file-exists",
        "a configuration is there already, and init never overwrites one",
        hint="run release-tools init without --write to compare",
        path=path,
    )


def _proposal(root: str, tree: Tree) -> str:
    from release_tools import discovery

    repo = Repository.find(root)
    tags = repo.tags_by_age() if repo is not None else ()
    name = repository_from(repo.remote_url() or "") if repo is not None else None
    return discovery.write(discovery.discover(tree, tags, repository=name or ""))
