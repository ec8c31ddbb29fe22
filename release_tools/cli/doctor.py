"""``release-tools doctor``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from release_tools.cli import shared

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from release_tools.config import Project
    from release_tools.flows.columns.deployments import Deployment
    from release_tools.model import Table, Verdict
    from release_tools.steps import Diagnosis


@click.command(
    "doctor",
    epilog="""\b
Examples:
  release-tools doctor                            the programs, and every deployment
  release-tools doctor 0.3.0                      is the chart of 0.3.0 there?
  release-tools doctor --deployment production --format json
  release-tools doctor --namespace router --release semantic-router
""",
)
@click.argument("version", required=False)
@click.option("--deployment", metavar="NAME", help="This table of [deployments] alone.")
@click.option(
    "--target",
    type=click.Choice(["helm", "kubectl", "pip", "docker", "podman"]),
    help="What deploys there (default: told by the deployment or the surfaces).",
)
@click.option("--context", metavar="NAME", help="The context of kubectl.")
@click.option("--namespace", metavar="NAME", help="The namespace.")
@click.option("--release", metavar="NAME", help="The Helm release (default: the chart's name).")
@click.option("--chart", metavar="ID", help="The chart surface, where there are several.")
@click.option("--python", metavar="PATH", help="The interpreter that pip installs for.")
@click.option("--format", type=click.Choice(["text", "json", "markdown"]), default="text")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Say what is wrong with what runs, and print the way out.

    Looks at the programs that the deployments need, at the state of each Helm release and its
    chart, and at images that do not come. Nothing is changed.
    """
    given = {**ctx.obj, **options}
    ctx.exit(shared.reported("doctor", given["format"], lambda: _run(given)))


def _run(given: Mapping[str, Any]) -> int:
    from release_tools.adapters.process import Process
    from release_tools.cli import progress
    from release_tools.flows.columns import asking
    from release_tools.flows.deploying import doctor
    from release_tools.flows.deploying.cluster import Visit

    project = shared.load(given)
    places = _places(project, given)

    def published(version: str) -> Table:
        from release_tools.flows import surfaces

        return surfaces.look(project, version, wish=surfaces.Wish(published=True))

    with (
        progress.shown(sys.stderr) as shown,
        asking.of_project(project, shown.counted) as ask,
    ):
        visit = Visit(project, Process(), ask, published, given["version"])
        found = doctor.examine(project, places, visit)
    verdict = doctor.verdict(found)
    _report(found, verdict, given)
    return {"agrees": 0, "unknown": 3}.get(verdict.value, 1)


def _places(project: Project, given: Mapping[str, Any]) -> Sequence[Deployment]:
    """Return the places that are meant; none where nothing names any."""
    from release_tools.flows.columns import deployments

    fields = {name: given[name] for name in deployments.Given._fields if name in given}
    place = deployments.Given(**fields)
    if given["deployment"] is not None:
        return (deployments.one(project, given["deployment"], place),)
    if any(place) or project.tables.get("deployments"):
        return deployments.every(project, place)
    return ()


def _report(found: Diagnosis, verdict: Verdict, given: Mapping[str, Any]) -> None:
    from release_tools.reports import doctor as report
    from release_tools.reports import json

    if given["format"] == "json":
        data = report.data(found)
        whole = json.envelope("doctor", verdict, findings=found.findings, data=data)
        sys.stdout.write(json.dumps(whole))
    elif given["format"] == "markdown":
        sys.stdout.write(report.as_markdown(found))
    else:
        sys.stdout.write(report.as_text(found, colour=shared.coloured(sys.stdout)))
