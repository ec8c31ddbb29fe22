"""Annotations for GitHub Actions: one workflow command for each finding.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.model import Severity
from release_tools.reports import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from release_tools.model import Finding

LIMIT = 10
"""GitHub shows at most this many annotations of each severity for one step; the rest is lost."""

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(findings: Iterable[Finding]) -> str:
    """Return a workflow command per finding, errors first, each on a line of its own.

    Of a severity with more than ``LIMIT`` findings the last annotation says how many are left
    out.  Nothing in a finding can end its command or begin another.
    """
    kept = list(findings)
    lines: list[str] = []
    for severity, command in _COMMANDS.items():
        same = [finding for finding in kept if finding.severity is severity]
        shown = same if len(same) <= LIMIT else same[: LIMIT - 1]
        lines += [_annotation(command, finding) for finding in shown]
        if len(shown) < len(same):
            rest = f"{len(same) - len(shown)} more: see the log or the summary of this job"
            lines.append(f"::{command} title=release-tools::{rest}")
    return "".join(f"{line}\n" for line in lines)


def _annotation(command: str, finding: Finding) -> str:
    properties = {
        "file": finding.path,
        "line": finding.line,
        "col": finding.column,
        "title": finding.id,
    }
    listed = ",".join(
        f"{name}={_property(str(value))}" for name, value in properties.items() if value is not None
    )
    message = safe(finding.message)
    if finding.hint:
        message = f"{message}\nhelp: {safe(finding.hint)}"
    return f"::{command} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(safe(text)).replace(":", "%3A").replace(",", "%2C")
