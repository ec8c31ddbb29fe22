"""``release-tools explain``."""

from __future__ import annotations

import click


@click.command(
    "explain",
    epilog="""\b
Examples:
  release-tools explain lock-behind
  release-tools explain                 list every finding
""",
)
@click.argument("finding", required=False, metavar="ID")
def command(finding: str | None) -> None:
    """Say what a finding means and what to do about it."""
    from release_tools.rules import findings

    if finding is not None:
        click.echo(findings.explain(finding))
        return
    longest = max(map(len, findings.FINDINGS))
    for name, known in sorted(findings.FINDINGS.items()):
        click.echo(f"{name:{longest}}  {known.severity:7}  {known.title}")
