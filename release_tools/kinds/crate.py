"""Rust crates: ``Cargo.toml``, workspaces, ``Cargo.lock``; published on crates.io."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import MalformedError, ReleaseToolsError
from release_tools.formats import lockfile, toml
from release_tools.kinds import base
from release_tools.model import Place, Role
from release_tools.version import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from release_tools.kinds.base import Check, Entry
    from release_tools.model import Surface, Tree
    from release_tools.reading import Addresses, Coordinates, Registry, Wanted
    from release_tools.version import Nightly, Version

MANIFEST = "Cargo.toml"
LOCK = "Cargo.lock"
ARTIFACTS = ("crate",)
SPELLING = Spelling.CRATE
KEYS: Mapping[str, Check] = {}

_NAME = ("package", "name")
_VERSION = ("package", "version")
_WORKSPACE_VERSION = ("workspace", "package", "version")


def expand(entry: Entry, tree: Tree) -> tuple[Surface, ...]:
    """One surface for each crate that may be published; a workspace root means its members.

    Crates that are not surfaces but carry the version all the same are places of the entry's
    first surface: private ones that a path names, or that a glob matches while they state the
    published version, and all members that inherit the version, since the lock file repeats it.
    """
    found: dict[str, str] = {}
    private: dict[str, str] = {}
    for folder in base.folders(entry, tree, MANIFEST):
        if "[workspace" in (_text(tree, folder) or ""):
            from release_tools.kinds import workspaces

            for member in workspaces.cargo_members(tree, folder):
                if not base.excluded(member, entry.exclude):
                    _sort(tree, member, found, private, only_inheriting=member != folder)
        else:
            _sort(tree, folder, found, private)
    if private:
        named = {base.folder_of(path, MANIFEST) for path in entry.paths}
        stated = {_stated(tree, folder) for folder in found}
        private = {
            folder: name
            for folder, name in private.items()
            if not found or folder in named or _stated(tree, folder) in stated
        }
    return base.surfaces(entry, found, {**private, **_heirs(tree, found, private)})


def _stated(tree: Tree, folder: str) -> str | None:
    """Return the version text that the crate states or inherits."""
    try:
        place = version_place(folder, tree)
        return toml.first(tree.read(place.path), place.at)
    except ReleaseToolsError:
        return None  # places() meets the same error and the row of this surface reports it


def _heirs(tree: Tree, found: Iterable[str], private: Iterable[str]) -> dict[str, str]:
    """Return the members that inherit a version which one of these crates inherits."""
    from release_tools.kinds import workspaces

    heirs: dict[str, str] = {}
    try:
        roots = {
            workspaces.cargo_root(tree, folder)
            for folder in (*found, *private)
            if inherits(_text(tree, folder) or "")
        }
        for root in sorted(root for root in roots if root is not None):
            for member in workspaces.cargo_members(tree, root):
                text = _text(tree, member) or ""
                if inherits(text):
                    heirs[member] = _name(text, member)
    except ReleaseToolsError:
        return {}  # places() meets the same error and the row of a surface reports it
    return heirs


def places(surface: Surface, tree: Tree) -> tuple[Place, ...]:
    """Return the crate's version, its lock entries, and the requirements of its siblings on it."""
    folders = (surface.path, *surface.options.get("also", ()))
    found = (place for folder in folders for place in _crate_places(folder, tree))
    return tuple(dict.fromkeys(found))  # members share the version and the pins of a workspace


def is_called(surface: Surface, name: str) -> bool:
    """Compare as crates.io does, to which ``-`` and ``_`` are one; see ``stages.Builds``."""
    return name.replace("_", "-") == surface.name.replace("_", "-")


def published(surface: Surface, addresses: Addresses) -> tuple[Registry, Coordinates] | None:
    """Return the sparse index; None for a crate that says ``publish = false``."""
    from release_tools.reading import Coordinates
    from release_tools.registries import crates

    if surface.options.get("private"):
        return None
    return crates, Coordinates(addresses.of("crates"), surface.name)


