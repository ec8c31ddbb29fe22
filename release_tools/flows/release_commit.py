"""Carry a bump out: files, then commit, tag, push and pull request, each step resumable.

Everything that can be refused is refused before the first file is written.  A step that was
done already, by an earlier run that did not come to its end, is said and not done again.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.errors import RefusedError, UsageError
from release_tools.flows import guards, pull_request
from release_tools.flows.apply import apply
from release_tools.flows.bump import plan_bump
from release_tools.flows.overlay import Overlay

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from release_tools.adapters.git import Repository
    from release_tools.config import Project
    from release_tools.flows.plan import Plan


class Request(NamedTuple):
    """What to move where: the words of TARGET, those of NAME=TARGET, and of ``--next``."""

    words: Sequence[str]
    stream: str | None = None
    others: Mapping[str, Sequence[str]] = MappingProxyType({})
    next: str | None = None
    allow_lower: bool = False


class Wish(NamedTuple):
    """How far to go after the files are written."""

    commit: bool = False
    tag: bool = False
    sign: bool = False
    push: bool = False
    pr: bool = False


def plan(project: Project, request: Request, wish: Wish) -> tuple[Plan, ...]:
    """Plan the release and, where ``request.next`` is given, the development version after it.

    Two versions in one working tree need a commit between them: with a target, ``next`` wants
    ``wish.commit``.  Raises what ``plan_bump`` raises.
    """
    words, stream, others = request.words, request.stream, dict(request.others)
    if not words and not others:
        if request.next is None:
            raise UsageError(
                "bump needs a target",
                hint="for example: release-tools bump 0.3.0, or release-tools bump minor",
            )
        return (plan_bump(project, request.next, stream=stream, development=True),)
    if request.next is not None and not words:
        raise UsageError("--next is for one stream: it stands alone or beside its TARGET")
    if request.next is not None and not wish.commit:
        raise UsageError(
            "--next after a release needs --commit: a working tree holds one version at a time"
        )
    if not words:
        stream, words = next(iter(others.items()))
        del others[stream]
    first = plan_bump(project, words, stream=stream, others=others, allow_lower=request.allow_lower)
    if request.next is None:
        return (first,)
    after = project.on(Overlay(project.tree, first.changes))
    return first, plan_bump(after, request.next, stream=stream, development=True)


def carry_out(
    project: Project, steps: Sequence[Plan], wish: Wish, done: dict[str, Any]
) -> Iterator[str]:
    """Do it; yield a line for each thing done, and note commit, tags and addresses in ``done``.

    Raises RefusedError before anything is written where the repository is not ready for it.
    """
    repo = guards.repository(project)
    if repo is None:
        if wish.commit or wish.push:
            raise UsageError("this project is in no git repository", hint="git init, then commit")
        apply(project, steps[0])
        return
    proposal = pull_request.prepare(project, repo, steps[0]) if wish.pr else None
    branch = _ready(repo, steps, wish)
    if wish.pr:
        yield from _switch(repo, branch)
    for number, step in enumerate(steps):
        apply(project, step)
        if wish.commit:
            yield from _commit(repo, step, wish, done)
        if wish.tag and number == 0:
            yield from _tag(repo, step, wish, done)
    if wish.push or wish.pr:
        yield from _push(repo, branch, steps[0], wish, done)
    if proposal is not None:
        done["pull_request"] = proposal.open(branch, _message(steps[0]))
        yield f"pull request: {done['pull_request']}"


def _ready(repo: Repository, steps: Sequence[Plan], wish: Wish) -> str:
    """Refuse what can be refused, and return the branch that will be pushed."""
    for step in steps:
        guards.refuse_taken(repo, step)
        guards.refuse_dirty(repo, step.paths)
    if wish.pr and wish.tag:
        raise UsageError(
            "--pr and --tag exclude each other: a tag belongs on the merged commit",
            hint="after the merge, run release-tools tag --push",
        )
    if wish.pr:
        return "release/" + "-".join(move.tag.replace("/", "-") for move in steps[0].moves)
    if wish.push:
        if not wish.commit and any(step.changes for step in steps):
            raise UsageError("--push needs --commit: what is not committed cannot be pushed")
        return guards.branch_to_push(repo)
    return repo.branch() or ""


def _switch(repo: Repository, branch: str) -> Iterator[str]:
    if repo.branch() == branch:
        return
    if repo.branch_exists(branch):
        raise RefusedError(
            "branch-exists",
            f"the branch {branch} exists already",
            hint=f"continue on it with git switch {branch}, or delete it",
        )
    repo.create_branch(branch)
    yield f"on the new branch {branch}"


def _commit(repo: Repository, step: Plan, wish: Wish, done: dict[str, Any]) -> Iterator[str]:
    if not step.changes:
        yield "nothing to commit: the files say this already"
        return
    from release_tools.adapters.commit import commit

    done["commit"] = commit(repo, step.changes, _message(step), sign=wish.sign)
    yield f"committed {done['commit'][:12]}: {_message(step)}"


def _tag(repo: Repository, step: Plan, wish: Wish, done: dict[str, Any]) -> Iterator[str]:
    head = repo.head()
    for move in step.moves:
        there = repo.resolve(f"refs/tags/{move.tag}")
        if there is None:
            repo.create_tag(move.tag, f"Release {move.after}", sign=wish.sign)
            done.setdefault("tags", []).append(move.tag)
            yield f"tagged {move.tag}"
        elif there == head:
            yield f"the tag {move.tag} is there already"
        else:
            raise RefusedError(
                "tag-exists",
                f"the tag {move.tag} stands on another commit, {there[:12]}",
                hint="choose a higher version; a tag that was pushed is never moved",
            )


def _push(
    repo: Repository, branch: str, step: Plan, wish: Wish, done: dict[str, Any]
) -> Iterator[str]:
    upstream = None if wish.pr else repo.upstream()
    remote = upstream.remote if upstream else "origin"
    target = upstream.ref if upstream else f"refs/heads/{branch}"
    tags = [f"refs/tags/{move.tag}" for move in step.moves] if wish.tag else []
    repo.push(remote, [f"refs/heads/{branch}:{target}", *tags])
    done["pushed"] = True
    yield f"pushed {branch}{' and ' + ', '.join(t[10:] for t in tags) if tags else ''} to {remote}"


def _message(step: Plan) -> str:
    return "Bump " + ", ".join(
        f"version to {move.after}"
        if len(step.moves) == 1
        else f"{move.stream.name} to {move.after}"
        for move in step.moves
    )
