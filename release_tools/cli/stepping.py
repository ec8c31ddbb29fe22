"""How the commands that are steps of a workflow report: log, annotations, summary, outputs."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.cli import shared
from release_tools.reports import safe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.model import Finding, Verdict

FORMATS = ("text", "json", "markdown")


class Report(NamedTuple):
    """What one command has to say, rendered; ``outputs`` are those of its step."""

    verdict: Verdict
    headline: str
    text: str
    markdown: str
    findings: tuple[Finding, ...]
    data: Mapping[str, Any]
    outputs: Mapping[str, str]


def tell(line: str) -> None:
    """Say on standard error what is going on."""
    sys.stderr.write(f"{safe(line)}\n")
    sys.stderr.flush()


def report(command: str, format_: str | None, said: Report) -> None:
    """Print the report; in GitHub Actions set the outputs, annotate and append the summary.

    Raises UnreadableError where the files of the step cannot be written.
    """
    sys.stdout.write(_rendered(command, format_ or "text", said))
    if "GITHUB_ACTIONS" not in os.environ:
        return
    from release_tools.adapters.actions import Actions

    actions = Actions.from_env(os.environ)
    if actions is None:
        return
    if actions.output_path:
        actions.set_outputs(said.outputs)
    if format_ is None:
        from release_tools.reports import github

        sys.stdout.write(github.render(said.findings))
        actions.append_summary(_rendered(command, "markdown", said))


def _rendered(command: str, format_: str, said: Report) -> str:
    if format_ == "json":
        from release_tools.reports import json

        report = json.envelope(command, said.verdict, findings=said.findings, data=said.data)
        return json.dumps(report)
    if format_ == "markdown":
        from release_tools.reports.markdown import escape

        return f"### {escape(safe(said.headline))}\n\n{said.markdown}\n"
    from release_tools.reports import text

    colour = shared.coloured(sys.stdout)
    lines = text.findings(said.findings, colour=colour)
    parts = [said.text, "".join(f"{line}\n" for line in lines), f"{safe(said.headline)}\n"]
    return "\n".join(part for part in parts if part)
