"""What the steps of a Helm release are made from: the release, its history, the Helm at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.clusters.helm import Helm, Installed
from release_tools.clusters.kubectl import Kubectl
from release_tools.flows.columns.running import together
from release_tools.flows.deploying.steps import Planned, seconds
from release_tools.reading import Absent, Unknown
from release_tools.rules.findings import finding
from release_tools.steps import PATIENCE

if TYPE_CHECKING:
    from release_tools.clusters.helm import Revision
    from release_tools.clusters.kubectl import Workload
    from release_tools.flows.deploying.steps import Situation
    from release_tools.model import Finding, Surface

SERVER_SIDE = 4
"""From this major on Helm applies on the server, where every field has an owner."""


class Facts(NamedTuple):
    """What the steps are made from: the release, its history, the Helm that is here."""

    found: Situation
    helm: Helm
    version: tuple[int, int, int]
    release: Installed | Absent
    history: tuple[Revision, ...]
    workloads: tuple[Workload, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def name(self) -> str:
        """The name of the release."""
        return str(self.found.deployment.release)

    @property
    def chart(self) -> Surface:
        """The surface that the release is of."""
        assert self.found.deployment.chart is not None  # noqa: S101 - of a Helm target
        return self.found.deployment.chart

    @property
    def place(self) -> str:
        """How a person calls the release."""
        return self.helm.where(self.name)

    @property
    def spoken(self) -> str:
        """The version of Helm, for people."""
        return f"Helm {'.'.join(map(str, self.version))}"

    @property
    def kubectl(self) -> Kubectl:
        """Kubectl, asked about the same place."""
        return Kubectl(self.found.runner, self.helm.context, self.helm.namespace)

    @property
    def patience(self) -> float:
        """Seconds for a step that waits for a roll-out."""
        return seconds(self.found.request.timeout) + PATIENCE

    @property
    def current(self) -> Revision | None:
        """The revision that the release is at."""
        now = self.release.revision if isinstance(self.release, Installed) else None
        return next((one for one in self.history if one.revision == now), None)


def look(found: Situation) -> Facts | Planned:
    """Read what the steps depend on; the findings of what could not be told instead."""
    deployment = found.deployment
    assert deployment.release is not None  # noqa: S101 - of a Helm target
    name = deployment.release
    helm = Helm(found.runner, deployment.context, deployment.namespace)
    (version, release), (kept, (workloads, notes)) = together(
        lambda: together(helm.version, lambda: helm.release(name)),
        lambda: together(lambda: helm.history(name), lambda: _workloads(found)),
    )
    if isinstance(version, Unknown):
        return _doubt(version)
    if isinstance(release, Unknown):
        return _doubt(release)
    if isinstance(release, Absent):
        kept = ()
    if isinstance(kept, Unknown):
        return _doubt(kept)
    return Facts(found, helm, version, release, kept, workloads, notes)


def _workloads(found: Situation) -> tuple[tuple[Workload, ...], tuple[Finding, ...]]:
    """Return the workloads of the release; without kubectl, none and a note."""
    deployment = found.deployment
    seen = Kubectl(found.runner, deployment.context, deployment.namespace).workloads()
    if isinstance(seen, Unknown):
        return (), (finding("workloads-unseen", f"{seen.where}: {seen.reason}"),)
    return tuple(one for one in seen if one.release == deployment.release), ()


def conflicts(facts: Facts) -> tuple[Finding, ...]:
    """Say which images somebody set beside Helm: from Helm 4 on that stops it."""
    return tuple(
        finding(
            "image-out-of-band",
            f"{workload}, container {container}: its image was set by {manager}, not by Helm",
        )
        for workload in facts.workloads
        for container, manager in workload.overrides
        if facts.version[0] >= SERVER_SIDE and not facts.found.request.force
    )


def _doubt(unknown: Unknown) -> Planned:
    message = f"{unknown.where}: {unknown.reason}"
    said = finding("deployment-unknown", message, hint=unknown.hint or None)
    return Planned((), (said,), doubtful=True)
