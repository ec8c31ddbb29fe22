"""The steps for one machine: a Python environment, or the local images of docker or podman."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.clusters.docker import Engine
from release_tools.clusters.pip import Pip
from release_tools.errors import RefusedError
from release_tools.flows.columns.running import repository, same_repository
from release_tools.flows.deploying.steps import Planned
from release_tools.reading import Absent, Found, Unknown
from release_tools.rules.deployed import is_version
from release_tools.rules.findings import finding
from release_tools.steps import Check, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.flows.deploying.steps import Goal, Situation
    from release_tools.model import Surface
    from release_tools.steps import Seen

_FETCH = 1800.0  # seconds: packages with a gigabyte of libraries are common


def packages(found: Situation, goal: Goal) -> Planned:
    """Return one ``pip install name==version`` for each package that is installed otherwise.

    Raises RefusedError where none is installed, or the environment has no pip.
    """
    python = found.deployment.python
    steps = tuple(
        _install(one, goal, python)
        for one in _there(found, "pypi", f"the environment of {python}")
        if not _is_at(one, goal)
    )
    version = Pip(found.runner, python).version() if steps else ()
    if isinstance(version, Unknown):
        said = finding("deployment-unknown", f"{version.where}: {version.reason}")
        return Planned((), (said,), doubtful=True)
    if isinstance(version, Absent):
        raise RefusedError(
            "program-missing",
            f"{python} has no pip",
            hint=f"{python} -m ensurepip, or install with the tool that made this environment",
        )
    return Planned(steps)


def images(found: Situation, goal: Goal) -> Planned:
    """Return the pull, by digest, of each image that is here, and its tag.

    Raises RefusedError where none is here.
    """
    program = found.deployment.target
    here = Engine(found.runner, program).images()
    if isinstance(here, Unknown):
        said = finding("deployment-unknown", f"{here.where}: {here.reason}", hint=here.hint or None)
        return Planned((), (said,), doubtful=True)
    ids = {(one.reference.repository, one.reference.tag): one.id for one in here}
    wanted = {one.surface.id: one.surface for one in _there(found, "image", f"{program} here")}
    return Planned(
        tuple(step for surface in wanted.values() for step in _pull(program, surface, goal, ids))
    )


def _there(found: Situation, kind: str, where: str) -> tuple[Seen, ...]:
    """Return what is there of a kind, with ``install`` also what is not."""
    seen = [one for one in found.meant() if one.surface.kind == kind]
    there = [one for one in seen if found.request.install or isinstance(one.reading, Found)]
    if not there:
        names = ", ".join(one.surface.name for one in seen) or "nothing"
        raise RefusedError(
            "deployed-missing",
            f"of {names}, nothing is in {where}",
            hint="install it with --install, and name it with --surface",
        )
    return tuple(there)


def _install(one: Seen, goal: Goal, python: str) -> Step:
    name, version = one.surface.name, goal.text(one.surface)
    pip = (python, "-m", "pip")
    back: tuple[str, ...] = (*pip, "uninstall", "--yes", name)
    if isinstance(one.reading, Found):
        back = (*pip, "install", f"{name}=={one.reading.version}")
    return Step(
        f"Install {name} {version}",
        (*pip, "install", "--upgrade", f"{name}=={version}"),
        "an exact pin: without one, pip would take whatever is newest at that moment",
        (Check(f"Version: {version}", (*pip, "show", name), (f"\nVersion: {version}\n",)),),
        (back,),
        patience=_FETCH,
    )


def _is_at(one: Seen, goal: Goal) -> bool:
    reading = one.reading
    return isinstance(reading, Found) and is_version(reading.version, goal.wanted[one.surface.id])


def _pull(
    program: str, surface: Surface, goal: Goal, ids: dict[tuple[str, str], str]
) -> Iterator[Step]:
    """Yield the pull by the digest that the registry serves, and the tag that people use."""
    name, tag = repository(surface), goal.text(surface)
    served = goal.served.get(surface.id)
    tagged = f"{name}:{tag}"
    seen = (Check("the image is here", (program, "image", "inspect", tagged)),)
    before = (id_ for (repo, t), id_ in ids.items() if same_repository(repo, name) and t == tag)
    old = next(before, None)
    undo = (program, "tag", old, tagged) if old else (program, "image", "rm", tagged)
    if served is None or served.digest is None:
        why = "by tag: no digest is known without the published column, and a tag can move"
        argv = (program, "pull", tagged)
        yield Step(f"Pull {tagged}", argv, why, seen, (undo,), patience=_FETCH)
        return
    pinned = f"{name}@{served.digest}"
    why = "by digest: the very bytes that the registry served when they were looked up"
    yield Step(f"Pull {tagged}", (program, "pull", pinned), why, patience=_FETCH)
    why = "containers that run keep their image until they are started again"
    yield Step(f"Tag it {tagged}", (program, "tag", pinned, tagged), why, seen, (undo,))
