"""A Kubernetes API that can only be read, for the real helm and kubectl.

    with kubernetes.serving() as cluster:
        cluster.add_release("prod", "app", chart="app", versions=("0.1.0", "0.2.0"))
        monkeypatch.setenv("KUBECONFIG", cluster.kubeconfig(tmp_path))

It answers GET /version, the discovery of three groups, and LIST of what was added.  Whatever
writes runs against a real control plane instead (``control_plane``).
"""

from __future__ import annotations

import base64
import gzip
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.servers import site
from tests.servers.site import Said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_GROUPS = {
    "v1": {"pods": "Pod", "secrets": "Secret", "events": "Event"},
    "apps/v1": {
        "deployments": "Deployment",
        "statefulsets": "StatefulSet",
        "daemonsets": "DaemonSet",
        "replicasets": "ReplicaSet",
        "controllerrevisions": "ControllerRevision",
    },
}
_KINDS = {what: kind for group in _GROUPS.values() for what, kind in group.items()}


class Cluster:
    """What is in the cluster; ``forbidden`` are kinds of object that nobody may list."""

    def __init__(self) -> None:
        self.objects: dict[str, list[dict[str, Any]]] = {what: [] for what in _KINDS}
        self.forbidden: set[str] = set()
        self.asked: list[site.Asked] = []
        self.url = ""

    def add_release(
        self,
        namespace: str,
        name: str,
        chart: str,
        versions: Sequence[str],
        statuses: Sequence[str] = (),
        descriptions: Sequence[str] = (),
    ) -> None:
        """Add a Helm release with one revision for each version, the last one deployed."""
        statuses = statuses or (*["superseded"] * (len(versions) - 1), "deployed")
        descriptions = descriptions or ["Upgrade complete"] * len(versions)
        for number, version in enumerate(versions, 1):
            status, said = statuses[number - 1], descriptions[number - 1]
            labels = {"owner": "helm", "name": name, "status": status, "version": str(number)}
            self.add(
                "secrets",
                f"sh.helm.release.v1.{name}.v{number}",
                namespace=namespace,
                labels=labels,
                type="helm.sh/release.v1",
                data={"release": _release(namespace, name, chart, version, number, status, said)},
            )

    def add_deployment(
        self, namespace: str, name: str, image: str, *, what: str = "deployments", **meta: Any
    ) -> None:
        """Add a workload with one container ``main``; ``meta`` goes to its metadata."""
        self.add(what, name, namespace=namespace, spec=_template(image), **meta)

    def add_pod(self, namespace: str, name: str, image: str, image_id: str, **waiting: str) -> None:
        """Add a pod with one container ``main``, which runs or waits (``reason``, ``message``)."""
        status: dict[str, Any] = {"name": "main", "image": image, "imageID": image_id}
        status["state"] = {"waiting": waiting} if waiting else {"running": {}}
        spec = {"containers": [{"name": "main", "image": image}]}
        self.add(
            "pods", name, namespace=namespace, spec=spec, status={"containerStatuses": [status]}
        )

    def add(self, what: str, name: str, *, namespace: str, labels: Any = None, **rest: Any) -> None:
        """Add an object; what belongs to its metadata goes there."""
        own: dict[str, Any] = {
            key: rest.pop(key)
            for key in ("annotations", "managedFields", "ownerReferences")
            if key in rest
        }
        metadata: dict[str, Any] = {"name": name, "namespace": namespace, **own}
        metadata["labels"] = labels or {}
        version = next(group for group, kinds in _GROUPS.items() if what in kinds)
        made = {"apiVersion": version, "kind": _KINDS[what], "metadata": metadata, **rest}
        self.objects[what].append(made)

    def kubeconfig(self, folder: Path) -> str:
        """Write a kubeconfig whose current context, ``here``, is this cluster; return its path."""
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "here", "cluster": {"server": self.url}}],
            "contexts": [{"name": "here", "context": {"cluster": "here"}}],
            "current-context": "here",
        }
        path = folder / "kubeconfig"
        path.write_text(json.dumps(config))
        return str(path)

    def answer(self, asked: site.Asked) -> Said:
        """Answer one request as an API server does."""
        url = urlsplit(asked.path)
        path = url.path.strip("/")
        if path == "version":
            return _json({"major": "1", "minor": "33", "gitVersion": "v1.33.0"})
        if path in ("api", "apis"):
            return _json(_discovery(path))
        group = path.removeprefix("apis/").removeprefix("api/")
        if group in _GROUPS:
            return _json(_resources(group))
        if asked.method != "GET" or "/namespaces/" not in path:
            return _failure(404, "NotFound", "the server could not find the requested resource")
        namespace, _, what = path.partition("/namespaces/")[2].partition("/")
        if what in self.forbidden:
            said = f'{what} is forbidden: User "x" cannot list resource "{what}"'
            return _failure(403, "Forbidden", said)
        wanted = parse_qs(url.query).get("labelSelector", [""])[0]
        found = [
            one
            for one in self.objects.get(what, ())
            if one["metadata"]["namespace"] == namespace and _matches(one, wanted)
        ]
        kind = f"{_KINDS.get(what, '')}List"
        return _json({"apiVersion": "v1", "kind": kind, "metadata": {}, "items": found})


@contextmanager
def serving() -> Iterator[Cluster]:
    """Serve an empty cluster until the block ends."""
    cluster = Cluster()
    with site.serving(cluster.answer) as here:
        cluster.url, cluster.asked = here.url, here.asked
        yield cluster


def _matches(one: dict[str, Any], selector: str) -> bool:
    labels = one["metadata"]["labels"]
    pairs = [part.split("=") for part in selector.replace("==", "=").split(",") if "=" in part]
    return all(labels.get(key) == value for key, value in pairs)


def _template(image: str) -> dict[str, Any]:
    return {"template": {"spec": {"containers": [{"name": "main", "image": image}]}}}


def _release(
    namespace: str, name: str, chart: str, version: str, number: int, status: str, said: str
) -> str:
    """Return a release as Helm's storage has it: JSON, gzip, base64, and base64 of a Secret."""
    release = {
        "name": name,
        "namespace": namespace,
        "version": number,
        "info": {
            "status": status,
            "description": said,
            "first_deployed": "2026-01-15T02:00:00Z",
            "last_deployed": f"2026-01-15T02:{number:02}:00Z",
        },
        "chart": {"metadata": {"name": chart, "version": version, "appVersion": f"v{version}"}},
        "manifest": "",
    }
    packed = base64.b64encode(gzip.compress(json.dumps(release).encode()))
    return base64.b64encode(packed).decode()


def _discovery(path: str) -> dict[str, Any]:
    if path == "api":
        return {"kind": "APIVersions", "versions": ["v1"]}
    version = {"groupVersion": "apps/v1", "version": "v1"}
    group = {"name": "apps", "versions": [version], "preferredVersion": version}
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [group]}


def _resources(group: str) -> dict[str, Any]:
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": group,
        "resources": [
            {"name": what, "singularName": "", "namespaced": True, "kind": kind, "verbs": ["list"]}
            for what, kind in _GROUPS[group].items()
        ],
    }


def _failure(status: int, reason: str, said: str) -> Said:
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason}
    return _json({**body, "message": said, "code": status}, status)


def _json(value: object, status: int = 200) -> Said:
    return Said(status, json.dumps(value).encode())
