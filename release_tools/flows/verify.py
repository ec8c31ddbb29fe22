"""Fill the source column, judge it, and say how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import AbsentError, MalformedError, UsageError, VersionError
from release_tools.flows import source
from release_tools.model import Cell, Mark, Role, Row, Severity, Stage, StreamTable, Table, Verdict
from release_tools.rules import compare
from release_tools.streams import find
from release_tools.version import Nightly, Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from release_tools.config import Project
    from release_tools.errors import ReleaseToolsError
    from release_tools.flows.source import Sight
    from release_tools.model import Finding, Place, Spot, Surface
    from release_tools.streams import Stream


def verify(
    project: Project,
    version: str | None = None,
    *,
    tag: str | None = None,
    stream: str | None = None,
) -> Table:
    """Judge the source column of every stream, or of the one that is meant, and add it up.

    ``version`` is the expected version of ``stream``, else of the first stream; ``tag`` means
    its own stream; with neither, a stream's expected version is what most of its places say.
    Raises UsageError for a tag of no stream, and VersionError for a text that is no version.
    Never writes, never asks the network.
    """
    streams, expected = _asked(project, version, tag, stream)
    tables: list[StreamTable] = []
    findings: dict[tuple[object, ...], Finding] = {}
    for one in streams:
        table, found = _stream(project, one, expected)
        tables.append(table)
        for finding in found:
            key = (finding.id, finding.path, finding.line, finding.column, finding.message)
            findings.setdefault(key, _advised(project, table, finding))
    verdict = compare.add_up([row.cells[0].verdict for table in tables for row in table.rows])
    if verdict is not Verdict.UNKNOWN:
        # Images alone have no place in the source: that is no doubt where others are judged.
        for place, finding in findings.items():
            if finding.id == "nothing-to-judge":
                findings[place] = finding._replace(severity=Severity.NOTE)
    return Table(verdict, tuple(tables), tuple(findings.values()))


def _advised(project: Project, table: StreamTable, finding: Finding) -> Finding:
    """Name the version and the stream in a hint that says to bump."""
    if table.version is None or "bump VERSION" not in finding.hint:
        return finding
    other = "" if table.stream == project.streams[0] else f" --stream {table.stream.name}"
    hint = finding.hint.replace("bump VERSION", f"bump {table.version}{other}")
    return finding._replace(hint=hint)


def _asked(
    project: Project, version: str | None, tag: str | None, stream: str | None
) -> tuple[tuple[Stream, ...], Version | Nightly | None]:
    """Return the streams to judge and the version that the request expects of them."""
    if tag is not None:
        if version is not None:
            raise UsageError("a version and a tag are two answers to one question", hint="give one")
        match = find(project.streams, tag)
        if match is None:
            patterns = ", ".join(one.tag for one in project.streams)
            raise UsageError(
                f"the tag {tag!a} belongs to no stream", hint=f"the patterns are: {patterns}"
            )
        if stream is not None and match[0].name != stream:
            raise UsageError(f'the tag {tag!a} belongs to stream "{match[0].name}"')
        return (match[0],), match[1]
    if version is None:
        return (project.stream(stream),) if stream else project.streams, None
    one = project.stream(stream) if stream else project.streams[0]
    return (one,), Nightly.parse(version) if version.startswith("nightly-") else Version.parse(
        version
    )


def _stream(
    project: Project, stream: Stream, asked: Version | Nightly | None
) -> tuple[StreamTable, list[Finding]]:
    sights = source.look(project, stream)
    present = source.present(sights)
    expected = present if asked is None else asked
    rows: list[Row] = []
    findings: list[Finding] = []
    for sight in sights:
        row, found = _row(sight, expected, present)
        rows.append(row)
        findings.extend(found)
    verdict = compare.add_up([row.cells[0].verdict for row in rows])
    if verdict is Verdict.UNKNOWN and not findings:
        findings.append(_nothing(stream, expected))
    version = expected if isinstance(expected, Version) else None
    return StreamTable(stream, version, verdict, tuple(rows)), findings


def _row(
    sight: Sight, expected: Version | Nightly | None, present: Version | None
) -> tuple[Row, list[Finding]]:
    surface = sight.surface
    reason = _unchecked(sight, expected)
    if reason is not None:
        text = sight.spots[0][1].text if sight.spots else None
        cell = Cell(Stage.SOURCE, Verdict.UNCHECKED, text, reason=reason)
        return Row(surface, (cell,)), []
    assert not isinstance(expected, Nightly)  # noqa: S101 - _unchecked has sorted it out
    sight = source.only_current(sight, (expected, present))
    findings = list(_failures(sight))
    marks: list[Mark] = []
    for place, spot in sight.spots:
        if expected is None:
            break
        try:
            marks.append(compare.judge(place, spot, expected))
        except (VersionError, MalformedError) as error:
            marks.append(Mark(place, spot, Verdict.DIFFERS, None))
            # Malformed is what stands there, not the file: a requirement that is none.
            id_ = "not-expressible" if isinstance(error, VersionError) else "spelling-illegal"
            findings.append(_at(surface, place, spot, id_, error.message))
    findings.extend(_judged(surface, marks, expected))
    return Row(surface, (_cell(sight, marks, expected),)), findings


def _unchecked(sight: Sight, expected: Version | Nightly | None) -> str | None:
    """Say why a cell is not judged, None where it is."""
    if sight.stamped:
        return "stamped"
    if sight.surface.options.get("source") == "derived":
        by = sight.surface.options.get("because")
        return f"derived from the git tag by {by}" if by else "derived"
    if isinstance(expected, Nightly):
        return "nightly"
    if not (sight.spots or sight.empty or sight.errors):
        return "not there, and optional" if sight.surface.options.get("optional") else "no place"
    return None


def _cell(sight: Sight, marks: Sequence[Mark], expected: Version | None) -> Cell:
    """Sum one surface up: the worst of its marks, and the text that shows it."""
    verdicts = [mark.verdict for mark in marks]
    missing = [Mark(place, None, Verdict.MISSING, None) for place in sight.empty]
    verdicts.extend(map(_severity, sight.errors))
    worst = next(
        (
            verdict
            for verdict in (Verdict.DIFFERS, Verdict.MISSING, Verdict.UNKNOWN, Verdict.AGREES)
            if verdict in verdicts or (verdict is Verdict.MISSING and missing)
        ),
        Verdict.UNKNOWN if expected is None else Verdict.UNCHECKED,
    )
    shown = next((mark for mark in marks if mark.verdict is worst), marks[0] if marks else None)
    reason = sight.errors[0].message if sight.errors else None
    if worst is Verdict.UNCHECKED:
        reason = "left alone"
    return Cell(
        Stage.SOURCE,
        worst,
        shown.spot.text if shown and shown.spot else None,
        shown.expected if shown else None,
        (*marks, *missing),
        reason,
    )


def _severity(error: ReleaseToolsError) -> Verdict:
    if isinstance(error, AbsentError):
        return Verdict.MISSING
    return Verdict.DIFFERS if isinstance(error, MalformedError) else Verdict.UNKNOWN


def _failures(sight: Sight) -> Iterator[Finding]:
    """Yield what is to be said of files that cannot be used and places that say nothing."""
    from release_tools.rules.findings import finding

    surface, stage = sight.surface, Stage.SOURCE
    for error in sight.errors:
        yield finding(
            error.id,
            error.message,
            hint=error.hint or None,
            stream=surface.stream,
            surface=surface.id,
            stage=stage,
            path=error.path,
            line=error.line,
        )
    for place in sight.empty:
        yield finding(
            _EMPTY.get(place.role, "surface-missing"),
            _emptiness(place),
            stream=surface.stream,
            surface=surface.id,
            stage=stage,
            path=place.path,
        )


_EMPTY = {Role.TEXT: "template-not-found", Role.HEADING: "changelog-missing"}


def _emptiness(place: Place) -> str:
    if place.role is Role.TEXT:
        return f"the template {place.at.template!r} is found nowhere in this file"
    if place.role is Role.HEADING:
        return "there is no heading of any version"
    at = ".".join(str(part) for part in place.at) if isinstance(place.at, tuple) else place.at
    return f"there is no version at {at}" if at else "there is no version"


def _judged(surface: Surface, marks: Sequence[Mark], expected: Version | None) -> Iterator[Finding]:
    """Yield a finding for each mark that differs or is spelled unusually."""
    for mark in marks:
        spot, place = mark.spot, mark.place
        if spot is None or mark.expected in (None, spot.text):
            continue
        found = spot.text or '""'
        if mark.verdict is Verdict.AGREES:
            message = f"{found} is {mark.expected}, in another spelling"
            yield _at(surface, place, spot, "spelling-not-canonical", message)
        elif mark.verdict is Verdict.DIFFERS:
            id_ = _DIFFERS[place.role]
            if compare.version_at(place, spot.text) == expected:
                id_ = "spelling-illegal" if not compare.is_legal(place, spot.text) else id_
            yield _at(surface, place, spot, id_, f"{found}, expected {mark.expected}")


_DIFFERS = {
    Role.VERSION: "surface-differs",
    Role.APP: "surface-differs",
    Role.TEXT: "surface-differs",
    Role.LOCK: "lock-behind",
    Role.REQUIREMENT: "requirement-excludes",
    Role.REFERENCE: "reference-differs",
    Role.PINNED: "reference-differs",
    Role.HEADING: "changelog-missing",
}


def _at(surface: Surface, place: Place, spot: Spot, id_: str, message: str) -> Finding:
    from release_tools.rules.findings import finding

    return finding(
        id_,
        message,
        stream=surface.stream,
        surface=surface.id,
        stage=Stage.SOURCE,
        path=place.path,
        line=spot.line,
        column=spot.column,
    )


def _nothing(stream: Stream, expected: Version | Nightly | None) -> Finding:
    from release_tools.rules.findings import finding

    if isinstance(expected, Nightly):
        message = f'the source of stream "{stream.name}" is not judged against a nightly'
    else:
        message = f'no place of stream "{stream.name}" could be judged'
    return finding("nothing-to-judge", message, stream=stream.name)
