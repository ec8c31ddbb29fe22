"""Python packages: ``pyproject.toml`` and ``uv.lock``; published on PyPI or a private index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import AbsentError, MalformedError
from release_tools.formats import lockfile, toml
from release_tools.kinds import base
from release_tools.model import Place, Role, Surface
from release_tools.version import Spelling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.kinds.base import Check, Entry
    from release_tools.model import Tree

MANIFEST = "pyproject.toml"
KEYS: Mapping[str, Check] = {"files": base.texts}

_VERSION = ("project", "version")
_POETRY = ("tool", "poetry", "version")


def expand(entry: Entry, tree: Tree) -> tuple[Surface, ...]:
    """One surface for each folder with a ``pyproject.toml``."""
    return tuple(
        _surface(entry, folder, tree) for folder in base.folders(entry, tree, MANIFEST)
    )


def places(surface: Surface, tree: Tree) -> tuple[Place, ...]:
    """The static version or the file that a dynamic one points at, and the entry in ``uv.lock``."""
    if surface.options.get("source") == "derived":
        return ()
    manifest = base.beside(surface.path, MANIFEST)
    text = tree.read(manifest)
    for at in (_VERSION, _POETRY):
        if toml.locate(text, at):
            own = Place(manifest, toml, at, Spelling.PEP440, Role.VERSION)
            return (own, *_locks(surface, tree))
    if not _is_dynamic(text):
        # Left for the flow to find empty: a manifest without a version is a gap, not a crash.
        return (Place(manifest, toml, _VERSION, Spelling.PEP440, Role.VERSION),)
    from release_tools.kinds import dynamic

    return (*dynamic.places(surface.path, text, tree), *_locks(surface, tree))


def _surface(entry: Entry, folder: str, tree: Tree) -> Surface:
    options = dict(entry.options)
    name = options.get("name")
    try:
        text = tree.read(base.beside(folder, MANIFEST))
        name = name or _name(text)
        if "source" not in options and not toml.locate(text, _VERSION) and _is_dynamic(text):
            from release_tools.kinds import dynamic

            reason = dynamic.derived_by(text)
            if reason:
                options |= {"source": "derived", "because": reason}
    except (AbsentError, MalformedError):
        pass  # places() meets the same error and the row of this surface reports it
    name = name or folder.rpartition("/")[2] or "project"
    return Surface(f"{entry.kind}:{name}", entry.kind, name, entry.stream, folder, options)


def _name(text: str) -> str | None:
    for at in (("project", "name"), ("tool", "poetry", "name")):
        spots = toml.locate(text, at)
        if spots:
            return spots[0].text
    return None


def _is_dynamic(text: str) -> bool:
    return "dynamic" in text or "[build-system]" in text


def _locks(surface: Surface, tree: Tree) -> tuple[Place, ...]:
    """The package's own entry in the nearest ``uv.lock`` (one lock serves a whole workspace)."""
    for folder in base.ancestors(surface.path):
        lock = base.beside(folder, "uv.lock")
        if tree.exists(lock):
            name = normalized(surface.name)
            if not lockfile.locate(tree.read(lock), name):
                return ()
            return (Place(lock, lockfile, name, Spelling.PEP440, Role.LOCK),)
    return ()


def normalized(name: str) -> str:
    """Return the normalized project name (PEP 503): lower case, runs of ``-_.`` become ``-``."""
    folded = name.lower().replace("_", "-").replace(".", "-")
    while "--" in folded:
        folded = folded.replace("--", "-")
    return folded
