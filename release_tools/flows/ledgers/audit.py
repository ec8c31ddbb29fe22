"""``audit``: has anything changed since it was released?  Read again, compared with the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.errors import ReleaseToolsError, UsageError
from release_tools.flows.columns import asking
from release_tools.flows.columns.last_rows import LastRows
from release_tools.flows.columns.published import Published
from release_tools.flows.ledgers import stored as audit_ledgers
from release_tools.flows.load import load
from release_tools.flows.repository import clone, hub, remote
from release_tools.flows.verify import joined
from release_tools.model import Row, Severity, StreamTable, Verdict
from release_tools.reports import ledger as report
from release_tools.rules import compare
from release_tools.rules import ledger as rules
from release_tools.rules.findings import finding, from_error
from release_tools.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from release_tools.adapters.git import Repository
    from release_tools.config import Project
    from release_tools.flows.columns.asking import Asking
    from release_tools.flows.columns.column import Column
    from release_tools.flows.ledgers.stored import Request, Source
    from release_tools.flows.repository.hub import Hub
    from release_tools.model import Finding
    from release_tools.streams import Stream


class Audited(NamedTuple):
    """One release, compared with what was recorded of it."""

    tag: str
    verdict: Verdict
    table: StreamTable | None
    findings: tuple[Finding, ...]


class Audit(NamedTuple):
    """All of them."""

    releases: tuple[Audited, ...]

    @property
    def verdict(self) -> Verdict:
        """What they add up to; no release at all is a doubt."""
        return compare.add_up([one.verdict for one in self.releases])

    @property
    def exit_code(self) -> int:
        """0 nothing has changed, 1 something has, 3 it could not be told of all."""
        return {Verdict.AGREES: 0, Verdict.UNKNOWN: 3}.get(self.verdict, 1)


class _Case(NamedTuple):
    project: Project
    stream: Stream
    repository: Repository | None
    github: Hub | None
    ask: Asking
    source: Source
    released: bool


def audit(directory: str, request: Request, *, config: str | None = None) -> Audit:
    """Read every ledger that is meant, and look everything that it records up again.

    Raises UsageError where no release is meant.
    """
    project = load(directory, config=config, discover=False)
    stream = project.stream_or_first(request.stream)
    repository = clone.of(project)
    with asking.of_project(project) as ask:
        github = hub.maybe(project, repository)
        source = audit_ledgers.source(project, stream, github, ask, request)
        elsewhere = bool(request.ledgers or request.attached)
        case = _Case(project, stream, repository, github, ask, source, not elsewhere)
        versions = tuple(_versions(case, request))
        if not versions:
            raise UsageError(
                "no release is meant", hint="name versions, or --all for every published release"
            )
        return Audit(tuple(_one(case, version) for version in versions))


def _versions(case: _Case, request: Request) -> Iterator[Version]:
    if not request.everything:
        yield from map(Version.parse, request.versions)
        return
    tags = case.source.tags()
    for tag in tags:
        found = case.stream.match(tag)
        if isinstance(found, Version):
            yield found


def _one(case: _Case, version: Version) -> Audited:
    tag = case.stream.tag_of(version)
    case.ask.transport.renew()
    if case.github is not None:
        case.github.renew()
    try:
        recorded, edited = case.source.ledger(tag)
        table, findings = _again(case, version, recorded)
        commit = _commit(case, tag)
    except ReleaseToolsError as error:
        verdict = Verdict.UNKNOWN if error.exit_code != 1 else Verdict.DISAGREES
        return Audited(tag, verdict, None, (from_error(error),))
    unknown = [row.surface.id for row in table.rows if _is_unknown(row)]
    present = report.document(table, tag=tag, commit=commit, repository=recorded.get("repository"))
    known = {surface["id"] for surface in present["surfaces"]}
    judged = {**recorded, "surfaces": [s for s in recorded["surfaces"] if s["id"] not in unknown]}
    changed = [
        one
        for one in rules.differences(judged, present)
        if one.surface is None or one.surface in known
    ]
    said = (*_once(findings), *changed, *edited)
    return Audited(tag, _verdict(table, said), table, said)


def _verdict(table: StreamTable, findings: Sequence[Finding]) -> Verdict:
    errors = [one for one in findings if one.severity is Severity.ERROR]
    if table.verdict is Verdict.UNKNOWN and all(one.id == "registry-unknown" for one in errors):
        return Verdict.UNKNOWN
    return Verdict.DISAGREES if errors else table.verdict


def _is_unknown(row: Row) -> bool:
    return any(cell.verdict is Verdict.UNKNOWN for cell in row.cells)


def _once(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(findings))


def _again(
    case: _Case, version: Version, recorded: Mapping[str, Any]
) -> tuple[StreamTable, list[Finding]]:
    """Fill the published column of what was recorded; the source says nothing about the past."""
    wanted = [surface["id"] for surface in recorded["surfaces"]]
    own = {surface.id: surface for surface in case.project.surfaces}
    findings = [
        finding(
            "ledger-differs",
            f"{id_} was released, and is no surface of this configuration any more",
            hint="name it in release-tools.toml, so that it can be looked up",
            stream=case.stream.name,
        )
        for id_ in wanted
        if id_ not in own
    ]
    rows = tuple(Row(own[id_], ()) for id_ in wanted if id_ in own)
    table = StreamTable(case.stream, version, Verdict.UNKNOWN, rows)
    columns: list[Column] = [Published(case.ask, released=True)]
    columns += [LastRows(released=True)] if case.released else []
    for column in columns:
        filled = column.fill(case.project, [table])[case.stream.name]
        table = joined(table, column.stage, filled)
        findings.extend(filled.findings)
    return table, findings


def _commit(case: _Case, tag: str) -> str:
    """Return the commit that the remote's tag peels to now; empty where the tag is gone."""
    if case.repository is None:
        return ""
    found = remote.tag(case.repository, case.github, tag)
    return found.commit if found else ""
