"""``doctor``: what is wrong with the programs here, the charts there, and with what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.clusters.docker import ENGINES, Engine
from release_tools.clusters.helm import Helm
from release_tools.clusters.kubectl import Kubectl
from release_tools.clusters.pip import Pip
from release_tools.flows.deploying import cluster as doctor_cluster
from release_tools.reading import Absent, Unknown
from release_tools.rules import compare
from release_tools.rules import doctor as rules
from release_tools.rules.findings import finding
from release_tools.steps import Diagnosis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from release_tools.config import Project
    from release_tools.flows.columns.deployments import Deployment
    from release_tools.flows.deploying.cluster import Visit
    from release_tools.model import Finding, Runner, Verdict
    from release_tools.steps import Looked, Remedy

    Numbers = tuple[int, ...] | Absent | Unknown

VERB = "doctor"


def examine(
    project: Project,
    places: Sequence[Deployment],
    visit: Visit,
) -> Diagnosis:
    """Look at the programs that the places need, then at each place; nothing is changed.

    Without places, the programs are those that the project's surfaces are deployed by.
    """
    looked: list[Looked] = []
    findings: list[Finding] = []
    remedies: list[Remedy] = []
    for name, version in _programs(project, places, visit.runner):
        one, said = rules.program(name, version)
        looked.append(one)
        findings += said
    for place in places:
        if place.target in ("helm", "kubectl"):
            found = doctor_cluster.examine(place, visit)
            looked += found.looked
            findings += found.findings
            remedies += found.remedies
    if not places:
        findings.append(finding("no-deployment", "only the programs here were looked at"))
    return Diagnosis(tuple(looked), tuple(findings), tuple(remedies))


def verdict(found: Diagnosis) -> Verdict:
    """Return what all of it adds up to; nothing looked at is unknown."""
    return compare.add_up([one.verdict for one in found.looked])


def _programs(
    project: Project, places: Sequence[Deployment], runner: Runner
) -> Iterator[tuple[str, Numbers]]:
    """Yield each program that is needed, once, with its version."""
    targets = {place.target for place in places} or _targets(project)
    if "helm" in targets:
        yield "helm", Helm(runner).version()
    if targets & {"helm", "kubectl"}:
        yield "kubectl", Kubectl(runner).version()
    pythons = dict.fromkeys(place.python for place in places if place.target == "pip")
    if "pip" in targets:
        for python in pythons or ("python3",):
            yield "pip", Pip(runner, python).version()
    for program in ENGINES:
        if program in targets:
            yield program, Engine(runner, program).version()
    if "engine" in targets:
        yield _engine(runner)


def _targets(project: Project) -> set[str]:
    """Return what deploys the project's surfaces where no deployment is configured."""
    by_kind = {"chart": ("helm",), "image": ("kubectl", "engine"), "pypi": ("pip",)}
    return {target for one in project.surfaces for target in by_kind.get(one.kind, ())}


def _engine(runner: Runner) -> tuple[str, Numbers]:
    """Return docker or podman, whichever is there; one of them is enough."""
    found = [(program, Engine(runner, program).version()) for program in ENGINES]
    there = [one for one in found if not isinstance(one[1], Unknown)]
    return there[0] if there else ("docker or podman", Absent("", "neither of them is on PATH"))
