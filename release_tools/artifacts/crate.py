"""Crates: the normalised ``NAME-VERSION/Cargo.toml`` in ``NAME-VERSION.crate``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.artifacts import _manifests
from release_tools.artifacts.base import Built, before_version, contradiction, is_at_top, stem
from release_tools.errors import MalformedError

if TYPE_CHECKING:
    from release_tools.artifacts.base import Archive

KIND = "crate"
CONTAINERS = ("gzip",)
HASH = "sha256"

_ENDING = ".crate"
_MANIFEST = "Cargo.toml"


def claims(name: str) -> bool:
    """Say whether the name ends as a crate's."""
    return name.endswith(_ENDING)


def named(name: str) -> tuple[str, ...]:
    """Return what stands before the version."""
    return before_version(stem(name, _ENDING))


def keeps(path: str, size: int, head: bytes) -> bool:  # noqa: ARG001 - the protocol's
    """Say whether the member is the manifest at the top."""
    return is_at_top(path, _MANIFEST)


def read(archive: Archive, name: str) -> tuple[Built, ...]:
    """Read the manifest, and hold the names of the file and of the folder against it."""
    found = archive.one(_MANIFEST)
    if found is None:
        raise MalformedError("is no crate: it has no NAME-VERSION/Cargo.toml")
    folder, data = found
    package = _manifests.toml(data, _MANIFEST).get("package")
    own = _manifests.string(package, "name", _MANIFEST)
    version = _manifests.string(package, "version", _MANIFEST)
    said = (("the file name", stem(name, _ENDING)), ("the folder", folder))
    problems = tuple(
        contradiction(what, text, f"{own} {version}")
        for what, text in said
        if text != f"{own}-{version}"
    )
    digest = archive.hashes[HASH]
    return (Built(KIND, (own,), version, digest, archive.size, problems=problems),)
