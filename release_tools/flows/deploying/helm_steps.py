"""The steps that take a Helm release up to a version, and back to a revision or a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.clusters.helm import Installed
from release_tools.errors import RefusedError, UsageError
from release_tools.flows.deploying.helm_facts import SERVER_SIDE, conflicts
from release_tools.flows.deploying.steps import Planned
from release_tools.reading import Absent
from release_tools.rules import history
from release_tools.rules.deployed import is_version
from release_tools.rules.findings import finding
from release_tools.steps import Check, Step

if TYPE_CHECKING:
    from release_tools.clusters.helm import Revision
    from release_tools.flows.deploying.helm_facts import Facts
    from release_tools.flows.deploying.steps import Goal

    Argv = tuple[str, ...]

RESET_THEN_REUSE = (3, 14)
"""The first Helm that knows ``--reset-then-reuse-values``."""


def upgrade(facts: Facts, goal: Goal) -> Planned:
    """Return the steps up to (or across to) the chart of the goal.

    Raises RefusedError where the release is not there or not settled, or where this Helm needs a
    values file.
    """
    if isinstance(facts.release, Absent) and not facts.found.request.install:
        raise RefusedError(
            "deployed-missing",
            f"{facts.place} is not there",
            hint="correct --release and --namespace, or install it with --install",
        )
    return again(facts, goal)


def again(facts: Facts, goal: Goal) -> Planned:
    """Return the steps to the chart of the goal, from whatever is there; raises as ``upgrade``."""
    release = facts.release
    if isinstance(release, Absent):
        return _install(facts, goal)
    if release.status not in ("deployed", "failed", "superseded"):
        raise RefusedError("release-unsettled", f"{facts.place} is {release.status}")
    if _is_there(facts, goal):
        return Planned((), facts.findings)
    back = history.way_back(facts.history, release.revision, itself=True)
    argv = (
        "helm",
        "upgrade",
        release.name,
        *_chart(facts, goal),
        *facts.helm.scope(),
        *_values(facts),
        *_waiting(facts),
    )
    step = Step(
        f"Take {release.name} from {release.version} to {goal.text(facts.chart)}",
        argv,
        _why_values(facts),
        (_is_deployed(facts, goal.text(facts.chart)), *_rolled_out(facts)),
        (_back_to(facts, back),) if back else (),
        patience=facts.patience,
    )
    return Planned((_readable(facts, goal), step), (*facts.findings, *conflicts(facts)))


def rollback(facts: Facts, goal: Goal | None) -> Planned | None:
    """Return the steps back to a revision that Helm keeps; None where it keeps none of the goal.

    There are no steps where the goal runs already.  Raises RefusedError for a revision that is not
    kept, and where no revision is known to have worked.
    """
    if isinstance(facts.release, Absent):
        return None
    if facts.found.request.revision is not None:
        return to_revision(facts, _numbered(facts, facts.found.request.revision))
    if goal is None:
        chosen = history.way_back(facts.history, facts.release.revision)
        if chosen is None:
            raise RefusedError(
                "no-way-back",
                f"{facts.place} keeps no revision that is known to have worked",
                hint="name the version to install again: release-tools rollback --to VERSION",
            )
        return to_revision(facts, chosen)
    fits = [one for one in facts.history if is_version(one.version, goal.wanted[facts.chart.id])]
    if facts.release.status == "deployed" and facts.current in fits:
        return Planned((), facts.findings)
    chosen = history.newest_good(fits)
    return to_revision(facts, chosen) if chosen else None


def _numbered(facts: Facts, number: int) -> Revision:
    chosen = next((one for one in facts.history if one.revision == number), None)
    if chosen is None:
        kept = ", ".join(f"{one.revision} ({one.version})" for one in facts.history)
        raise RefusedError(
            "no-way-back",
            f"{facts.place} keeps no revision {number}",
            hint=f"the revisions are {kept}",
        )
    return chosen


def to_revision(facts: Facts, chosen: Revision) -> Planned:
    """Return the step back to one revision that is kept."""
    current = facts.current
    findings = [*facts.findings, *conflicts(facts)]
    if not history.is_good(chosen):
        message = f"revision {chosen.revision} is {chosen.status}: {chosen.description}"
        findings.append(finding("revision-bad", message))
    step = Step(
        f"Roll {facts.name} back to revision {chosen.revision} ({chosen.version})",
        _back_to(facts, chosen),
        "Helm keeps what it deployed then, values included: nothing is fetched",
        (_is_deployed(facts, chosen.version), *_rolled_out(facts)),
        (_back_to(facts, current),) if current and history.is_good(current) else (),
        patience=facts.patience,
    )
    return Planned((step,), tuple(findings))


def _is_there(facts: Facts, goal: Goal) -> bool:
    """Say whether the release is at the goal, and nothing else about it is asked for."""
    asked = facts.found.deployment.values or facts.found.request.digest or facts.found.request.force
    release = facts.release
    return (
        isinstance(release, Installed)
        and not asked
        and release.status == "deployed"
        and is_version(release.version, goal.wanted[facts.chart.id])
    )


def reinstall(facts: Facts, goal: Goal) -> tuple[Step, ...]:
    """Return the last resort: the release is uninstalled, and its chart installed again.

    Raises UsageError where there is no registry to take the chart from.
    """
    name, scope = facts.name, facts.helm.scope()
    return (
        Step(
            "Keep the values that were set",
            ("helm", "get", "values", name, *scope, "--output", "yaml"),
            "they go with the release: save what this prints, and give it with --values",
            changes=False,
        ),
        Step(
            f"Uninstall {name}",
            ("helm", "uninstall", name, *scope, "--wait"),
            "what the release made is deleted: from here on the service is down",
        ),
        *_install(facts, goal).steps,
    )


def _install(facts: Facts, goal: Goal) -> Planned:
    name = facts.name
    create = ("--create-namespace",) if facts.found.deployment.namespace else ()
    step = Step(
        f"Install {name} {goal.text(facts.chart)}",
        (
            "helm",
            "install",
            name,
            *_chart(facts, goal),
            *facts.helm.scope(),
            *create,
            *_files(facts),
            *_waiting(facts, force=False),
        ),
        "there is no release of this name, and so no values that could be kept",
        (_is_deployed(facts, goal.text(facts.chart)),),
        (("helm", "uninstall", name, *facts.helm.scope(), "--wait"),),
        patience=facts.patience,
    )
    return Planned((_readable(facts, goal), step), facts.findings)


def _readable(facts: Facts, goal: Goal) -> Step:
    name = facts.chart.name
    return Step(
        f"See that Helm can read {name} {goal.text(facts.chart)}",
        ("helm", "show", "chart", *_chart(facts, goal)),
        "a chart that cannot be fetched from here would stop the upgrade half way",
        (Check("the chart's metadata", says=(f"name: {name}\n",)),),
        changes=False,
    )


def _chart(facts: Facts, goal: Goal) -> Argv:
    """Return how Helm is told which chart, by version or by digest."""
    surface = facts.chart
    registry = surface.options.get("registry")
    if registry is None:
        raise UsageError(
            f"{surface.id} has no registry to take the chart from",
            hint='add registry = "oci://…" to its [[surfaces]] entry',
        )
    registry = registry.rstrip("/")
    version = ("--version", goal.text(surface))
    if not registry.startswith("oci://"):
        if facts.found.request.digest:
            raise UsageError(f"{registry} has no digests", hint="leave --digest out")
        return (surface.name, "--repo", registry, *version)
    host = registry.removeprefix("oci://").partition("/")[0]
    plain = facts.found.project.tables.get("registries", {}).get("plain-http", ())
    insecure = ("--plain-http",) if host in plain else ()
    if not facts.found.request.digest:
        return (f"{registry}/{surface.name}", *version, *insecure)
    served = goal.served.get(surface.id)
    if served is None or served.digest is None:
        raise UsageError(f"no digest of {surface.id} is known", hint="leave --digest out")
    return (f"{registry}/{surface.name}@{served.digest}", *insecure)


def _values(facts: Facts) -> Argv:
    """Return how the values of the release are carried over."""
    if facts.version >= RESET_THEN_REUSE:
        return ("--reset-then-reuse-values", *_files(facts))
    if not facts.found.deployment.values:
        raise RefusedError(
            "values-needed",
            f"{facts.spoken} cannot carry the release's values over safely",
        )
    return _files(facts)


def _files(facts: Facts) -> Argv:
    return tuple(word for path in facts.found.deployment.values for word in ("--values", path))


def _why_values(facts: Facts) -> str:
    if facts.version >= RESET_THEN_REUSE:
        return "the new chart's defaults first, then what was set before on top of them"
    return f"{facts.spoken} keeps nothing that was set before: the values files say it all"


def _waiting(facts: Facts, *, force: bool = True) -> Argv:
    """Return how long to wait, and whether fields of others are taken back."""
    wait = ("--wait", "--timeout", facts.found.request.timeout)
    if not force or not facts.found.request.force:
        return wait
    if facts.version[0] < SERVER_SIDE:
        raise UsageError(f"{facts.spoken} knows no --force-conflicts", hint="leave it out")
    return (*wait, "--force-conflicts")


def _back_to(facts: Facts, revision: Revision) -> Argv:
    name, number = facts.name, str(revision.revision)
    return ("helm", "rollback", name, number, *facts.helm.scope(), *_waiting(facts))


def _is_deployed(facts: Facts, version: str) -> Check:
    name = facts.name
    pattern = f"^{name.replace('.', '[.]')}$"
    return Check(
        f"deployed, with chart {facts.chart.name}-{version}",
        ("helm", "list", *facts.helm.scope(), "--filter", pattern, "--output", "json"),
        ('"status":"deployed"', f'"chart":"{facts.chart.name}-{version}"'),
    )


def _rolled_out(facts: Facts) -> tuple[Check, ...]:
    """Return a check for each workload that the release has now; a new chart may drop one."""
    wait = f"--timeout={facts.found.request.timeout}"
    return tuple(
        Check(
            f"{workload} rolled out, or dropped by the chart",
            ("kubectl", "rollout", "status", str(workload), *facts.kubectl.scope(), wait),
            gone=True,
        )
        for workload in facts.workloads
    )
