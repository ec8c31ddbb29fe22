"""A bump that was written and not committed yet: the next run with ``--commit`` goes on from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import ReleaseToolsError
from release_tools.flows.bumping import guards
from release_tools.flows.repository import clone

if TYPE_CHECKING:
    from collections.abc import Callable

    from release_tools.config import Project
    from release_tools.flows.bumping.plan import Plan


def written(project: Project, now: Plan, make: Callable[[Project], Plan]) -> Plan | None:
    """Return the plan from HEAD where the work tree holds its outcome already, and nothing else.

    ``now`` is the plan from the work tree, ``make`` plans the same for another tree.  None where
    nothing of it is uncommitted, or anything beside it is.
    """
    repo = clone.of(project)
    head = repo.head() if repo is not None else None
    if repo is None or head is None:
        return None
    dirty = guards.dirty(repo, now.places)
    if not dirty:
        return None
    from release_tools.adapters.git_status import real_paths
    from release_tools.adapters.git_tree import CommitTree

    try:
        step = make(project.on(CommitTree(repo, head)))
        stands = all(project.tree.read(one.path) == one.after for one in step.changes)
    except ReleaseToolsError:
        return None  # whatever it is, planning from what stands here has not met it
    own = {*step.paths, *real_paths(repo, step.paths)}
    return step._replace(written=True) if stands and own.issuperset(dirty) else None
