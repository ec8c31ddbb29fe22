"""``release-tools pin``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from release_tools.cli import shared, stepping
from release_tools.reports import safe

if TYPE_CHECKING:
    from release_tools.flows.pinning.check import Checked
    from release_tools.flows.pinning.pin import Pinned
    from release_tools.model import Finding

_ONLY = ("version", "stream", "digests", "into", "output", "force", "dry_run")
"""What means nothing beside ``--check``."""


@click.command(
    "pin",
    epilog="""\b
Examples:
  release-tools pin 0.3.0                                    what it is, by digest
  release-tools pin 0.3.0 --output values-production.yaml    a values file for Helm
  release-tools pin 0.3.0 --into deploy/app.yaml --dry-run   what would change in a manifest
  release-tools pin 0.3.0 --format make > versions.mk
  release-tools pin --check deploy/app.yaml                  is it still there, and which is it?
""",
)
@click.argument("version", required=False)
@click.option("--stream", metavar="NAME", help="The stream (default: the first).")
@click.option("--into", metavar="FILE", multiple=True, help="Pin the images in this YAML file.")
@click.option("--output", metavar="FILE", help="Write a values file for the charts.")
@click.option(
    "--digest", "digests", is_flag=True, help="In values: put digests behind the tags too."
)
@click.option("--force", is_flag=True, help="Replace a values file that says something else.")
@click.option("--check", metavar="FILE", multiple=True, help="Look pinned digests up instead.")
@click.option("--dry-run", is_flag=True, help="Show the changes; write nothing.")
@click.option("--format", type=click.Choice([*stepping.FORMATS, "make"]), help="How to report.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Pin every image and chart of VERSION to the digest that its registry serves.

    VERSION is what the source says by default. The digest is always that of the index, which is
    right for every platform. Nothing is written unless everything is there, and then all files or
    none.
    """
    if options["check"] and any(options[name] for name in _ONLY):
        raise click.UsageError("--check looks at files as they are; the other options mean nothing")
    work = _check if options["check"] else _pin
    given = {**ctx.obj, **options}
    ctx.exit(shared.reported("pin", options["format"], lambda: work(given)))


def _pin(options: dict[str, Any]) -> int:
    from release_tools.flows.pinning import pin as flow
    from release_tools.model import Severity

    request = flow.Request(*(options[name] for name in flow.Request._fields))
    made = flow.plan(options["directory"] or ".", request, config=options["config"])
    refused = any(one.severity is Severity.ERROR for one in made.findings)
    if not (refused or options["dry_run"]):
        flow.apply(made)
    if options["format"] == "make" and not refused:
        sys.stdout.write("".join(f"{k} := {v}\n" for k, v in made.variables().items()))
        return 0
    shown = refused or options["dry_run"]
    did = "would change" if shown else "wrote"
    changed = [one.path for one in made.changes if one.before != one.after]
    lines = [f"{did} {os.path.relpath(path)}" for path in changed]
    format_ = None if options["format"] == "make" else options["format"]
    diff = _diff(made) if shown else ""
    stepping.report("pin", format_, _report(made, lines, diff, refused=refused))
    return 1 if refused else 0


def _report(made: Pinned, lines: list[str], diff: str, *, refused: bool) -> stepping.Report:
    from release_tools.model import Verdict

    text = "".join(f"{safe(one.image)}:{safe(one.tag)}@{one.digest}\n" for one in made.pins)
    if made.chart:
        text += f"chart {safe(made.chart[0])} {safe(made.chart[1])}\n"
    counted = f"{len(made.pins)} images" if made.pins else "the chart"
    return stepping.Report(
        Verdict.DISAGREES if refused else Verdict.AGREES,
        "nothing was written" if refused else f"pinned: {counted}",
        text + diff + "".join(f"{safe(line)}\n" for line in lines),
        f"```text\n{text}```\n",
        made.findings,
        {
            "images": [one._asdict() for one in made.pins],
            "chart": made.chart and {"version": made.chart[0], "digest": made.chart[1]},
            "variables": made.variables(),
            "lines": lines,
        },
        {},
    )


def _diff(made: Pinned) -> str:
    from release_tools.reports import diff

    named = [one._replace(path=os.path.relpath(one.path)) for one in made.changes]
    return diff.unified(named, escape=True)


def _check(options: dict[str, Any]) -> int:
    from release_tools.flows.pinning import check as flow
    from release_tools.rules.findings import finding

    found = flow.check(options["directory"] or ".", options["check"], config=options["config"])
    listed = [_line(one) for one in found.checked]
    findings: tuple[Finding, ...] = found.findings
    if not listed:
        files = ", ".join(options["check"])
        findings = (finding("pin-nothing", f"nothing of ours is pinned in {files}"),)
    said = stepping.Report(
        found.verdict,
        f"{len(listed)} pinned references, {len(found.findings)} to be looked at",
        "".join(f"{line}\n" for line in listed),
        "".join(f"- {line}\n" for line in listed),
        findings,
        {"checked": [{**one._asdict(), "verdict": one.verdict.value} for one in found.checked]},
        {},
    )
    stepping.report("pin", options["format"] if options["format"] != "make" else None, said)
    return found.exit_code


def _line(one: Checked) -> str:
    return safe(f"{one.path}:{one.line}  {one.verdict}  {one.image}@{one.digest}  {one.message}")
