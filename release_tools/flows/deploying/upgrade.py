"""``upgrade``: the plan that takes one environment to a version, and its carrying out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import RefusedError, UsageError
from release_tools.flows.deploying import steps
from release_tools.rules.findings import finding, from_error
from release_tools.steps import Plan, is_error

if TYPE_CHECKING:
    from release_tools.config import Project
    from release_tools.flows.columns.deployments import Deployment
    from release_tools.flows.deploying.steps import Goal, Planned, Published, Request, Situation
    from release_tools.model import Finding, Runner

VERB = "upgrade"


def plan(
    project: Project,
    deployment: Deployment,
    request: Request,
    *,
    runner: Runner,
    published: Published,
) -> tuple[Plan, Situation, Goal]:
    """Return the plan, and what ``steps.carry_out`` needs to run it; nothing is changed.

    ``published`` fills the published column for the version: what is not all there is refused,
    in the plan, as is an environment that cannot be read.  Raises UsageError for a request that
    cannot be meant, and VersionError for a text that is no version.
    """
    if request.version is None:
        raise UsageError("upgrade to which version?", hint="release-tools upgrade 0.3.0")
    goal = steps.goal(project, request, steps.parse(request.version))
    found = steps.situation(project, deployment, request, runner)
    empty = Plan(VERB, deployment.name, deployment.target, str(goal), before=found.before)
    unread = steps.unread(found.before)
    if unread:
        return empty._replace(findings=unread, doubtful=True), found, goal
    goal, notes, doubtful = checked(request, goal, published)
    if is_error(notes):
        return empty._replace(findings=notes, doubtful=doubtful), found, goal
    try:
        planned = _planned(found, goal)
    except RefusedError as error:
        return empty._replace(findings=(from_error(error),)), found, goal
    return with_steps(empty, planned._replace(findings=(*notes, *planned.findings))), found, goal


def checked(
    request: Request, goal: Goal, published: Published
) -> tuple[Goal, tuple[Finding, ...], bool]:
    """Hold the goal against the published column, unless that was waived; the waiver is said.

    Returns the goal with what is served, what is to be said, and whether an error is doubt.
    """
    if request.check:
        return steps.published(goal, published())
    message = f"whether {goal} is published as a whole was not asked: --no-published-check"
    return goal, (finding("published-unchecked", message),), False


def with_steps(empty: Plan, planned: Planned) -> Plan:
    """Return the plan with what was planned; that nothing is left to do is said as well."""
    found = planned.findings
    if not planned.steps and not is_error(found):
        message = f"{empty.deployment} is at {empty.goal} already"
        found = (*found, finding("nothing-to-do", message))
    return empty._replace(steps=planned.steps, findings=found, doubtful=planned.doubtful)


def _planned(found: Situation, goal: Goal) -> Planned:
    target = found.deployment.target
    if target == "helm":
        from release_tools.flows.deploying import helm_facts, helm_steps

        facts = helm_facts.look(found)
        return facts if isinstance(facts, steps.Planned) else helm_steps.upgrade(facts, goal)
    if target == "kubectl":
        from release_tools.flows.deploying import kubectl_steps

        seen = kubectl_steps.look(found)
        return seen if isinstance(seen, steps.Planned) else kubectl_steps.upgrade(seen, goal)
    from release_tools.flows.deploying import local_steps

    return local_steps.packages(found, goal) if target == "pip" else local_steps.images(found, goal)
