"""``release``: write the GitHub Release, exactly once, when every surface agrees.

The gate's checks again; the published column until it agrees; a draft, its files, each read back;
the tag once more; one request that publishes; and what is published read back.  Every step finds
out from GitHub what was done before, so that a rerun goes on wherever a run was stopped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.checks import Say
from release_tools.errors import RefusedError
from release_tools.flows.columns import asking
from release_tools.flows.columns.published import Published
from release_tools.flows.columns.waiting import Awaited
from release_tools.flows.gate import gate
from release_tools.flows.ledgers import ledger
from release_tools.flows.release import drafting, lock, wording
from release_tools.flows.repository import remote
from release_tools.flows.repository.hub import needed
from release_tools.flows.verify import verify
from release_tools.model import Verdict
from release_tools.reports import ledger as ledger_report
from release_tools.rules import pointers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from release_tools.adapters.github_release import Release
    from release_tools.flows.columns.waiting import Awaiting
    from release_tools.flows.gate.case import Case
    from release_tools.flows.gate.gate import Gate
    from release_tools.flows.release.drafting import Wanted
    from release_tools.flows.repository.hub import Hub
    from release_tools.model import Finding, Table

_LOCK_WAIT = 120.0
"""Seconds to wait at least for another run that writes the same release."""
_VISIBLE_WAIT = 900.0
"""Seconds that a registry may take to serve what was just published to it."""


class Request(NamedTuple):
    """What is to be released, with what; ``wait`` in seconds, None for not waiting.

    ``if_ready`` leaves it to a later run where something is missing; ``just_published`` names
    surfaces that have to become visible even so, or nobody would be the last.
    """

    gate: gate.Request
    assets: tuple[str, ...] = ()
    wait: float | None = None
    if_ready: bool = False
    just_published: tuple[str, ...] = ()
    notes: str | None = None
    move_latest: bool = False
    dry_run: bool = False


class Told(NamedTuple):
    """Who hears what is going on."""

    line: Callable[[str], None] = lambda _: None
    awaiting: Callable[[Awaiting], None] = lambda _: None


class Outcome(NamedTuple):
    """How it ended: ``released``, or why not; the steps are what was done, or would be."""

    headline: str
    gate: Gate
    exit_code: int = 0
    released: bool = False
    table: Table | None = None
    steps: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    url: str = ""


def release(
    directory: str, request: Request, *, config: str | None = None, told: Told | None = None
) -> Outcome:
    """Release what the gate lets through, or say why not; see the module.

    Raises RefusedError where what stands on GitHub must not be touched, UnreadableError where it
    cannot be told; a rerun converges after either.
    """
    told = told or Told()
    # A release that stands already closes one check of the gate, and is looked at first.
    asked = request.gate._replace(wait=request.wait or 0.0)
    said = gate.gate(directory, asked, config=config, tell=told.line)
    case = said.case
    if not said.mine or case is None:
        return Outcome(
            said.why or "the gate is closed", said, said.exit_code, findings=said.findings
        )
    hub = needed(case.github)
    files = drafting.files(request.assets)
    standing = hub.releases.find(case.tag)
    if standing.published is not None:
        return _done(said, hub, standing.published, files)
    _refuse_circles(case)
    if not _may_go_on(said):
        return Outcome(said.say.of_the_gate, said, said.exit_code, findings=said.findings)
    table = _published(case, request, told)
    if table.verdict is not Verdict.AGREES:
        return _not_ready(said, table, request, _own(case, request))
    waited = request.wait is not None or request.just_published
    if waited or said.say is not Say.OPEN:  # much may have happened since
        said = gate.judge(case)
        if said.say is not Say.OPEN:
            return Outcome(said.say.of_the_gate, said, said.exit_code, findings=said.findings)
    return _write(_Work(said, case, hub, table, files, request, told))


def _may_go_on(said: Gate) -> bool:
    """Say whether it is worth looking at what is published.

    Registries that do not know a package yet know no highest version: the gate is asked again.
    """
    decide = (check for check in said.checks if check.hard and check.waived is None)
    doubts = {check.name for check in decide if check.say is Say.UNSURE}
    return said.say is Say.OPEN or (said.say is Say.UNSURE and doubts <= {"monotonic"})


class _Work(NamedTuple):
    said: Gate
    case: Case
    hub: Hub
    table: Table
    files: tuple[Wanted, ...]
    request: Request
    told: Told


def _refuse_circles(case: Case) -> None:
    """Raise RefusedError for a publisher that would only start once this very release is out."""
    from release_tools.flows.release.publishers import waits_for_release

    for surface in case.project.surfaces:
        workflow = surface.options.get("workflow")
        if surface.stream != case.stream.name or not workflow:
            continue
        if not surface.options.get("after-release") and waits_for_release(case, workflow):
            raise RefusedError(
                "publisher-after-release",
                f"{workflow} publishes {surface.id} on the release that waits for it",
                hint="let it start on the tag, or set after-release = true on the surface",
            )


def _published(case: Case, request: Request, told: Told) -> Table:
    """Fill the published column, waiting as long as was asked for."""
    with asking.of_project(case.project) as ask:
        column: Published = Published(ask)
        if request.just_published:
            own = _own(case, request)
            column = Awaited(ask, _VISIBLE_WAIT, only=own, tell=told.awaiting)
        elif request.wait is not None and not request.if_ready:
            from release_tools.flows.columns.tag_runs import TagRuns

            runs = TagRuns(needed(case.github).runs)
            column = Awaited(ask, request.wait, runs=runs, tell=told.awaiting)
        return verify(case.project, tag=case.tag, columns=(column,))


def _own(case: Case, request: Request) -> frozenset[str]:
    """Return the ids of what this run has just published."""
    return frozenset(case.project.surface(name).id for name in request.just_published)


def _not_ready(said: Gate, table: Table, request: Request, own: frozenset[str]) -> Outcome:
    missing = [
        row.surface.id
        for one in table.streams
        for row in one.rows
        for cell in row.cells
        if cell.verdict in (Verdict.MISSING, Verdict.UNKNOWN, Verdict.DIFFERS)
    ]
    headline = f"not released: {', '.join(dict.fromkeys(missing)) or 'nothing to judge'}"
    waits = request.if_ready and _only_missing(table) and own.isdisjoint(missing)
    code = 0 if waits else table.exit_code
    return Outcome(headline, said, code, table=table, findings=table.findings)


def _only_missing(table: Table) -> bool:
    """Say whether nothing is wrong but that something is not there yet."""
    verdicts = {cell.verdict for one in table.streams for row in one.rows for cell in row.cells}
    return Verdict.DIFFERS not in verdicts and Verdict.UNKNOWN not in verdicts


def _write(work: _Work) -> Outcome:
    case, hub, request = work.case, work.hub, work.request
    (stream,) = work.table.streams
    document = ledger.of_release(
        stream, tag=case.tag, commit=case.commit, repository=case.project.repository or hub.name
    )
    manifest = drafting.Wanted.of_bytes(ledger.NAME, ledger_report.render(document))
    files = (*work.files, manifest)
    files = (*files, drafting.sums(files))
    if request.dry_run:
        return Outcome("nothing was done", work.said, table=work.table, steps=_plan(work, files))
    wait = max(request.wait or 0.0, _LOCK_WAIT)
    done = lambda: hub.releases.find(case.tag).published is not None  # noqa: E731 - a question
    with lock.held(hub, case.tag, case.commit, wait=wait, done=done) as mine:
        standing = hub.releases.find(case.tag, writes=mine)
        if standing.published is not None:
            return _done(work.said, hub, standing.published, work.files)
        published, steps = _publish(work, _notes(work), files)
    if request.move_latest:
        steps += _move_latest(work)
    headline = f"released {case.tag}"
    return Outcome(
        headline,
        work.said,
        released=True,
        table=work.table,
        steps=tuple(steps),
        url=published.url,
    )


def _notes(work: _Work) -> Callable[[], str]:
    """Return how the notes are made, which is only done for a draft that is new."""
    (stream,) = work.table.streams
    return lambda: wording.compose(work.case, stream, work.request.notes)


def _publish(
    work: _Work, notes: Callable[[], str], files: Sequence[Wanted]
) -> tuple[Release, list[str]]:
    """Draft, fill, check and publish; the lock is ours."""
    case, releases = work.case, work.hub.releases
    prerelease = case.version.is_prerelease
    marker = f"{case.tag} {case.commit}"
    draft = drafting.draft(releases, case.tag, notes, marker, prerelease=prerelease)
    drafting.fill(releases, draft, files, work.told.line)
    now = remote.tag(case.repository, case.github, case.tag)
    if now is None or now.commit != case.commit:
        where = f"is at {now.commit[:12]}" if now else "is gone"
        raise RefusedError(
            "gate-closed",
            f"the tag {case.tag} {where}, and everything was checked at {case.commit[:12]}",
            hint="a tag is never moved: make a new version; the draft is left as it is",
        )
    latest = pointers.owns_latest(case.stream, case.version, case.facts.tags)
    published = drafting.publish(releases, draft, prerelease=prerelease, latest=latest)
    drafting.check(releases, published, files)
    steps = [f"published {published.url}", *(f"with {file.name}" for file in files)]
    return published, steps


def _done(said: Gate, hub: Hub, published: Release, files: Sequence[Wanted]) -> Outcome:
    """Say that it is released already, once it is found whole; nothing of it is changed.

    Raises RefusedError ``release-incomplete`` or ``asset-differs`` where it is not: a published
    release is never mended.
    """
    names = {asset.name for asset in hub.releases.assets(published)}
    for name in (ledger.NAME, ledger.SUMS):
        if name not in names:
            raise RefusedError(
                "release-incomplete",
                f"{published.tag} is published without {name}",
                hint="release-tools did not publish it; make a new version",
            )
    drafting.check(hub.releases, published, files)
    lock.tidy(hub, published.tag)
    headline = f"{published.tag} is released already"
    return Outcome(headline, said, released=True, url=published.url)


def _plan(work: _Work, files: Sequence[Wanted]) -> tuple[str, ...]:
    case = work.case
    latest = pointers.owns_latest(case.stream, case.version, case.facts.tags)
    flags = f"prerelease={case.version.is_prerelease}, latest={latest}".lower()
    return (
        f"draft the release {case.tag} at {case.commit}",
        *(f"upload {file.name} ({file.size} bytes, {file.digest})" for file in files),
        f"publish it with {flags}",
        *(["move latest of every image"] if work.request.move_latest and latest else []),
    )


def _move_latest(work: _Work) -> list[str]:
    """Point the image tag ``latest`` at what was verified, where it still belongs there."""
    from release_tools.flows.release.latest import move

    case = work.case
    facts = remote.refs(case.repository, case.github)
    if not pointers.owns_latest(case.stream, case.version, facts.tags):
        return [f"latest does not belong to {case.version}: left as it is"]
    return move(case, work.table)


def outputs(outcome: Outcome) -> Mapping[str, str]:
    """Return the outputs of the step: ``released``, and the spellings that the gate hands out."""
    spelled = {k: v for k, v in outcome.gate.outputs.items() if k != "proceed"}
    return {"released": "true" if outcome.released else "false", **spelled}
