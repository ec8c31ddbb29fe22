"""``release-tools recover``."""

from __future__ import annotations

import click


@click.command(
    "recover",
    epilog="""\b
Example:
  release-tools recover
""",
)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Finish or undo a bump that was interrupted.

    Before its journal stood nothing had changed, and only temporary files are removed; after,
    every file is put in place. Running it again does no harm.
    """
    from release_tools.flows.apply import recover

    click.echo(recover(ctx.obj["directory"]))
