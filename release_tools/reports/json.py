"""The JSON report, schema 1: one envelope for every command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.model import Stage
from release_tools.reading import Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from release_tools.model import Cell, FileChange, Finding, Mark, StreamTable, Table, Verdict
    from release_tools.reading import Reading

SCHEMA = 1


def envelope(
    command: str,
    verdict: Verdict,
    table: Table | None = None,
    findings: Sequence[Finding] = (),
    data: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the report of ``command`` as plain values.

    The findings of the table come first, ``findings`` after them, none twice; ``data`` is the
    command's own object.  ``release-tools schema COMMAND`` prints the schema that it satisfies.
    """
    all_findings = (*table.findings, *findings) if table else findings
    return {
        "schema": SCHEMA,
        "command": command,
        "verdict": verdict.value,
        "streams": [_stream(stream) for stream in table.streams] if table else [],
        "findings": [_finding(finding) for finding in dict.fromkeys(all_findings)],
        "data": dict(data or {}),
    }


def dumps(report: Mapping[str, Any]) -> str:
    """Return ``report`` as JSON text that ends with a newline.

    It is ASCII without DEL, so that it cannot do anything to a terminal or fail to encode; a
    lone surrogate, which other JSON parsers refuse, becomes a question mark.
    """
    import json

    text = json.dumps(report, ensure_ascii=False, indent=2)
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
        text = "".join(char if char.isascii() else json.dumps(char)[1:-1] for char in text)
    return text.replace("\x7f", "\\u007f") + "\n"


def edits(changes: Iterable[FileChange]) -> list[dict[str, Any]]:
    """Return every edit of a plan: where, the text that stands there, and the new one."""
    return [
        {
            "path": edit.path,
            "line": edit.spot.line,
            "column": edit.spot.column,
            "old": edit.spot.text,
            "new": edit.text,
        }
        for change in changes
        for edit in change.edits
    ]


def _stream(stream: StreamTable) -> dict[str, Any]:
    return {
        "name": stream.stream.name,
        "version": None if stream.version is None else str(stream.version),
        "tag": stream.tag,
        "verdict": stream.verdict.value,
        "surfaces": [
            {
                "id": row.surface.id,
                "kind": row.surface.kind,
                "name": row.surface.name,
                "stages": {cell.stage.value: _cell(cell) for cell in row.cells},
            }
            for row in stream.rows
        ],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "verdict": cell.verdict.value,
        "found": cell.found,
        "expected": cell.expected,
        "reason": cell.reason,
        "places": [_place(mark) for mark in cell.marks],
        **({} if cell.stage is Stage.SOURCE else _seen(cell.reading)),
    }


def _seen(reading: Reading | None) -> dict[str, Any]:
    """Return what stands beside the version in the columns beyond the source."""
    found = reading if isinstance(reading, Found) else None
    platforms = found.platforms if found else None
    return {
        "url": (reading.where or None) if reading else None,
        "digest": found.digest if found else None,
        "platforms": None if platforms is None else [one._asdict() for one in platforms],
        "files": [file._asdict() for file in found.files] if found else [],
        "notes": dict(found.notes) if found else {},
    }


def _place(mark: Mark) -> dict[str, Any]:
    spot = mark.spot
    return {
        "path": mark.place.path,
        "line": None if spot is None else spot.line,
        "column": None if spot is None else spot.column,
        "found": None if spot is None else spot.text,
        "expected": mark.expected,
        "verdict": mark.verdict.value,
        "role": mark.place.role.value,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "severity": finding.severity.value,
        "stream": finding.stream,
        "surface": finding.surface,
        "stage": None if finding.stage is None else finding.stage.value,
        "message": finding.message,
        "hint": finding.hint,
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
    }
