"""``release-tools promote``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from release_tools.cli import shared, stepping, surfaces

if TYPE_CHECKING:
    from release_tools.flows.nightlies.promote import Promotion


@click.command(
    "promote",
    epilog="""\b
Examples:
  release-tools promote nightly-20260115 --to 0.3.0
  release-tools promote nightly-20260115 --to 0.3.0 --format markdown
""",
)
@click.argument("nightly")
@click.option("--to", "target", metavar="VERSION", required=True, help="The release it is to be.")
@click.option("--format", type=click.Choice(stepping.FORMATS), help="How to report.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Say what stands between a nightly and a release.

    A checklist: the nightly's commit and its checks, what it published, what has happened since,
    and the commands that remain. It decides nothing and changes nothing.
    """
    ctx.exit(shared.reported("promote", options["format"], lambda: _run({**ctx.obj, **options})))


def _run(options: dict[str, Any]) -> int:
    from release_tools.flows.nightlies.promote import promote

    found = promote(
        options["directory"] or ".",
        options["nightly"],
        options["target"],
        config=options["config"],
    )
    stepping.report("promote", options["format"], _report(found))
    return found.exit_code


def _report(found: Promotion) -> stepping.Report:
    from release_tools.model import Verdict
    from release_tools.reports import checks
    from release_tools.reports.markdown import escape

    verdict = {0: Verdict.AGREES, 1: Verdict.DISAGREES}.get(found.exit_code, Verdict.UNKNOWN)
    commands = "".join(f"  {line}\n" for line in found.commands)
    listed = checks.as_text(found.checks, colour=shared.coloured(sys.stdout))
    return stepping.Report(
        verdict,
        f"{found.nightly} to {found.target}: {_word(found.exit_code)}",
        f"{surfaces.table_text(found.table)}\n{listed}\nwhat remains:\n{commands}",
        checks.as_markdown(found.checks)
        + "\nWhat remains:\n\n"
        + "".join(f"- <code>{escape(line)}</code>\n" for line in found.commands),
        (),
        {
            "nightly": found.nightly,
            "target": str(found.target),
            "commit": found.commit,
            "checks": checks.data(found.checks),
            "commands": list(found.commands),
            "published": checks.published(found.table),
        },
        {},
    )


def _word(code: int) -> str:
    return {0: "nothing stands in the way", 1: "something stands in the way"}.get(
        code, "not everything could be found out"
    )
