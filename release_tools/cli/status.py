"""``release-tools status``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from release_tools.cli import progress, shared, stepping, surfaces

if TYPE_CHECKING:
    from release_tools.flows.columns.deployments import Given
    from release_tools.flows.status.overview import Status


@click.command(
    "status",
    epilog="""\b
Examples:
  release-tools status                      the newest of everything, in every channel
  release-tools status 0.3.0                of a release that is not whole: how to go on
  release-tools status --deployed           and what every environment runs
  release-tools status --html status.html   one page for the team
""",
)
@click.argument("version", required=False)
@click.option("--stream", metavar="NAME", help="This stream alone.")
@click.option("--deployed", is_flag=True, help="Ask [deployments] what they run, too.")
@click.option("--context", metavar="NAME", help="With --deployed: this context of kubectl.")
@click.option("--namespace", metavar="NAME", help="With --deployed: this namespace.")
@click.option("--release", metavar="NAME", help="With --deployed: this Helm release.")
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
    from release_tools.flows.status.overview import status

    with progress.shown(sys.stderr) as shown:
        found = status(
            options["directory"] or ".",
            options["version"],
            stream=options["stream"],
            config=options["config"],
            deployed=_deployed(options),
            progress=shown.counted,
        )
    if options["html"]:
        _write(options["html"], found)
    stepping.report("status", options["format"], _report(found))
    return found.exit_code


def _deployed(options: dict[str, Any]) -> Given | None:
    """Return which environments are to be asked; raises UsageError for options without a use."""
    from release_tools.errors import UsageError
    from release_tools.flows.columns.deployments import Given

    given = {name: options[name] for name in ("context", "namespace", "release")}
    if options["deployed"]:
        return Given(**given)
    for name, text in given.items():
        if text is not None:
            raise UsageError(f"--{name} means nothing without --deployed", hint="add --deployed")
    return None


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
