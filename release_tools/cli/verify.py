"""``release-tools verify-surfaces``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from release_tools.cli import shared

if TYPE_CHECKING:
    from release_tools.adapters.actions import Actions
    from release_tools.config import Project
    from release_tools.model import Table

_FORMATS = ("text", "json", "markdown", "github", "sarif")


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
    "format_",
    type=click.Choice(_FORMATS),
    help="How to report (default: text; in GitHub Actions annotations and a summary as well).",
)
@click.pass_context
@shared.reports("verify-surfaces")
def command(
    ctx: click.Context,
    version: str | None,
    tag: str | None,
    stream: str | None,
    ref: str | None,
    format_: str | None,
) -> int:
    """Check that every place states the same version.

    VERSION is what they should say; without it the tag's version, in GitHub Actions the tag of
    the run, else what most places say: the others are named.
    """
    from release_tools.flows.verify import verify

    project = shared.load(ctx, ref=ref)
    actions = None
    if "GITHUB_ACTIONS" in os.environ:
        from release_tools.adapters.actions import Actions

        actions = Actions.from_env(os.environ)
        if actions is not None and version is None and tag is None and ref is None:
            tag = actions.tag
    table = verify(project, version, tag=tag, stream=stream)
    _show(project, table, format_, actions)
    return table.exit_code


def _show(project: Project, table: Table, format_: str | None, actions: Actions | None) -> None:
    if format_ is None:
        sys.stdout.write(text_of(project, table))
        if actions is not None:
            from release_tools.reports import github

            sys.stdout.write(github.render(table.findings))
            actions.append_summary(_markdown(project, table))
        return
    sys.stdout.write(_rendered(project, table, format_))


def text_of(project: Project, table: Table) -> str:
    """Return the table as a person reads it on this standard output."""
    from release_tools.reports import text

    return text.render(
        table,
        colour=shared.coloured(sys.stdout),
        width=shared.width(),
        discovered=project.config is None,
        default=project.streams[0].name,
    )


def _markdown(project: Project, table: Table) -> str:
    from release_tools.reports import markdown

    return markdown.render(
        table, discovered=project.config is None, default=project.streams[0].name
    )


def _rendered(project: Project, table: Table, format_: str) -> str:
    if format_ == "text":
        return text_of(project, table)
    if format_ == "json":
        from release_tools.reports import json

        return json.dumps(json.envelope("verify-surfaces", table.verdict, table))
    if format_ == "markdown":
        return _markdown(project, table)
    if format_ == "github":
        from release_tools.reports import github

        return github.render(table.findings)
    from release_tools.reports import sarif
    from release_tools.rules.findings import FINDINGS

    return sarif.render(table.findings, FINDINGS)
