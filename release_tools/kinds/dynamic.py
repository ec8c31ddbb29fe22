"""Where a Python package with ``dynamic = ["version"]`` gets its version from.

Each build backend has its own table: Hatch, setuptools, Flit, PDM, maturin, scikit-build-core.
Versions that are computed from the git tag are derived: named, and never edited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.errors import MalformedError
from release_tools.formats import plain, python, toml
from release_tools.kinds import base
from release_tools.model import Place, Role
from release_tools.version import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.model import Tree

_FROM_TAG = frozenset(
    {
        "dunamai",
        "hatch-vcs",
        "poetry-dynamic-versioning",
        "setuptools-git-versioning",
        "setuptools-scm",
        "uv-dynamic-versioning",
        "vcs-versioning",
        "versioneer",
        "versioningit",
    }
)
_TABLES = ("setuptools_scm", "setuptools-git-versioning", "versioningit")  # being there is enough
_HATCH = {"vcs": "hatch-vcs"}  # others of its sources are called as their packages are
_STATED = ("code", "env", "regex")  # Hatch's sources that are no plugin's


def derived_by(folder: str, data: dict[str, Any], tree: Tree) -> str | None:
    """Name what derives the version from the git tag, or None where a file states it.

    ``data`` is the parsed pyproject.toml of the ``folder``.  What a backend's own table says
    comes first, then a file that states it; what is merely required decides last.
    """
    found = _by_table(data)
    try:
        if found is not None or _stated(folder, data, tree) is not None:
            return found
    except MalformedError:
        pass  # computed; unless a plugin is required that does it, places() says so
    requires = _at(data, "build-system", "requires")
    for requirement in requires if isinstance(requires, list) else ():
        name = str(requirement).replace("_", "-").replace(".", "-").lower()
        length = next((i for i, c in enumerate(name) if not (c.isalnum() or c == "-")), len(name))
        if name[:length] in _FROM_TAG:
            return name[:length]
    return None


def _by_table(data: dict[str, Any]) -> str | None:
    source = _at(data, "tool", "hatch", "version", "source")
    if isinstance(source, str) and source not in _STATED:
        return _HATCH.get(source, source)
    if _at(data, "tool", "pdm", "version", "source") == "scm":
        return "pdm's scm source"
    provider = _at(data, "tool", "scikit-build", "metadata", "version", "provider")
    if isinstance(provider, str) and provider.endswith("setuptools_scm"):
        return "setuptools-scm"
    if _at(data, "tool", "poetry-dynamic-versioning", "enable") is True:
        return "poetry-dynamic-versioning"
    tables = (name for name in _TABLES if isinstance(_at(data, "tool", name), dict))
    return next((name.replace("_", "-") for name in tables), None)


def places(folder: str, text: str, tree: Tree) -> tuple[Place, ...]:
    """Return the place that the dynamic version of the package in ``folder`` points at.

    Raises MalformedError where the backend computes it in a way that cannot be located.
    """
    place = _stated(folder, toml.parse(text), tree)
    if place is not None:
        return (place,)
    raise MalformedError(
        "the version is dynamic, and no file that states it was found",
        hint='add source = "derived" to this surface if it comes from the git tag',
        path=base.beside(folder, "pyproject.toml"),
        line=toml.find_line(text, ("project", "dynamic")),
    )


def _stated(folder: str, data: dict[str, Any], tree: Tree) -> Place | None:
    """Return the place in the file that the backend is told to take the version from."""
    if isinstance(_at(data, "tool", "poetry", "version"), str):
        manifest, at = base.beside(folder, "pyproject.toml"), ("tool", "poetry", "version")
        return Place(manifest, toml, at, Spelling.PEP440, Role.VERSION)
    backend = str(_at(data, "build-system", "build-backend") or "")
    if backend.startswith("maturin"):
        from release_tools.kinds import crate

        cargo = _at(data, "tool", "maturin", "manifest-path") or "Cargo.toml"
        path = base.within(folder, str(cargo))
        if path is not None and tree.exists(path):
            return crate.version_place(path.rpartition("/")[0], tree)
    for file, attribute in _candidates(folder, data, backend):
        if not tree.exists(file):
            continue
        if attribute is None:
            return Place(file, plain, None, Spelling.PEP440, Role.VERSION)
        with base.naming(file):
            if python.locate(tree.read(file), attribute):
                return Place(file, python, attribute, Spelling.PEP440, Role.VERSION)
    return None


def _candidates(
    folder: str, data: dict[str, Any], backend: str
) -> Iterator[tuple[str, str | None]]:
    """Yield (file, variable name or None for a file that holds the version alone)."""
    for table in (("tool", "hatch", "version"), ("tool", "pdm", "version")):
        path = _at(data, *table, "path")
        if isinstance(path, str):
            yield from _python_file(base.within(folder, path))
    setup = _at(data, "tool", "setuptools", "dynamic", "version")
    if isinstance(setup, dict):
        yield from _setuptools(folder, setup)
    if backend.startswith("flit_core"):
        module = _at(data, "tool", "flit", "module", "name") or _at(data, "project", "name")
        yield from _module(folder, f"{module}.__version__".replace("-", "_"))
    pattern = _at(data, "tool", "scikit-build", "metadata", "version", "input")
    if isinstance(pattern, str):
        yield from _python_file(base.within(folder, pattern))


def _setuptools(folder: str, version: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """``{attr = "package.module.NAME"}`` or ``{file = ["VERSION"]}``."""
    attribute = version.get("attr")
    if isinstance(attribute, str):
        yield from _module(folder, attribute)
    named = version.get("file")
    for path in [named] if isinstance(named, str) else named or ():
        resolved = base.within(folder, str(path))
        if resolved is not None:
            yield resolved, None


def _module(folder: str, attribute: str) -> Iterator[tuple[str, str | None]]:
    """Files in which ``package.module.NAME`` may be defined, ``src`` layouts included."""
    module, _, name = attribute.rpartition(".")
    stem = module.replace(".", "/")
    for root in (folder, base.beside(folder, "src")):
        for tail in (f"{stem}.py", f"{stem}/__init__.py"):
            yield base.beside(root, tail), name


def _python_file(path: str | None) -> Iterator[tuple[str, str | None]]:
    if path is None:
        return
    if path.endswith(".py"):
        yield path, "__version__"
        yield path, "VERSION"
    else:
        yield path, None


def _at(data: Any, *keys: str) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data
