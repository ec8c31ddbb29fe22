"""``release-tools tag``."""

from __future__ import annotations

import sys
from typing import Any

import click

from release_tools.cli import surfaces
from release_tools.reports import safe


@click.command(
    "tag",
    epilog="""\b
Examples:
  release-tools tag                  tag what the remote's branch says, after the bump is merged
  release-tools tag 0.3.0 --push     expect 0.3.0 there, then push the tag
  release-tools tag --no-checks      without asking GitHub, so without a token
""",
)
@click.argument("version", required=False)
@click.option("--stream", metavar="NAME", help="The stream to tag (default: the first).")
@click.option("--branch", metavar="NAME", help="The remote's branch to tag the head of.")
@click.option("--remote", metavar="NAME", default="origin", show_default=True)
@click.option("--sign", is_flag=True, help="Sign the tag.")
@click.option("--push", is_flag=True, help="Push the tag.")
@click.option("--no-checks", is_flag=True, help="Do not ask GitHub for the required checks.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Make the annotated tag on the head of the remote's branch.

    Only once every source surface in that commit's tree agrees and, where its repository on
    GitHub is known, its required checks are green. That takes GITHUB_TOKEN; --no-checks is the way
    without.
    """
    from release_tools.flows.bumping import tag
    from release_tools.model import Verdict

    named = {name: options[name] for name in ("stream", "branch", "remote")}
    found = tag.candidate(
        ctx.obj["directory"], options["version"], config=ctx.obj["config"], **named
    )
    if found.table.verdict is not Verdict.AGREES:
        sys.stdout.write(surfaces.text_of(found.project, found.table))
        click.echo(f"not tagged: {found.remote}/{found.branch} does not agree", err=True)
        ctx.exit(found.table.exit_code)
    for line in tag.make(
        found, sign=options["sign"], push=options["push"], checks=not options["no_checks"]
    ):
        sys.stdout.write(f"{safe(line)}\n")
