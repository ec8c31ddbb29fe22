"""``release-tools lint``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from release_tools.cli import shared, stepping

if TYPE_CHECKING:
    from release_tools.config import Project
    from release_tools.flows.lint import LintTable
    from release_tools.model import Finding


@click.command(
    "lint",
    epilog="""\b
Examples:
  release-tools lint                       which tag starts which workflow, and what is not gated
  release-tools lint --ref v0.2.0          the same, in that tag's tree
  release-tools lint --stream sim          the tags of one stream alone
  release-tools lint --format sarif        for code scanning
""",
)
@click.option("--ref", metavar="REF", help="Read this commit's tree instead of the files here.")
@click.option("--stream", metavar="NAME", help="Look at the tags of this stream alone.")
@click.option(
    "--format",
    type=click.Choice([*stepping.FORMATS, "github", "sarif"]),
    help="How to report (default: text; in GitHub Actions annotations and a summary as well).",
)
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Say which tag starts which workflow of .github/workflows, and what is not gated.

    Nothing is run: filters, conditions, reusable workflows and gates are followed as GitHub would
    follow them, and a condition that cannot be evaluated may hold. Only errors decide the exit
    code; release-tools explain ID says what a finding means.
    """
    ctx.exit(shared.reported("lint", options["format"], lambda: _run({**ctx.obj, **options})))


def _run(options: dict[str, Any]) -> int:
    from release_tools.flows import lint as flow

    project = shared.load(options, ref=options["ref"])
    table = flow.lint(project, stream=options["stream"])
    findings = (*table.findings, *_discovered(project))
    format_ = options["format"]
    if format_ == "github":
        from release_tools.reports import github

        sys.stdout.write(github.render(findings))
    elif format_ == "sarif":
        from release_tools.reports import sarif
        from release_tools.rules.findings import FINDINGS

        sys.stdout.write(sarif.render(findings, FINDINGS))
    else:
        stepping.report("lint", format_, _report(table, flow.data(table), findings))
    return table.exit_code


def _discovered(project: Project) -> tuple[Finding, ...]:
    if project.config is not None:
        return ()
    from release_tools.rules.findings import finding

    return (finding("discovered", "no configuration was read: the surfaces were discovered"),)


def _report(
    table: LintTable, data: dict[str, Any], findings: tuple[Finding, ...]
) -> stepping.Report:
    from release_tools.reports import lint, markdown

    listed = "\n".join(map(markdown.line, findings))
    return stepping.Report(
        table.verdict,
        _headline(table),
        lint.as_text(data, colour=shared.coloured(sys.stdout), width=shared.width()),
        "\n".join((lint.as_markdown(data), listed)),
        findings,
        data,
        {},
    )


def _headline(table: LintTable) -> str:
    started = len(table.rows)
    counts = [
        f"{number} {noun if number == 1 else noun + 's'}"
        for noun in ("error", "warning", "note")
        if (number := sum(one.severity.value == noun for one in table.findings))
    ]
    noun = "workflow" if table.workflows == 1 else "workflows"
    starts = f"a tag starts {started} of {table.workflows} {noun}"
    return f"{starts}: {', '.join(counts) or 'nothing to say'}"
