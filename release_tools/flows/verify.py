"""Fill the source column, judge it, and say how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import AbsentError, MalformedError, UsageError, VersionError
from release_tools.flows import source
from release_tools.model import Cell, Mark, Row, Severity, Stage, StreamTable, Table, Verdict
from release_tools.rules import compare
from release_tools.streams import find
from release_tools.version import Nightly, Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

    from release_tools.config import Project
    from release_tools.errors import ReleaseToolsError
    from release_tools.flows.columns.column import Column, Filled
    from release_tools.flows.source import Sight
    from release_tools.model import Finding, Place, Spot, Surface
    from release_tools.streams import Stream


def verify(
    project: Project,
    version: str | None = None,
    *,
    tag: str | None = None,
    stream: str | None = None,
    columns: Sequence[Column] = (),
) -> Table:
    """Judge the source column of every stream, or of the one that is meant, and add it up.

    ``version`` is the expected version of ``stream``, else of the first stream; ``tag`` means
    its own stream; with neither, a stream's expected version is what most of its places say.
    ``columns`` are further ones to fill and to judge.  Raises UsageError for a tag of no stream,
    and VersionError for a text that is no version.  Never writes; without columns, never asks
    the network.
    """
    streams, expected = asked(project, version, tag, stream)
    judged = [_stream(project, one, expected) for one in streams]
    tables = [table for table, _ in judged]
    found = [finding for _, findings in judged for finding in findings]
    for column in columns:
        filled = column.fill(project, tables)
        tables = [joined(table, column.stage, filled[table.stream.name]) for table in tables]
        found.extend(finding for one in filled.values() for finding in one.findings)
    verdict = compare.add_up([*_verdicts(*tables), *_beyond(found)])
    doubtful = [one for one in tables if one.verdict is Verdict.UNKNOWN]
    for table in doubtful:
        if all(finding.stream not in (None, table.stream.name) for finding in found):
            nothing = complaints().of_nothing(table.stream, table.version or table.nightly)
            settled = verdict is not Verdict.UNKNOWN
            found.append(nothing._replace(severity=Severity.NOTE) if settled else nothing)
    if verdict is not Verdict.UNKNOWN:
        tables = [_at_rest(table) for table in tables]
    stages = tuple(dict.fromkeys((Stage.SOURCE, *(column.stage for column in columns))))
    return Table(verdict, tuple(tables), _once(found), stages)


def _once(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Leave out what is said twice of one place, as of a file that two surfaces share."""
    said: dict[tuple[str | int | None, ...], Finding] = {}
    for one in findings:
        where = one.path or one.surface
        said.setdefault((one.id, where, one.line, one.column, one.message, one.stage), one)
    return tuple(said.values())


def joined(table: StreamTable, stage: Stage, filled: Filled) -> StreamTable:
    """Put one more column, and the rows that only it has, beside the columns of the table.

    A column may come in parts: the later part's cell of a surface takes the earlier one's place.
    """
    rows: list[Row] = []
    for row in table.rows:
        cell = filled.cells.get(row.surface.id)
        others = tuple(one for one in row.cells if one.stage is not stage)
        rows.append(row if cell is None else row._replace(cells=(*others, cell)))
    rows += [Row(surface, (cell,)) for surface, cell in filled.rows]
    whole = table._replace(rows=tuple(rows))
    return whole._replace(verdict=compare.add_up(list(_verdicts(whole))))


def _verdicts(*tables: StreamTable) -> Iterator[Verdict]:
    return (cell.verdict for table in tables for row in table.rows for cell in row.cells)


def _beyond(findings: Sequence[Finding]) -> Iterator[Verdict]:
    """Yield what errors of no stream count for: files that were built and are no surface's."""
    for one in findings:
        if one.stream is None and one.stage is not None and one.severity is Severity.ERROR:
            unsure = one.id in {"file-unreadable", "undetermined"}
            yield Verdict.UNKNOWN if unsure else Verdict.DIFFERS


