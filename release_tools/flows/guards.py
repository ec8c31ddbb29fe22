"""What a bump refuses before it touches anything: lower versions, standing changes, taken tags."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from release_tools.adapters.git import Repository
from release_tools.errors import RefusedError, UsageError
from release_tools.version import Version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.config import Project
    from release_tools.flows.plan import Move, Plan
    from release_tools.streams import Stream


def repository(project: Project) -> Repository | None:
    """Return the repository that the project's files stand in, if any."""
    root = getattr(project.tree, "root", None)
    return None if root is None else Repository.find(root)


def refuse_lower(project: Project, move: Move, highest_place: Version | None) -> None:
    """Raise RefusedError ``lower-version`` below the highest place or tag of the stream."""
    repo = repository(project)
    tagged = highest_tagged(repo, move.stream) if repo is not None else None
    known = max((v for v in (highest_place, tagged) if v is not None), default=None)
    if known is not None and move.after < known:
        what = "tag" if known == tagged else "place"
        raise RefusedError(
            "lower-version",
            f'{move.after} is lower than {known}, the highest {what} of "{move.stream.name}"',
            hint="choose a higher version, or say --allow-lower",
        )


def highest_tagged(repo: Repository, stream: Stream) -> Version | None:
    """Return the highest version that a local tag of the stream names; nightlies do not count."""
    prefix = stream.tag.partition("{version}")[0]
    matched = (stream.match(tag) for tag in repo.tags() if tag.startswith(prefix))
    return max((v for v in matched if isinstance(v, Version) and not v.is_dev), default=None)


def refuse_taken(repo: Repository, plan: Plan) -> None:
    """Raise RefusedError ``tag-exists`` where a version that is being made is tagged already."""
    for move in plan.moves if plan.changes else ():
        if repo.tag_exists(move.tag):
            raise RefusedError(
                "tag-exists",
                f"the tag {move.tag} exists already, and this tree does not say {move.after}",
                hint="choose a higher version; a tag that was pushed is never moved",
            )


def refuse_dirty(repo: Repository, paths: Sequence[str]) -> None:
    """Raise RefusedError ``dirty-files`` where changes stand in the files concerned."""
    dirty = repo.status(paths)
    if dirty:
        more = f" and {len(dirty) - 1} more" if len(dirty) > 1 else ""
        raise RefusedError(
            "dirty-files",
            f"{dirty[0]}{more} has changes that are not committed",
            hint="commit or stash them first: a bump must be the only change in its files",
            path=dirty[0],
        )


def branch_to_push(repo: Repository) -> str:
    """Return the current branch; raises RefusedError when it is detached or behind."""
    branch = repo.branch()
    if branch is None:
        raise RefusedError(
            "detached-head",
            "HEAD is detached: there is no branch to push",
            hint="git switch to the branch that the release belongs on",
        )
    if repo.behind_upstream():
        raise RefusedError(
            "behind-upstream",
            f"the branch {branch} lacks commits that its upstream has",
            hint="git pull first",
        )
    return branch


def release_branch(repo: Repository, stream: Stream) -> str:
    """Return the branch that the stream's next release stands on.

    That is the current one where the stream releases from it, else the first that the stream
    names without a glob.  Raises UsageError where neither says one.
    """
    current = repo.branch()
    if current and any(fnmatchcase(current, pattern) for pattern in stream.branches):
        return current
    plain = [name for name in stream.branches if not set("*?[") & set(name)]
    if not plain:
        raise UsageError(
            f"stream {stream.name} releases from " + ", ".join(stream.branches),
            hint="switch to one of them, or name it with --branch",
        )
    return plain[0]
