"""Workloads of Kubernetes and the images that they run, through kubectl.

Objects are those of the Kubernetes API (apps/v1, core/v1) as ``kubectl get -o json`` prints them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.clusters import client, document, images, names
from release_tools.errors import MalformedError
from release_tools.reading import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from release_tools.clusters.images import Reference
    from release_tools.model import Runner

KINDS = ("deployment", "statefulset", "daemonset")
"""The kinds of workload that roll out, as kubectl calls them."""

PULLING = ("ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull")
"""Why a container waits when its image does not come."""

_REVISION = "deployment.kubernetes.io/revision"
_HELM_RELEASE = "meta.helm.sh/release-name"
_POD = ("spec", "template", "spec")


class Container(NamedTuple):
    """One container of a workload's template, init containers included."""

    name: str
    image: Reference


class Workload(NamedTuple):
    """One workload.

    ``revision`` is a Deployment's (0 for the other kinds), ``release`` the Helm release that it
    belongs to ("" for none).  ``overrides`` are the containers whose image somebody else than
    Helm set last, each with the field manager that did: ``kubectl-set``, ``kubectl-edit``, ….
    """

    kind: str
    name: str
    containers: tuple[Container, ...]
    revision: int = 0
    release: str = ""
    overrides: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Return ``deployment/name``, as kubectl takes it."""
        return f"{self.kind}/{self.name}"


class Status(NamedTuple):
    """One container of a pod: what it runs, or why it waits ("" where it does not)."""

    name: str
    image: Reference
    image_id: str
    reason: str = ""
    message: str = ""


class Pod(NamedTuple):
    """One pod and its containers."""

    name: str
    containers: tuple[Status, ...]


class Rollout(NamedTuple):
    """One revision that is kept of a workload, and the images of it."""

    kind: str
    workload: str
    revision: int
    containers: tuple[Container, ...]


class Kubectl(NamedTuple):
    """kubectl, asked about one namespace of one context; None is what kubectl itself takes."""

    runner: Runner
    context: str | None = None
    namespace: str | None = None

    def scope(self) -> tuple[str, ...]:
        """Return the options that say where; raises UsageError for a name that is none."""
        namespace = ("--namespace", names.namespace(self.namespace)) if self.namespace else ()
        context = ("--context", names.context(self.context)) if self.context else ()
        return (*namespace, *context)

    @property
    def where(self) -> str:
        """How a person calls the place."""
        parts = [f"namespace {self.namespace}"] if self.namespace else []
        parts += [f"context {self.context}"] if self.context else []
        return ", ".join(parts) or "the current context of kubectl"

    def version(self) -> tuple[int, int, int] | Unknown:
        """Return the version of the kubectl that is on PATH; no cluster is needed."""
        argv = ("kubectl", "version", "--client", "--output", "json")
        ran = client.ask(self.runner, argv)
        if isinstance(ran, Unknown):
            return ran
        try:
            said = document.text(document.parse(ran.out, "kubectl"), "clientVersion", "gitVersion")
        except MalformedError:
            said = ""
        numbers = said.removeprefix("v").partition("-")[0].partition("+")[0].split(".")
        if len(numbers) == 3 and all(n.isdigit() for n in numbers):  # noqa: PLR2004
            return int(numbers[0]), int(numbers[1]), int(numbers[2])
        return client.failure("kubectl version", ran)

    def workloads(self) -> tuple[Workload, ...] | Unknown:
        """Return every deployment, stateful set and daemon set of the namespace."""
        items = self._items(",".join(f"{kind}s.apps" for kind in KINDS), "--show-managed-fields")
        if isinstance(items, Unknown):
            return items
        return tuple(sorted(map(_workload, items)))

    def pods(self) -> tuple[Pod, ...] | Unknown:
        """Return every pod of the namespace that is neither done nor on its way out."""
        items = self._items("pods")
        if isinstance(items, Unknown):
            return items
        return tuple(Pod(_name(item), tuple(_statuses(item))) for item in items if _lives(item))

    def failures(self) -> dict[str, str]:
        """Return what the kubelet said last of each pod whose image it could not pull.

        Events are kept for an hour, and not everybody may read them: {} where there are none.
        """
        only = "--field-selector=involvedObject.kind=Pod,reason=Failed"
        items = self._items("events", only)
        said: dict[str, str] = {}
        for item in () if isinstance(items, Unknown) else items:
            message = document.text(item, "message")
            if message.startswith("Failed to pull image"):
                said[document.text(item, "involvedObject", "name")] = message
        return said

    def rollouts(self) -> tuple[Rollout, ...] | Unknown:
        """Return the revisions that are kept of every workload, oldest first."""
        sets = self._items("replicasets.apps")
        if isinstance(sets, Unknown):
            return sets
        others = self._items("controllerrevisions.apps")
        if isinstance(others, Unknown):
            return others
        found = [_rollout(one, document.number(_annotations(one), _REVISION), ()) for one in sets]
        found += [_rollout(one, document.number(one, "revision"), ("data",)) for one in others]
        return tuple(sorted(one for one in found if one.workload))

    def _items(self, what: str, *options: str) -> tuple[Mapping[str, Any], ...] | Unknown:
        argv = ("kubectl", "get", what, *self.scope(), *options, "--output", "json")
        ran = client.ask(self.runner, (*argv, f"--request-timeout={client.PATIENCE:.0f}s"))
        if isinstance(ran, Unknown):
            return ran
        if ran.code != 0:
            return client.failure(self.where, ran)
        try:
            parsed = document.parse(ran.out, "kubectl")
            return tuple(document.rows(document.at(parsed, "items"), "kubectl"))
        except MalformedError as error:
            return Unknown(self.where, error.message)


def _name(item: Mapping[str, Any]) -> str:
    return document.text(item, "metadata", "name")


def _annotations(item: Mapping[str, Any]) -> Any:
    return document.at(item, "metadata", "annotations")


def _containers(item: Mapping[str, Any], *above: str) -> Iterator[Container]:
    for key in ("initContainers", "containers"):
        for one in document.each(item, *above, *_POD, key):
            yield Container(document.text(one, "name"), images.parse(document.text(one, "image")))


def _workload(item: Mapping[str, Any]) -> Workload:
    return Workload(
        document.text(item, "kind").lower(),
        _name(item),
        tuple(_containers(item)),
        document.number(_annotations(item), _REVISION),
        document.text(_annotations(item), _HELM_RELEASE),
        tuple(sorted(set(_overrides(item)))),
    )


def _overrides(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the containers whose image no Helm owns, with the manager that does.

    https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
    """
    owners: dict[str, set[str]] = {}
    for entry in document.each(item, "metadata", "managedFields"):
        for key in ("f:initContainers", "f:containers"):
            fields = document.at(entry, "fieldsV1", "f:spec", "f:template", "f:spec", key)
            for name, owned in fields.items() if isinstance(fields, dict) else ():
                if isinstance(owned, dict) and "f:image" in owned:
                    owners.setdefault(name, set()).add(document.text(entry, "manager"))
    for key, managers in owners.items():
        if "helm" not in managers:
            try:
                name = document.text(document.parse(key.removeprefix("k:"), "kubectl"), "name")
            except MalformedError:
                continue
            yield name, min(managers)


def _lives(item: Mapping[str, Any]) -> bool:
    done = document.text(item, "status", "phase") in ("Succeeded", "Failed")
    return not done and document.at(item, "metadata", "deletionTimestamp") is None


def _statuses(item: Mapping[str, Any]) -> Iterator[Status]:
    for key, spec in (
        ("initContainerStatuses", "initContainers"),
        ("containerStatuses", "containers"),
    ):
        # A status may name the image as the engine knows it; the specification says what is meant.
        meant = {document.text(c, "name"): c for c in document.each(item, "spec", spec)}
        for one in document.each(item, "status", key):
            name = document.text(one, "name")
            image = document.text(meant.get(name, one), "image")
            yield Status(
                name,
                images.parse(image),
                document.text(one, "imageID"),
                document.text(one, "state", "waiting", "reason"),
                document.text(one, "state", "waiting", "message"),
            )


def _rollout(item: Mapping[str, Any], revision: int, above: tuple[str, ...]) -> Rollout:
    owner = next(document.each(item, "metadata", "ownerReferences"), {})
    kind = document.text(owner, "kind").lower()
    name = document.text(owner, "name") if kind in KINDS and revision else ""
    return Rollout(kind, name, revision, tuple(_containers(item, *above)))
