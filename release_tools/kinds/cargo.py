"""What Cargo manifests say of one another: path dependencies, and the lock files that follow.

A path dependency with a ``version`` pins its sibling, and cargo refuses to publish or build when
the pin does not match.  A second workspace that depends on the first by path repeats the first's
versions in a ``Cargo.lock`` of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Web:
    """Every path dependency of the tree: pins by target folder, and edges by source folder."""

    tree: Tree
    pins: dict[str, list[Place]]
    edges: dict[str, set[str]]


_web: _Web | None = None


def dependents(tree: Tree, folder: str, name: str, own_lock: str | None) -> Iterator[Place]:
    """Yield the pins on the crate in ``folder``, and its entries in other workspaces' locks."""
    web = _read(tree)
    yield from web.pins.get(folder, ())
    for lock in tree.glob(f"**/{workspaces.CARGO.replace('.toml', '.lock')}"):
        if lock == own_lock or f'"{name}"' not in (text := tree.read(lock)):
            continue
        if lockfile.locate(text, name) and folder in _reach(tree, web, dirname(lock)):
            yield Place(lock, lockfile, name, Spelling.CRATE, Role.LOCK)


def _reach(tree: Tree, web: _Web, root: str) -> set[str]:
    """Return the folders of all crates that a lock file's workspace depends on by path."""
    seen: set[str] = set()
    waiting = list(workspaces.cargo_members(tree, root))
    while waiting:
        folder = waiting.pop()
        if folder not in seen:
            seen.add(folder)
            waiting.extend(web.edges.get(folder, ()))
    return seen


def _read(tree: Tree) -> _Web:
    global _web  # noqa: PLW0603 - a cache of one, keyed by the identity of the tree
    if _web is None or _web.tree is not tree:
        _web = _Web(tree, {}, {})
        for manifest in tree.glob(f"**/{workspaces.CARGO}"):
            _read_manifest(_web, manifest)
    return _web


def _read_manifest(web: _Web, manifest: str) -> None:
    try:
        text = web.tree.read(manifest)
        if "path" not in text and "workspace" not in text:
            return
        data = toml.parse(text)
    except ReleaseToolsError:
        return  # not ours, or reported in the row of its own surface
    folder = dirname(manifest)
    edges = web.edges.setdefault(folder, set())
    for at, spec in _dependencies(data):
        if spec.get("workspace") is True:
            edges.update(_inherited(web.tree, folder, at[-1]))
        target = base.within(folder, spec["path"]) if isinstance(spec.get("path"), str) else None
        if target is None:
            continue
        if at[0] != "workspace":
            edges.add(target)
        if isinstance(spec.get("version"), str):
            place = manifest, toml, (*at, "version")
            web.pins.setdefault(target, []).append(
                Place(*place, Spelling.CRATE, Role.REQUIREMENT)
            )


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


def _inherited(tree: Tree, folder: str, name: str) -> Iterator[str]:
    """The folder that ``name.workspace = true`` leads to."""
    root = workspaces.cargo_root(tree, folder)
    if root is None:
        return
    spec = workspaces.workspace_table(tree, root, "dependencies").get(name)
    path = spec.get("path") if isinstance(spec, dict) else None
    target = base.within(root, path) if isinstance(path, str) else None
    if target is not None:
        yield target
