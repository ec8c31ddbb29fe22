"""Where a project begins, and whether it may be touched at all."""

from __future__ import annotations

import os

from release_tools import config as configuration
from release_tools.adapters import state
from release_tools.errors import RefusedError, UsageError


def find_root(path: str) -> str:
    """Return the nearest folder, from ``path`` upwards, that is a project's root.

    That is one with a configuration or a git repository's top; else ``path`` itself.
    """
    try:
        start = os.path.abspath(path)
    except FileNotFoundError as error:
        raise UsageError(
            "the current folder is no longer there", hint="cd into one that is, or name it with -C"
        ) from error
    if not os.path.isdir(start):
        raise UsageError(f"there is no folder {path!a}", hint="check the path after -C")
    folder = start
    while True:
        if os.path.exists(f"{folder}/{configuration.FILE}") or os.path.exists(f"{folder}/.git"):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return start
        folder = above


def refuse_pending(root: str, at: str = "") -> None:
    """Raise RefusedError while a journal stands: its bump was interrupted, or is still at work.

    ``at`` are the options by which ``recover`` finds this root, if the project is another.
    """
    if not state.pending(root):
        return
    from release_tools.adapters.lock import Lock

    Lock.refuse_held(state.state_dir(root))
    if state.pending(root):  # what has come to its end meanwhile has removed it
        raise RefusedError(
            "interrupted-bump",
            "an earlier bump was interrupted while its files were being put in place",
            hint=f"run release-tools {at}recover; it finishes that bump",
        )
