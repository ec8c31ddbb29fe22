"""What a project's tree says of how it is operated: programs, Makefile, workflows, values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.errors import ReleaseToolsError
from release_tools.flows import lint as workflows
from release_tools.formats import handbook
from release_tools.formats import nodes as yaml
from release_tools.kinds import base
from release_tools.model import Role, Verdict
from release_tools.reports.runbook.book import Variable
from release_tools.rules.workflows import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.config import Project
    from release_tools.model import Runner, StreamTable, Surface, Tree
    from release_tools.version import Version

_MAKEFILES = ("Makefile", "makefile", "GNUmakefile")

_MOST = 20  # targets of one variable
_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")


def programs(tree: Tree, surface: Surface) -> tuple[str, ...]:
    """Return the commands that a Python package installs; () where it does not say."""
    import tomllib

    try:
        document = tomllib.loads(tree.read(base.beside(surface.path, "pyproject.toml")))
        found = document.get("project", {}).get("scripts", {})
    except (ReleaseToolsError, ValueError, RecursionError, AttributeError):
        return ()
    names = sorted(found, key=lambda name: (name != surface.name, name))
    return tuple(name for name in names if re.fullmatch(r"[A-Za-z0-9][\w.-]*", name))


def places(table: StreamTable) -> tuple[str, ...]:
    """Return the files that state the version of a stream, locks and references left out."""
    kept = (Role.VERSION, Role.TEXT)
    found = (
        mark.place.path
        for row in table.rows
        for cell in row.cells
        for mark in cell.marks
        if mark.place.role in kept and mark.verdict is not Verdict.MISSING
    )
    return tuple(dict.fromkeys(found))


def started(project: Project, stream: str) -> tuple[str, ...]:
    """Return the workflows, by their files' names, that a release tag of the stream starts."""
    try:
        rows = workflows.lint(project, stream=stream).rows
    except ReleaseToolsError:
        return ()
    meant = (row for row in rows if row.cells[0].start and not row.accidental)
    return tuple(row.workflow.file for row in meant if stream in row.streams)


def schedule(tree: Tree) -> tuple[str, ...]:
    """Return when the workflows that speak of nightlies are scheduled, as cron writes it."""
    found: dict[str, None] = {}
    for path in (*tree.glob(f"{workflows.FOLDER}/*.yml"), *tree.glob(f"{workflows.FOLDER}/*.yaml")):
        try:
            text = tree.read(path)
            root = yaml.load(text) if "nightly" in text.lower() else None
        except ReleaseToolsError:
            continue
        for item in nodes.items(nodes.get(nodes.get(root, "on"), "schedule")):
            cron = nodes.text(nodes.get(item, "cron"))
            if cron is not None and re.fullmatch(r"[\d*/, A-Za-z-]{9,60}", cron.text):
                found[cron.text] = None
    return tuple(found)


def variables(tree: Tree) -> tuple[Variable, ...]:
    """Return the Makefile's variables that choose a version, with the targets that use them."""
    from release_tools.discovery import makefiles
    from release_tools.discovery.files import Files

    path = next((name for name in _MAKEFILES if tree.exists(name)), None)
    if path is None:
        return ()
    makefile = makefiles.read(Files(tree), path)
    found = []
    for name in makefile.variables:
        kind = handbook.chosen(name)
        targets = tuple(_users(makefile, name))[:_MOST] if kind else ()
        if kind and targets:
            found.append(Variable(name, kind, targets))
    return tuple(found)


def targets(tree: Tree) -> frozenset[str] | None:
    """Return every target of the Makefile; None where there is none."""
    from release_tools.discovery import makefiles
    from release_tools.discovery.files import Files

    path = next((name for name in _MAKEFILES if tree.exists(name)), None)
    return None if path is None else frozenset(makefiles.read(Files(tree), path).targets)


def _users(makefile: object, name: str) -> Iterator[str]:
    """Yield the targets whose recipes use a variable, itself or in another one."""
    from release_tools.discovery.makefiles import Makefile

    assert isinstance(makefile, Makefile)  # noqa: S101 - what discovery has read
    names = {name}
    while True:
        uses = re.compile(rf"\$[({{](?:{'|'.join(map(re.escape, sorted(names)))})[)}}]")
        wider = {n for n, texts in makefile.variables.items() if any(map(uses.search, texts))}
        if wider <= names:
            break
        names |= wider
    for target, (_, lines) in makefile.targets.items():
        if re.fullmatch(r"[A-Za-z0-9][\w./-]*", target) and any(map(uses.search, lines)):
            yield target


def workloads(
    project: Project, surface: Surface, version: Version, release: str, runner: Runner
) -> tuple[str, ...]:
    """Return the workloads that the chart makes, as kubectl calls them; () without helm."""
    from release_tools.clusters import names
    from release_tools.flows.columns import chart_render
    from release_tools.formats import values

    try:
        rendered = chart_render.render(
            chart_render.load(project, surface, version, ()), runner, release
        )
        documents = values.read(rendered or "")
    except ReleaseToolsError:
        return ()
    found = []
    for one in documents:
        kind = one.get("kind") if isinstance(one, dict) else None
        name = (one.get("metadata") or {}).get("name") if kind in _WORKLOADS else None
        if isinstance(name, str) and names.is_subdomain(name):
            found.append(f"{str(kind).lower()}/{name}")
    return tuple(dict.fromkeys(found))
