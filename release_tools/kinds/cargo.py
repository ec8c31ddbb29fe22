"""What Cargo manifests say of one another: path dependencies, and the lock files that follow.

A path dependency with a ``version`` pins its sibling, and cargo refuses to publish or build when
the pin does not match.  A second workspace that depends on the first by path repeats the first's
versions in a ``Cargo.lock`` of its own.
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING, Any

from release_tools.errors import ReleaseToolsError
from release_tools.formats import lockfile, toml
from release_tools.kinds import base, workspaces
from release_tools.model import Place, Role
from release_tools.version import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.model import Tree

_TABLES = ("dependencies", "dev-dependencies", "build-dependencies")


class _Web:
    """What the manifests of one tree say of one another, read as far as somebody asks.

    ``paths`` are the folders that each manifest's ``path = "…"`` lead to, by a look at the text,
    and ``manifests`` the same the other way round: a manifest is parsed only when one of its
    folders is asked for.
    """

    __slots__ = ("locked", "locks", "manifests", "paths", "pins", "reached", "tree")

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.locks = tree.named("Cargo.lock")
        self.locked: dict[str, list[str]] | None = None
        self.reached: dict[str, set[str]] = {}
        self.paths: dict[str, frozenset[str]] = {}
        self.manifests: dict[str, list[str]] = {}
        self.pins: dict[str, list[tuple[str, Place]]] = {}
        for manifest in tree.named(workspaces.CARGO):
            targets = _targets(tree, manifest)
            if targets:
                self.paths[manifest] = targets
            for target in targets:
                self.manifests.setdefault(target, []).append(manifest)


def dependents(tree: Tree, folder: str, name: str, own_lock: str | None) -> Iterator[Place]:
    """Yield the pins on the crate in ``folder``, and its entries in other workspaces' locks."""
    web = base.once(tree, _Web)
    for manifest in web.manifests.get(folder, ()):
        yield from (place for target, place in _pins(web, manifest) if target == folder)
    if web.locks in ((), (own_lock,)):
        return  # the usual case, and then no lock need be read
    for lock in _locked(web).get(name, ()):
        if lock == own_lock or folder not in _reach(tree, web, dirname(lock)):
            continue
        # One that is a third party's has the same name and nothing of ours.
        yield Place(lock, lockfile, name, Spelling.CRATE, Role.LOCK, optional=True)


def _locked(web: _Web) -> dict[str, list[str]]:
    """Return the lock files by the name of each package in them, all read in one pass."""
    if web.locked is None:
        web.locked = {}
        for lock in web.locks:
            for line in web.tree.read(lock).split("\n"):
                if line.startswith('name = "'):
                    found = web.locked.setdefault(line[8:].rstrip().rstrip('"'), [])
                    if lock not in found[-1:]:
                        found.append(lock)
    return web.locked


def _reach(tree: Tree, web: _Web, root: str) -> set[str]:
    """Return the folders of all crates that a lock file's workspace depends on by path."""
    seen = web.reached.get(root)
    if seen is not None:
        return seen
    seen = web.reached[root] = set()
    waiting = list(workspaces.cargo_members(tree, root))
    while waiting:
        folder = waiting.pop()
        if folder not in seen:
            seen.add(folder)
            waiting.extend(web.paths.get(_manifest(folder), ()))
            waiting.extend(_inherited(web, folder))
    return seen


def _targets(tree: Tree, manifest: str) -> frozenset[str]:
    """Return the folders that the manifest's paths lead to; ones that hold no crate do no harm."""
    try:
        text = tree.read(manifest)
    except ReleaseToolsError:
        return frozenset()  # not ours, or reported in the row of its own surface
    folder = dirname(manifest)
    found = (base.within(folder, path) for path in workspaces.path_values(text))
    return frozenset(target for target in found if target is not None)


def _pins(web: _Web, manifest: str) -> list[tuple[str, Place]]:
    """Return (target folder, place) of every path dependency with a version in the manifest."""
    pins = web.pins.get(manifest)
    if pins is None:
        pins = web.pins[manifest] = []
        try:
            data = toml.parse(web.tree.read(manifest))
        except ReleaseToolsError:
            data = {}  # not ours, or reported in the row of its own surface
        for at, spec in _dependencies(data):
            path = spec.get("path")
            target = base.within(dirname(manifest), path) if isinstance(path, str) else None
            if target is not None and isinstance(spec.get("version"), str):
                place = manifest, toml, (*at, "version")
                pins.append((target, Place(*place, Spelling.CRATE, Role.REQUIREMENT)))
    return pins


def _dependencies(data: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield the address and the table of every dependency that is written as a table."""
    tables: list[tuple[tuple[str, ...], Any]] = [((key,), data.get(key)) for key in _TABLES]
    workspace = data.get("workspace")
    if isinstance(workspace, dict):
        tables.append((("workspace", "dependencies"), workspace.get("dependencies")))
    targets = data.get("target")
    for name, target in targets.items() if isinstance(targets, dict) else ():
        if isinstance(target, dict):
            tables.extend((("target", name, key), target.get(key)) for key in _TABLES)
    for at, table in tables:
        for name, spec in table.items() if isinstance(table, dict) else ():
            if isinstance(spec, dict):
                yield (*at, name), spec


def _inherited(web: _Web, folder: str) -> frozenset[str]:
    """Return the folders that ``NAME.workspace = true`` may lead to: all that the root names."""
    root = workspaces.cargo_root(web.tree, folder)
    return frozenset() if root is None else web.paths.get(_manifest(root), frozenset())


def _manifest(folder: str) -> str:
    return base.beside(folder, workspaces.CARGO)
