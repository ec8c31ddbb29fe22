"""What one environment runs of a project's surfaces: every client program asked, nothing judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from release_tools.clusters.docker import ENGINES, Engine
from release_tools.clusters.helm import Helm
from release_tools.clusters.images import Reference
from release_tools.clusters.kubectl import PULLING, Kubectl
from release_tools.clusters.pip import Pip
from release_tools.reading import Absent, Found, Problem, Unknown
from release_tools.steps import Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from release_tools.clusters.helm import Installed
    from release_tools.flows.columns.deployments import Deployment
    from release_tools.model import Runner, Surface
    from release_tools.reading import Reading

A = TypeVar("A")
B = TypeVar("B")


def look(deployment: Deployment, surfaces: Sequence[Surface], runner: Runner) -> tuple[Seen, ...]:
    """Return what is there of each surface that such an environment can run, one or more each."""
    found: list[tuple[Surface, Iterable[Reading]]] = []
    images = [surface for surface in surfaces if surface.kind == "image"]
    if deployment.target in ("helm", "kubectl"):
        own = deployment.chart if deployment.chart in surfaces else None
        release, running = together(
            lambda: chart(deployment, runner) if own else None,
            lambda: _in_cluster(deployment, runner) if images else (),
        )
        where = _cluster(deployment, runner).where
        found += [(own, (release,))] if own and release else []
        found += [(surface, _of(surface, running, where)) for surface in images]
    elif deployment.target in ENGINES:
        local = _local(deployment, runner) if images else ()
        where = f"local images of {deployment.target}"
        found += [(surface, _of(surface, local, where)) for surface in images]
    else:
        pip = Pip(runner, deployment.python)
        packages = [surface for surface in surfaces if surface.kind == "pypi"]
        found += [(surface, (pip.package(surface.name),)) for surface in packages]
    return tuple(
        Seen(surface, deployment.name, reading)
        for surface, readings in found
        for reading in readings
    )


def chart(deployment: Deployment, runner: Runner) -> Reading:
    """Return the Helm release of the environment as a reading of its chart."""
    assert deployment.release is not None  # noqa: S101 - of a Helm target
    helm = Helm(runner, deployment.context, deployment.namespace)
    found = helm.release(deployment.release)
    if isinstance(found, Absent | Unknown):
        return found
    return _chart(helm.where(deployment.release), found)


def _chart(where: str, found: Installed) -> Found:
    problems: tuple[Problem, ...] = ()
    if found.status != "deployed":
        message = f"{where} is {found.status} since revision {found.revision}"
        problems = (Problem("release-unsettled", message),)
    notes = {
        "chart": found.chart,
        "app-version": found.app_version,
        "revision": str(found.revision),
        "status": found.status,
        "updated": found.updated,
    }
    return Found(found.version, where, notes=notes, problems=problems)


def together(one: Callable[[], A], two: Callable[[], B]) -> tuple[A, B]:
    """Ask two things at once: each is a program that waits for the cluster."""
    from release_tools.adapters import side_by_side

    questions: list[Callable[[], A | B]] = [one, two]
    first, second = side_by_side.ask(questions)
    return cast("A", first), cast("B", second)


def same_repository(one: str, other: str) -> bool:
    """Say whether two repositories are one: docker leaves out the host of its own registry."""
    return _plain(one) == _plain(other)


def repository(surface: Surface) -> str:
    """Return ``host/path/name`` of an image surface."""
    return f"{surface.options['registry']}/{surface.name}"


def _plain(repository: str) -> str:
    for prefix in ("index.docker.io/", "docker.io/"):
        if repository.startswith(prefix):
            return repository.removeprefix(prefix).removeprefix("library/")
    return repository


def _cluster(deployment: Deployment, runner: Runner) -> Kubectl:
    return Kubectl(runner, deployment.context, deployment.namespace)


def _in_cluster(deployment: Deployment, runner: Runner) -> tuple[_Use, ...] | Unknown:
    """Return every use of an image in the namespace: what is declared, and what pods run."""
    kubectl = _cluster(deployment, runner)
    workloads, pods = together(kubectl.workloads, kubectl.pods)
    if isinstance(workloads, Unknown):
        return workloads
    if isinstance(pods, Unknown):
        return pods
    uses: list[_Use] = [(c.image, str(one), "", "") for one in workloads for c in one.containers]
    for pod in pods:
        for c in pod.containers:
            why = f"{c.reason}: {c.message}" if c.reason in PULLING else ""
            uses.append((c.image, f"pod/{pod.name}", c.image_id, why))
    return tuple(uses)


def _local(deployment: Deployment, runner: Runner) -> tuple[_Use, ...] | Unknown:
    images = Engine(runner, deployment.target).images()
    if isinstance(images, Unknown):
        return images
    # The digest that an engine names may be that of one platform: it is shown, never compared.
    return tuple(
        (one.reference._replace(digest=""), "", "", "") for one in images if one.reference.tag
    )


def _of(surface: Surface, uses: tuple[_Use, ...] | Unknown, where: str) -> Iterator[Reading]:
    """Yield a reading for each way in which the image is referred to."""
    if isinstance(uses, Unknown):
        yield uses
        return
    ours: dict[tuple[str, str], list[_Use]] = {}
    for use in uses:
        if same_repository(use[0].repository, repository(surface)):
            ours.setdefault((use[0].tag, use[0].digest), []).append(use)
    if not ours:
        yield Absent(where, "nothing there uses this image")
    for (tag, digest), group in sorted(ours.items()):
        users = ", ".join(dict.fromkeys(user for _, user, _, _ in group if user))
        bytes_ = {id_.rpartition("@")[2] for _, _, id_, _ in group if _is_of(id_, surface)}
        notes = {"users": users, "bytes": " ".join(sorted(bytes_))}
        problems = tuple(
            Problem("image-not-pulled", f"{user} cannot pull {image}: {why}")
            for image, user, _, why in group
            if why
        )
        # A digest alone names no version: the published column may know which one it is.
        yield Found(
            "" if digest and not tag else tag or "latest",
            f"{users}, {where}" if users else where,
            digest or None,
            notes={key: text for key, text in notes.items() if text},
            problems=problems,
        )


def _is_of(image_id: str, surface: Surface) -> bool:
    """Say whether an image id (``docker-pullable://repository@digest``) names this repository."""
    name, _, digest = image_id.rpartition("://")[2].rpartition("@")
    return digest.startswith("sha256:") and same_repository(name, repository(surface))


_Use = tuple[Reference, str, str, str]  # the image, who uses it, its id, why it does not come
