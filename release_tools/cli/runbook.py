"""``release-tools runbook``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from release_tools.cli import progress, shared, stepping

if TYPE_CHECKING:
    from release_tools.flows.handbook.runbook import Written


@click.command(
    "runbook",
    epilog="""\b
Examples:
  release-tools runbook 0.3.0                            how to operate 0.3.0, as Markdown
  release-tools runbook 0.3.0 --from 0.2.0 --language zh --output runbook.zh.md
  release-tools runbook 0.3.0 --deployment production    with the names of that environment
  release-tools runbook --check docs/upgrade.md          does all exist that it names?
""",
)
@click.argument("version", required=False)
@click.option(
    "--from", "before", metavar="VERSION", help="The version to come from and go back to."
)
@click.option("--stream", metavar="NAME", help="The stream (default: the first).")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--deployment", metavar="NAME", help="Take the names of this table of [deployments].")
@click.option("--namespace", metavar="NAME", help="The namespace that the commands name.")
@click.option("--output", metavar="FILE", help="Write the handbook to this file.")
@click.option("--check", metavar="FILE", multiple=True, help="Check these handbooks instead.")
@click.option("--format", type=click.Choice(stepping.FORMATS), help="How to report.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Write the operators' handbook of VERSION: upgrade, rollback, pins, nightlies, trouble.

    It names only what was found: what is missing is left out, and said on standard error. With
    --check, commands in existing handbooks are held against what exists, however the text is
    worded.
    """
    if bool(options["check"]) == bool(options["version"]):
        raise click.UsageError("give a VERSION to write about, or files to --check")
    work = _check if options["check"] else _write
    given = {**ctx.obj, **options}
    ctx.exit(shared.reported("runbook", options["format"], lambda: work(given)))


def _write(options: dict[str, Any]) -> int:
    from release_tools.flows.handbook import runbook as flow

    asked = (options[key] for key in flow.Request._fields)
    with progress.shown(sys.stderr) as shown:
        made = flow.write(
            options["directory"] or ".",
            flow.Request(*asked),
            config=options["config"],
            progress=shown.counted,
        )
    if options["output"] and made.text:
        from release_tools.adapters import durable

        durable.replace(options["output"], made.text.encode())
        stepping.tell(f"wrote: {options['output']}")
    elif not made.text:
        where = options["output"] or "the handbook"
        stepping.tell(f"not written: {where}: nothing was found that it could name")
    if options["format"] == "json":
        stepping.report("runbook", "json", _report(made, options["language"]))
    else:
        _show(made, quiet=bool(options["output"]))
    return made.exit_code


def _show(made: Written, *, quiet: bool) -> None:
    """Print the handbook alone on standard output, and what it leaves out on standard error."""
    from release_tools.reports import text

    for line in text.findings(made.findings, colour=shared.coloured(sys.stderr)):
        sys.stderr.write(f"{line}\n")
    if not quiet:
        sys.stdout.write(made.text)


def _report(made: Written, language: str) -> stepping.Report:
    items = (*made.book.line.items, *made.book.before, *made.book.nightly)
    return stepping.Report(
        made.verdict,
        "",
        "",
        "",
        made.findings,
        {
            "language": language,
            "markdown": made.text,
            "artifacts": [
                {"id": one.id, "version": one.version, "digest": one.digest} for one in items
            ],
        },
        {},
    )


def _check(options: dict[str, Any]) -> int:
    from release_tools.flows.handbook import check as flow

    found = flow.check(options["directory"] or ".", options["check"], config=options["config"])
    said = stepping.Report(
        found.verdict,
        f"{len(found.claims)} artifacts named, {len(found.findings)} in vain or in doubt",
        "",
        "",
        found.findings,
        {"checked": [one._asdict() for one in found.claims]},
        {},
    )
    stepping.report("runbook", options["format"], said)
    return found.exit_code
