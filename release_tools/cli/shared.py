"""What several commands share: loading the project, showing errors, colour."""

from __future__ import annotations

import os
import sys
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from release_tools.errors import ReleaseToolsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from release_tools.config import Project


def load(ctx: click.Context, *, ref: str | None = None, discover: bool = True) -> Project:
    """Load the project that the global options name."""
    from release_tools.flows.load import load as load_project

    return load_project(
        ctx.obj["directory"], config=ctx.obj["config"], ref=ref, discover=discover
    )


def reports(command: str) -> Callable[[Callable[..., int]], Callable[..., None]]:
    """Exit with the function's code; with ``--format json``, report errors as JSON too."""

    def decorate(function: Callable[..., int]) -> Callable[..., None]:
        @wraps(function)
        def run(*args: Any, **options: Any) -> None:  # noqa: ANN401 - click's own
            try:
                code = function(*args, **options)
            except ReleaseToolsError as error:
                if options.get("format_") != "json":
                    raise
                code = _report_error(command, error)
            sys.stdout.flush()
            click.get_current_context().exit(code)

        return run

    return decorate


def _report_error(command: str, error: ReleaseToolsError) -> int:
    from release_tools.model import Verdict
    from release_tools.reports import json
    from release_tools.rules.findings import from_error

    report = json.envelope(command, Verdict.UNKNOWN, findings=(from_error(error),))
    sys.stdout.write(json.dumps(report))
    return error.exit_code


def show_error(error: ReleaseToolsError) -> None:
    """Write the error and its hint to standard error."""
    from release_tools.reports import safe

    label = "error:"
    if coloured(sys.stderr):
        label = f"\x1b[1;31m{label}\x1b[0m"
    sys.stderr.write(f"{label} {safe(str(error))}\n")
    if error.hint:
        sys.stderr.write(f"  help: {safe(error.hint)}\n")


def coloured(stream: Any) -> bool:  # noqa: ANN401 - sys.stdout or sys.stderr
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
