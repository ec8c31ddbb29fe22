"""Which environment is meant: a table of ``[deployments]``, or what the command line says."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from release_tools import steps
from release_tools.clusters import names
from release_tools.errors import ConfigError, UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.config import Project
    from release_tools.model import Surface


class Given(NamedTuple):
    """What a command line says of an environment; each takes the place of the table's key."""

    target: str | None = None
    context: str | None = None
    namespace: str | None = None
    release: str | None = None
    chart: str | None = None
    values: tuple[str, ...] = ()
    python: str | None = None


class Deployment(NamedTuple):
    """One environment, every name in it checked.

    ``release`` is set for Helm alone, and ``chart`` is then the surface it is of; ``values`` are
    paths that can be opened from the working directory.
    """

    name: str
    target: str
    context: str | None = None
    namespace: str | None = None
    release: str | None = None
    chart: Surface | None = None
    values: tuple[str, ...] = ()
    python: str = "python3"

    @property
    def option(self) -> str:
        """What names it on a command line of ours, with the blank before it; "" without a name."""
        return steps.option(self.name)


def every(project: Project, given: Given | None = None) -> tuple[Deployment, ...]:
    """Return all environments of the configuration, or the one that the command line says.

    Raises UsageError where neither says any.
    """
    tables = project.tables.get("deployments", {})
    if given is not None and any(given):
        return (one(project, None, given),)
    if not tables:
        raise UsageError(
            "the configuration has no [deployments]",
            hint="add [deployments.NAME] with context, namespace and release, or give --namespace",
        )
    return tuple(one(project, name, Given()) for name in tables)


def one(project: Project, name: str | None, given: Given) -> Deployment:
    """Return the environment called ``name``, or the only one, changed as ``given`` says.

    Raises UsageError where several could be meant, and ConfigError for an unknown name.
    """
    tables = project.tables.get("deployments", {})
    if name is not None and name not in tables:
        listed = "the deployments are: " + ", ".join(tables) if tables else "there are none"
        raise ConfigError(f'there is no deployment "{name}"', hint=nearest(name, tables) or listed)
    if name is None and len(tables) == 1 and not _elsewhere(given):
        name = next(iter(tables))
    if name is None and len(tables) > 1 and not any(given[:4]) and given.python is None:
        listed = ", ".join(tables)
        raise UsageError("several deployments could be meant", hint=f"--deployment: {listed}")
    said = {**(tables[name] if name else {}), **{k: v for k, v in _said(given).items() if v}}
    if not given.values:
        said["values"] = tuple(
            os.path.relpath(os.path.join(project.root, path)) for path in said.get("values", ())
        )
    return _checked(project, name or steps.HERE, said)


def _elsewhere(given: Given) -> bool:
    """Say whether the command line names a place of its own, rather than change the table's."""
    return any((given.context, given.namespace, given.release, given.python))


def _said(given: Given) -> dict[str, object]:
    return given._asdict()


def _checked(project: Project, name: str, said: dict[str, object]) -> Deployment:
    target = str(said.get("target") or _target(project, said))
    charts = [surface for surface in project.surfaces if surface.kind == "chart"]
    chart = None
    if target == "helm":
        chart = _chart(project, charts, said.get("chart"))
        said.setdefault("release", chart.name)
    checks = {"context": names.context, "namespace": names.namespace, "release": names.release}
    kept = {key: check(str(said[key])) for key, check in checks.items() if said.get(key)}
    return Deployment(
        name,
        target,
        kept.get("context"),
        kept.get("namespace"),
        kept.get("release") if target == "helm" else None,
        chart,
        tuple(map(str, said["values"])),  # type: ignore[call-overload]  # a tuple of paths
        names.program(str(said.get("python") or "python3")),
    )


def _target(project: Project, said: dict[str, object]) -> str:
    """Tell the target from what else is said: a release is Helm's, an interpreter pip's."""
    kinds = {surface.kind for surface in project.surfaces}
    if said.get("release") or said.get("chart"):
        return "helm"
    if said.get("python"):
        return "pip"
    for kind, target in (("chart", "helm"), ("image", "kubectl"), ("pypi", "pip")):
        if kind in kinds:
            return target
    raise UsageError(
        "nothing here is deployed: no chart, no image and no Python package is a surface",
        hint="declare the surfaces, or give --target",
    )


def _chart(project: Project, charts: Sequence[Surface], name: object) -> Surface:
    if name is not None:
        surface = project.surface(str(name))
        if surface.kind != "chart":
            raise UsageError(f"{surface.id} is no chart", hint="name a surface of kind chart")
        return surface
    if len(charts) == 1:
        return charts[0]
    ids = ", ".join(chart.id for chart in charts) or "none is a surface of this project"
    raise UsageError("which chart is deployed cannot be told", hint=f"give its chart: {ids}")
