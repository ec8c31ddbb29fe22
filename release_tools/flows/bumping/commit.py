"""Carry a bump out: files, then commit, tag, push and pull request, each step resumable.

Everything that can be refused is refused before the first file is written.  A step that was
done already, by an earlier run that did not come to its end, is said and not done again.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.errors import ReleaseToolsError, UsageError
from release_tools.flows.bumping import guards, ready, resuming, standing
from release_tools.flows.bumping.apply import apply
from release_tools.flows.bumping.bump import plan_bump
from release_tools.flows.bumping.overlay import Overlay
from release_tools.flows.repository import clone

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from release_tools.adapters.git import Repository
    from release_tools.config import Project
    from release_tools.flows.bumping.guards import Destination
    from release_tools.flows.bumping.plan import Plan


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
    ``wish.commit``.  Raises UsageError for wishes that do not go together, before anything else,
    and what ``plan_bump`` raises.
    """
    ready.refuse_wish(project, wish)
    steps = _plan(project, request, wish)
    ready.refuse_push(steps, wish)
    return steps


def _plan(project: Project, request: Request, wish: Wish) -> tuple[Plan, ...]:
    words, stream, others = request.words, request.stream, dict(request.others)
    lower = request.allow_lower
    if not words and not others:
        if request.next is None:
            raise UsageError(
                "bump needs a target",
                hint="for example: release-tools bump 0.3.0, or release-tools bump minor",
            )
        if wish.tag:
            raise UsageError(
                "--tag has nothing to tag: --next is the version between two releases",
                hint="give a TARGET to release, or leave --tag out",
            )
        then = plan_bump(project, request.next, stream=stream, development=True, allow_lower=lower)
        return (then,)
    if request.next is not None and not words:
        raise UsageError(
            "--next is for one stream: it stands alone or beside its TARGET",
            hint="for example: release-tools bump 0.3.0 --commit --next 0.4.0-dev.0",
        )
    if request.next is not None and not wish.commit:
        raise UsageError(
            "--next after a release needs --commit: a working tree holds one version at a time",
            hint="add --commit, or bump to the development version later with --next alone",
        )
    if not words:
        stream, words = next(iter(others.items()))
        del others[stream]

    def make(of: Project) -> Plan:
        return plan_bump(of, words, stream=stream, others=others, allow_lower=lower)

    if request.next is None:
        step = make(project)
        return ((standing.written(project, step, make) if wish.commit else None) or step,)
    done = _done(project, request)
    if done:
        return done
    first = make(project)
    after = project.on(Overlay(project.tree, first.changes))
    return first, plan_bump(after, request.next, stream=stream, development=True)


def _done(project: Project, request: Request) -> tuple[Plan, ...]:
    """Return two empty plans where an earlier run made both commits, else none.

    The tree then says the development version, and that of the commit before it the release.
    """
    repo = clone.of(project)
    before = repo.resolve("HEAD~1") if repo is not None else None
    if repo is None or before is None or request.next is None:
        return ()
    from release_tools.adapters.git_tree import CommitTree

    try:
        second = plan_bump(
            project, request.next, stream=request.stream, development=True, allow_lower=True
        )
        if second.changes:
            return ()
        first = plan_bump(
            project.on(CommitTree(repo, before)),
            request.words,
            stream=request.stream,
            others=request.others,
            allow_lower=True,
        )
    except ReleaseToolsError:
        return ()  # whatever it is, planning from what stands here will say it
    return () if first.changes else (first, second)


def carry_out(
    project: Project, steps: Sequence[Plan], wish: Wish, done: dict[str, Any]
) -> Iterator[str]:
    """Do it; yield a line for each thing done, and note commit, tags and addresses in ``done``.

    Raises RefusedError before anything is written where the repository is not ready for it.
    """
    repo = clone.of(project)
    if repo is None:
        apply(project, steps[0])
        return
    proposal, to = ready.prepare(project, repo, steps, wish)
    if proposal is None:
        yield from _write(project, repo, steps, wish, done)
    else:
        yield from _on_branch(project, repo, steps, wish, done)
    if to is not None:
        yield from _push(repo, to, steps[0], wish, done)
    if proposal is not None and to is not None:
        with resuming.hinted(f"{to.branch} is pushed", "opens the pull request"):
            done["pull_request"] = proposal.open(to.branch, _message(steps[0]))
        yield f"pull request: {done['pull_request']}"


def _write(
    project: Project,
    repo: Repository,
    steps: Sequence[Plan],
    wish: Wish,
    done: dict[str, Any],
) -> Iterator[str]:
    release = ready.release(steps)
    for number, step in enumerate(steps):
        apply(project, step)
        if wish.commit:
            yield from _commit(repo, step, wish, done)
        if wish.tag and number == 0:
            yield from _tag(repo, step, release, wish, done)


def _on_branch(
    project: Project,
    repo: Repository,
    steps: Sequence[Plan],
    wish: Wish,
    done: dict[str, Any],
) -> Iterator[str]:
    """Do it on the branch of the pull request; where that fails, leave no branch behind."""
    branch, before = ready.branch_of(steps[0]), repo.branch()
    if before == branch:
        yield from _write(project, repo, steps, wish, done)
        return
    head = repo.head()
    repo.create_branch(branch)
    yield f"on the new branch {branch}"
    try:
        yield from _write(project, repo, steps, wish, done)
    except ReleaseToolsError:
        if repo.head() == head:
            repo.drop_branch(branch, before)
        raise


def _commit(repo: Repository, step: Plan, wish: Wish, done: dict[str, Any]) -> Iterator[str]:
    if not step.changes:
        yield "nothing to commit: the files say this already"
        return
    from release_tools.adapters.commit import commit

    made = commit(repo, step.changes, _message(step), sign=wish.sign)
    done["commit"] = done["commit"] or made  # the release's, where a development version follows
    yield f"committed {made[:12]}: {_message(step)}"


def _tag(repo: Repository, step: Plan, at: str, wish: Wish, done: dict[str, Any]) -> Iterator[str]:
    there = guards.tagged_already(repo, step, at)
    for move in step.moves:
        if move.tag in there:
            yield f"the tag {move.tag} is there already"
            continue
        repo.create_tag(move.tag, f"Release {move.after}", sign=wish.sign, at=at)
        done["tags"].append(move.tag)
        yield f"tagged {move.tag}"


def _push(
    repo: Repository, to: Destination, step: Plan, wish: Wish, done: dict[str, Any]
) -> Iterator[str]:
    tags = [move.tag for move in step.moves] if wish.tag else []
    what = f"{to.branch} and {', '.join(tags)}" if tags else to.branch
    known = repo.head() == to.head and (
        not tags or guards.refuse_taken_there(repo, to.remote, step)
    )
    if known:
        yield f"{to.remote} has {what} already"
    else:
        refs = [f"refs/tags/{tag}" for tag in tags]
        stays = ("commit and tag stay here", "pushes them")
        with resuming.hinted(*(stays if tags else ("the commit stays here", "pushes it"))):
            repo.push(to.remote, [f"refs/heads/{to.branch}:{to.ref}", *refs])
        yield f"pushed {what} to {to.remote}"
    done["pushed"] = True


def _message(step: Plan) -> str:
    return "Bump " + ", ".join(
        f"version to {move.after}"
        if len(step.moves) == 1
        else f"{move.stream.name} to {move.after}"
        for move in step.moves
    )
