"""What ``upgrade`` and ``rollback`` do alike, apart from their command lines."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from release_tools.cli import shared
from release_tools.errors import UsageError
from release_tools.reports import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from release_tools.config import Project
    from release_tools.flows.deploying.steps import Goal, Published, Request, Situation
    from release_tools.model import Table
    from release_tools.steps import Outcome, Plan, Step

    Command = Callable[..., Any]

_SHARED = (
    click.option("--deployment", metavar="NAME", help="The table of [deployments] that is meant."),
    click.option(
        "--target",
        type=click.Choice(["helm", "kubectl", "pip", "docker", "podman"]),
        help="What deploys there (default: told by the deployment or the surfaces).",
    ),
    click.option("--context", metavar="NAME", help="The context of kubectl."),
    click.option("--namespace", metavar="NAME", help="The namespace."),
    click.option("--release", metavar="NAME", help="The Helm release (default: the chart's name)."),
    click.option("--chart", metavar="ID", help="The chart surface, where there are several."),
    click.option("--values", metavar="FILE", multiple=True, help="A values file for Helm."),
    click.option("--python", metavar="PATH", help="The interpreter that pip installs for."),
    click.option("--surface", metavar="ID", multiple=True, help="These images or packages alone."),
    click.option("--workload", metavar="KIND/NAME", help="With kubectl: this workload alone."),
    click.option("--stream", metavar="NAME", help="The stream of VERSION (default: the first)."),
    click.option("--digest", is_flag=True, help="Name chart and images by their digests."),
    click.option(
        "--force-conflicts", is_flag=True, help="Let Helm 4 take back what was set beside it."
    ),
    click.option(
        "--timeout", metavar="TIME", default="10m", show_default=True, help="For the roll-out."
    ),
    click.option(
        "--no-published-check", is_flag=True, help="Do not ask whether all of VERSION is published."
    ),
    click.option("--execute", is_flag=True, help="Run the steps; the default prints them."),
    click.option("--yes", is_flag=True, help="Do not ask before the first step."),
    click.option(
        "--format", type=click.Choice(["text", "json", "markdown"]), default="text", help="Report."
    ),
)


def options(command: Command) -> Command:
    """Add the options that both commands take."""
    for option in reversed(_SHARED):
        command = option(command)
    return command


def run(flow: ModuleType, given: Mapping[str, Any]) -> int:
    """Plan with ``flow.plan``, report, carry out where that was asked for; return exit code."""
    verb = flow.VERB
    return shared.reported(verb, given["format"], lambda: _run(flow, given))


def _run(flow: ModuleType, given: Mapping[str, Any]) -> int:
    from release_tools.adapters.process import Process
    from release_tools.flows.columns import deployments
    from release_tools.flows.deploying import steps

    project = shared.load(given)
    place = deployments.Given(**{name: given[name] for name in deployments.Given._fields})
    deployment = deployments.one(project, given["deployment"], place)
    request = steps.Request(
        given["version"],
        given["stream"],
        given.get("revision"),
        given["surface"],
        given["workload"],
        given["digest"],
        given.get("install", False),
        given["force_conflicts"],
        given["timeout"],
        not given["no_published_check"],
    )
    plan, found, goal = flow.plan(
        project, deployment, request, runner=Process(), published=_published(project, request)
    )
    if not given["execute"] or plan.verdict != "agrees" or not plan.steps:
        _report(plan, None, given)
        return int(plan.exit_code)
    outcome = _carry_out(plan, found, goal, given)
    _report(plan, outcome, given)
    return outcome.exit_code


def _published(project: Project, request: Request) -> Published:
    """Return what fills the published column for the version that is asked for."""

    def ask() -> Table:
        from release_tools.cli import progress
        from release_tools.flows import surfaces
        from release_tools.flows.deploying import steps

        version = str(steps.goal(project, request, steps.parse(request.version or "")))
        with progress.shown(sys.stderr) as shown:
            return surfaces.look(
                project,
                version,
                stream=request.stream,
                wish=surfaces.Wish(published=True),
                told=surfaces.Told(shown.counted, shown.awaiting),
            )

    return ask


def _carry_out(
    plan: Plan, found: Situation, goal: Goal | None, given: Mapping[str, Any]
) -> Outcome:
    """Show the plan, ask, and run it; raises UsageError where nobody can be asked."""
    from release_tools.flows.deploying import steps
    from release_tools.reports import steps as report

    if not given["yes"]:
        if not sys.stdin.isatty():
            raise UsageError("nobody can be asked here", hint="add --yes to run the steps")
        sys.stderr.write(report.as_text(plan, colour=shared.coloured(sys.stderr)))
        click.confirm(f"Run {len(plan.steps)} steps?", abort=True, err=True)
    count = iter(range(1, len(plan.steps) + 1))

    def tell(step: Step) -> None:
        sys.stderr.write(f"{next(count)} of {len(plan.steps)}: {safe(step.title)}\n")
        sys.stderr.flush()

    return steps.carry_out(found, plan, goal, tell)


def _report(plan: Plan, outcome: Outcome | None, given: Mapping[str, Any]) -> None:
    from release_tools.reports import json
    from release_tools.reports import steps as report

    if given["format"] == "json":
        verdict = plan.verdict if outcome is None else outcome.verdict
        found = (*plan.findings, *(outcome.findings if outcome else ()))
        data = report.data(plan, outcome)
        sys.stdout.write(json.dumps(json.envelope(plan.verb, verdict, findings=found, data=data)))
        return
    if given["format"] == "markdown":
        sys.stdout.write(report.as_markdown(plan, outcome))
        return
    colour = shared.coloured(sys.stdout)
    if outcome is not None:
        sys.stdout.write(report.outcome_as_text(plan, outcome, colour=colour))
        return
    sys.stdout.write(report.as_text(plan, colour=colour))
    if plan.steps:
        sys.stdout.write("\nnothing was run: --execute runs these steps\n")
