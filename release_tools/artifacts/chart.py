"""Helm charts: ``NAME/Chart.yaml`` in a gzipped tar, which ``helm package`` names ``.tgz``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.artifacts import _manifests
from release_tools.artifacts.base import Built, before_version, contradiction, is_at_top, stem

if TYPE_CHECKING:
    from release_tools.artifacts.base import Archive

KIND = "chart"
CONTAINERS = ("gzip",)
HASH = "sha256"

_ENDING = ".tgz"
_MANIFEST = "Chart.yaml"


def claims(name: str) -> bool:
    """Say whether the name ends as a packaged chart's; npm's packages end alike."""
    return name.endswith(_ENDING)


def named(name: str) -> tuple[str, ...]:
    """Return what stands before the version."""
    return before_version(stem(name, _ENDING))


def keeps(path: str, size: int, head: bytes) -> bool:  # noqa: ARG001 - the protocol's
    """Say whether the member is the manifest at the top."""
    return is_at_top(path, _MANIFEST)


def read(archive: Archive, name: str) -> tuple[Built, ...]:  # noqa: ARG001 - the protocol's
    """Read the manifest; Helm takes the name and the version from there, not from the file."""
    found = archive.one(_MANIFEST)
    if found is None or "package/package.json" in archive.members:
        return ()
    folder, data = found
    manifest = _manifests.yaml(data, _MANIFEST, ("name", "version", "appVersion"))
    own = _manifests.string(manifest, "name", _MANIFEST)
    version = _manifests.string(manifest, "version", _MANIFEST)
    app = _manifests.string(manifest, "appVersion", _MANIFEST, optional=True)
    problems = () if folder == own else (contradiction("the folder", folder, own),)
    digest = archive.hashes[HASH]
    return (Built(KIND, (own,), version, digest, archive.size, app or None, problems=problems),)
