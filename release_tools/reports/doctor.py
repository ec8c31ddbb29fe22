"""What the doctor found: for people, as Markdown, and as values for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.reports import markdown, safe, steps, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.steps import Diagnosis, Looked

_LONGEST = 100


def as_text(found: Diagnosis, *, colour: bool) -> str:
    """Return the diagnosis as a person reads it; it ends with a newline."""
    rows = [(one.verdict.value, _name(one), safe(one.found, _LONGEST)) for one in found.looked]
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(2)]
    lines = [f"{a.ljust(widths[0])}  {b.ljust(widths[1])}  {c}".rstrip() for a, b, c in rows]
    blocks = ["\n".join(lines)]
    blocks += text.findings(found.findings, colour=colour)
    for remedy in found.remedies:
        head = f"{safe(remedy.deployment)}: {safe(remedy.title)}"
        blocks.append("\n".join((head, *_indented(steps.listed(remedy.steps)))))
    return "\n\n".join(filter(None, blocks)) + "\n"


def as_markdown(found: Diagnosis) -> str:
    """Return the diagnosis as GitHub Flavored Markdown."""
    escape = markdown.escape
    table = ["| looked at | verdict | found |", "|---|---|---|"]
    table += [
        f"| {escape(_name(one))} | {one.verdict.value} | {escape(safe(one.found, _LONGEST))} |"
        for one in found.looked
    ]
    parts = ["\n".join(table)]
    parts += ["\n".join(map(markdown.line, found.findings))] if found.findings else []
    for remedy in found.remedies:
        parts.append(f"### {escape(safe(remedy.deployment))}: {escape(safe(remedy.title))}")
        parts.append(steps.fenced(step.argv for step in remedy.steps))
    return "\n\n".join(parts) + "\n"


def data(found: Diagnosis) -> dict[str, Any]:
    """Return the command's own part of the JSON report."""
    return {
        "checks": [
            {
                "name": one.name,
                "deployment": one.deployment,
                "verdict": one.verdict.value,
                "found": one.found or None,
            }
            for one in found.looked
        ],
        "remedies": [
            {
                "title": remedy.title,
                "deployment": remedy.deployment,
                "steps": [steps.values(step) for step in remedy.steps],
            }
            for remedy in found.remedies
        ],
    }


def _name(one: Looked) -> str:
    return safe(one.name if one.deployment is None else f"{one.deployment}: {one.name}")


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)
