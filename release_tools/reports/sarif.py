"""Findings as SARIF 2.1.0, for code scanning and editors.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.reports.json import dumps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from release_tools.model import Finding, Severity

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def render(findings: Sequence[Finding], known: Mapping[str, tuple[Severity, str, str, str]]) -> str:
    """Return one SARIF run as text.

    ``known`` is the table of findings: id -> severity, title, meaning, hint.  A finding without
    a path is a notification of the run, since consumers refuse a result without a location.
    """
    ids = sorted({finding.id for finding in findings})
    run = {
        "tool": {
            "driver": {"name": "release-tools", "rules": [_rule(id_, known[id_]) for id_ in ids]}
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"descriptor": {"id": finding.id}, **_said(finding)}
                    for finding in findings
                    if finding.path is None
                ],
            }
        ],
        "results": [
            {"ruleId": finding.id, "ruleIndex": ids.index(finding.id), **_said(finding)}
            | {"locations": [_location(finding, finding.path)]}
            for finding in findings
            if finding.path is not None
        ],
    }
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(id_: str, known: tuple[Severity, str, str, str]) -> dict[str, Any]:
    severity, title, meaning, hint = known
    return {
        "id": id_,
        "shortDescription": {"text": title},
        "fullDescription": {"text": meaning},
        "help": {"text": hint},
        "defaultConfiguration": {"level": severity.value},
    }


def _said(finding: Finding) -> dict[str, Any]:
    # The severities are SARIF's levels: error, warning, note.
    text = f"{finding.message}\nhelp: {finding.hint}" if finding.hint else finding.message
    return {"level": finding.severity.value, "message": {"text": text}}


def _location(finding: Finding, path: str) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(path), "uriBaseId": "%SRCROOT%"}}
    if finding.line is not None:
        column = {} if finding.column is None else {"startColumn": finding.column}
        physical["region"] = {"startLine": finding.line, **column}
    if finding.surface is None:
        return {"physicalLocation": physical}
    name = {"fullyQualifiedName": finding.surface}
    return {"physicalLocation": physical, "logicalLocations": [name]}


def _uri(path: str) -> str:
    """Return the relative reference of RFC 3986; a colon is encoded, so that it has no scheme."""
    data = path.encode("utf-8", "surrogateescape")
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in data)
