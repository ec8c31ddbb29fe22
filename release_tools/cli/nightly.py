"""``release-tools nightly``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from release_tools.cli import shared, stepping
from release_tools.reports import safe

if TYPE_CHECKING:
    from release_tools.flows.nightlies.prune import Plan


@click.command(
    "nightly",
    epilog="""\b
Examples:
  release-tools nightly                      name tonight's version, and tag it here
  release-tools nightly --push --if-changed  as a nightly workflow does
  release-tools nightly --date 20260115      another date
  release-tools nightly --prune --keep 14    show which old ones would go
  release-tools nightly --prune --keep 14 --yes
""",
)
@click.option("--date", metavar="YYYYMMDD", help="The date (default: that of the run, in UTC).")
@click.option("--stream", metavar="NAME", help="The stream (default: the first with nightlies).")
@click.option("--push", is_flag=True, help="Let the tag be the remote's.")
@click.option("--if-changed", is_flag=True, help="Skip where nothing changed since the last one.")
@click.option("--prune", is_flag=True, help="Retire old nightlies instead.")
@click.option("--keep", type=click.IntRange(1), help="With --prune: how many stay.")
@click.option("--yes", is_flag=True, help="With --prune: delete without asking.")
@click.option("--format", type=click.Choice(stepping.FORMATS), help="How to report.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Name tonight's version in every spelling, and tag its commit.

    One date and one commit for the whole run, which all jobs are handed as outputs. Repeating it
    for the same commit does nothing; for another commit the date is taken.
    """
    if options["prune"] and options["keep"] is None:
        raise click.UsageError("--prune needs --keep N")
    work = _prune if options["prune"] else _tag
    given = {**ctx.obj, **options}
    ctx.exit(shared.reported("nightly", options["format"], lambda: work(given)))


def _tag(options: dict[str, Any]) -> int:
    from release_tools.errors import UsageError
    from release_tools.flows.nightlies import nightly as flow
    from release_tools.model import Verdict
    from release_tools.reports.markdown import escape
    from release_tools.rules import handout

    for name in ("keep", "yes"):
        if options[name]:
            raise UsageError(f"--{name} means nothing without --prune", hint="add --prune")
    request = flow.Request(
        options["date"], options["stream"], options["push"], options["if_changed"]
    )
    tonight = flow.nightly(options["directory"] or ".", request, config=options["config"])
    said = stepping.Report(
        Verdict.AGREES,
        "skipped" if tonight.skipped else tonight.tag,
        handout.summary(tonight.outputs) + "".join(f"{safe(line)}\n" for line in tonight.lines),
        "".join(f"- {escape(safe(line))}\n" for line in tonight.lines),
        (),
        {"outputs": dict(tonight.outputs), "lines": list(tonight.lines)},
        tonight.outputs,
    )
    stepping.report("nightly", options["format"], said)
    return 0


def _prune(options: dict[str, Any]) -> int:
    from release_tools.flows.nightlies import prune as flow
    from release_tools.model import Verdict
    from release_tools.reports.markdown import escape

    where = options["directory"] or "."
    named = {"config": options["config"]}
    plan = flow.plan(where, options["keep"], stream=options["stream"], **named)
    lines = list(_planned(plan))
    if plan.steps and (options["yes"] or _agreed(lines, options["format"])):
        lines = list(flow.carry_out(where, plan, **named))
        headline = f"deleted {len(plan.steps)} of {len(plan.steps)}"
    else:
        headline = "nothing was deleted: --yes does it" if plan.steps else "nothing to delete"
    said = stepping.Report(
        Verdict.AGREES,
        headline,
        "".join(f"{safe(line)}\n" for line in lines),
        "".join(f"- {escape(safe(line))}\n" for line in lines),
        (),
        {"keep": list(plan.keep), "steps": [step.what for step in plan.steps], "lines": lines},
        {},
    )
    stepping.report("nightly", options["format"], said)
    return 0


def _planned(plan: Plan) -> list[str]:
    kept = [f"keep {tag}" for tag in plan.keep]
    return [*kept, *(f"delete {step.what}" for step in plan.steps), *plan.notes]


def _agreed(lines: list[str], format_: str | None) -> bool:
    """Ask on a terminal; elsewhere nobody can agree."""
    if format_ == "json" or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    click.echo("\n".join(map(safe, lines)))
    return click.confirm("Delete them for good?")
