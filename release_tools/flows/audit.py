"""``audit``: has anything changed since it was released?  Read again, compared with the ledger."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.errors import MalformedError, ReleaseToolsError, UsageError
from release_tools.flows import asking, guards, hub, ledger, release_draft, remote
from release_tools.flows.last_rows import LastRows
from release_tools.flows.load import load
from release_tools.flows.published import Published
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
    from release_tools.adapters.github_release import Release
    from release_tools.config import Project
    from release_tools.flows.asking import Asking
    from release_tools.flows.columns import Column
    from release_tools.flows.hub import Hub
    from release_tools.model import Finding
    from release_tools.streams import Stream

_LARGEST = 16 << 20


class Request(NamedTuple):
    """Which releases: versions by name, or all; and a folder with their ledgers, if not GitHub."""

    versions: tuple[str, ...] = ()
    everything: bool = False
    stream: str | None = None
    ledgers: str | None = None


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
    folder: str | None


def audit(directory: str, request: Request, *, config: str | None = None) -> Audit:
    """Read every ledger that is meant, and look everything that it records up again.

    Raises UsageError where no release is meant.
    """
    project = load(directory, config=config, discover=False)
    stream = project.stream_or_first(request.stream)
    repository = guards.repository(project)
    with asking.of_project(project) as ask:
        github = hub.maybe(project, repository)
        case = _Case(project, stream, repository, github, ask, request.ledgers)
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
    if case.folder is not None:
        tags = [_recorded(path).get("tag", "") for path in _files(case.folder)]
    else:
        tags = [one.tag for one in hub.needed(case.github).releases.all() if not one.draft]
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
        recorded, edited = _ledger(case, tag)
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
    columns += [] if case.folder else [LastRows(released=True)]
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


def _ledger(case: _Case, tag: str) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Return the ledger of a release, and what is wrong with the release that holds it."""
    if case.folder is not None:
        for path in _files(case.folder):
            recorded = _recorded(path)
            if recorded.get("tag") == tag:
                return recorded, ()
        raise MalformedError(f"no ledger of {tag} is in {case.folder}", path=case.folder)
    standing = hub.needed(case.github).releases.find(tag)
    if standing.published is None:
        raise MalformedError(f"{tag} is no published release, so nothing was recorded of it")
    return _from_release(hub.needed(case.github), standing.published, case.stream)


def _from_release(
    github: Hub, release: Release, stream: Stream
) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    assets = {asset.name: asset for asset in release.assets}
    if ledger.NAME not in assets:
        raise MalformedError(f"the release {release.tag} has no {ledger.NAME}")
    recorded = rules.parse(github.releases.content(assets[ledger.NAME], _LARGEST))
    edited: list[Finding] = []
    for name, digest in _sums(github, release).items():
        asset = assets.get(name)
        found = asset and (asset.digest or github.releases.digest(asset))
        if found != digest:
            what = "is gone" if asset is None else f"is {found}, recorded as {digest}"
            message = f"the asset {name} of {release.tag} {what}"
            edited.append(finding("asset-differs", message, stream=stream.name))
    return recorded, tuple(edited)


def _sums(github: Hub, release: Release) -> dict[str, str]:
    """Return what SHA256SUMS of the release says, by file name."""
    asset = next((one for one in release.assets if one.name == release_draft.SUMS), None)
    if asset is None:
        raise MalformedError(f"the release {release.tag} has no {release_draft.SUMS}")
    lines = github.releases.content(asset, _LARGEST).decode("utf-8", "replace").splitlines()
    pairs = (line.partition("  ") for line in lines if "  " in line)
    return {name: f"sha256:{digest}" for digest, _, name in pairs}


def _files(folder: str) -> list[str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise UsageError(f"{folder!a} cannot be listed: {error.strerror}") from error
    return [os.path.join(folder, name) for name in names if name.endswith(".json")]


def _recorded(path: str) -> dict[str, Any]:
    return ledger.read(path)
