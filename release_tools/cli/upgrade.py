"""``release-tools upgrade``."""

from __future__ import annotations

from typing import Any

import click

from release_tools.cli import operating


@click.command(
    "upgrade",
    epilog="""\b
Examples:
  release-tools upgrade 0.3.0                             the steps for the one deployment
  release-tools upgrade 0.3.0 --deployment production --execute
  release-tools upgrade 0.3.0 --namespace router --values values-production.yaml
  release-tools upgrade 0.3.0 --target pip --python venv/bin/python --execute --yes
  release-tools upgrade 0.3.0 --target podman --surface image:vllm-sr --install
  release-tools upgrade nightly-20260115 --namespace try --install
""",
)
@click.argument("version")
@operating.options
@click.option("--install", is_flag=True, help="Install what is not there yet.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Take an environment to VERSION: print each step with why, its check and its undo.

    With --execute the steps are run one by one, up to the first that fails. A version that is not
    published as a whole is refused.
    """
    from release_tools.flows.deploying import upgrade

    ctx.exit(operating.run(upgrade, {**ctx.obj, **options}))
