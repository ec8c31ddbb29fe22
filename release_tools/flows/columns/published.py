"""Fill the published column: ask every registry at once, and judge what they say."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import UnreadableError, VersionError
from release_tools.flows.columns import questions
from release_tools.flows.columns.column import Filled
from release_tools.kinds import stages
from release_tools.model import Stage, Verdict
from release_tools.reading import Absent, Found, Listing, Unknown
from release_tools.rules import published as rules
from release_tools.version import Nightly, Version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from release_tools.config import Project
    from release_tools.flows.columns.asking import Asking
    from release_tools.flows.columns.questions import Planned, Question
    from release_tools.model import Cell, Finding, StreamTable
    from release_tools.reading import Reading


class Answered(NamedTuple):
    """What the registry said; the listing only where the order of versions is judged."""

    question: Question
    reading: Reading
    listing: Listing | Absent | Unknown | None = None


class Published:
    """The published column of ``verify-surfaces``; satisfies ``columns.Column``.

    ``first`` names surfaces (ids, or names that are unique) of which nothing was ever published.
    Unless it is ``released`` already, what is published after the release is not missed.
    """

    stage = Stage.PUBLISHED
    listings = False

    def __init__(self, ask: Asking, *, first: Sequence[str] = (), released: bool = False) -> None:
        self._ask = ask
        self._first = first
        self._released = released

    def fill(self, project: Project, tables: Sequence[StreamTable]) -> Mapping[str, Filled]:
        """Ask for every surface of the tables, side by side; see ``columns.Column.fill``."""
        planned = questions.plan(project, tables, self._ask.addresses, self._first)
        answers = ask(planned.questions, self._ask, listings=self.listings)
        return {table.stream.name: self._judged(planned, answers, table) for table in tables}

    def judge(self, answer: Answered) -> tuple[Cell, tuple[Finding, ...]]:
        """Judge one answer; what asks another question of the registries judges otherwise."""
        question = answer.question
        return rules.judge(question.surface, question.wanted, answer.reading)

    def _judged(self, planned: Planned, answers: Sequence[Answered], table: StreamTable) -> Filled:
        name = table.stream.name
        cells = {s.id: cell for s, cell in planned.settled if s.stream == name}
        findings = [one for one in planned.findings if one.stream == name]
        for answer in answers:
            surface = answer.question.surface
            if surface.stream != name:
                continue
            cell, found = self.judge(answer)
            quiet = self._quiet(answer)
            cells[surface.id] = (
                cell if quiet is None else cell._replace(verdict=quiet[0], reason=quiet[1])
            )
            findings.extend(found if quiet is None else ())
        return Filled(cells, (), tuple(findings))

    def _quiet(self, answer: Answered) -> tuple[Verdict, str] | None:
        """Say why it is no matter that a surface is not there; None where it is one."""
        options = answer.question.surface.options
        if isinstance(answer.reading, Found):
            return None
        if options.get("after-release") and not self._released:
            return Verdict.WAITS, "published after the release"
        if options.get("optional") and isinstance(answer.reading, Absent):
            return Verdict.UNCHECKED, "not there, and optional"
        return None


def ask(asked: Sequence[Question], ask: Asking, *, listings: bool = False) -> list[Answered]:
    """Ask all questions at once; ``listings`` asks for every version as well."""
    from release_tools.adapters import side_by_side

    work: list[Callable[[], Answered]] = [
        partial(_answer, question, ask, listings=listings) for question in asked
    ]
    return side_by_side.ask(work, ask.progress) if work else []


def _answer(question: Question, ask: Asking, *, listings: bool) -> Answered:
    registry, at, transport = question.registry, question.at, ask.transport
    try:
        if question.date is not None:
            question, reading = _nightly(question, ask)
        else:
            reading = registry.read(at, question.wanted, transport)
        listing = registry.versions(at, transport) if listings else None
    except UnreadableError as error:  # a registry ought to answer Unknown itself
        reading, listing = Unknown(at.base, error.message, error.hint), None
    return Answered(question, reading, listing)


def _nightly(question: Question, ask: Asking) -> tuple[Question, Reading]:
    """Look among all versions for the one that the nightly of this date is called.

    Where a package has no name for a date alone, its nightly is ``0.4.0.dev20260115``, and only
    the registry says of which version it was one.
    """
    listing = question.registry.versions(question.at, ask.transport)
    if not isinstance(listing, Listing):
        return question, listing
    dated = [version for version in _versions(listing) if _is_of(version, question.date)]
    if not dated:
        return question, Absent(listing.where, f"no version of {question.wanted.text} is listed")
    kind = stages.publishing(question.surface.kind)
    assert kind is not None  # noqa: S101 - it asked the question
    question = question._replace(wanted=kind.wanted(question.surface, max(dated), ()))
    return question, question.registry.read(question.at, question.wanted, ask.transport)


def _versions(listing: Listing) -> Iterable[Version]:
    for listed in listing.versions:
        try:
            yield Version.parse(listed.version)
        except VersionError:
            continue  # a tag that is no version


def _is_of(version: Version, date: Nightly | None) -> bool:
    try:
        return date is not None and Nightly.parse(str(version)).date == date.date
    except VersionError:
        return False
