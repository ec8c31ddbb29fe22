"""``promote``: what stands between a nightly and a release.  It decides and changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.checks import Check, Say
from release_tools.errors import ReleaseToolsError, UsageError
from release_tools.flows.columns import asking
from release_tools.flows.columns.published import Published
from release_tools.flows.load import load
from release_tools.flows.repository import clone, hub, remote
from release_tools.flows.verify import verify
from release_tools.model import Stage, Verdict
from release_tools.rules import pointers
from release_tools.streams import find
from release_tools.version import Nightly, Version

if TYPE_CHECKING:
    from collections.abc import Callable

    from release_tools.adapters.git import Repository
    from release_tools.adapters.ls_remote import RemoteRefs
    from release_tools.config import Project
    from release_tools.flows.repository.hub import Hub
    from release_tools.model import Table
    from release_tools.streams import Stream

_SHOWN = 12  # characters of a commit


class Promotion(NamedTuple):
    """The checklist: what was looked at, what the nightly published, what remains to be done."""

    nightly: str
    target: Version
    commit: str
    checks: tuple[Check, ...]
    table: Table
    commands: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """0 nothing but the commands remains, 1 something stands in the way, 3 cannot tell."""
        says = {check.say for check in self.checks if check.hard}
        return 1 if Say.CLOSED in says else 3 if Say.UNSURE in says else 0


class _Case(NamedTuple):
    project: Project
    repository: Repository
    github: Hub | None
    stream: Stream
    nightly: str
    target: Version
    facts: RemoteRefs
    commit: str


def promote(directory: str, nightly: str, to: str, *, config: str | None = None) -> Promotion:
    """Look at the nightly's commit, its checks and what it published, on the way to ``to``.

    Raises UsageError for a tag that is no nightly, or that the remote does not have.
    """
    project = load(directory, config=config, discover=False)
    match = find(project.streams, nightly)
    if match is None or not isinstance(match[1], Nightly):
        patterns = [stream.nightly for stream in project.streams if stream.nightly]
        hint = f"nightlies are tagged {' or '.join(patterns)}"
        if not patterns:
            hint = 'no stream has nightlies: add nightly = "nightly-{date}" to [streams.NAME]'
        raise UsageError(f"{nightly!a} is the tag of no nightly", hint=hint)
    repository = clone.of(project)
    if repository is None:
        raise UsageError("this project is in no git repository", hint="check it out with git")
    github = hub.looking(project, repository)
    facts = remote.peeled(repository, github, remote.refs(repository, github), nightly)
    if nightly not in facts.tags:
        raise UsageError(f"the remote has no tag {nightly}", hint="git ls-remote --tags origin")
    commit = facts.tags[nightly].commit
    target = Version.parse(to)
    case = _Case(project, repository, github, match[0], nightly, target, facts, commit)
    table = _published(case)
    checks = (
        _asked("free", lambda: _free(case)),
        _asked("checks", lambda: _green(case)),
        _asked("published", lambda: _there(table)),
        _asked("source", lambda: _source(case), hard=False),
        _asked("commits", lambda: _since(case), hard=False),
    )
    return Promotion(nightly, target, commit, checks, table, _commands(case))


def _asked(name: str, work: Callable[[], tuple[Say, str]], *, hard: bool = True) -> Check:
    try:
        return Check(name, *work(), hard=hard)
    except ReleaseToolsError as error:
        return Check(name, Say.UNSURE, error.message, error.hint, hard)


def _free(case: _Case) -> tuple[Say, str]:
    tag = case.stream.tag_of(case.target)
    if tag in case.facts.tags:
        return Say.CLOSED, f"the remote has the tag {tag} already"
    known = [one for one in pointers.versions(case.stream, case.facts.tags) if one.is_stable]
    highest = max(known, default=None)
    if highest is not None and case.target < highest:
        return Say.CLOSED, f"{case.target} is lower than {highest}, which is tagged already"
    return Say.OPEN, f"{tag} is free, and follows {highest or 'nothing'}"


def _green(case: _Case) -> tuple[Say, str]:
    from release_tools.adapters.github import GREEN

    github = hub.needed(case.github)
    names = case.stream.required_checks or github.checks.required_checks(_branch(case))
    if not names:
        return Say.UNSURE, "no check is required: name them with required-checks"
    found = github.checks.check_states(case.commit)
    said = [f"{name} ({found.get(name, 'never ran')})" for name in names]
    green = all(found.get(name) in GREEN for name in names)
    where = case.commit[:_SHOWN]
    return (Say.OPEN if green else Say.CLOSED), f"on {where}: {', '.join(said)}"


def _branch(case: _Case) -> str:
    from fnmatch import fnmatchcase

    for pattern in case.stream.branches:
        for name in case.facts.heads:
            if fnmatchcase(name, pattern):
                return name
    raise UsageError("the remote has no release branch", hint="branches in [streams] names them")


def _published(case: _Case) -> Table:
    with asking.of_project(case.project) as ask:
        return verify(case.project, tag=case.nightly, columns=(Published(ask),))


def _there(table: Table) -> tuple[Say, str]:
    cells = {
        row.surface.id: cell.verdict
        for one in table.streams
        for row in one.rows
        for cell in row.cells
        if cell.stage is Stage.PUBLISHED
    }
    missing = [id_ for id_, verdict in cells.items() if verdict is Verdict.MISSING]
    unknown = [id_ for id_, verdict in cells.items() if verdict is Verdict.UNKNOWN]
    there = sum(verdict is Verdict.AGREES for verdict in cells.values())
    if missing:
        return Say.CLOSED, f"the nightly was not published as {', '.join(missing)}"
    if unknown:
        return Say.UNSURE, f"not known of {', '.join(unknown)}"
    return Say.OPEN, f"{there} of {len(cells)} surfaces of the nightly are published"


def _source(case: _Case) -> tuple[Say, str]:
    if case.repository.resolve(case.commit) is None:
        case.repository.fetch("origin", f"refs/tags/{case.nightly}")
    at = load(case.project.root, ref=case.commit, discover=False)
    table = verify(at, str(case.target), stream=case.stream.name)
    odd = [
        f"{row.surface.id} ({cell.found or 'nothing'})"
        for one in table.streams
        for row in one.rows
        for cell in row.cells
        if cell.verdict in (Verdict.DIFFERS, Verdict.MISSING)
    ]
    if odd:
        return Say.CLOSED, f"bump will set {', '.join(odd)} to {case.target}"
    return Say.OPEN, f"every place says {case.target} already"


def _since(case: _Case) -> tuple[Say, str]:
    branch = _branch(case)
    compared = hub.needed(case.github).refs.compare(case.commit, case.facts.heads[branch])
    if compared is None or not compared.contains_base:
        return Say.CLOSED, f"{case.commit[:_SHOWN]} is not on {branch}"
    if compared.ahead == 0:
        return Say.OPEN, f"{branch} has nothing new since"
    commits = "1 commit" if compared.ahead == 1 else f"{compared.ahead} commits"
    return Say.CLOSED, f"{branch} has {commits} since, which a release of its head would hold too"


def _commands(case: _Case) -> tuple[str, ...]:
    stream = "" if case.stream == case.project.streams[0] else f" --stream {case.stream.name}"
    return (
        f"git switch --create release-{case.target} {case.commit}",
        f"release-tools bump {case.target}{stream} --commit",
        f"git push origin release-{case.target}, and merge it",
        f"release-tools tag {case.target}{stream} --push",
    )