def wanted(surface: Surface, version: Version | Nightly, spelled: Sequence[str]) -> Wanted:  # noqa: ARG001 - the protocol's
    """Return the version as Cargo spells it, build metadata included."""
    from release_tools.reading import Wanted

    text = version.spell(Spelling.CRATE)
    return Wanted(version, text, tuple(spelled))


def install(surface: Surface, text: str, digest: str | None) -> str:  # noqa: ARG001 - Cargo.lock's
    """Return what depends on this very version with cargo."""
    return f"cargo add {surface.name}@={text}"


def version_place(folder: str, tree: Tree) -> Place:
    """Where the version of the crate in ``folder`` stands: its own table or the workspace's.

    Raises AbsentError where the manifest is not there.
    """
    manifest = _manifest(folder)
    text = tree.read(manifest)
    if inherits(text):
        from release_tools.kinds import workspaces

        root = workspaces.cargo_root(tree, folder)
        if root is not None:
            inherited = _manifest(root), toml, _WORKSPACE_VERSION
            return Place(*inherited, Spelling.CRATE, Role.VERSION)
    return Place(manifest, toml, _VERSION, Spelling.CRATE, Role.VERSION)


def inherits(text: str) -> bool:
    """Say whether the manifest takes its version from the workspace."""
    if "workspace" not in text or _states_version(text):
        return False
    package = toml.parse(text).get("package")
    version = package.get("version") if isinstance(package, dict) else None
    return isinstance(version, dict) and version.get("workspace") is True


def _states_version(text: str) -> bool:
    try:
        return bool(toml.locate(text, _VERSION))
    except MalformedError:
        return False  # a table: { workspace = true }


def _crate_places(folder: str, tree: Tree) -> Iterator[Place]:
    manifest = _manifest(folder)
    with base.naming(manifest):
        name = _name(tree.read(manifest), folder)
        found = version_place(folder, tree)
    yield found
    from release_tools.kinds import cargo, workspaces

    root = workspaces.cargo_root(tree, folder)
    lock = base.beside(folder if root is None else root, LOCK)
    if tree.exists(lock):
        yield Place(lock, lockfile, name, Spelling.CRATE, Role.LOCK)
    yield from cargo.dependents(tree, folder, name, lock)


def _sort(
    tree: Tree,
    folder: str,
    found: dict[str, str],
    private: dict[str, str],
    *,
    only_inheriting: bool = False,
) -> None:
    """Put a crate with the published ones or with the private ones."""
    text = _text(tree, folder)
    try:
        if text is None or not _is_private(tree, folder, text):
            found[folder] = _name(text, folder)
        elif not only_inheriting or inherits(text):
            private[folder] = _name(text, folder)
    except ReleaseToolsError:
        found[folder] = _name(None, folder)  # places() meets the same error and reports it


def _is_private(tree: Tree, folder: str, text: str) -> bool:
    """``publish = false`` or ``publish = []``, its own or the workspace's."""
    if "publish" not in text:
        return False
    package = toml.parse(text).get("package")
    publish = package.get("publish") if isinstance(package, dict) else None
    if isinstance(publish, dict):
        from release_tools.kinds import workspaces

        root = workspaces.cargo_root(tree, folder)
        inherited = workspaces.workspace_table(tree, root or "", "package")
        publish = inherited.get("publish")
    return publish in (False, [])


def _text(tree: Tree, folder: str) -> str | None:
    try:
        return tree.read(_manifest(folder))
    except ReleaseToolsError:
        return None  # places() meets the same error and the row of this surface reports it


def _name(text: str | None, folder: str) -> str:
    spots = toml.locate(text, _NAME) if text else ()
    return spots[0].text if spots else folder.rpartition("/")[2] or "workspace"


def _manifest(folder: str) -> str:
    return base.beside(folder, MANIFEST)
