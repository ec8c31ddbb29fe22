"""``release-tools release``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from release_tools.cli import progress, shared, stepping, surfaces

if TYPE_CHECKING:
    from release_tools.flows.release.release import Outcome


@click.command(
    "release",
    epilog="""\b
Examples:
  release-tools release --wait 30m --asset "dist/*"
                                      once everything is published
  release-tools release --if-ready    as the last step of each publisher: the last one releases
  release-tools release --dry-run     what would be done
  release-tools release --ref v0.3.0  outside of GitHub Actions
""",
)
@click.option("--tag", "--ref", "ref", metavar="TAG", help="The tag (default: that of the run).")
@click.option("--stream", metavar="NAME", help="The stream (default: the first).")
@click.option("--asset", metavar="GLOB", multiple=True, help="Files to release; quote the glob.")
@click.option("--wait", metavar="TIME", help="Wait so long for what is not visible yet: 90s, 30m.")
@click.option("--if-ready", is_flag=True, help="Where something is missing still, do nothing.")
@click.option(
    "--surface",
    metavar="ID",
    multiple=True,
    help="With --if-ready: was just published, so wait up to 15m until it is visible.",
)
@click.option("--notes", metavar="FILE", help="The notes (default: the changelog's, or GitHub's).")
@click.option("--move-latest", is_flag=True, help="Then point the image tag latest at it.")
@click.option("--waive", metavar="CHECK", multiple=True, help="Let this check not count.")
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.option("--format", type=click.Choice(stepping.FORMATS), help="How to report.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Write the GitHub Release, exactly once, when every surface agrees.

    A run that was stopped is finished by the next one. What is published already with the same
    bytes is left, other bytes stop everything, and nothing is ever overwritten.
    """
    if options["wait"] and options["if_ready"]:
        raise click.UsageError("--if-ready does not wait: leave out --wait")
    if options["surface"] and not options["if_ready"]:
        raise click.UsageError("--surface goes with --if-ready; without it all are waited for")
    ctx.exit(shared.reported("release", options["format"], lambda: _run({**ctx.obj, **options})))


def _run(options: dict[str, Any]) -> int:
    from release_tools.flows.columns.waiting import duration
    from release_tools.flows.gate import gate
    from release_tools.flows.release import release as flow

    wait = None if options["wait"] is None else duration(options["wait"])
    request = flow.Request(
        gate.Request(options["stream"], None, options["ref"], (), options["waive"]),
        options["asset"],
        wait,
        options["if_ready"],
        options["surface"],
        options["notes"],
        options["move_latest"],
        options["dry_run"],
    )
    with progress.shown(sys.stderr) as shown:
        outcome = flow.release(
            options["directory"] or ".",
            request,
            config=options["config"],
            told=flow.Told(stepping.tell, shown.awaiting),
        )
    stepping.report("release", options["format"], _report(outcome))
    return outcome.exit_code


def _report(outcome: Outcome) -> stepping.Report:
    from release_tools.flows.release.release import outputs
    from release_tools.model import Verdict
    from release_tools.reports import checks, safe

    said = outcome.gate
    steps = "".join(f"{safe(step)}\n" for step in outcome.steps)
    table = "" if outcome.table is None else surfaces.table_text(outcome.table)
    verdict = {0: Verdict.AGREES, 3: Verdict.UNKNOWN}.get(outcome.exit_code, Verdict.DISAGREES)
    return stepping.Report(
        verdict,
        outcome.headline,
        f"{checks.as_text(said.checks, colour=shared.coloured(sys.stdout))}\n{table}{steps}",
        f"{checks.as_markdown(said.checks)}\n" if said.checks else "",
        outcome.findings,
        {
            "released": outcome.released,
            "url": outcome.url,
            "steps": list(outcome.steps),
            "checks": checks.data(said.checks),
        },
        outputs(outcome),
    )
