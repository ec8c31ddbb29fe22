"""Python packages: ``pyproject.toml`` and ``uv.lock``; published on PyPI or a private index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.errors import ReleaseToolsError
from release_tools.formats import lockfile, toml
from release_tools.kinds import base
from release_tools.model import Place, Role
from release_tools.version import Spelling

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from release_tools.kinds.base import Check, Entry
    from release_tools.model import Surface, Tree
    from release_tools.reading import Addresses, Coordinates, Registry, Wanted
    from release_tools.version import Nightly, Version

MANIFEST = "pyproject.toml"
ARTIFACTS = ("wheel", "sdist")
SPELLING = Spelling.PEP440
KEYS: Mapping[str, Check] = {"files": base.texts}

_VERSION = ("project", "version")
_POETRY = ("tool", "poetry", "version")


def expand(entry: Entry, tree: Tree) -> tuple[Surface, ...]:
    """One surface for each folder with a ``pyproject.toml``."""
    return tuple(_surface(entry, folder, tree) for folder in base.folders(entry, tree, MANIFEST))


def places(surface: Surface, tree: Tree) -> tuple[Place, ...]:
    """Return the static version, or where a dynamic one stands, and the entry in ``uv.lock``."""
    manifest = base.beside(surface.path, MANIFEST)
    text = tree.read(manifest)
    with base.naming(manifest):
        for at in (_VERSION, _POETRY):
            if toml.locate(text, at):
                own = Place(manifest, toml, at, Spelling.PEP440, Role.VERSION)
                return (own, *_locks(surface, text, tree))
        data = toml.parse(text)  # a broken manifest is named as one, not as without a version
    if not _is_dynamic(data):
        # Left for the flow to find empty: a manifest without a version is a gap, not a crash.
        return (Place(manifest, toml, _VERSION, Spelling.PEP440, Role.VERSION),)
    from release_tools.kinds import dynamic

    locks = _locks(surface, text, tree, dynamic=True)
    return (*dynamic.places(surface.path, text, tree), *locks)


def is_called(surface: Surface, name: str) -> bool:
    """Compare as PEP 503 does; see ``stages.Builds``."""
    return normalized(name) == normalized(surface.name)


def published(surface: Surface, addresses: Addresses) -> tuple[Registry, Coordinates]:
    """Return the simple index; see ``stages.Publishes``."""
    from release_tools.reading import Coordinates
    from release_tools.registries import pypi

    return pypi, Coordinates(addresses.of("pypi"), normalized(surface.name))


def wanted(surface: Surface, version: Version | Nightly, spelled: Sequence[str]) -> Wanted:
    """Return what a release has to have put there: the kinds of file that are configured."""
    from release_tools.reading import Wanted

    text = version.spell(Spelling.PEP440)
    files = tuple(surface.options.get("files", ()))
    return Wanted(version, text, tuple(spelled), files)


def install(surface: Surface, text: str, digest: str | None) -> str:  # noqa: ARG001 - files have them
    """Return what installs this version with pip."""
    return f"pip install {surface.name}=={text}"


def _surface(entry: Entry, folder: str, tree: Tree) -> Surface:
    options = dict(entry.options)
    name = options.get("name")
    try:
        text = tree.read(base.beside(folder, MANIFEST))
        name = name or _name(text)
        reason = None
        if "source" not in options and "dynamic" in text:
            reason = _derived_by(folder, text, tree)
        if reason:
            options |= {"source": "derived", "because": reason}
    except ReleaseToolsError:
        pass  # places() meets the same error and the row of this surface reports it
    name = name or folder.rpartition("/")[2] or "project"
    return base.surface(entry, name, folder, options)


def _derived_by(folder: str, text: str, tree: Tree) -> str | None:
    """Name what derives the version from the git tag, or None where a file states it."""
    data = toml.parse(text)
    # Without [project] nothing is called dynamic: Poetry's plugin overrules the version there is.
    if _is_dynamic(data) or "project" not in data:
        from release_tools.kinds import dynamic

        return dynamic.derived_by(folder, data, tree)
    return None


def _name(text: str) -> str | None:
    for at in (("project", "name"), ("tool", "poetry", "name")):
        spots = toml.locate(text, at)
        if spots:
            return spots[0].text
    return None


def _is_dynamic(data: dict[str, Any]) -> bool:
    project = data.get("project")
    names = project.get("dynamic") if isinstance(project, dict) else None
    return isinstance(names, list) and "version" in names


def _locks(surface: Surface, text: str, tree: Tree, *, dynamic: bool = False) -> tuple[Place, ...]:
    """Return the package's own entry in the nearest ``uv.lock`` (one serves a workspace).

    The lock of the project or of its workspace has to have one, with a version unless that is
    dynamic; any other lock above has one where it names the package's folder.
    """
    for folder in base.ancestors(surface.path):
        lock = base.beside(folder, "uv.lock")
        if not tree.exists(lock):
            continue
        own = folder == surface.path or _is_member(surface.path, folder, tree)
        if not own and f'"{surface.path.removeprefix(folder + "/")}"' not in tree.read(lock):
            return ()
        at = lock, lockfile, normalized(_name(text) or surface.name)
        optional = dynamic or not own
        return (Place(*at, Spelling.PEP440, Role.LOCK, optional=optional),)
    return ()


def _is_member(folder: str, root: str, tree: Tree) -> bool:
    from release_tools.kinds import workspaces

    return workspaces.uv_root(tree, folder) == root


def normalized(name: str) -> str:
    """Return the normalized project name (PEP 503): lower case, runs of ``-_.`` become ``-``."""
    folded = name.lower().replace("_", "-").replace(".", "-")
    while "--" in folded:
        folded = folded.replace("--", "-")
    return folded
