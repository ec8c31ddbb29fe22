"""``release-tools verify-surfaces``."""

from __future__ import annotations

from typing import Any

import click

from release_tools.cli import surfaces


@click.command(
    "verify-surfaces",
    epilog="""\b
Examples:
  release-tools verify-surfaces                    do all places agree?
  release-tools verify-surfaces 0.3.0              do they say 0.3.0?
  release-tools verify-surfaces --tag v0.3.0       as a tag-triggered workflow asks
  release-tools verify-surfaces --ref v0.2.0       what did that tag's tree say?
  release-tools verify-surfaces --built dist       what is inside the artifacts?
  release-tools verify-surfaces --absent --built dist
                                                   may it be published?
  release-tools verify-surfaces 0.3.0 --published --wait 15m
                                                   does every registry serve it?
""",
)
@click.argument("version", required=False)
@click.option("--tag", metavar="TAG", help="Expect the version of this git tag.")
@click.option("--stream", metavar="NAME", help="Judge this stream alone.")
@click.option("--ref", metavar="REF", help="Read this commit's tree instead of the files here.")
@click.option("--built", metavar="DIR", multiple=True, help="Look into the artifacts in DIR.")
@click.option("--published", is_flag=True, help="Ask every registry for this version.")
@click.option("--absent", is_flag=True, help="Ask that no registry has it yet, or the same bytes.")
@click.option("--released", is_flag=True, help="Judge the GitHub Release too.")
@click.option("--deployed", is_flag=True, help="Ask the clusters of [deployments] what they run.")
@click.option("--context", metavar="NAME", help="With --deployed: this context of kubectl.")
@click.option("--namespace", metavar="NAME", help="With --deployed: this namespace.")
@click.option("--release", metavar="NAME", help="With --deployed: this Helm release.")
@click.option("--wait", metavar="TIME", help="Wait so long for what is not visible yet: 90s, 15m.")
@click.option("--first", metavar="ID", multiple=True, help="Nothing of this was ever published.")
@click.option("--chart-images", is_flag=True, help="Look up every image that a chart pulls.")
@click.option("--values", metavar="FILE", multiple=True, help="Render the charts with this file.")
@click.option("--ledger", metavar="FILE", help="Record every digest in this file.")
@click.option("--in-toto", metavar="FILE", help="Record them as in-toto statements.")
@click.option("--attach", is_flag=True, help="Attach the ledger to the images in their registry.")
@click.option(
    "--format",
    type=click.Choice(surfaces.FORMATS),
    help="How to report (default: text; in GitHub Actions annotations and a summary as well).",
)
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Check that every place states the same version.

    VERSION is what they should say; without it the tag's version, in GitHub Actions the tag of
    the run, else what most places say: the others are named.
    """
    ctx.exit(surfaces.run({**ctx.obj, **options}))
