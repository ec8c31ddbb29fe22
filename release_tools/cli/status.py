"""``release-tools status``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from release_tools.cli import progress, shared, stepping, surfaces

if TYPE_CHECKING:
    from release_tools.flows.status import Status


@click.command(
    "status",
    epilog="""\b
Examples:
  release-tools status                      the newest of everything, in every channel
  release-tools status 0.3.0                of a release that is not whole: how to go on
  release-tools status --html status.html   one page for the team
""",
)
@click.argument("version", required=False)
@click.option("--stream", metavar="NAME", help="This stream alone.")
@click.option("--html", metavar="FILE", help="Write the page to this file too.")
@click.option("--format", type=click.Choice(stepping.FORMATS), help="How to report.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Say what exists of every surface: releases, pre-releases, nightlies, latest.

    With VERSION, what of that release is there and what is missing, whose workflow has failed, and
    the command that goes on, or what giving it up takes.
    """
    ctx.exit(shared.reported("status", options["format"], lambda: _run({**ctx.obj, **options})))


def _run(options: dict[str, Any]) -> int:
    from release_tools.flows.status import status

    with progress.shown(sys.stderr) as shown:
        found = status(
            options["directory"] or ".",
            options["version"],
            stream=options["stream"],
            config=options["config"],
            progress=shown.counted,
        )
    if options["html"]:
        _write(options["html"], found)
    stepping.report("status", options["format"], _report(found))
    return found.exit_code


def _write(path: str, found: Status) -> None:
    from release_tools.adapters import durable
    from release_tools.reports import html

    durable.replace(path, html.page("Release status", found.overviews).encode())
    stepping.tell(f"wrote: {path}")


def _report(found: Status) -> stepping.Report:
    from release_tools.model import Verdict
    from release_tools.reports import checks
    from release_tools.reports import status as report

    verdict = {0: Verdict.AGREES, 3: Verdict.UNKNOWN}.get(found.exit_code, Verdict.DISAGREES)
    table = surfaces.table_text(found.table) if found.table else ""
    text = report.as_text(found.overviews)
    return stepping.Report(
        verdict,
        {0: "everything is current", 3: "not everything could be found out"}.get(
            found.exit_code, "something is behind or missing"
        ),
        f"{table}\n{text}" if table else text,
        report.as_markdown(found.overviews),
        found.table.findings if found.table else (),
        {
            "streams": report.data(found.overviews),
            "published": checks.published(found.table) if found.table else [],
        },
        {},
    )
