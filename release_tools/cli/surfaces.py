"""What ``verify-surfaces`` does, apart from its command line, and without importing click."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from release_tools.cli import shared
from release_tools.errors import ReleaseToolsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.config import Project
    from release_tools.model import Table

FORMATS = ("text", "json", "markdown", "github", "sarif")

BEYOND = (
    "built",
    "published",
    "absent",
    "released",
    "deployed",
    "context",
    "namespace",
    "release",
    "wait",
    "first",
    "chart_images",
    "values",
    "ledger",
    "in_toto",
    "attach",
)
"""The options that ask for more than the source column."""


def run(options: Mapping[str, Any]) -> int:
    """Verify and report as ``options`` say, by the names of the command line; return exit code."""
    return shared.reported("verify-surfaces", options["format"], lambda: _annotated(options))


def _annotated(options: Mapping[str, Any]) -> int:
    """Run; in a GitHub Actions run let an error stand on its line as well."""
    try:
        return _run(options)
    except ReleaseToolsError as error:
        if os.environ.get("GITHUB_ACTIONS") == "true" and options["format"] is None:
            from release_tools.reports import github
            from release_tools.rules.findings import from_error

            sys.stdout.write(github.render((from_error(error),)))
        raise


def _run(options: Mapping[str, Any]) -> int:
    project = shared.load(options, ref=options["ref"])
    version, tag, format_ = options["version"], options["tag"], options["format"]
    actions = None
    if "GITHUB_ACTIONS" in os.environ:
        from release_tools.adapters.actions import Actions

        actions = Actions.from_env(os.environ)
        if actions is not None and version is None and tag is None and options["ref"] is None:
            tag = actions.tag
    table = _table(project, version, tag, options)
    sys.stdout.write(_rendered(project, table, format_ or "text"))
    if actions is not None and format_ is None:
        sys.stdout.write(_rendered(project, table, "github"))
        actions.append_summary(_rendered(project, table, "markdown"))
    return table.exit_code


def _table(
    project: Project, version: str | None, tag: str | None, options: Mapping[str, Any]
) -> Table:
    """Fill the columns that were asked for; the source alone takes the short way."""
    from release_tools.flows.verify import verify

    if not any(options.get(name) for name in BEYOND):
        return verify(project, version, tag=tag, stream=options["stream"])
    from release_tools.cli import beyond

    return beyond.look(project, version, tag, options)


def text_of(project: Project, table: Table) -> str:
    """Return the table as a person reads it on this standard output."""
    from release_tools.reports import text

    return text.render(
        table,
        colour=shared.coloured(sys.stdout),
        width=shared.width(),
        discovered=project.config is None,
    )


def table_text(table: Table) -> str:
    """Return the table of a configured project, without its findings."""
    from release_tools.reports import text

    shown = table._replace(findings=())
    colour = shared.coloured(sys.stdout)
    return text.render(shown, colour=colour, width=shared.width(), discovered=False)


def _rendered(project: Project, table: Table, format_: str) -> str:
    if format_ == "text":
        return text_of(project, table)
    if project.config is None and format_ != "markdown":  # text and Markdown say it themselves
        from release_tools.rules.findings import finding

        note = finding("discovered", "no configuration was read: the surfaces were discovered")
        table = table._replace(findings=(*table.findings, note))
    if format_ == "json":
        from release_tools.reports import json

        return json.dumps(json.envelope("verify-surfaces", table.verdict, table))
    if format_ == "markdown":
        from release_tools.reports import markdown

        return markdown.render(table, discovered=project.config is None)
    if format_ == "github":
        from release_tools.reports import github

        return github.render(table.findings)
    from release_tools.reports import sarif
    from release_tools.rules.findings import FINDINGS

    return sarif.render(table.findings, FINDINGS)
