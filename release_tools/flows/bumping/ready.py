"""What a bump asks before it writes: wishes that go together, a repository that is ready for it.

A dry run asks the same, so that it says yes where the run would.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import RefusedError, UsageError
from release_tools.flows.bumping import guards, pull_request
from release_tools.flows.repository import clone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.adapters.git import Repository
    from release_tools.config import Project
    from release_tools.flows.bumping.commit import Wish
    from release_tools.flows.bumping.guards import Destination
    from release_tools.flows.bumping.plan import Plan
    from release_tools.flows.bumping.pull_request import Proposal


def refuse_wish(project: Project, wish: Wish) -> None:
    """Raise UsageError for wishes that cannot be fulfilled here, wherever the bump leads."""
    if wish.sign and not wish.commit:
        raise UsageError("--sign needs something to sign", hint="add --commit or --tag")
    repo = clone.of(project) if wish.commit or wish.push else None
    if (wish.commit or wish.push) and repo is None:
        raise UsageError("this project is in no git repository", hint="git init, then commit")
    if wish.pr and wish.tag:
        raise UsageError(
            "--pr and --tag exclude each other: a tag belongs on the merged commit",
            hint="after the merge, run release-tools tag --push",
        )
    if wish.pr and repo is not None:
        pull_request.refuse_unknown(project, repo)


def refuse_push(steps: Sequence[Plan], wish: Wish) -> None:
    """Raise UsageError where changes would have to be pushed that nobody commits."""
    if wish.push and not wish.commit and any(step.changes for step in steps):
        raise UsageError(
            "--push needs --commit: what is not committed cannot be pushed", hint="add --commit"
        )


def check(project: Project, steps: Sequence[Plan], wish: Wish) -> None:
    """Raise what carrying the steps out would raise before the first file is written.

    For a dry run: nothing is written, into git's own folder neither, and no lock is taken.  So
    whether the files may be written, and whether git can keep a copy of what is not committed,
    is not asked.
    """
    repo = clone.of(project)
    if repo is not None:
        prepare(project, repo, steps, wish, dry=True)


def prepare(
    project: Project, repo: Repository, steps: Sequence[Plan], wish: Wish, *, dry: bool = False
) -> tuple[Proposal | None, Destination | None]:
    """Refuse what can be refused, and return what will be proposed and pushed, and to where."""
    proposal = None
    if wish.pr:
        proposal = pull_request.prepare(project, repo, steps[0], branch_of(steps[0]))
    if wish.commit and any(step.changes for step in steps):
        from release_tools.adapters.commit import check_ready

        check_ready(repo, keep=not dry)
    for number, step in enumerate(steps):
        guards.refuse_taken(repo, step, tag=number == 0 and (wish.tag or wish.pr))
        guards.refuse_dirty(repo, step, commit=wish.commit)
    if wish.tag and not steps[0].changes:
        guards.tagged_already(repo, steps[0], release(steps))
    if wish.pr:
        return proposal, _own_branch(repo, branch_of(steps[0]))
    if not wish.push:
        return None, None
    to = guards.destination(repo)
    if wish.tag:
        guards.refuse_taken_there(repo, to.remote, steps[0])
    return None, to


def _own_branch(repo: Repository, branch: str) -> Destination:
    if repo.branch() != branch and repo.branch_exists(branch):
        raise RefusedError(
            "branch-exists",
            f"the branch {branch} exists already",
            hint=f"continue on it with git switch {branch}, or delete it",
        )
    ref = f"refs/heads/{branch}"
    return guards.Destination("origin", branch, ref, guards.remote_head(repo, "origin", branch))


def branch_of(step: Plan) -> str:
    """Return the branch that a pull request of this step comes from."""
    return "release/" + "-".join(move.tag.replace("/", "-") for move in step.moves)


def release(steps: Sequence[Plan]) -> str:
    """Return the commit to be tagged, once the first step is done.

    Where an earlier run made the commits of both steps, it is the one before HEAD.
    """
    return "HEAD~1" if len(steps) > 1 and not any(step.changes for step in steps) else "HEAD"
