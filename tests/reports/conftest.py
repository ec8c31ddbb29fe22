"""A small table with every verdict once, a hostile one, and plans with edits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from release_tools.model import (
    Cell,
    Edit,
    FileChange,
    Finding,
    Mark,
    Place,
    Role,
    Row,
    Severity,
    Spot,
    Stage,
    StreamTable,
    Surface,
    Table,
    Verdict,
)
from release_tools.streams import Stream
from release_tools.version import Spelling, Version

if TYPE_CHECKING:
    from collections.abc import Callable

    from release_tools.model import Format

FORMAT = cast("Format", None)  # no report asks a format anything


@pytest.fixture
def hostile() -> str:
    """Return text that would like to write lines, colours, commands, markup and elements."""
    return "0.1\n::error::x\r\x1b[31m\u202e\u2028##[error]x|`<b>@me%0A,[a](http://x)www.x.y\udc80]]>\x00\x7f"


def _mark(path: str, verdict: Verdict, found: str | None, expected: str | None = "0.3.0") -> Mark:
    spot = None if found is None else Spot(0, len(found), found, 7, 12)
    return Mark(Place(path, FORMAT, None, Spelling.SEMVER, Role.VERSION), spot, verdict, expected)


def _row(id_: str, verdict: Verdict, found: str | None, reason: str | None = None) -> Row:
    kind, _, name = id_.partition(":")
    judged = verdict in {Verdict.AGREES, Verdict.DIFFERS, Verdict.MISSING}
    marks = (_mark(f"{name}/manifest", verdict, found),) if judged else ()
    expected = "0.3.0" if judged else None
    cell = Cell(Stage.SOURCE, verdict, found, expected, marks, reason)
    return Row(Surface(id_, kind, name, "router", name, {}), (cell,))


@pytest.fixture
def row() -> Callable[..., Row]:
    return _row


@pytest.fixture
def table_of() -> Callable[..., Table]:
    def make(
        *rows: Row,
        findings: tuple[Finding, ...] = (),
        verdict: Verdict = Verdict.DISAGREES,
        version: str | None = "0.3.0",
    ) -> Table:
        stream = Stream(name="router", tag="v{version}")
        parsed = None if version is None else Version.parse(version)
        return Table(verdict, (StreamTable(stream, parsed, verdict, rows),), findings)

    return make


@pytest.fixture
def table(table_of: Callable[..., Table]) -> Table:
    """Return a table with every verdict once."""
    return table_of(
        _row("pypi:widget", Verdict.AGREES, "0.3.0"),
        _row("crate:widget-core", Verdict.DIFFERS, "0.2.0"),
        _row("npm:widget", Verdict.MISSING, None),
        _row("image:server", Verdict.UNKNOWN, None, "values.yaml cannot be read"),
        _row("chart:widget", Verdict.UNCHECKED, "0.1.0", "stamped"),
        _row("file:VERSION", Verdict.UNCHECKED, None),
        findings=(
            Finding(
                "surface-differs",
                Severity.ERROR,
                "crate:widget-core says 0.2.0, expected 0.3.0",
                "run `release-tools bump 0.3.0`",
                stream="router",
                surface="crate:widget-core",
                stage=Stage.SOURCE,
                path="core/Cargo.toml",
                line=3,
                column=12,
            ),
            Finding("reference-pinned", Severity.WARNING, "a digest pins it", path="values.yaml"),
            Finding("stamped", Severity.NOTE, "chart:widget is stamped", ""),
        ),
    )


@pytest.fixture
def hostile_table(hostile: str) -> Table:
    """Return a table with hostile text wherever a file, a path or a name can bring it in."""
    stages = (Stage.SOURCE, Stage.PUBLISHED)
    surface = Surface(f"pypi:{hostile}", "pypi", hostile, hostile, hostile, {})
    rows = tuple(
        Row(
            surface,
            tuple(
                Cell(stage, verdict, hostile, hostile, (_mark(hostile, verdict, hostile),), hostile)
                for stage in stages
            ),
        )
        for verdict in Verdict
    )
    where: dict[str, Any] = {"stream": hostile, "surface": hostile, "path": hostile}
    findings = tuple(
        Finding("surface-differs", severity, hostile, hostile, **where, line=1, column=2)
        for severity in Severity
    )
    stream = StreamTable(
        Stream(name="router", tag="v{version}"), Version.parse("0.3.0"), Verdict.DISAGREES, rows
    )
    return Table(Verdict.DISAGREES, (stream,), findings, stages)


@pytest.fixture
def change() -> Callable[..., FileChange]:
    """Make a change from the old text and ``(start, end, new)`` edits."""

    def make(before: str, *edits: tuple[int, int, str], path: str = "f") -> FileChange:
        made = tuple(
            Edit(path, FORMAT, None, Spot.of(before, start, end), text)
            for start, end, text in edits
        )
        after, done = [], 0
        for start, end, text in sorted(edits):
            after += [before[done:start], text]
            done = end
        return FileChange(path, before, "".join(after) + before[done:], made)

    return make
