"""``release-tools init``."""

from __future__ import annotations

import click


@click.command(
    "init",
    epilog="""\b
Examples:
  release-tools init              print a configuration for this repository
  release-tools init --write      save it as release-tools.toml
""",
)
@click.option("--write", is_flag=True, help="Save it as release-tools.toml; never overwrites one.")
@click.pass_context
def command(ctx: click.Context, *, write: bool) -> None:
    """Find what this repository releases, and print a commented configuration."""
    from release_tools.flows import init

    if write:
        path = init.write(ctx.obj["directory"])
        click.echo(f"wrote {path}; read it once, then run release-tools verify-surfaces")
    else:
        click.echo(init.propose(ctx.obj["directory"]), nl=False)
