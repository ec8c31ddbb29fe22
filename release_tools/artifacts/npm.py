"""npm packages: ``package/package.json`` in a gzipped tar, which ``npm pack`` names ``.tgz``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.artifacts import _manifests
from release_tools.artifacts.base import Built, before_version, is_at_top, stem

if TYPE_CHECKING:
    from release_tools.artifacts.base import Archive

KIND = "npm"
CONTAINERS = ("gzip",)
HASH = "sha512"

_ENDING = ".tgz"
_MANIFEST = "package.json"


def claims(name: str) -> bool:
    """Say whether the name ends as an npm package's; charts end alike."""
    return name.endswith(_ENDING)


def named(name: str) -> tuple[str, ...]:
    """Return what stands before the version: ``scope-name`` for ``@scope/name``."""
    return before_version(stem(name, _ENDING))


def keeps(path: str, size: int, head: bytes) -> bool:  # noqa: ARG001 - the protocol's
    """Say whether the member is the manifest at the top."""
    return is_at_top(path, _MANIFEST)


def read(archive: Archive, name: str) -> tuple[Built, ...]:  # noqa: ARG001 - the protocol's
    """Read the manifest.  The digest is the SHA-512 that the registry states as integrity."""
    found = archive.one(_MANIFEST)
    if found is None or (
        found[0] != "package" and any(is_at_top(path, "Chart.yaml") for path in archive.members)
    ):
        return ()
    manifest = _manifests.json(found[1], _MANIFEST)
    own = _manifests.string(manifest, "name", _MANIFEST)
    version = _manifests.string(manifest, "version", _MANIFEST)
    return (Built(KIND, (own,), version, archive.hashes[HASH], archive.size),)
