"""``release-tools audit``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from release_tools.cli import shared, stepping, surfaces

if TYPE_CHECKING:
    from release_tools.flows.ledgers.audit import Audit


@click.command(
    "audit",
    epilog="""\b
Examples:
  release-tools audit 0.3.0              is it still what was released?
  release-tools audit --all              every published release, as a nightly workflow asks
  release-tools audit 0.3.0 --ledgers .  with ledgers of a folder instead of the releases' own
  release-tools audit 0.3.0 --attached   with the ledger that its images carry in their registry
""",
)
@click.argument("versions", nargs=-1, metavar="[VERSION]...")
@click.option("--all", "everything", is_flag=True, help="Every published release of the stream.")
@click.option("--stream", metavar="NAME", help="The stream (default: the first).")
@click.option("--ledgers", metavar="DIR", help="Read the ledgers from the JSON files in DIR.")
@click.option("--attached", is_flag=True, help="Read the ledgers attached to the images.")
@click.option("--format", type=click.Choice(stepping.FORMATS), help="How to report.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Look again, and compare with what was recorded when it was released.

    A tag that moved, a file that was replaced, a version that was yanked or deleted, a release that
    was edited: each is named. What cannot be told is never "unchanged".
    """
    if options["everything"] and options["versions"]:
        raise click.UsageError("--all and versions are two answers to one question")
    ctx.exit(shared.reported("audit", options["format"], lambda: _run({**ctx.obj, **options})))


def _run(options: dict[str, Any]) -> int:
    from release_tools.flows.ledgers.audit import audit
    from release_tools.flows.ledgers.stored import Request

    request = Request(*(options[name] for name in Request._fields))
    found = audit(options["directory"] or ".", request, config=options["config"])
    stepping.report("audit", options["format"], _report(found))
    return found.exit_code


def _report(found: Audit) -> stepping.Report:
    from release_tools.model import Stage, Table
    from release_tools.reports import checks
    from release_tools.reports.markdown import escape

    tables = tuple(one.table for one in found.releases if one.table is not None)
    shown = Table(found.verdict, tables, (), (Stage.PUBLISHED,))
    rows = [(one.tag, one.verdict.value) for one in found.releases]
    counted = f"{len(rows)} release" if len(rows) == 1 else f"{len(rows)} releases"
    return stepping.Report(
        found.verdict,
        f"{counted} audited: {found.verdict}",
        surfaces.table_text(shown) if tables else "",
        "| release | verdict |\n|---|---|\n"
        + "".join(f"| {escape(tag)} | {verdict} |\n" for tag, verdict in rows),
        tuple(said for one in found.releases for said in one.findings),
        {
            "releases": [
                {
                    "tag": one.tag,
                    "verdict": one.verdict.value,
                    "published": checks.published(shown._replace(streams=(one.table,)))
                    if one.table
                    else [],
                }
                for one in found.releases
            ]
        },
        {},
    )
