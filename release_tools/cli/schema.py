"""``release-tools schema``."""

from __future__ import annotations

import click


@click.command(
    "schema",
    epilog="""\b
Examples:
  release-tools schema config             for editors that complete release-tools.toml
  release-tools schema verify-surfaces    for programs that read the JSON report
""",
)
@click.argument("name", metavar="NAME", default="config")
def command(name: str) -> None:
    """Print the JSON Schema of the configuration or of a command's report."""
    from release_tools import schemas

    click.echo(schemas.load(name), nl=False)
