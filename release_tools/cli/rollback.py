"""``release-tools rollback``."""

from __future__ import annotations

from typing import Any

import click

from release_tools.cli import operating


@click.command(
    "rollback",
    epilog="""\b
Examples:
  release-tools rollback                                  to the last revision that worked
  release-tools rollback --revision 3 --execute           to Helm's or Kubernetes' revision 3
  release-tools rollback --to 0.2.0                       to the revision of that version, or
                                                          its chart installed again
  release-tools rollback --target kubectl --namespace router --workload deployment/web
  release-tools rollback --target pip --to 0.2.0
""",
)
@click.option("--to", "version", metavar="VERSION", help="The version to go back to.")
@click.option("--revision", type=click.IntRange(1), metavar="N", help="The revision to go back to.")
@operating.options
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Take an environment back: print each step with why, its check and its undo.

    With --execute the steps are run one by one, up to the first that fails. A revision that the
    cluster keeps is used without asking any registry.
    """
    from release_tools.flows.deploying import rollback

    ctx.exit(operating.run(rollback, {**ctx.obj, **options}))
