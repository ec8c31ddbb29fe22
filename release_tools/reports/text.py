"""The table as a person reads it, aligned by hand: rich would cost 20 to 40 ms here."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, assert_never

from release_tools.model import Severity, Verdict
from release_tools.reading import Found
from release_tools.reports import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from release_tools.model import Cell, Finding, Row, Stage, StreamTable, Table

# A version has at most 128 characters; longer than this is no version, and would push the
# columns off the screen.
_LONGEST = 60
_SHORT = 20  # of a digest: "sha256:" and twelve digits tell it from any other
_GAP = "  "
_NOTHING = "\N{EN DASH}"
_BOLD, _RESET = "\x1b[1m", "\x1b[0m"
_COLOURS = {
    Verdict.AGREES: "\x1b[32m",
    Verdict.DIFFERS: "\x1b[31m",
    Verdict.MISSING: "\x1b[1;31m",
    Verdict.UNKNOWN: "\x1b[33m",
    Verdict.UNCHECKED: "\x1b[2m",
    Verdict.WAITS: "\x1b[2m",
    Verdict.DISAGREES: "\x1b[31m",
    Severity.ERROR: "\x1b[1;31m",
    Severity.WARNING: "\x1b[1;33m",
    Severity.NOTE: "\x1b[1;36m",
}
_BAD = (Verdict.DIFFERS, Verdict.MISSING)


def render(table: Table, *, colour: bool, width: int | None, discovered: bool) -> str:
    """Return the whole report: each stream's table, the findings, and what it adds up to.

    ``width`` clips the lines of the table (never the findings) to that many columns;
    ``discovered`` says that no configuration was read.  The text ends with a newline, and nothing
    in it that comes from a file can move the cursor, colour or start a line.
    """
    blocks = [
        "\n".join(_stream(stream, table.stages, colour=colour, width=width))
        for stream in table.streams
    ]
    if table.findings:
        blocks.append("\n".join(findings(table.findings, colour=colour)))
    blocks.append("\n".join(summaries(table, discovered=discovered)))
    return "\n\n".join(block for block in blocks if block) + "\n"


def cell_text(cell: Cell | None) -> str:
    """Return what one cell shows; None is a stage that this kind of surface does not have."""
    if cell is None:
        return _NOTHING
    found = _NOTHING if cell.found is None else safe(cell.found, _LONGEST)
    reason = safe(cell.reason or "")
    match cell.verdict:
        case Verdict.AGREES:
            text = f"{found}{_detail(cell)}" if cell.found or not reason else reason
        case Verdict.DIFFERS | Verdict.DISAGREES:
            text = f"{found} ✗{_difference(cell)}"
        case Verdict.MISSING:
            text = "MISSING"
        case Verdict.UNKNOWN:
            text = f"? {reason}".rstrip()
        case Verdict.UNCHECKED:
            text = f"{found} ({reason})" if reason else found
        case Verdict.WAITS:
            text = reason or "waits"
        case _:
            assert_never(cell.verdict)
    return text


def _difference(cell: Cell) -> str:
    """Return what was expected; where the version is right, what else is wrong with it."""
    seen = cell.reading
    if isinstance(seen, Found) and seen.problems and cell.found == cell.expected:
        return f" {seen.problems[0].id}"
    return f" expected {safe(cell.expected)}" if cell.expected else ""


def _detail(cell: Cell) -> str:
    """Return what identifies the thing that was seen: its digest, or the files that it has."""
    seen = cell.reading
    if not isinstance(seen, Found):
        return ""
    parts = [safe(seen.digest, _SHORT)] if seen.digest else []
    if seen.platforms:
        parts.append(f"({_count(len(seen.platforms), 'platform')})")
    elif seen.files and not seen.digest:
        parts.append(", ".join(dict.fromkeys(safe(file.kind, _SHORT) for file in seen.files)))
    return "".join(f"  {part}" if not i else f" {part}" for i, part in enumerate(parts))


def line(finding: Finding, *, colour: bool = False) -> str:
    """Return one finding: ``error[id] path:line:column  message``, the hint indented below."""
    head = f"{finding.severity.value}[{finding.id}]"
    if colour:
        head = f"{_COLOURS[finding.severity]}{head}{_RESET}"
    where = location(finding)
    text = (
        f"{head} {where}  {safe(finding.message)}" if where else f"{head} {safe(finding.message)}"
    )
    return f"{text}\n    help: {safe(finding.hint)}" if finding.hint else text


def findings(found: Sequence[Finding], *, colour: bool) -> Iterator[str]:
    """Yield the findings; what several in a row advise alike is said once, below the last.

    What is the same for several surfaces is said once, with their number.
    """
    alike: dict[Finding, set[str | None]] = {}
    for one in found:
        alike.setdefault(one._replace(surface=None), set()).add(one.surface)
    told = [
        one._replace(message=f"{one.message} ({_count(len(ids), 'surface')})")
        if len(ids) > 1
        else one
        for one, ids in alike.items()
    ]
    for finding, after in zip_longest(told, told[1:]):
        repeated = after is not None and after.hint == finding.hint
        yield line(finding._replace(hint="") if repeated else finding, colour=colour)


def location(finding: Finding) -> str:
    """Return ``path:line:column`` as far as it is known, else an empty string."""
    if finding.path is None:
        return ""
    parts = [safe(finding.path)]
    if finding.line is not None:
        parts.append(str(finding.line))
        if finding.column is not None:
            parts.append(str(finding.column))
    return ":".join(parts)


def title(stream: StreamTable) -> str:
    """Return ``v0.3.0 · stream router``, without the tag where no version is expected."""
    name = f"stream {safe(stream.stream.name)}"
    return name if stream.tag is None else f"{safe(stream.tag)} · {name}"


def _stream(
    stream: StreamTable, stages: Sequence[Stage], *, colour: bool, width: int | None
) -> Iterator[str]:
    """Yield the lines of one stream: the heading, then a line for each surface."""
    cells = [[_cell(row, stage) for stage in stages] for row in stream.rows]
    texts = [
        [safe(row.surface.id), *map(cell_text, line_cells)]
        for row, line_cells in zip(stream.rows, cells, strict=True)
    ]
    heading = [title(stream), *(stage.value for stage in stages)]
    # The last column is never padded, so it needs no width of its own.
    widths = [max(map(len, column)) for column in zip(heading, *texts, strict=True)][:-1]
    styles = [_BOLD] * len(heading) if colour else None
    yield _join(heading, widths, styles, width)
    for text, line_cells in zip(texts, cells, strict=True):
        if colour:
            styles = ["", *(_COLOURS[cell.verdict] if cell else "" for cell in line_cells)]
        yield _join(text, widths, styles, width)


def _cell(row: Row, stage: Stage) -> Cell | None:
    for cell in row.cells:
        if cell.stage is stage:
            return cell
    return None


def _join(
    texts: Sequence[str], widths: Sequence[int], styles: Sequence[str] | None, width: int | None
) -> str:
    """Pad the texts to their columns, clip the line to ``width`` and colour what is left."""
    parts = [text.ljust(wide) for text, wide in zip(texts, widths, strict=False)]
    parts.append(texts[-1])
    if width is not None and sum(map(len, parts)) + len(_GAP) * (len(parts) - 1) > width:
        parts = _clip(parts, max(width, 1))
    if styles is not None:
        parts = [
            f"{style}{part}{_RESET}" if style else part
            for part, style in zip(parts, styles, strict=False)
        ]
        return _GAP.join(parts)
    return _GAP.join(parts).rstrip()


def _clip(parts: Sequence[str], width: int) -> list[str]:
    """Shorten the parts so that, joined, they fill ``width`` columns; an ellipsis marks the cut."""
    kept: list[str] = []
    left = width
    for part in parts:
        if len(part) > left:
            if left > 0:
                kept.append(part[: left - 1] + "…")
            else:
                kept[-1] = kept[-1][:-1] + "…"
            break
        kept.append(part)
        left -= len(part) + len(_GAP)
    return kept


def summaries(table: Table, *, discovered: bool = False) -> Iterator[str]:
    """Yield a line for each stream that says what its rows add up to; see ``render``."""
    if discovered and all(finding.id != "discovered" for finding in table.findings):
        yield "no configuration: the surfaces were discovered (release-tools init keeps them)"
    if not table.streams:
        yield "nothing to judge"
    for stream in table.streams:
        name = stream.stream.name
        text = _summary(stream)
        yield safe(f"{name}: {text}" if len(table.streams) > 1 else text)


def _summary(stream: StreamTable) -> str:
    """Count the places that agree, those that do not, and what could not be determined."""
    bad = good = bad_surfaces = good_surfaces = unknown = 0
    for row in stream.rows:
        verdicts = [verdict for cell in row.cells for verdict in _verdicts(cell)]
        bad_here = sum(verdict in _BAD for verdict in verdicts)
        bad += bad_here
        bad_surfaces += bad_here > 0
        good += verdicts.count(Verdict.AGREES)
        good_surfaces += Verdict.AGREES in verdicts
        unknown += verdicts.count(Verdict.UNKNOWN)
    unsure = f"{_count(unknown, 'place')} could not be determined" if unknown else ""
    if bad:
        places = f"{_count(bad, 'place')} of {_count(bad_surfaces, 'surface')}"
        version = f" with {stream.version}" if stream.version else ""
        text = f"{places} {'disagrees' if bad == 1 else 'disagree'}{version}"
        return f"{text} ({unsure})" if unsure else text
    if unsure or not good:
        return unsure or "nothing to judge"
    version = f" on {stream.version}" if stream.version else ""
    places = f"{_count(good, 'place')} of {_count(good_surfaces, 'surface')}"
    return f"{places} {'agrees' if good == 1 else 'agree'}{version}"


def _verdicts(cell: Cell) -> list[Verdict]:
    """Return the verdicts of the cell's places; a cell without places counts as one.

    So does one that is worse than its places: a file that is not there has none.
    """
    verdicts = [mark.verdict for mark in cell.marks]
    worse = cell.verdict in (*_BAD, Verdict.UNKNOWN) and cell.verdict not in verdicts
    return [*verdicts, cell.verdict] if worse or not verdicts else verdicts


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
