"""Make the annotated tag of a version on the head of the remote's branch, once it deserves it."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import RefusedError, UnreadableError, UsageError
from release_tools.flows.bumping import guards, resuming
from release_tools.flows.load import load
from release_tools.flows.repository import clone
from release_tools.flows.root import find_root, refuse_pending
from release_tools.flows.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.adapters.git import Repository
    from release_tools.config import Project
    from release_tools.model import Table
    from release_tools.streams import Stream


class Candidate(NamedTuple):
    """A commit of the remote that may be tagged: its tree is judged, nothing is made yet."""

    repository: Repository
    project: Project
    stream: Stream
    remote: str
    branch: str
    commit: str
    table: Table

    @property
    def name(self) -> str:
        """The tag; raises RefusedError where the tree names no version that a tag can say."""
        name = self.table.streams[0].tag
        if name is None:
            raise RefusedError("no-agreement", "the tree names no version that could be tagged")
        return name


def candidate(
    directory: str,
    version: str | None,
    *,
    config: str | None = None,
    stream: str | None = None,
    branch: str | None = None,
    remote: str = "origin",
) -> Candidate:
    """Read the head of the remote's branch and judge its source column.

    The branch is the current one where the stream releases from it, else the first that the
    stream names.  The remote is asked (``ls-remote``), the local copy is not believed.  Raises
    UsageError where there is no such remote, RefusedError where it lacks the branch, and
    UnreadableError where it does not answer.
    """
    root = find_root(directory)
    refuse_pending(root)
    here = load(root, config=config, discover=False)
    chosen = here.stream_or_first(stream)
    repo = clone.of(here)
    if repo is None:
        raise UsageError("this project is in no git repository", hint="git init, then commit")
    branch = branch or guards.release_branch(repo, chosen)
    address = not set("/:").isdisjoint(remote)  # git takes one in the place of a name
    ask = repo.remote_head if address else partial(guards.remote_head, repo)
    commit = ask(remote, branch)
    if commit is None:
        raise RefusedError(
            "remote-differs",
            f"{remote} has no branch {branch}",
            hint="push it, or name another with --branch",
        )
    if repo.resolve(commit) is None:
        repo.fetch(remote, f"refs/heads/{branch}")
    there = load(root, config=config, ref=commit, discover=False)
    table = verify(there, version, stream=chosen.name)
    found = table.streams[0].version
    if version is None and found is not None and found.is_dev:
        raise RefusedError(
            "development-version",
            f"{remote}/{branch} says {found}, a version between two releases",
            hint="bump to the release first, or name the version if you mean it",
        )
    return Candidate(repo, there, chosen, remote, branch, commit, table)


def make(found: Candidate, *, sign: bool, push: bool, checks: bool) -> Iterator[str]:
    """Make the tag, and push it; yield a line for each thing that was done or was so already.

    Raises RefusedError ``tag-exists`` where the tag names another commit or is lightweight, and
    ``checks-not-green`` where GitHub says that a required check has not passed.  With ``checks``,
    raises UnreadableError where GitHub could not be asked; only a repository that is none of
    GitHub's is tagged without.
    """
    name, repo = found.name, found.repository
    taken = repo.remote_tags(found.remote).get(name)
    if taken == found.commit:
        yield f"{found.remote} has the tag {name} on {found.commit[:12]} already"
        return
    local = repo.resolve(f"refs/tags/{name}")
    if taken is not None or local not in (None, found.commit):
        holder, where = (found.remote, taken) if taken else ("this clone", str(local))
        raise RefusedError(
            "tag-exists",
            f"{holder} has the tag {name} on {str(where)[:12]}, not on {found.commit[:12]}",
            hint="choose a higher version; a tag that was pushed is never moved",
        )
    if local is not None:
        guards.refuse_lightweight(repo, name)
    if checks:
        yield from _checks(found)
    if local is None:
        repo.create_tag(name, _message(found), sign=sign, at=found.commit)
        yield f"made the tag {name} on {found.commit[:12]}, the head of {found.branch}"
    if push:
        with resuming.hinted("the tag stays here", "pushes it"):
            repo.push(found.remote, [f"refs/tags/{name}"])
        yield f"pushed the tag {name} to {found.remote}"
    else:
        yield f"publish it with: git push {found.remote} refs/tags/{name}"


def _message(found: Candidate) -> str:
    version = found.table.streams[0].version
    repository = found.project.repository
    return f"{repository.rpartition('/')[2]} {version}" if repository else f"Release {version}"


def _checks(found: Candidate) -> Iterator[str]:
    """Ask GitHub for the required checks; where the repository is none of GitHub's, say so."""
    required: tuple[str, ...] | None = found.stream.required_checks
    known = clone.known_name(found.project, found.repository, found.remote)
    if not required and known is None:
        yield f"required checks were not asked for: {found.remote} is not on GitHub"
        return
    if not required and not (os.environ.get("GH_TOKEN") or os.environ.get("GITHUB_TOKEN")):
        raise UnreadableError(
            f"whether the required checks of {known} are green is not known: there is no token",
            hint="set GITHUB_TOKEN, as from gh auth token; --no-checks tags without asking",
        )
    from release_tools.adapters.github import GREEN, GitHub
    from release_tools.adapters.github_connect import connect

    name = clone.github_name(found.project, found.repository, found.remote)
    registries = found.project.tables.get("registries")
    github = GitHub.over(connect(name, os.environ, registries))
    required = required or github.required_checks(found.branch)
    if required is None:
        raise RefusedError(
            "checks-not-green",
            f"GitHub does not say which checks {found.branch} requires",
            hint="name them with required-checks in release-tools.toml",
        )
    states = github.check_states(found.commit)
    red = [f"{n} ({states.get(n, 'never ran')})" for n in required if states.get(n) not in GREEN]
    if red:
        raise RefusedError(
            "checks-not-green",
            f"on {found.commit[:12]} these required checks have not passed: {', '.join(red)}",
            hint="wait for them or mend them; --no-checks tags without asking",
        )
    yield f"required checks are green: {', '.join(required) or 'none is required'}"
