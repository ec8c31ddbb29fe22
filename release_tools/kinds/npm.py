"""npm packages: ``package.json``, workspaces, ``package-lock.json``; published on npm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.errors import ReleaseToolsError
from release_tools.formats import json
from release_tools.kinds import base, trees, workspaces
from release_tools.model import Place, Role
from release_tools.version import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from release_tools.kinds.base import Check, Entry
    from release_tools.model import Surface, Tree
    from release_tools.reading import Addresses, Coordinates, Registry, Wanted
    from release_tools.version import Nightly, Version

MANIFEST = "package.json"
LOCKS = ("package-lock.json", "npm-shrinkwrap.json")
ARTIFACTS = ("npm",)
SPELLING = Spelling.NPM
KEYS: Mapping[str, Check] = {}

_VERSION = ("version",)
_TABLES = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")


def expand(entry: Entry, tree: Tree) -> tuple[Surface, ...]:
    """One surface for each package that may be published; a workspace root means its members.

    A private package that a path names is a place of the entry's first surface.
    """
    found: dict[str, str] = {}
    private: dict[str, str] = {}
    for named in base.folders(entry, tree, MANIFEST):
        members = workspaces.npm_members(tree, named) or (named,)
        for folder in members:
            if base.excluded(folder, entry.exclude):
                continue
            data = _data(tree, folder)
            if data.get("private") is not True:
                found[folder] = _name(data, folder)
            elif folder == named and "version" in data:
                private[folder] = _name(data, folder)
    return base.surfaces(entry, found, private)


def places(surface: Surface, tree: Tree) -> tuple[Place, ...]:
    """Return the package's version, its lock entries, and the ranges of its siblings on it."""
    folders = (surface.path, *surface.options.get("also", ()))
    return tuple(place for folder in folders for place in _package_places(folder, tree))


def is_called(surface: Surface, name: str) -> bool:
    """Take ``scope-name``, as ``npm pack`` calls the file, for ``@scope/name`` too."""
    return name in (surface.name, surface.name.removeprefix("@").replace("/", "-"))


def published(surface: Surface, addresses: Addresses) -> tuple[Registry, Coordinates] | None:
    """Return the registry; None for a package that says ``"private": true``."""
    from release_tools.reading import Coordinates
    from release_tools.registries import npm

    if surface.options.get("private"):
        return None
    return npm, Coordinates(addresses.of("npm"), surface.name)


def wanted(surface: Surface, version: Version | Nightly, spelled: Sequence[str]) -> Wanted:  # noqa: ARG001 - the protocol's
    """Return the version as ``npm publish`` spells it: it drops build metadata."""
    from release_tools.reading import Wanted

    text = version.spell(Spelling.NPM).partition("+")[0]
    return Wanted(version, text, tuple(spelled))


def install(surface: Surface, text: str, digest: str | None) -> str:  # noqa: ARG001 - a lock's
    """Return what installs this version with npm."""
    return f"npm install {surface.name}@{text}"


def _package_places(folder: str, tree: Tree) -> Iterator[Place]:
    yield Place(base.beside(folder, MANIFEST), json, _VERSION, Spelling.NPM, Role.VERSION)
    root = workspaces.npm_root(tree, folder)
    root = folder if root is None else root
    for name in LOCKS:
        lock = base.beside(root, name)
        if tree.exists(lock):
            with base.naming(lock):
                found = _lock_addresses(tree.read(lock), _relative(folder, root))
            yield from (Place(lock, json, at, Spelling.NPM, Role.LOCK) for at in found)
    own = _name(_data(tree, folder), folder)
    for member, table in trees.once(tree, _dependents, root).get(own, ()):
        yield from _ranges(member, root, own, table, tree)


def _lock_addresses(text: str, member: str) -> tuple[tuple[str, ...], ...]:
    """Return where the lock file repeats the version of the workspace's ``member``.

    Version 1 names the root package at the top and no members, 3 all of them under "packages",
    and 2 does both.  A file that says nothing where it should gives the address all the same.
    """
    at = ("packages", member, "version")
    if member:
        return (at,) if '"packages"' in text else ()
    return tuple(each for each in (_VERSION, at) if json.locate(text, each)) or (_VERSION,)


def _dependents(tree: Tree, root: str) -> dict[str, list[tuple[str, str]]]:
    """Return (member, table) of every range in the workspace, by the package that it is on."""
    found: dict[str, list[tuple[str, str]]] = {}
    for member in workspaces.npm_members(tree, root):
        data = _data(tree, member)
        for table in _TABLES:
            for name in trees.table(data, table):
                found.setdefault(name, []).append((member, table))
    return found


def _ranges(member: str, root: str, name: str, table: str, tree: Tree) -> Iterator[Place]:
    """Yield the member's range on the package, in its manifest and repeated in the lock file."""
    text = _data(tree, member)[table][name]
    if isinstance(text, str) and _is_range(text):
        manifest = base.beside(member, MANIFEST)
        yield Place(manifest, json, (table, name), Spelling.NPM, Role.REQUIREMENT)
        for lock in (base.beside(root, each) for each in LOCKS):
            at = ("packages", _relative(member, root), table, name)
            if tree.exists(lock) and json.locate(tree.read(lock), at):
                yield Place(lock, json, at, Spelling.NPM, Role.REQUIREMENT)


def _is_range(text: str) -> bool:
    """Say whether it is a range: no URL, no path, no alias and no dist-tag such as ``next``."""
    if text.startswith("workspace:"):
        return True
    return ":" not in text and "/" not in text and not text.lstrip("vxX")[:1].isalpha()


def _data(tree: Tree, folder: str) -> dict[str, Any]:
    """Return the parsed manifest, empty where it is missing or broken; parsed once per tree."""
    return trees.once(tree, _read, folder)


def _read(tree: Tree, folder: str) -> dict[str, Any]:
    try:
        return trees.parsed(tree, base.beside(folder, MANIFEST))
    except ReleaseToolsError:
        return {}  # places() meets the same error and the row of this surface reports it


def _name(data: dict[str, Any], folder: str) -> str:
    name = data.get("name")
    return name if isinstance(name, str) and name else folder.rpartition("/")[2] or "package"


def _relative(folder: str, root: str) -> str:
    return folder[len(root) + 1 :] if root and folder != root else "" if folder == root else folder
