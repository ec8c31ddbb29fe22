"""The steps that set the images of workloads, and that undo their roll-outs; without Helm."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.clusters.kubectl import Kubectl
from release_tools.errors import RefusedError, UsageError
from release_tools.flows.columns.running import repository, same_repository
from release_tools.flows.deploying.steps import Planned, seconds
from release_tools.reading import Unknown
from release_tools.rules.deployed import is_version
from release_tools.rules.findings import finding
from release_tools.steps import PATIENCE, Check, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from release_tools.clusters.kubectl import Container, Rollout, Workload
    from release_tools.flows.deploying.steps import Goal, Situation
    from release_tools.model import Surface


class Facts(NamedTuple):
    """The workloads that run images of the project, and the revisions that are kept of them."""

    found: Situation
    kubectl: Kubectl
    workloads: tuple[Workload, ...]
    rollouts: tuple[Rollout, ...]

    def ours(self, containers: Sequence[Container]) -> Iterator[tuple[Surface, Container]]:
        """Yield the containers whose images are surfaces that the request means."""
        surfaces = {one.surface.id: one.surface for one in self.found.meant()}
        for container in containers:
            for surface in surfaces.values():
                same = same_repository(container.image.repository, repository(surface))
                if surface.kind == "image" and same:
                    yield surface, container

    def revision(self, workload: Workload) -> int:
        """Return the revision that a workload is at."""
        kept = [one.revision for one in self.kept(workload)]
        return workload.revision or max(kept, default=0)

    def kept(self, workload: Workload) -> list[Rollout]:
        """Return the revisions that are kept of a workload, oldest first."""
        return [
            one
            for one in self.rollouts
            if (one.kind, one.workload) == (workload.kind, workload.name)
        ]


def look(found: Situation) -> Facts | Planned:
    """Read the workloads and their revisions; the finding of what could not be told instead.

    Raises RefusedError where nothing of the project runs there, or where Helm owns what does, and
    UsageError for a workload that is not there.
    """
    deployment = found.deployment
    kubectl = Kubectl(found.runner, deployment.context, deployment.namespace)
    workloads, rollouts = kubectl.workloads(), kubectl.rollouts()
    for one in (workloads, rollouts):
        if isinstance(one, Unknown):
            message = f"{one.where}: {one.reason}"
            said = finding("deployment-unknown", message, hint=one.hint or None)
            return Planned((), (said,), doubtful=True)
    assert not isinstance(workloads, Unknown)  # noqa: S101 - sorted out above
    assert not isinstance(rollouts, Unknown)  # noqa: S101 - sorted out above
    facts = Facts(found, kubectl, workloads, rollouts)
    ours = [one for one in workloads if next(facts.ours(one.containers), None)]
    name = found.request.workload
    if name is not None:
        listed = ", ".join(map(str, ours)) or "none runs an image of this project"
        ours = [one for one in ours if name in (str(one), one.name)]
        if not ours:
            raise UsageError(f"there is no workload {name!a}", hint=f"the workloads are {listed}")
    if not ours:
        raise RefusedError("deployed-missing", f"no workload in {kubectl.where} runs our images")
    owned = next((one for one in ours if one.release), None)
    if owned is not None:
        raise RefusedError(
            "managed-by-helm",
            f"{owned} belongs to the Helm release {owned.release}",
            hint=f"give --target helm --release {owned.release}",
        )
    return facts._replace(workloads=tuple(ours))


def upgrade(facts: Facts, goal: Goal) -> Planned:
    """Return one step for each workload that does not run the goal yet."""
    steps = [step for one in facts.workloads if (step := _set(facts, one, goal)) is not None]
    return Planned(tuple(steps))


def undo(facts: Facts) -> Planned:
    """Return the step back to the revision that is asked for, or to the one before the present.

    Raises UsageError where several workloads could be meant, RefusedError for a revision that is
    not kept.
    """
    if len(facts.workloads) > 1:
        listed = ", ".join(map(str, facts.workloads))
        raise UsageError(
            "each of several workloads has its own previous revision",
            hint=f"give --to VERSION, or --workload: {listed}",
        )
    workload = facts.workloads[0]
    now = facts.revision(workload)
    kept = [one.revision for one in facts.kept(workload)]
    asked = facts.found.request.revision
    chosen = asked if asked is not None else max((n for n in kept if n < now), default=0)
    if chosen not in kept:
        raise RefusedError(
            "no-way-back",
            f"{workload} keeps no {f'revision {asked}' if asked else 'revision before this one'}",
            hint=f"the revisions are {', '.join(map(str, kept)) or 'none'}; or give --to VERSION",
        )
    return Planned((_undo(facts, workload, chosen),))


def keeps(facts: Facts, goal: Goal) -> bool:
    """Say whether every workload runs the goal, or has a revision of it that is kept."""
    return all(
        _is_at(facts, one.containers, goal) or _kept_of(facts, one, goal) for one in facts.workloads
    )


def rollback(facts: Facts, goal: Goal) -> Planned:
    """Return one step for each workload that does not run the goal: back to it, or its image."""
    steps: list[Step] = []
    for workload in facts.workloads:
        if not _is_at(facts, workload.containers, goal):
            kept = _kept_of(facts, workload, goal)
            step = _undo(facts, workload, kept[-1]) if kept else _set(facts, workload, goal)
            steps += [step] if step else []
    return Planned(tuple(steps))


def _kept_of(facts: Facts, workload: Workload, goal: Goal) -> list[int]:
    """Return the revisions of a workload that ran the goal, oldest first."""
    return [one.revision for one in facts.kept(workload) if _is_at(facts, one.containers, goal)]


def _undo(facts: Facts, workload: Workload, revision: int) -> Step:
    return Step(
        f"Roll {workload} back to revision {revision}",
        _to_revision(facts, workload, revision),
        "Kubernetes keeps the whole template of that revision",
        (_rolled_out(facts, workload),),
        (_to_revision(facts, workload, facts.revision(workload)),),
        patience=_patience(facts),
    )


def _set(facts: Facts, workload: Workload, goal: Goal) -> Step | None:
    """Return the step that sets the images of a workload; None where it runs them already."""
    pairs = [
        (container, new)
        for surface, container in facts.ours(workload.containers)
        if (new := _image(facts, surface, container, goal)) != str(container.image)
    ]
    if not pairs:
        return None
    head = ("kubectl", "set", "image", str(workload))
    scope = facts.kubectl.scope()
    # Set by name rather than `rollout undo`: that goes one too far where nothing was set yet.
    old = tuple(f"{container.name}={container.image}" for container, _ in pairs)
    return Step(
        f"Set the images of {workload} to {goal}",
        (*head, *(f"{container.name}={new}" for container, new in pairs), *scope),
        "the workload rolls out the new image, a pod at a time, as its strategy says",
        (_rolled_out(facts, workload),),
        ((*head, *old, *scope),),
        patience=_patience(facts),
    )


def _image(facts: Facts, surface: Surface, container: Container, goal: Goal) -> str:
    """Return the new reference: by digest where that is asked for, or stood there before."""
    image = container.image
    if not (facts.found.request.digest or image.digest):
        return str(image._replace(tag=goal.text(surface)))
    served = goal.served.get(surface.id)
    if served is None or served.digest is None:
        raise UsageError(
            f"{container.name} runs {surface.id} by digest, and no digest of {goal} is known",
            hint="leave --no-published-check out",
        )
    return str(image._replace(tag="", digest=served.digest))


def _is_at(facts: Facts, containers: Sequence[Container], goal: Goal) -> bool:
    """Say whether all containers of ours run the goal."""
    return all(
        container.image.digest == served.digest
        if (served := goal.served.get(surface.id)) and container.image.digest
        else is_version(container.image.tag, goal.wanted[surface.id])
        for surface, container in facts.ours(containers)
    )


def _to_revision(facts: Facts, workload: Workload, revision: int) -> tuple[str, ...]:
    to = f"--to-revision={revision}"
    return ("kubectl", "rollout", "undo", str(workload), to, *facts.kubectl.scope())


def _rolled_out(facts: Facts, workload: Workload) -> Check:
    wait = f"--timeout={facts.found.request.timeout}"
    argv = ("kubectl", "rollout", "status", str(workload), *facts.kubectl.scope(), wait)
    return Check(f"{workload} rolled out", argv)


def _patience(facts: Facts) -> float:
    return seconds(facts.found.request.timeout) + PATIENCE
