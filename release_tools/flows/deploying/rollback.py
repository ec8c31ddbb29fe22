"""``rollback``: the plan that takes one environment back, and its carrying out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import RefusedError, UsageError
from release_tools.flows.deploying import steps
from release_tools.flows.deploying.upgrade import checked, with_steps
from release_tools.rules.findings import finding, from_error
from release_tools.steps import Plan, is_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from release_tools.config import Project
    from release_tools.flows.columns.deployments import Deployment
    from release_tools.flows.deploying.steps import Goal, Planned, Published, Request, Situation
    from release_tools.model import Runner

VERB = "rollback"


def plan(
    project: Project,
    deployment: Deployment,
    request: Request,
    *,
    runner: Runner,
    published: Published,
) -> tuple[Plan, Situation, Goal | None]:
    """Return the plan, and what ``steps.carry_out`` needs to run it; nothing is changed.

    ``request.version`` is the version to go back to, ``request.revision`` Helm's or Kubernetes'
    revision; with neither, the last one that is known to have worked.  A revision that is kept is
    used without asking registries: going back has to work while they do not.  Only where nothing
    is kept of the version is it installed again, and ``published`` asked.  Raises as ``upgrade``.
    """
    if request.version is not None and request.revision is not None:
        raise UsageError("a version and a revision are two answers to one question")
    goal = None
    if request.version is not None:
        goal = steps.goal(project, request, steps.parse(request.version))
    found = steps.situation(project, deployment, request, runner)
    text = "the last good revision" if goal is None else str(goal)
    text = text if request.revision is None else f"revision {request.revision}"
    empty = Plan(VERB, deployment.name, deployment.target, text, before=found.before)
    unread = steps.unread(found.before)
    if unread:
        return empty._replace(findings=unread, doubtful=True), found, goal
    try:
        planned, goal = _back(found, goal, published)
    except RefusedError as error:
        return empty._replace(findings=(from_error(error),)), found, goal
    return with_steps(empty, planned), found, goal


def _back(found: Situation, goal: Goal | None, published: Published) -> tuple[Planned, Goal | None]:
    """Return the steps back, and the goal as far as it was looked up."""
    target = found.deployment.target
    if target == "helm":
        return _helm(found, goal, published)
    if target == "kubectl":
        return _kubectl(found, goal, published)
    if goal is None:
        raise UsageError(f"{target} keeps no history", hint="release-tools rollback --to VERSION")
    from release_tools.flows.deploying import local_steps

    make = local_steps.packages if target == "pip" else local_steps.images
    return _again(found, goal, published, lambda looked_up: make(found, looked_up))


def _helm(found: Situation, goal: Goal | None, published: Published) -> tuple[Planned, Goal | None]:
    from release_tools.flows.deploying import helm_facts, helm_steps

    facts = helm_facts.look(found)
    if isinstance(facts, steps.Planned):
        return facts, goal
    kept = helm_steps.rollback(facts, goal)
    if kept is not None:
        return kept, goal
    if goal is None:
        raise RefusedError(
            "no-way-back",
            f"{facts.place} is not there, nor its history",
            hint="name the version to install again: release-tools rollback --to VERSION",
        )
    lost = finding("history-lost", f"{facts.place} keeps no good revision of {goal}")
    planned, goal = _again(
        found, goal, published, lambda looked_up: helm_steps.again(facts, looked_up)
    )
    return planned._replace(findings=(lost, *planned.findings)), goal


def _kubectl(
    found: Situation, goal: Goal | None, published: Published
) -> tuple[Planned, Goal | None]:
    from release_tools.flows.deploying import kubectl_steps

    facts = kubectl_steps.look(found)
    if isinstance(facts, steps.Planned):
        return facts, goal
    if goal is None:
        return kubectl_steps.undo(facts), None
    if kubectl_steps.keeps(facts, goal):
        return kubectl_steps.rollback(facts, goal), goal
    return _again(
        found, goal, published, lambda looked_up: kubectl_steps.rollback(facts, looked_up)
    )


def _again(
    found: Situation, goal: Goal, published: Published, make: Callable[[Goal], Planned]
) -> tuple[Planned, Goal]:
    """Plan what has to be fetched again: only where all of it is published."""
    goal, notes, doubtful = checked(found.request, goal, published)
    if is_error(notes):
        return steps.Planned((), notes, doubtful), goal
    planned = make(goal)
    return planned._replace(findings=(*notes, *planned.findings)), goal
