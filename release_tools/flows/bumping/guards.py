"""What a bump refuses before it touches anything: lower versions, standing changes, taken tags."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import RefusedError, UsageError, VersionError
from release_tools.flows.repository import clone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.adapters.git import Repository
    from release_tools.config import Project
    from release_tools.flows.bumping.plan import Move, Plan
    from release_tools.streams import Stream
    from release_tools.version import Version


def refuse_lower(project: Project, move: Move, highest_place: Version | None) -> None:
    """Raise RefusedError ``lower-version`` below the highest place or tag of the stream."""
    repo = clone.of(project)
    tagged = clone.highest_tagged(repo, move.stream) if repo is not None else None
    known = max((v for v in (highest_place, tagged) if v is not None), default=None)
    if known is not None and move.after < known:
        what = "tag" if known == tagged else "place"
        raise RefusedError(
            "lower-version",
            f'{move.after} is lower than {known}, the highest {what} of "{move.stream.name}"',
            hint="choose a higher version, or say --allow-lower",
        )


def refuse_taken(repo: Repository, plan: Plan, *, tag: bool) -> None:
    """Raise RefusedError ``tag-exists`` where a version that is being made is tagged already.

    A version that no tag can say is none that is taken; where a ``tag`` is asked for it is
    refused as ``not-expressible``.
    """
    for move in plan.moves:
        try:
            name = move.tag
        except VersionError as error:
            if not tag:
                continue
            raise RefusedError("not-expressible", f"as a git tag: {error.message}") from error
        # Mending places that stray from the version that most state is no new version.
        new = tag or move.before != move.after
        if plan.changes and new and repo.tag_exists(name):
            raise RefusedError(
                "tag-exists",
                f"the tag {name} exists already, and this tree does not say {move.after}",
                hint="choose a higher version; a tag that was pushed is never moved",
            )


def refuse_dirty(repo: Repository, plan: Plan, *, commit: bool) -> None:
    """Raise RefusedError ``dirty-files`` where changes stand in the files concerned.

    Those are the ones that change; for a ``commit`` all that state the version, since the
    commit, and a tag on it, has to say it everywhere.  Of a file that is reached by a link, both
    the link and the file are asked about.
    """
    found = () if plan.written else dirty(repo, plan.places if commit else plan.paths)
    if not found:
        return
    more = f" and {len(found) - 1} more have" if len(found) > 1 else " has"
    hint = "commit or stash them first: a bump must be the only change in its files"
    if not plan.changes:
        hint = "commit or stash them, then run the command again: it goes on from there"
    raise RefusedError(
        "dirty-files",
        f"{found[0]}{more} changes that are not committed",
        hint=hint,
        path=found[0],
    )


def dirty(repo: Repository, paths: Sequence[str]) -> tuple[str, ...]:
    """Return those with changes that are not committed; a link counts, and what it leads to."""
    from release_tools.adapters.git_status import real_paths

    return repo.status(tuple({*paths, *real_paths(repo, paths)}))


class Destination(NamedTuple):
    """Where a branch is pushed to: the remote, and the names of the branch here and there.

    ``head`` is the commit that the remote has there now, None where it has no such branch.
    """

    remote: str
    branch: str
    ref: str
    head: str | None


def destination(repo: Repository) -> Destination:
    """Return where the current branch is pushed to: its upstream, else its namesake on origin.

    Raises RefusedError when HEAD is detached or the branch is behind, and UsageError when there
    is no such remote or the upstream is a branch of another name.
    """
    branch = repo.branch()
    if branch is None:
        raise RefusedError(
            "detached-head",
            "HEAD is detached: there is no branch to push",
            hint="git switch to the branch that the release belongs on",
        )
    upstream = repo.upstream()
    remote, ref = "origin", f"refs/heads/{branch}"
    if upstream is not None and upstream.remote != ".":  # "." is a branch of this repository
        remote = upstream.remote
        if upstream.ref != ref:
            name = upstream.ref.removeprefix("refs/heads/")
            raise UsageError(
                f"the branch {branch} follows {name} of {remote}: which is to be pushed?",
                hint=f"switch to {name}, or git branch --unset-upstream, or push by hand",
            )
    head = remote_head(repo, remote, branch)
    if head is not None and not repo.is_ancestor(head, "HEAD"):
        raise RefusedError(
            "behind-upstream",
            f"the branch {branch} lacks commits that {remote} has",
            hint="git pull first",
        )
    return Destination(remote, branch, ref, head)


def remote_head(repo: Repository, remote: str, branch: str) -> str | None:
    """Return what ``remote`` has at ``branch``; raises UsageError where there is no remote."""
    if repo.remote_url(remote) is None:
        raise UsageError(
            f"there is no remote {remote} to push to", hint=f"git remote add {remote} URL"
        )
    return repo.remote_head(remote, branch)


def refuse_taken_there(repo: Repository, remote: str, plan: Plan) -> bool:
    """Raise RefusedError ``tag-exists`` where the remote has a tag that this clone has not.

    Return whether it has all tags of the plan.
    """
    there = repo.remote_tags(remote)
    for move in plan.moves:
        commit = there.get(move.tag)
        if commit is not None and commit != repo.resolve(f"refs/tags/{move.tag}"):
            raise RefusedError(
                "tag-exists",
                f"{remote} has the tag {move.tag} on {commit[:12]}, and this clone has not",
                hint=f"look at it with git fetch {remote} tag {move.tag}; a tag is never moved",
            )
    return all(move.tag in there for move in plan.moves)


def tagged_already(repo: Repository, plan: Plan, at: str) -> frozenset[str]:
    """Return the tags of the plan that stand on the commit ``at`` already.

    Raises RefusedError ``tag-exists`` for one that stands elsewhere or is lightweight.
    """
    commit = repo.resolve(at)
    found = {move.tag: repo.resolve(f"refs/tags/{move.tag}") for move in plan.moves}
    for tag, there in found.items():
        if there is None:
            continue
        if there == commit:
            refuse_lightweight(repo, tag)
        else:
            raise RefusedError(
                "tag-exists",
                f"the tag {tag} stands on another commit, {there[:12]}",
                hint="choose a higher version; a tag that was pushed is never moved",
            )
    return frozenset(tag for tag, there in found.items() if there is not None)


def refuse_lightweight(repo: Repository, name: str) -> None:
    """Raise RefusedError ``tag-exists`` where the tag that is here already is not annotated."""
    if not repo.is_annotated(name):
        raise RefusedError(
            "tag-exists",
            f"the tag {name} is here already, but it is a lightweight one: nobody signed for it",
            hint=f"delete it with git tag -d {name}, then run the command again",
        )


def release_branch(repo: Repository, stream: Stream, other_than: str = "") -> str:
    """Return the branch that the stream's next release stands on.

    That is the current one where the stream releases from it, unless it is ``other_than``, else
    the first that the stream names without a glob.  Raises UsageError where neither says one.
    """
    current = repo.branch()
    if (
        current
        and current != other_than
        and any(fnmatchcase(current, pattern) for pattern in stream.branches)
    ):
        return current
    plain = [name for name in stream.branches if not set("*?[") & set(name)]
    if not plain:
        raise UsageError(
            f"stream {stream.name} releases from " + ", ".join(stream.branches),
            hint="switch to one of them, or name it with --branch",
        )
    return plain[0]
