"""Where a bump keeps its lock and its journal, and whether one was interrupted."""

from __future__ import annotations

import os

from release_tools.adapters.gitdir import locate

JOURNAL = "journal.json"


def state_dir(root: str) -> str:
    """Return the folder for the lock and the journal of the project at ``root``.

    It is what ``git rev-parse --git-path release-tools`` names, found without starting git (one
    for each linked work tree), or ``.release-tools`` in ``root`` where there is no git.  A
    project below the top of its work tree has a folder of its own in there.
    """
    repository = locate(root)
    if repository is None:
        return os.path.join(os.path.realpath(root), ".release-tools")
    top, git_dir = repository
    below = os.path.relpath(os.path.realpath(root), top)
    folder = os.path.join(git_dir, "release-tools")
    if below == ".":
        return folder
    return os.path.join(folder, "in-" + below.replace("%", "%25").replace(os.sep, "%2F"))


def pending(root: str) -> bool:
    """Say whether the journal of an interrupted bump waits for ``recover``, by one look."""
    return os.path.lexists(os.path.join(state_dir(root), JOURNAL))
