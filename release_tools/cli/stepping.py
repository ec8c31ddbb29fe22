"""How the commands that are steps of a workflow report: log, annotations, summary, outputs."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.cli import shared
from release_tools.errors import ReleaseToolsError
from release_tools.reports import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


def guarded(
    command: str, format_: str | None, work: Callable[[], int], outputs: Mapping[str, str]
) -> int:
    """Return what ``work`` returns; whatever else ends it is told to the run before it passes.

    ``outputs`` are then those of the step: the last that are written count.
    """
    from release_tools.rules.findings import finding, from_error

    try:
        return work()
    except ReleaseToolsError as error:
        ended(command, format_, from_error(error), outputs)
        raise
    except Exception as error:
        bug = finding("internal-error", f"{type(error).__name__}: {error}")
        ended(command, format_, bug, outputs)
        raise


def ended(command: str, format_: str | None, why: Finding, outputs: Mapping[str, str]) -> None:
    """Tell GitHub Actions of what ended a command, in outputs, annotation and summary.

    What cannot be written is left out: the error itself is told by whoever ends the program.
    """
    from release_tools.adapters.actions import Actions

    actions = Actions.from_env(os.environ)
    if actions is None:
        return
    if actions.output_path:
        with suppress(ReleaseToolsError):
            actions.set_outputs(outputs)
    if format_ is not None:
        return
    from release_tools.reports import github, text
    from release_tools.reports.markdown import escape

    with suppress(OSError):
        sys.stdout.write(github.render([why]))
    said = ": ".join(part for part in (command, text.location(why), safe(why.message)) if part)
    help_ = f"\nhelp: {escape(safe(why.hint))}\n" if why.hint else ""
    with suppress(ReleaseToolsError):
        actions.append_summary(f"### {escape(said)}\n{help_}")


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
