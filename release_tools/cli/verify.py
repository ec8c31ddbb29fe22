"""``release-tools verify-surfaces``."""

from __future__ import annotations

import click

from release_tools.cli import surfaces


@click.command(
    "verify-surfaces",
    epilog="""\b
Examples:
  release-tools verify-surfaces                 do all places agree?
  release-tools verify-surfaces 0.3.0           do they say 0.3.0?
  release-tools verify-surfaces --tag v0.3.0    as a tag-triggered workflow asks
  release-tools verify-surfaces --ref v0.2.0    what did that tag's tree say?
""",
)
@click.argument("version", required=False)
@click.option("--tag", metavar="TAG", help="Expect the version of this git tag.")
@click.option("--stream", metavar="NAME", help="Judge this stream alone.")
@click.option("--ref", metavar="REF", help="Read this commit's tree instead of the files here.")
@click.option(
    "--format",
    type=click.Choice(surfaces.FORMATS),
    help="How to report (default: text; in GitHub Actions annotations and a summary as well).",
)
@click.pass_context
def command(ctx: click.Context, /, **options: str | None) -> None:
    """Check that every place states the same version.

    VERSION is what they should say; without it the tag's version, in GitHub Actions the tag of
    the run, else what most places say: the others are named.
    """
    ctx.exit(surfaces.run({**ctx.obj, **options}))
