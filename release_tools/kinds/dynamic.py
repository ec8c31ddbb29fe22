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

_FROM_TAG = (
    "setuptools-scm",
    "setuptools_scm",
    "hatch-vcs",
    "versioningit",
    "uv-dynamic-versioning",
    "poetry-dynamic-versioning",
    "setuptools-git-versioning",
    "versioneer",
    "dunamai",
    "vcs-versioning",
)


def derived_by(text: str) -> str | None:
    """Name what derives the version from the git tag, or None where a file states it."""
    data = toml.parse(text)
    requires = _at(data, "build-system", "requires")
    for requirement in requires if isinstance(requires, list) else ():
        for name in _FROM_TAG:
            if isinstance(requirement, str) and requirement.replace("_", "-").startswith(
                name.replace("_", "-")
            ):
                return name.replace("_", "-")
    if _at(data, "tool", "pdm", "version", "source") == "scm":
        return "pdm's scm source"
    provider = _at(data, "tool", "scikit-build", "metadata", "version", "provider")
    if isinstance(provider, str) and provider.endswith("setuptools_scm"):
        return "setuptools-scm"
    return None


def places(folder: str, text: str, tree: Tree) -> tuple[Place, ...]:
    """Return the place that the dynamic version of the package in ``folder`` points at.

    Raises MalformedError where the backend computes it in a way that cannot be located.
    """
    data = toml.parse(text)
    backend = str(_at(data, "build-system", "build-backend") or "")
    if backend.startswith("maturin"):
        from release_tools.kinds import crate

        manifest = _at(data, "tool", "maturin", "manifest-path") or "Cargo.toml"
        at = base.within(folder, str(manifest))
        if at is not None and tree.exists(at):
            return crate.version_places(at.rpartition("/")[0], tree)
    for path, attribute in _candidates(folder, data, backend):
        if not tree.exists(path):
            continue
        if attribute is None:
            return (Place(path, plain, None, Spelling.PEP440, Role.VERSION),)
        if python.locate(tree.read(path), attribute):
            return (Place(path, python, attribute, Spelling.PEP440, Role.VERSION),)
    raise MalformedError(
        "the version is dynamic, and no file that states it was found",
        hint='add source = "derived" to this surface if it comes from the git tag',
        path=base.beside(folder, "pyproject.toml"),
        line=toml.find_line(text, ("project", "dynamic")),
    )


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
