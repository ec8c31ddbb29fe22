"""Wheels: ``NAME-VERSION.dist-info/METADATA``, and the file name (binary distribution format)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.artifacts import _manifests
from release_tools.artifacts.base import Built, contradiction, is_same, stem
from release_tools.errors import MalformedError

if TYPE_CHECKING:
    from release_tools.artifacts.base import Archive
    from release_tools.reading import Problem

KIND = "wheel"
CONTAINERS = ("zip",)
HASH = "sha256"

_ENDING = ".whl"
_FOLDER = ".dist-info"
_PARTS = (5, 6)  # name, version, [build,] python, abi, platform


def claims(name: str) -> bool:
    """Say whether the name ends as a wheel's."""
    return name.endswith(_ENDING)


def named(name: str) -> tuple[str, ...]:
    """Return the first part of the name."""
    return (name.partition("-")[0],)


def keeps(path: str, size: int, head: bytes) -> bool:  # noqa: ARG001 - the protocol's
    """Say whether the member is the metadata."""
    folder, _, file = path.partition("/")
    return folder.endswith(_FOLDER) and file == "METADATA"


def read(archive: Archive, name: str) -> tuple[Built, ...]:
    """Read the metadata, and hold the names of the file and of the folder against it."""
    found = archive.one("METADATA")
    if found is None:
        raise MalformedError("is no wheel: it has no .dist-info/METADATA")
    folder, data = found
    metadata = _manifests.headers(data, f"{folder}/METADATA")
    package = metadata["name"], metadata["version"]
    problems: list[Problem] = []
    parts = stem(name, _ENDING).split("-")
    if len(parts) not in _PARTS or not is_same(package, (parts[0], parts[1])):
        problems.append(contradiction("the file name", name, " ".join(package)))
    own, _, version = folder.removesuffix(_FOLDER).partition("-")
    if not is_same(package, (own, version)):
        problems.append(contradiction("the folder", folder, " ".join(package)))
    digest = archive.hashes[HASH]
    return (Built(KIND, package[:1], package[1], digest, archive.size, problems=tuple(problems)),)
