"""What was found, as the items and lines of a handbook: called as their clients call them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.errors import ReleaseToolsError
from release_tools.flows.handbook import tree as runbook_tree
from release_tools.kinds import stages
from release_tools.reports.runbook.book import Item, Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.config import Project
    from release_tools.flows.columns.asking import Asking
    from release_tools.model import StreamTable, Surface
    from release_tools.reading import Found


def item(project: Project, surface: Surface, found: Found) -> Item:
    """Return what was read of a surface."""
    return named(project, surface, found.version)._replace(
        digest=found.digest,
        platforms=tuple(one.name for one in found.platforms or ()),
    )


def named(project: Project, surface: Surface, version: str) -> Item:
    """Return a surface at a version, called as its clients call it."""
    kind = stages.installing(surface.kind)
    registry = str(surface.options.get("registry", "")).rstrip("/")
    name, repository = surface.name, None
    if surface.kind == "image" or registry.startswith("oci://"):
        name = f"{registry}/{surface.name}"
    elif surface.kind == "chart":
        repository = registry
    pypi = surface.kind == "pypi"
    plain = project.tables.get("registries", {}).get("plain-http", ())
    return Item(
        surface.id,
        surface.kind,
        name,
        version,
        repository=repository,
        programs=runbook_tree.programs(project.tree, surface) if pypi else (),
        plain=registry.partition("://")[2].partition("/")[0] in plain,
        install=kind.install(surface, version, None) if kind else "",
    )


def line(project: Project, table: StreamTable, source: StreamTable, items: Sequence[Item]) -> Line:
    """Return a stream; ``source`` is its table with the source column."""
    stream = table.stream
    return Line(
        stream.name,
        str(table.version or ""),
        table.tag or "",
        re.sub(r"\{version[^}]*\}", "<version>", stream.tag),
        runbook_tree.places(source),
        runbook_tree.started(project, stream.name),
        tuple(items),
    )


def values(project: Project, items: Sequence[Item]) -> str:
    """Return a values file that names the tags of the version, "" where no chart takes them."""
    from release_tools.flows.pinning import pin
    from release_tools.formats.pins import Pin

    pins = [Pin(i.name, i.version, i.digest) for i in items if i.kind == "image" and i.digest]
    charts = {one.id for one in items if one.kind == "chart"}
    try:
        found = [one for one in project.surfaces if one.id in charts]
        return pin.overlay_of(project, found, pins, digests=False)
    except ReleaseToolsError:
        return ""


def releases(project: Project, ask: Asking) -> str | None:
    """Return the page of all releases, None where the repository is not known."""
    if project.repository is None:
        return None
    try:
        api = ask.addresses.of("github").rstrip("/")
    except ReleaseToolsError:
        return None
    web = api.removesuffix("/api/v3").replace("://api.", "://", 1)
    return f"{web}/{project.repository}/releases"
