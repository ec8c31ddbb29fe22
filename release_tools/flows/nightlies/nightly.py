"""``nightly``: one identity for a whole run, a date and a commit, and the tag that says it."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import RefusedError, UnreadableError, UsageError
from release_tools.flows.load import load
from release_tools.flows.repository import clone, hub, remote
from release_tools.rules import handout, pointers
from release_tools.version import Nightly

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.adapters.git import Repository
    from release_tools.adapters.ls_remote import RemoteRefs
    from release_tools.config import Project
    from release_tools.flows.repository.hub import Hub
    from release_tools.streams import Stream

_SHOWN = 12  # characters of a commit


class Request(NamedTuple):
    """Which nightly; ``date`` is YYYYMMDD, None for that of the run or of today in UTC."""

    date: str | None = None
    stream: str | None = None
    push: bool = False
    if_changed: bool = False


class Tonight(NamedTuple):
    """The nightly of a run: its names, and the lines that say what was done.

    ``skipped`` says that nothing has changed since the last one.
    """

    nightly: Nightly
    tag: str
    commit: str
    outputs: Mapping[str, str]
    lines: tuple[str, ...]
    skipped: bool = False


class _Case(NamedTuple):
    project: Project
    stream: Stream
    repository: Repository
    github: Hub | None
    facts: RemoteRefs
    commit: str
    nightly: Nightly
    tag: str


def nightly(directory: str, request: Request, *, config: str | None = None) -> Tonight:
    """Name tonight's version, and tag its commit; repeating it for the same commit does nothing.

    Raises RefusedError ``nightly-taken`` where the date's tag names another commit, UsageError
    for a stream without nightlies or a date that is none.
    """
    project = load(directory, config=config, discover=False)
    stream = _stream(project, request.stream)
    repository = clone.of(project)
    if repository is None:
        raise UsageError("this project is in no git repository", hint="check it out with git")
    github = hub.maybe(project, repository)
    facts = remote.refs(repository, github)
    commit = _commit(repository)
    found = Nightly(_date(request.date, github), commit)
    tag = stream.tag_of(found)
    facts = remote.peeled(repository, github, facts, tag)
    case = _Case(project, stream, repository, github, facts, commit, found, tag)
    if request.if_changed and (same := _unchanged(case)):
        lines = (f"nothing has changed since {same}",)
        return Tonight(found, tag, commit, _outputs(case, skipped=True), lines, skipped=True)
    return Tonight(found, tag, commit, _outputs(case), tuple(_tagged(case, push=request.push)))


def _stream(project: Project, name: str | None) -> Stream:
    """Return the stream that is meant, else the first that has nightlies."""
    if name is None:
        having = [one for one in project.streams if one.nightly is not None]
        if having:
            return having[0]
    stream = project.stream_or_first(name)
    if stream.nightly is None:
        raise UsageError(
            f"stream {stream.name} has no nightlies",
            hint='set nightly = "nightly-{date}" in its table',
        )
    return stream


def _commit(repository: Repository) -> str:
    from release_tools.adapters.actions import Actions

    actions = Actions.from_env(os.environ)
    commit = repository.head()
    if commit is None:
        raise UsageError("there is no commit here yet", hint="commit something first")
    if actions is not None and actions.sha and actions.sha != commit:
        raise UsageError(
            f"this run is of {actions.sha[:_SHOWN]}, and this checkout is at {commit[:_SHOWN]}",
            hint="check out the commit of the run: actions/checkout does by itself",
        )
    return commit


def _date(given: str | None, github: Hub | None) -> dt.date:
    """Return the date of the whole run in UTC, whichever day its later jobs are run on."""
    if given is not None:
        return Nightly.parse(f"nightly-{given}").date
    run = os.environ.get("GITHUB_RUN_ID", "")
    if os.environ.get("GITHUB_ACTIONS") == "true" and run.isdecimal():
        # A re-run resets run_started_at; created_at stays.
        found = hub.needed(github).runs.get(int(run))
        if found is None:
            raise UnreadableError(f"GitHub does not know this run, {run}", hint="give --date")
        return dt.datetime.fromisoformat(found.created_at).astimezone(dt.UTC).date()
    return dt.datetime.now(dt.UTC).date()


def _unchanged(case: _Case) -> str | None:
    """Return the last nightly before this one where it is of the very same commit."""
    last = handout.last_nightly(case.stream, case.nightly, case.facts.tags)
    if not last:
        return None
    facts = remote.peeled(case.repository, case.github, case.facts, last)
    return last if facts.tags[last].commit == case.commit else None


def _outputs(case: _Case, *, skipped: bool = False) -> Mapping[str, str]:
    released = [one for one in pointers.versions(case.stream, case.facts.tags) if one.is_stable]
    base = handout.nightly_base(case.stream, max(released, default=None))
    spelled = handout.of_nightly(case.stream, case.nightly, base, case.commit, case.facts.tags)
    return {"skipped": "true" if skipped else "false", **spelled}


def _tagged(case: _Case, *, push: bool) -> list[str]:
    """Make the tag, once, and return a line for what was done."""
    there = case.facts.tags.get(case.tag)
    if there is not None:
        if there.commit == case.commit:
            return [f"the remote has {case.tag} on {case.commit[:_SHOWN]} already"]
        raise RefusedError(
            "nightly-taken",
            f"the remote has {case.tag} on {there.commit[:_SHOWN]}, not {case.commit[:_SHOWN]}",
            hint="one nightly a day: wait for tomorrow, or name another date with --date",
        )
    if not push:
        _local(case)
        return [f"made the tag {case.tag} on {case.commit[:_SHOWN]}; --push makes it the remote's"]
    if case.github is not None and (os.environ.get("GH_TOKEN") or os.environ.get("GITHUB_TOKEN")):
        _through_api(case, case.github)
    else:
        _local(case)
        case.repository.push("origin", [f"refs/tags/{case.tag}"])
    now = remote.tag(case.repository, case.github, case.tag)
    if now is None or now.commit != case.commit:
        raise UnreadableError(
            f"{case.tag} was pushed, and the remote does not show it at {case.commit[:_SHOWN]}",
            hint="run the command again: it says what stands there",
        )
    return [
        f"pushed the tag {case.tag} on {case.commit[:_SHOWN]}",
        "a tag that GITHUB_TOKEN pushes starts no workflow: build in this run",
    ]


def _local(case: _Case) -> None:
    known = case.repository.resolve(f"refs/tags/{case.tag}")
    if known is None:
        case.repository.create_tag(case.tag, _message(case), at=case.commit)
    elif known != case.commit:
        raise RefusedError(
            "nightly-taken",
            f"this clone has {case.tag} on {known[:_SHOWN]}, not {case.commit[:_SHOWN]}",
            hint=f"delete it if nobody needs it: git tag -d {case.tag}",
        )


def _through_api(case: _Case, github: Hub) -> None:
    """Make the tag on GitHub itself: the token needs no credentials in git for that."""
    made = github.refs.create_tag_object(case.tag, case.commit, _message(case))
    if not github.refs.create(f"refs/tags/{case.tag}", made):
        there = github.refs.tag(case.tag)
        if there is None or there.commit != case.commit:
            raise RefusedError(
                "nightly-taken",
                f"another run has made {case.tag} in between",
                hint="one nightly a day: look at what made the other",
            )


def _message(case: _Case) -> str:
    name = case.project.repository or case.stream.name
    return f"{name.rpartition('/')[2]} nightly of {case.nightly.date}"
