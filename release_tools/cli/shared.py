"""What several commands share: loading the project, exit codes, colour.  Without click."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from release_tools.config import Project
    from release_tools.errors import ReleaseToolsError
    from release_tools.model import Finding


def load(
    options: Mapping[str, str | None], *, ref: str | None = None, discover: bool = True
) -> Project:
    """Load the project that the global options (``directory``, ``config``) name."""
    from release_tools.flows.load import load as load_project

    return load_project(
        options["directory"] or ".", config=options["config"], ref=ref, discover=discover
    )


def reported(
    command: str,
    format_: str | None,
    work: Callable[[], int],
    data: Mapping[str, Any] | None = None,
) -> int:
    """Return what ``work`` returns; with the format json, report whatever ends it as JSON too.

    ``data`` is what ``work`` has noted of its doings by then, none of it where it did nothing.
    """
    if format_ != "json":
        return work()
    from release_tools.errors import ReleaseToolsError
    from release_tools.rules.findings import finding, from_error

    try:
        return work()
    except ReleaseToolsError as error:
        failed(command, from_error(error), data)
        return error.exit_code
    except OSError:
        raise  # flows name the files that they cannot use: this is our output
    except KeyboardInterrupt:
        failed(command, finding("interrupted", "interrupted before it came to its end"), data)
        raise
    except Exception as error:
        failed(command, finding("internal-error", f"{type(error).__name__}: {error}"), data)
        raise


def failed(command: str, why: Finding, data: Mapping[str, Any] | None = None) -> None:
    """Print the JSON report of a command that could not come to its end."""
    from release_tools.model import Verdict
    from release_tools.reports import json

    noted = data if data and any(data.values()) else None
    report = json.envelope(command, Verdict.UNKNOWN, findings=(why,), data=noted)
    sys.stdout.write(json.dumps(report))


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
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (OSError, ValueError):
        return None
