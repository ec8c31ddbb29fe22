"""What ``doctor`` looks at in one cluster: the Helm release, its chart, images that do not come."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.clusters import images
from release_tools.clusters.kubectl import PULLING, Kubectl
from release_tools.errors import ReleaseToolsError, VersionError
from release_tools.flows.columns import questions
from release_tools.flows.columns.running import repository, same_repository
from release_tools.flows.deploying import helm_facts, helm_steps, steps
from release_tools.model import Row, StreamTable, Verdict
from release_tools.reading import Absent, Found, Unknown, Wanted
from release_tools.rules import doctor as rules
from release_tools.rules import history
from release_tools.rules.doctor import Stuck
from release_tools.rules.findings import finding
from release_tools.steps import Diagnosis, Looked, Remedy
from release_tools.version import Nightly, Version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from release_tools.clusters.helm import Installed, Revision
    from release_tools.config import Project
    from release_tools.flows.columns.asking import Asking
    from release_tools.flows.columns.deployments import Deployment
    from release_tools.flows.columns.questions import Question
    from release_tools.flows.deploying.helm_facts import Facts
    from release_tools.model import Finding, Runner, Surface, Table
    from release_tools.reading import Reading

_ANY = Version((0, 0, 0))


class Visit(NamedTuple):
    """One visit of the doctor: who runs programs, who asks registries.

    ``version`` is whose chart is looked for, the deployed one's for None; ``published`` fills the
    published column of a version.
    """

    project: Project
    runner: Runner
    asking: Asking
    published: Callable[[str], Table]
    version: str | None = None


def examine(place: Deployment, visit: Visit) -> Diagnosis:
    """Look at one environment of Helm or kubectl."""
    parts = []
    if place.target == "helm":
        parts.append(_release(place, visit))
    parts.append(_pods(place, visit))
    looked = tuple(one._replace(deployment=place.name) for part in parts for one in part.looked)
    return Diagnosis(
        looked,
        tuple(one for part in parts for one in part.findings),
        tuple(one for part in parts for one in part.remedies),
    )


def _release(place: Deployment, visit: Visit) -> Diagnosis:
    """Look at the state of the release, at fields set beside Helm, and for the chart."""
    found = steps.Situation(visit.project, place, visit.runner, steps.Request(), ())
    facts = helm_facts.look(found)
    if isinstance(facts, steps.Planned):
        reason = facts.findings[0].message
        return Diagnosis(
            (Looked(f"release {place.release}", Verdict.UNKNOWN, reason),), facts.findings
        )
    release, name = facts.release, f"release {place.release}"
    looked: list[Looked] = []
    findings = [*facts.findings, *helm_facts.conflicts(facts)]
    remedies: list[Remedy] = []
    deployed = None
    if isinstance(release, Absent):
        looked.append(Looked(name, Verdict.MISSING, release.reason))
        findings.append(finding("deployed-missing", f"{facts.place}: {release.reason}"))
    elif release.status != "deployed":
        looked.append(Looked(name, Verdict.DIFFERS, f"{release.status}, {release.version}"))
        back = history.way_back(facts.history, release.revision, itself=True)
        findings.append(_unsettled(facts, release, back))
        remedies += _remedies(facts, back)
    else:
        deployed = release.version
        looked.append(Looked(name, Verdict.AGREES, f"deployed, {release.version}"))
    if visit.version or deployed:
        one, said = _chart(facts.chart, visit, visit.version or str(deployed))
        looked.append(one)
        findings += said
    return Diagnosis(tuple(looked), tuple(findings), tuple(remedies))


def _unsettled(facts: Facts, release: Installed, back: Revision | None) -> Finding:
    said = facts.current.description if facts.current else ""
    message = f"{facts.place} is {release.status} since revision {release.revision}: {said}"
    option = facts.found.deployment.option
    if back is None:
        hint = "no revision is known to have worked: uninstall it, then install a good version"
    else:
        hint = (
            f"the last good revision is {back.revision} ({back.version}): "
            f"release-tools rollback --revision {back.revision}{option}"
        )
    return finding("release-unsettled", message, hint=hint)


def _remedies(facts: Facts, back: Revision | None) -> Iterator[Remedy]:
    """Yield the safe way back, then the last resort."""
    place = facts.found.deployment.name
    if back is not None:
        planned = helm_steps.to_revision(facts, back)
        yield Remedy("go back to the last good revision", place, planned.steps)
        goal = steps.goal(facts.found.project, facts.found.request, steps.parse(back.version))
        try:
            last = helm_steps.reinstall(facts, goal)
        except ReleaseToolsError:
            return  # no registry to take the chart from
        yield Remedy("last resort, with an interruption: uninstall, then install", place, last)


def _chart(surface: Surface, visit: Visit, text: str) -> tuple[Looked, list[Finding]]:
    version = steps.parse(text)
    question = _question(surface, visit, version)
    if question is None:
        reason = "no registry is configured for the chart"
        return Looked(surface.id, Verdict.UNCHECKED, reason), []
    transport = visit.asking.transport
    reading = question.registry.read(question.at, question.wanted, transport)
    listing = (
        question.registry.versions(question.at, transport) if isinstance(reading, Absent) else None
    )
    return rules.chart(surface.id, question.wanted.text, reading, listing)


def _question(surface: Surface, visit: Visit, version: Version | Nightly) -> Question | None:
    """Return whom to ask about one surface; its siblings vouch for the registry."""
    project = visit.project
    rows = tuple(Row(one, ()) for one in project.surfaces if one.stream == surface.stream)
    stream = project.stream(surface.stream)
    is_nightly = isinstance(version, Nightly)
    table = StreamTable(
        stream,
        None if is_nightly else version,  # type: ignore[arg-type]  # mypy does not follow
        Verdict.UNKNOWN,
        rows,
        version if is_nightly else None,  # type: ignore[arg-type]
    )
    planned = questions.plan(project, [table], visit.asking.addresses)
    return next((one for one in planned.questions if one.surface.id == surface.id), None)


def _pods(place: Deployment, visit: Visit) -> Diagnosis:
    """Look for images that do not come."""
    kubectl = Kubectl(visit.runner, place.context, place.namespace)
    pods = kubectl.pods()
    name = "pods"
    if isinstance(pods, Unknown):
        message = f"{pods.where}: {pods.reason}"
        said = finding("deployment-unknown", message, hint=pods.hint or None)
        return Diagnosis((Looked(name, Verdict.UNKNOWN, pods.reason),), (said,))
    waiting: dict[str, list[tuple[str, str]]] = {}
    for pod in pods:
        for one in pod.containers:
            if one.reason in PULLING:
                said_ = f"{one.reason}: {one.message}" if one.message else one.reason
                waiting.setdefault(str(one.image), []).append((pod.name, said_))
    events = kubectl.failures() if waiting else {}
    stuck = [
        Stuck(image, tuple(f"pod/{pod}" for pod, _ in users), _said(users, events))
        for image, users in sorted(waiting.items())
    ]
    if not stuck:
        return Diagnosis((Looked(name, Verdict.AGREES, f"{len(pods)} pods, all images there"),), ())
    findings = tuple(_pull(one, place, visit) for one in stuck)
    images = ", ".join(one.image for one in stuck)
    return Diagnosis((Looked(name, Verdict.DIFFERS, f"waiting for {images}"),), findings)


def _said(users: list[tuple[str, str]], events: dict[str, str]) -> str:
    """Return what the kubelet says: its event tells why, the state of the pod only that."""
    return next((events[pod] for pod, _ in users if pod in events), users[0][1])


def _pull(stuck: Stuck, place: Deployment, visit: Visit) -> Finding:
    image = images.parse(stuck.image)
    ours = (one for one in visit.project.surfaces if one.kind == "image")
    surface = next(
        (one for one in ours if same_repository(image.repository, repository(one))), None
    )
    command = f"release-tools rollback{place.option}"
    if surface is None or (image.digest and not image.tag):
        return rules.pull(stuck, None, "", command)
    reading = _tag(surface, image, visit)
    publishing = _publishing(image.tag, visit) if isinstance(reading, Absent) else ""
    return rules.pull(stuck, reading, publishing, command)


def _tag(surface: Surface, image: images.Reference, visit: Visit) -> Reading:
    """Ask the registry for the very tag that does not come."""
    question = _question(surface, visit, _ANY)
    if question is None:
        return Unknown(str(image), "no registry is configured")
    wanted = Wanted(_ANY, image.tag or "latest")
    return question.registry.read(question.at, wanted, visit.asking.transport)


def _publishing(tag: str, visit: Visit) -> str:
    """Say how far the release of a tag is, so that one knows whether to wait."""
    try:
        version = steps.parse(tag)
    except VersionError:
        return ""
    text = f"nightly-{version.date:%Y%m%d}" if isinstance(version, Nightly) else str(version)
    table = visit.published(text)
    cells = [
        (row.surface.id, isinstance(cell.reading, Found))
        for stream in table.streams
        for row in stream.rows
        for cell in row.cells
        if cell.stage.value == "published" and cell.reading is not None
    ]
    missing = [id_ for id_, there in cells if not there]
    if cells and len(missing) == len(cells):
        return f"Nothing of {text} is published"
    there = f"{len(cells) - len(missing)} of {len(cells)}"
    return f"Of {text}, {there} are published, not {', '.join(missing)}"