def _at_rest(table: StreamTable) -> StreamTable:
    """Take a stream that has nothing to judge for unchecked, where others were judged.

    Images alone have no place in the source: that is no doubt.
    """
    idle = {Verdict.UNCHECKED, Verdict.WAITS}
    return table._replace(verdict=Verdict.UNCHECKED) if idle.issuperset(_verdicts(table)) else table


def asked(
    project: Project, version: str | None, tag: str | None, stream: str | None
) -> tuple[tuple[Stream, ...], Version | Nightly | None]:
    """Return the streams to judge and the version that the request expects of them.

    Raises as ``verify`` does.
    """
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
        return (project.streams if stream is None else (project.stream(stream),)), None
    one = project.stream_or_first(stream)
    return (one,), Nightly.parse(version) if version.startswith("nightly-") else Version.parse(
        version
    )


def _stream(
    project: Project, stream: Stream, asked: Version | Nightly | None
) -> tuple[StreamTable, list[Finding]]:
    sights = source.look(project, stream)
    favourites = source.favourites(sights)
    present = next(iter(favourites), None)
    expected = compare.as_stated(asked, present) if isinstance(asked, Version) else asked or present
    rows: list[Row] = []
    findings: list[Finding] = []
    for sight in sights:
        row, found = _row(sight, expected, present)
        rows.append(row)
        findings.extend(found)
    verdict = compare.add_up([row.cells[0].verdict for row in rows])
    if len(favourites) > 1 and asked is None:
        findings.append(complaints().of_tie(stream, favourites))
    version = expected if isinstance(expected, Version) else None
    nightly = expected if isinstance(expected, Nightly) else None
    if findings:
        highest = source.highest(sights)
        command = _command(project, stream, version, highest, given=asked is not None)
        findings = [f._replace(hint=f.hint.replace("bump VERSION", command)) for f in findings]
    return StreamTable(stream, version, verdict, tuple(rows), nightly), findings


def complaints() -> ModuleType:
    """Return the room of complaints, which a run that finds nothing to say does not import."""
    from release_tools.rules import complaints as room

    return room


def _command(
    project: Project,
    stream: Stream,
    version: Version | None,
    highest: Version | None,
    *,
    given: bool,
) -> str:
    """Return the bump that mends the stream, one that bump itself will not refuse."""
    if version is None:
        return "bump VERSION"
    lower = highest is not None and version < highest
    if lower and not given:
        version = highest  # what most places say is behind
    option = "" if stream == project.streams[0] else f" --stream {stream.name}"
    return f"bump {version}{option}{' --allow-lower' if lower and given else ''}"


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
    findings = [complaints().of_error(surface, error) for error in sight.errors]
    findings += [complaints().of_gap(surface, place) for place in sight.empty]
    marks: list[Mark] = []
    for place, spot in sight.spots if expected is not None else ():
        mark, found = _mark(surface, place, spot, expected)
        marks.append(mark)
        if found is not None:
            findings.append(found)
    return Row(surface, (_cell(sight, marks, expected),)), findings


def _mark(
    surface: Surface, place: Place, spot: Spot, expected: Version | None
) -> tuple[Mark, Finding | None]:
    """Judge one spot, and say what is to be said of it."""
    assert expected is not None  # noqa: S101 - the caller has nothing to judge otherwise
    try:
        mark = compare.judge(place, spot, expected)
    except (VersionError, MalformedError) as error:
        # Malformed is what stands there, not the file: a requirement that is none.
        id_ = "not-expressible" if isinstance(error, VersionError) else "spelling-illegal"
        mark = Mark(place, spot, Verdict.DIFFERS, None)
        return mark, complaints().at(surface, mark, id_, error.message)
    if mark.expected in (None, spot.text):
        return mark, None
    return mark, complaints().of_mark(surface, mark, expected)


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
