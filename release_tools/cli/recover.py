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
    """Finish an interrupted bump, or clean up after one that had not begun.

    If it stopped before its journal was written, nothing had changed and only temporary files are
    removed; after that, the remaining files are put in place. Running it again does no harm.
    """
    from release_tools.flows.bumping.apply import recover

    click.echo(recover(ctx.obj["directory"]))
