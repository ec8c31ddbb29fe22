"""The command lines of a handbook, each argument quoted for a POSIX shell where it needs it."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from release_tools.reports.runbook.book import Item, Place

VALUES, KEPT = "values-production.yaml", "values-kept.yaml"
"""Files of values: what is deployed with, and what was set before, as helm prints it."""
IMAGES = (
    'jsonpath=\'{range .items[*]}{.kind}/{.metadata.name}{"\\t"}'
    '{.spec.template.spec.containers[*].image}{"\\n"}{end}\''
)
"""The output of kubectl that lists workloads with their images."""
_WORKLOADS = "deployments,statefulsets,daemonsets"
_TIMEOUT = "10m"


def lines(*parts: str) -> str:
    """Return one command over several lines; empty parts are left out."""
    return " \\\n  ".join(part for part in parts if part)


def helm_scope(place: Place) -> str:
    """Return the options that name the cluster and the namespace to helm."""
    found = [f"--kube-context {quote(place.context)}"] if place.context else []
    found += [f"--namespace {quote(place.namespace)}"] if place.namespace else []
    return " ".join(found)


def helm(place: Place, *words: str) -> str:
    """Return a short helm command in the place."""
    return " ".join(part for part in ("helm", *words, helm_scope(place)) if part)


def kubectl(place: Place, *words: str) -> str:
    """Return a kubectl command in the place."""
    found = [f"--context {quote(place.context)}"] if place.context else []
    found += [f"--namespace {quote(place.namespace)}"] if place.namespace else []
    return " ".join(("kubectl", *words, *found))


def chart(item: Item, version: str | None = None) -> tuple[str, ...]:
    """Return how helm is told which chart, and which version of it."""
    at = f"--version {quote(item.version if version is None else version)}"
    if item.repository is None:
        return quote(item.name), f"{at} --plain-http" if item.plain else at
    return f"{quote(item.name)} --repo {quote(item.repository)}", at


def show(item: Item) -> str:
    """Return the command that reads the metadata of a chart, and so shows that it is there."""
    return " ".join(("helm show chart", *chart(item)))


def upgrade(item: Item, place: Place, *, by_digest: bool = False, values: bool = False) -> str:
    """Return the upgrade of the release to a chart; ``values`` takes all of them from a file."""
    at = chart(item)
    if by_digest:
        at = (f"{quote(item.name)}@{item.digest}", "--plain-http" if item.plain else "")
    return lines(
        f"helm upgrade {release(item, place)}",
        *at,
        helm_scope(place),
        f"--values {VALUES}" if values else "--reset-then-reuse-values",
        f"--wait --timeout {_TIMEOUT}",
    )


def install(item: Item, place: Place, *, values: str = "", version: str | None = None) -> str:
    """Return the first installation of a chart."""
    return lines(
        f"helm install {release(item, place)}",
        *chart(item, version),
        f"{helm_scope(place)} --create-namespace" if place.namespace else helm_scope(place),
        f"--values {values}" if values else "",
        f"--wait --timeout {_TIMEOUT}",
    )


def rollback(item: Item, place: Place, revision: str = "") -> str:
    """Return the way back to a revision, by default to the one before."""
    words = [release(item, place), *([revision] if revision else [])]
    return helm(place, "rollback", *words) + f" --wait --timeout {_TIMEOUT}"


def release(item: Item, place: Place) -> str:
    """Return the name of the release: the place's, else the chart's."""
    return quote(place.release or item.name.rpartition("/")[2])


def rolled_out(place: Place, item: Item | None = None) -> str:
    """Return what waits for the roll-out of the workloads."""
    wait = f"--timeout={_TIMEOUT}"
    if place.workloads:
        return "\n".join(
            kubectl(place, "rollout status", quote(one)) + f" {wait}" for one in place.workloads
        )
    if item is not None:
        label = f"app.kubernetes.io/instance={release(item, place)}"
        return kubectl(place, "rollout status deployment", f"--selector {label}") + f" {wait}"
    return kubectl(place, "rollout status", workload(place)) + f" {wait}"


def workload(place: Place) -> str:
    """Return the workload that examples speak of."""
    return quote(place.workloads[0]) if place.workloads else "deployment/NAME"


def running(place: Place) -> str:
    """Return what lists the workloads with their images."""
    return lines(kubectl(place, "get", _WORKLOADS), f"--output {IMAGES}")


def tagged(item: Item) -> str:
    """Return the reference of an image by its tag."""
    return f"{item.name}:{item.version}"


def pinned(item: Item) -> str:
    """Return the reference of an image by the digest of its index."""
    return f"{item.name}@{item.digest}" if item.digest else tagged(item)
