"""What several commands share: loading the project, exit codes, colour.  Without click."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from release_tools.config import Project
    from release_tools.errors import ReleaseToolsError


def load(
    options: Mapping[str, str | None], *, ref: str | None = None, discover: bool = True
) -> Project:
    """Load the project that the global options (``directory``, ``config``) name."""
    from release_tools.flows.load import load as load_project

    return load_project(
        options["directory"] or ".", config=options["config"], ref=ref, discover=discover
    )


def reported(command: str, format_: str | None, work: Callable[[], int]) -> int:
    """Return what ``work`` returns; with the format json, report its errors as JSON too."""
    from release_tools.errors import ReleaseToolsError

    try:
        return work()
    except ReleaseToolsError as error:
        if format_ != "json":
            raise
        from release_tools.model import Verdict
        from release_tools.reports import json
        from release_tools.rules.findings import from_error

        report = json.envelope(command, Verdict.UNKNOWN, findings=(from_error(error),))
        sys.stdout.write(json.dumps(report))
        return error.exit_code


def show_error(error: ReleaseToolsError) -> None:
    """Write the error and the way out of it to standard error, as the report writes a finding."""
    from release_tools.reports import text
    from release_tools.rules.findings import from_error

    sys.stderr.write(f"{text.line(from_error(error), colour=coloured(sys.stderr))}\n")


def coloured(stream: Any) -> bool:
    """Say whether to colour: only on a terminal, and never against NO_COLOR (no-color.org)."""
    return bool(
        stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def width() -> int | None:
    """Return the columns of the terminal, None where standard output is none."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        return None
