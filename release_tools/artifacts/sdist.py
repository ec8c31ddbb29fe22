"""Source distributions: ``NAME-VERSION/PKG-INFO`` in ``NAME-VERSION.tar.gz`` (PEP 625)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.artifacts import _manifests
from release_tools.artifacts.base import Built, contradiction, is_at_top, is_same, stem

if TYPE_CHECKING:
    from release_tools.artifacts.base import Archive

KIND = "sdist"
CONTAINERS = ("gzip",)
HASH = "sha256"

_ENDING = ".tar.gz"
_MANIFEST = "PKG-INFO"


def claims(name: str) -> bool:
    """Say whether the name ends as a source distribution's."""
    return name.endswith(_ENDING)


def named(name: str) -> tuple[str, ...]:
    """Return what stands before the last hyphen."""
    return (stem(name, _ENDING).rpartition("-")[0],)


def keeps(path: str, size: int, head: bytes) -> bool:  # noqa: ARG001 - the protocol's
    """Say whether the member is the metadata at the top."""
    return is_at_top(path, _MANIFEST)


def read(archive: Archive, name: str) -> tuple[Built, ...]:
    """Read the metadata, and hold the file name against it."""
    found = archive.one(_MANIFEST)
    if found is None:
        return ()
    metadata = _manifests.headers(found[1], _MANIFEST)
    package = metadata["name"], metadata["version"]
    own, _, version = stem(name, _ENDING).rpartition("-")
    same = is_same(package, (own, version))
    problems = () if same else (contradiction("the file name", name, " ".join(package)),)
    digest = archive.hashes[HASH]
    return (Built(KIND, package[:1], package[1], digest, archive.size, problems=problems),)
