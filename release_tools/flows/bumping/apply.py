"""Write a plan's files, all or none, and finish or undo a write that was interrupted."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from release_tools.errors import UsageError

if TYPE_CHECKING:
    from release_tools.config import Project
    from release_tools.flows.bumping.plan import Plan


def apply(project: Project, plan: Plan) -> None:
    """Write every file of the plan: all of them, or none.

    Raises RefusedError ``locked`` while another run writes and ``file-changed`` where a file is
    not what the plan was made from, and UnreadableError where the disk refuses.
    """
    root = getattr(project.tree, "root", None)
    if root is None:
        raise UsageError("the tree of a commit cannot be written", hint="check it out first")
    from release_tools.adapters.state import state_dir

    state = state_dir(root)
    changes = () if plan.written else plan.changes
    if not changes and not os.path.lexists(state):
        return
    from release_tools.adapters.transaction import Transaction

    Transaction(root, state).apply(changes)  # what a killed run left goes in any case


def recover(directory: str = ".") -> str:
    """Finish or undo an interrupted bump, and return one line that says what was done.

    ``directory`` is a project or part of one, or the folder below which ``pin`` has written files
    that lie outside of its project.
    """
    from release_tools.adapters.state import pending, state_dir
    from release_tools.adapters.transaction import recover as roll
    from release_tools.flows.root import find_root

    root = directory if pending(directory) else find_root(directory)
    return roll(root, state_dir(root))
