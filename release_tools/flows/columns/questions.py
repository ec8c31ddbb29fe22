"""Whom to ask about each surface, and what a release should have put there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import ReleaseToolsError, UnreadableError, UsageError, VersionError
from release_tools.kinds import stages
from release_tools.model import Cell, Role, Stage, Verdict
from release_tools.reading import Unknown, Wanted
from release_tools.rules.findings import finding
from release_tools.version import Nightly, Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from release_tools.config import Project
    from release_tools.kinds.stages import Publishes
    from release_tools.model import Finding, Row, StreamTable, Surface
    from release_tools.reading import Addresses, Coordinates, Registry


class Question(NamedTuple):
    """One surface to be asked for: who, where, and what a release should have put there."""

    surface: Surface
    registry: Registry
    at: Coordinates
    wanted: Wanted
    date: Nightly | None = None  # a nightly that its registry names by a version, to be looked for


class Planned(NamedTuple):
    """Who is to be asked, and which cells need no question."""

    questions: tuple[Question, ...]
    settled: tuple[tuple[Surface, Cell], ...]
    findings: tuple[Finding, ...]


def plan(
    project: Project,
    tables: Sequence[StreamTable],
    addresses: Addresses,
    first: Sequence[str] = (),
) -> Planned:
    """Find out whom to ask for each surface; nothing is asked yet.

    Raises UsageError for a ``first`` that names no surface.
    """
    firsts = {project.surface(name).id for name in first}
    questions: list[Question] = []
    settled: list[tuple[Surface, Cell]] = []
    findings: list[Finding] = []
    for table in tables:
        for row in table.rows:
            kind = stages.publishing(row.surface.kind)
            if kind is None:
                continue
            try:
                found = _question(kind, row, table, addresses, firsts)
            except ReleaseToolsError as error:
                cell, complaint = _failed(row.surface, error)
                settled.append((row.surface, cell))
                findings.append(complaint)
                continue
            if isinstance(found, Question):
                questions.append(found)
                if found.at.first:
                    findings.append(_first(found))
            else:
                settled.append((row.surface, found))
    return Planned(tuple(_with_known(questions)), tuple(settled), tuple(findings))


def _question(
    kind: Publishes, row: Row, table: StreamTable, addresses: Addresses, firsts: set[str]
) -> Question | Cell:
    """Return what to ask for one surface, or its cell where there is nothing to ask."""
    surface = row.surface
    expected = table.version or table.nightly
    where = kind.published(surface, addresses)
    if where is None:
        return Cell(Stage.PUBLISHED, Verdict.UNCHECKED, reason="no registry is configured")
    if expected is None:
        raise UnreadableError(
            "no version is expected", hint="name one: release-tools verify-surfaces VERSION"
        )
    registry, at = where
    at = at._replace(first=surface.id in firsts or _is_first(surface, expected))
    try:
        wanted = kind.wanted(surface, expected, _spelled(row, expected))
    except VersionError:
        if not isinstance(expected, Nightly):
            raise
        wanted = Wanted(expected, f"nightly-{expected.date:%Y%m%d}")
        return Question(surface, registry, at, wanted, expected)
    return Question(surface, registry, at, wanted)


def _is_first(surface: Surface, expected: Version | Nightly) -> bool:
    """Say whether ``first = "0.4.0"`` means the very version that is expected."""
    text = surface.options.get("first")
    return text is not None and isinstance(expected, Version) and Version.parse(text) == expected


def _spelled(row: Row, expected: Version | Nightly) -> tuple[str, ...]:
    """Return how the source spells the expected version at the surface's own places."""
    texts = (
        mark.spot.text
        for cell in row.cells
        for mark in cell.marks
        if mark.spot and mark.place.role is Role.VERSION and mark.verdict is Verdict.AGREES
    )
    return tuple(dict.fromkeys(texts)) if isinstance(expected, Version) else ()


def _with_known(questions: Sequence[Question]) -> Iterable[Question]:
    """Let the surfaces of one registry vouch for one another; see ``Coordinates.known``."""
    for question in questions:
        at = question.at
        others = (
            other.at.name
            for other in questions
            if (other.registry, other.at.base) == (question.registry, at.base)
            and other.at.name != at.name
        )
        yield question._replace(at=at._replace(known=tuple(dict.fromkeys(others))))


def _failed(surface: Surface, error: ReleaseToolsError) -> tuple[Cell, Finding]:
    """Return the cell of a surface that nobody can be asked for, and why."""
    beyond = isinstance(error, VersionError)
    if isinstance(error, UsageError):
        raise error
    verdict = Verdict.DIFFERS if beyond else Verdict.UNKNOWN
    reading = None if beyond else Unknown("", error.message, error.hint)
    cell = Cell(Stage.PUBLISHED, verdict, reason=error.message, reading=reading)
    complaint = finding(
        "not-expressible" if beyond else "registry-unknown",
        error.message,
        hint=error.hint or None,
        stream=surface.stream,
        surface=surface.id,
        stage=Stage.PUBLISHED,
    )
    return cell, complaint


def _first(question: Question) -> Finding:
    return finding(
        "first-publication",
        f"{question.surface.id} is taken for never published: a refusal counts as not there",
        stream=question.surface.stream,
        surface=question.surface.id,
        stage=Stage.PUBLISHED,
    )
