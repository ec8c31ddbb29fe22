"""``release-tools gate``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from release_tools.cli import shared, stepping

if TYPE_CHECKING:
    from release_tools.flows.gate.gate import Gate


@click.command(
    "gate",
    epilog="""\b
Examples:
  release-tools gate                           as the first step of a workflow on a tag
  release-tools gate --wait 30m                wait for the required checks
  release-tools gate --stream sim              in the workflow of another stream
  release-tools gate --surface crate:app --built dist
                                               before that surface is published
  release-tools gate --ref v0.3.0              outside of GitHub Actions
""",
)
@click.option("--stream", metavar="NAME", help="Whose workflow this is (default: the first).")
@click.option("--surface", metavar="ID", help="What is about to be published; implies --stream.")
@click.option(
    "--ref", metavar="REF", help="The tag (default: that of the run, or the one at HEAD)."
)
@click.option("--built", metavar="DIR", multiple=True, help="What was built: the same may go on.")
@click.option("--waive", metavar="CHECK", multiple=True, help="Let this check not count.")
@click.option("--wait", metavar="TIME", help="Wait so long for pending checks: 90s, 30m.")
@click.option("--format", type=click.Choice(stepping.FORMATS), help="How to report.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Say whether this workflow may publish for this tag.

    Every check is open, closed, or cannot tell; the gate opens over nothing that it does not
    know. A tag of another stream and a nightly are not for this workflow: proceed=false, and no
    error. In GitHub Actions every spelling of the version becomes an output of the step.
    """
    from release_tools.rules import handout

    def work() -> int:
        return stepping.guarded(
            "gate", options["format"], lambda: _run({**ctx.obj, **options}), handout.nothing()
        )

    ctx.exit(shared.reported("gate", options["format"], work))


def _run(options: dict[str, Any]) -> int:
    from release_tools.flows.columns.waiting import duration
    from release_tools.flows.gate import gate as flow

    wait = options["wait"]
    request = flow.Request(
        options["stream"],
        options["surface"],
        options["ref"],
        options["built"],
        options["waive"],
        0.0 if wait is None else duration(wait),
    )
    said = flow.gate(
        options["directory"] or ".", request, config=options["config"], tell=stepping.tell
    )
    stepping.report("gate", options["format"], _report(said))
    return said.exit_code


def _report(said: Gate) -> stepping.Report:
    from release_tools.checks import Say
    from release_tools.model import Verdict
    from release_tools.reports import checks

    if not said.mine:
        headline = f"not for this workflow: {said.why}"
        verdict = Verdict.UNCHECKED
    else:
        about = said.case.tag if said.case else "the tag"
        headline = f"{said.say.of_the_gate} for {about}"
        verdict = {Say.OPEN: Verdict.AGREES, Say.CLOSED: Verdict.DISAGREES}.get(
            said.say, Verdict.UNKNOWN
        )
    return stepping.Report(
        verdict,
        headline,
        checks.as_text(said.checks, colour=shared.coloured(sys.stdout)),
        checks.as_markdown(said.checks) if said.checks else "",
        said.findings,
        {"mine": said.mine, "checks": checks.data(said.checks), "outputs": dict(said.outputs)},
        said.outputs,
    )
