"""``release-tools bump``."""

from __future__ import annotations

from typing import Any

import click

from release_tools.cli import bumping


@click.command(
    "bump",
    epilog="""\b
Examples:
  release-tools bump 0.3.0 --dry-run        show every edit, write nothing
  release-tools bump minor                  0.3.0 becomes 0.4.0
  release-tools bump minor rc               0.3.0 becomes 0.4.0-rc.1
  release-tools bump release                0.4.0-rc.2 becomes 0.4.0
  release-tools bump 0.3.0 sim=patch        two streams in one change
  release-tools bump 0.3.0 --commit --tag --push
  release-tools bump --next 0.4.0-dev.0     back to development
""",
)
@click.argument("target", nargs=-1, metavar="TARGET [NAME=TARGET]...")
@click.option("--stream", metavar="NAME", help="The stream that TARGET is for.")
@click.option(
    "--dry-run", is_flag=True, help="Show a diff, refuse what the run would; write nothing."
)
@click.option("--commit", is_flag=True, help="Commit the files that changed, and only those.")
@click.option("--tag", is_flag=True, help="Make the annotated tag (implies --commit).")
@click.option("--sign", is_flag=True, help="Sign the commit and the tag.")
@click.option("--push", is_flag=True, help="Push the branch, with --tag both or neither.")
@click.option("--pr", is_flag=True, help="Open a pull request (needs GITHUB_TOKEN).")
@click.option("--next", "next_", metavar="VERSION", help="Afterwards, or alone, set this version.")
@click.option("--allow-lower", is_flag=True, help="Accept a version below the highest known one.")
@click.option("--format", type=click.Choice(["text", "json"]), default="text")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Change every place to one version: all of them, or none.

    TARGET is a version, or major, minor or patch, alone or followed by alpha, beta, rc or dev;
    from a pre-release also alpha, beta, rc or release. NAME=TARGET moves another stream in the
    same change.
    """
    ctx.exit(bumping.run({**ctx.obj, **options}))
