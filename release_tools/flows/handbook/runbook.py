"""``runbook``: the handbook of a project and a version, made of what the registries serve of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import VersionError
from release_tools.flows.columns import asking, deployments, published, questions
from release_tools.flows.handbook import items as runbook_items
from release_tools.flows.handbook import tree as runbook_tree
from release_tools.flows.load import load
from release_tools.flows.verify import verify
from release_tools.kinds import stages
from release_tools.model import Row, Severity, StreamTable, Verdict
from release_tools.reading import Absent, Found, Listing, Unknown
from release_tools.reports import runbook as report
from release_tools.reports.runbook.book import Book, Place
from release_tools.rules import published as rules
from release_tools.rules.findings import finding
from release_tools.version import Nightly, Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from release_tools.config import Project
    from release_tools.flows.columns.asking import Asking, Progress
    from release_tools.flows.columns.published import Answered
    from release_tools.model import Finding, Surface
    from release_tools.reports.runbook.book import Item, Line

    Answers = Mapping[str, Answered]


_NONE = Version((0, 0, 0))
"""Asked for where only the list of versions is wanted."""


class Request(NamedTuple):
    """Which handbook: of what, from which version on, in which language, for which environment."""

    version: str
    before: str | None = None
    stream: str | None = None
    language: str = "en"
    deployment: str | None = None
    namespace: str | None = None


class Written(NamedTuple):
    """The handbook, "" where nothing of the version was found, and what it leaves out."""

    text: str
    book: Book
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """Whether it is whole: something is missing, or could not be told, or neither."""
        errors = {one.id for one in self.findings if one.severity is Severity.ERROR}
        if errors - {"runbook-unknown"}:
            return Verdict.DISAGREES
        return Verdict.UNKNOWN if errors else Verdict.AGREES

    @property
    def exit_code(self) -> int:
        """0 it is whole, 1 something is missing, 3 something could not be told."""
        return {Verdict.AGREES: 0, Verdict.UNKNOWN: 3}.get(self.verdict, 1)


class _Seen(NamedTuple):
    """What was found of one version, and what is to be said of the rest."""

    items: tuple[Item, ...]
    findings: tuple[Finding, ...]


def write(
    directory: str,
    request: Request,
    *,
    config: str | None = None,
    progress: Progress | None = None,
) -> Written:
    """Look everything of the version up, and write down how it is operated.

    Raises VersionError for what is no version, and UsageError where the environment that is meant
    cannot be told.
    """
    project = load(directory, config=config)
    version = Version.parse(request.version)
    place, chart = _place(project, request)
    with asking.of_project(project, progress) as ask:
        found = _look_up(project, request, version, ask)
        releases = runbook_items.releases(project, ask)
    if chart is not None and place.release is not None:
        place = place._replace(workloads=_workloads(project, chart, version, place.release))
    book = Book(
        project.repository or os.path.basename(os.path.abspath(project.root)),
        found.line,
        found.before,
        found.nightly,
        found.latest,
        found.others,
        place,
        runbook_tree.variables(project.tree),
        runbook_items.values(project, found.line.items),
        releases,
        runbook_tree.schedule(project.tree) if found.nightly else (),
    )
    text = report.render(book, request.language) if found.line.items else ""
    return Written(text, book, found.findings)


class _Found(NamedTuple):
    """Everything that the registries say."""

    line: Line
    before: tuple[Item, ...]
    nightly: tuple[Item, ...]
    latest: tuple[str, ...]
    others: tuple[Line, ...]
    findings: tuple[Finding, ...]


def _look_up(project: Project, request: Request, version: Version, ask: Asking) -> _Found:
    """Ask twice: what there is of everything, then for the release before and the nightly."""
    source = {table.stream.name: table for table in verify(project).streams}
    own = source.pop(project.stream_or_first(request.stream).name)
    table = own._replace(version=version, nightly=None)
    anyway = [one if one.version else one._replace(version=_NONE) for one in source.values()]
    answers, doubts = _ask(project, [table, *anyway], ask, listings=True)
    mine = {id_: a for id_, a in answers.items() if a.question.surface.stream == own.stream.name}
    now = _seen(project, mine.values(), Severity.ERROR)
    before, nightly = _around(project, table, request, mine, ask)
    others = [_other(project, one, answers) for one in source.values()]
    said = (*doubts, *now.findings, *before.findings, *nightly.findings)
    return _Found(
        runbook_items.line(project, table, own, now.items),
        before.items,
        nightly.items,
        tuple(sorted(id_ for id_, answer in mine.items() if _latest(answer))),
        tuple(line for line, _ in others if line.items),
        (*said, *(one for _, found in others for one in found)),
    )


def _latest(answer: Answered) -> bool:
    return isinstance(answer.reading, Found) and bool(answer.reading.notes.get("latest"))


def _place(project: Project, request: Request) -> tuple[Place, Surface | None]:
    """Return where it runs, with names that stand for it where nothing says it."""
    given = deployments.Given(namespace=request.namespace)
    if not (project.tables.get("deployments") or any(given) or request.deployment):
        return Place(), None
    found = deployments.one(project, request.deployment, given)
    return Place(found.namespace, found.release, found.context, found.option), found.chart


def _workloads(project: Project, chart: Surface, version: Version, release: str) -> tuple[str, ...]:
    from release_tools.adapters.process import Process

    return runbook_tree.workloads(project, chart, version, release, Process(project.root))


def _ask(
    project: Project, tables: Sequence[StreamTable], ask: Asking, *, listings: bool = False
) -> tuple[dict[str, Answered], tuple[Finding, ...]]:
    """Return what each registry says, by surface; and of whom nobody could be asked, why."""
    planned = questions.plan(project, tables, ask.addresses)
    wishes = [one._replace(at=one.at._replace(latest=listings)) for one in planned.questions]
    answers = published.ask(wishes, ask, listings=listings)
    own = tables[0].stream.name
    doubts = (
        _left_out("runbook-unknown", surface, cell.reason or "", None)
        for surface, cell in planned.settled
        if cell.verdict is not Verdict.UNCHECKED and surface.stream == own
    )
    return {answer.question.surface.id: answer for answer in answers}, tuple(doubts)


def _seen(project: Project, answers: Iterable[Answered], severity: Severity) -> _Seen:
    """Return what is there as it should be, and name the rest."""
    items: list[Item] = []
    findings: list[Finding] = []
    for answer in answers:
        surface, wanted, reading = answer.question.surface, answer.question.wanted, answer.reading
        cell, complaints = rules.judge(surface, wanted, reading)
        if cell.verdict is Verdict.AGREES and isinstance(reading, Found):
            items.append(runbook_items.item(project, surface, reading))
            continue
        waits = surface.options.get("optional") or surface.options.get("after-release")
        quiet = Severity.NOTE if waits and isinstance(reading, Absent) else None
        id_ = "runbook-unknown" if cell.verdict is Verdict.UNKNOWN else "runbook-gap"
        why = "; ".join(one.message for one in complaints) or str(cell.reason or cell.verdict)
        worse = Severity.ERROR if id_ == "runbook-unknown" else severity
        findings.append(_left_out(id_, surface, why, quiet or worse))
    return _Seen(tuple(items), tuple(findings))


def _left_out(id_: str, surface: Surface, why: str, severity: Severity | None) -> Finding:
    said = finding(id_, f"{surface.id} is left out: {why}", stream=surface.stream)
    said = said._replace(surface=surface.id)
    return said if severity is None else said._replace(severity=severity)


def _around(
    project: Project, table: StreamTable, request: Request, answers: Answers, ask: Asking
) -> tuple[_Seen, _Seen]:
    """Return the release before, surface by surface unless it is named, and the newest nightly."""
    assert table.version is not None  # noqa: S101 - the one that is written about
    rows = {row.surface.id: Row(row.surface, ()) for row in table.rows if row.surface.id in answers}
    wishes: dict[Version | Nightly, list[Row]] = {}
    for id_, row in rows.items():
        back = (
            Version.parse(request.before)
            if request.before is not None
            else max((one for one in _stable(answers[id_]) if one < table.version), default=None)
        )
        if back is not None:
            wishes.setdefault(back, []).append(row)
    nights = {id_: max(_nightlies(answers[id_]), default=None) for id_ in rows}
    newest = max((one for one in nights.values() if one is not None), default=None)
    found: dict[bool, list[Answered]] = {True: [], False: []}
    if newest is not None:
        wishes[newest] = [rows[id_] for id_, night in nights.items() if night == newest]
    for wish, wanted in wishes.items():
        version, nightly = (None, wish) if isinstance(wish, Nightly) else (wish, None)
        asked = StreamTable(table.stream, version, Verdict.UNKNOWN, tuple(wanted), nightly)
        found[nightly is not None] += _ask(project, [asked], ask)[0].values()
    strict = Severity.WARNING if request.before is None else Severity.ERROR
    before = _seen(project, found[False], strict)
    return before, _seen(project, found[True], Severity.WARNING)


def _stable(answer: Answered) -> Iterator[Version]:
    if isinstance(answer.listing, Listing):
        yield from rules.stable(answer.listing)


def _nightlies(answer: Answered) -> Iterator[Nightly]:
    for listed in answer.listing.versions if isinstance(answer.listing, Listing) else ():
        try:
            yield Nightly.parse(listed.version)
        except VersionError:
            continue


def _other(
    project: Project, table: StreamTable, answers: Answers
) -> tuple[Line, tuple[Finding, ...]]:
    """Return another stream at the newest that is released of it."""
    items: list[Item] = []
    findings: list[Finding] = []
    for row in table.rows:
        answer = answers.get(row.surface.id)
        if answer is None:
            continue
        if isinstance(answer.listing, Unknown):
            why = answer.listing.reason
            findings.append(_left_out("runbook-unknown", row.surface, why, None))
        elif isinstance(answer.listing, Listing):
            newest = max(_stable(answer), default=None)
            if newest is not None:
                kind = stages.publishing(row.surface.kind)
                assert kind is not None  # noqa: S101 - it was asked for
                text = kind.wanted(row.surface, newest, ()).text
                items.append(runbook_items.named(project, row.surface, text))
    return runbook_items.line(project, table, table, tuple(items)), tuple(findings)
