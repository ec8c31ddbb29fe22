"""What Cargo manifests say of one another: path dependencies, and the lock files that follow.

A path dependency with a ``version`` pins its sibling, and cargo refuses to publish or build when
the pin does not match.  A second workspace that depends on the first by path repeats the first's
versions in a ``Cargo.lock`` of its own.
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING

from release_tools.errors import ReleaseToolsError
from release_tools.formats import lockfile, toml
from release_tools.kinds import base, cargo_paths, trees, workspaces
from release_tools.model import Place, Role
from release_tools.version import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.model import Tree


class _Web:
    """What the manifests of one tree say of one another, read as far as somebody asks.

    ``paths`` are the folders that each manifest's path dependencies lead to, by a look at the
    text, and ``manifests`` the same the other way round: a manifest is parsed only when one of
    its folders is asked for.
    """

    __slots__ = ("locks", "manifests", "paths")

    def __init__(self, tree: Tree) -> None:
        self.locks = tree.named("Cargo.lock")
        self.paths: dict[str, frozenset[str]] = {}
        self.manifests: dict[str, list[str]] = {}
        for manifest in trees.manifests(tree, workspaces.CARGO, "crate", _members(tree)):
            found = cargo_paths.targets(tree, manifest)
            if found:
                self.paths[manifest] = found
            for target in found:
                self.manifests.setdefault(target, []).append(manifest)


def _members(tree: Tree) -> Iterator[str]:
    """Yield the members of the declared crates' workspaces."""
    for folder in trees.once(tree, trees.declared_folders, "crate"):
        try:
            if workspaces.is_cargo_root(tree, folder):
                yield from workspaces.cargo_members(tree, folder)
        except ReleaseToolsError:
            continue  # no root of ours, or reported in the rows of its members


def dependents(tree: Tree, folder: str, name: str, own_lock: str | None) -> Iterator[Place]:
    """Yield the pins on the crate in ``folder``, and its entries in other workspaces' locks.

    Raises the error of a lock file that cannot be read where it may have such an entry.
    """
    web = trees.once(tree, _Web)
    for manifest in web.manifests.get(folder, ()):
        yield from (
            place for target, place in trees.once(tree, _pins, manifest) if target == folder
        )
    if web.locks in ((), (own_lock,)):
        return  # the usual case, and then no lock need be read
    locked, broken = trees.once(tree, _locked)
    for lock, error in broken.items():
        if lock != own_lock and folder in trees.once(tree, _reach, dirname(lock)):
            raise error.with_traceback(None)
    for lock in locked.get(name, ()):
        if lock == own_lock or folder not in trees.once(tree, _reach, dirname(lock)):
            continue
        # One that is a third party's has the same name and nothing of ours.
        yield Place(lock, lockfile, name, Spelling.CRATE, Role.LOCK, optional=True)


def _locked(tree: Tree) -> tuple[dict[str, list[str]], dict[str, ReleaseToolsError]]:
    """Return the lock files by the name of each package in them, and those without an answer."""
    locked: dict[str, list[str]] = {}
    broken: dict[str, ReleaseToolsError] = {}
    for lock in trees.once(tree, _Web).locks:
        try:
            text = tree.read(lock)
        except ReleaseToolsError as error:
            error.hint = "write it anew with cargo generate-lockfile, or remove it"
            broken[lock] = error
            continue
        for line in text.split("\n"):
            if line.startswith('name = "'):
                found = locked.setdefault(line[8:].rstrip().rstrip('"'), [])
                if lock not in found[-1:]:
                    found.append(lock)
    return locked, broken


def _reach(tree: Tree, root: str) -> set[str]:
    """Return the folders of all crates that a lock file's workspace depends on by path."""
    web = trees.once(tree, _Web)
    seen: set[str] = set()
    try:
        waiting = list(workspaces.cargo_members(tree, root))
    except ReleaseToolsError:
        waiting = [root]  # nothing that cargo could lock either; what else it says still counts
    while waiting:
        folder = waiting.pop()
        if folder not in seen:
            seen.add(folder)
            waiting.extend(web.paths.get(_manifest(folder), ()))
            waiting.extend(_inherited(tree, web, folder))
    return seen


def _pins(tree: Tree, manifest: str) -> list[tuple[str, Place]]:
    """Return (target folder, place) of every path dependency with a version in the manifest."""
    try:
        data = toml.parse(tree.read(manifest))
    except ReleaseToolsError:
        return []  # not ours, or reported in the row of its own surface
    pins = []
    for at, spec in cargo_paths.dependencies(data):
        path = spec.get("path")
        target = base.within(dirname(manifest), path) if isinstance(path, str) else None
        if target is not None and isinstance(spec.get("version"), str):
            place = manifest, toml, (*at, "version")
            pins.append((target, Place(*place, Spelling.CRATE, Role.REQUIREMENT)))
    return pins


def _inherited(tree: Tree, web: _Web, folder: str) -> frozenset[str]:
    """Return the folders that ``NAME.workspace = true`` may lead to: all that the root names."""
    try:
        root = workspaces.cargo_root(tree, folder)
    except ReleaseToolsError:
        return frozenset()  # no crate of ours, or reported in its own row
    return frozenset() if root is None else web.paths.get(_manifest(root), frozenset())


def _manifest(folder: str) -> str:
    return base.beside(folder, workspaces.CARGO)
