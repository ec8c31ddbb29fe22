"""Image layouts, as a folder or in a tar (OCI image-layout 1.0): what ``skopeo`` and buildx write.

Every descriptor of ``index.json`` is an image, whether it leads to one manifest or to an index of
several platforms; manifests that only stand side by side there, without names, are the platforms
of one.  Every blob that is read is held against its digest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.artifacts import _images, _manifests
from release_tools.artifacts._images import CONTAINERS, HASH, KIND, Said, claims, named
from release_tools.artifacts.base import DIFFERS, KEPT, Built
from release_tools.errors import MalformedError
from release_tools.reading import Platform, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.artifacts.base import Archive, Members

__all__ = ["CONTAINERS", "HASH", "KIND", "claims", "keeps", "named", "read", "read_members"]

_MARKER, _INDEX = "oci-layout", "index.json"
_NAMES = ("io.containerd.image.name", "org.opencontainers.image.ref.name")
_MOST = 1000  # images and platforms of one layout
_UNTOLD = "unknown/unknown"  # what buildkit calls the platform of an attestation
_CONFIGS = {
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
}


class _Seen(NamedTuple):
    """What one descriptor leads to."""

    platforms: tuple[Platform, ...]
    said: tuple[Said, ...]
    problems: tuple[Problem, ...] = ()


_NOTHING = _Seen((), ())


def keeps(path: str, size: int, head: bytes) -> bool:
    """Say whether the member is JSON of the layout; a blob that is none is a layer."""
    if path in {_MARKER, _INDEX}:
        return True
    return path.startswith("blobs/") and size <= KEPT and head.lstrip()[:1] == b"{"


def read(archive: Archive, name: str) -> tuple[Built, ...]:  # noqa: ARG001 - the protocol's
    """Read the images of a layout in an archive."""
    if _MARKER not in archive.members and _INDEX not in archive.members:
        return ()
    if archive.linked:
        raise MalformedError("has links in it")
    return read_members(archive.members, archive.size)


def read_members(members: Members, size: int | None = None) -> tuple[Built, ...]:
    """Read the images of a layout.

    Raises MalformedError where it is none, where a blob differs from its digest or is missing,
    and where it holds no image.
    """
    marker, index = members.get(_MARKER), members.get(_INDEX)
    if marker is None or index is None:
        raise MalformedError(f"is no image layout: it has no {_MARKER} or no {_INDEX}")
    version = _manifests.string(_manifests.json(marker, _MARKER), "imageLayoutVersion", _MARKER)
    if version.partition(".")[0] != "1":
        raise MalformedError(f"is an image layout of version {version}, expected 1.0.0")
    top = _manifests.json(index, _INDEX)
    entries = _entries(top, _INDEX)
    layout = _Layout(members)
    if len(entries) > 1 and not any(map(_names, entries)):
        import hashlib

        seen = layout.index(top, _INDEX)
        digest = f"sha256:{hashlib.sha256(index).hexdigest()}"
        images = [_image((), seen, digest, size)] if seen != _NOTHING else []
    else:
        found = [(entry, layout.look(entry, _INDEX)) for entry in entries]
        images = [
            _image(_names(entry), seen, entry["digest"], size)
            for entry, seen in found
            if seen != _NOTHING
        ]
    if not images:
        raise MalformedError("is an image layout without an image")
    return tuple(images)


def _image(names: tuple[str, ...], seen: _Seen, digest: str, size: int | None) -> Built:
    version, problems = _images.agreed(seen.said)
    return Built(
        KIND,
        names,
        version,
        digest,
        size,
        platforms=seen.platforms,
        problems=(*seen.problems, *problems),
    )


class _Layout:
    """Follows descriptors to their blobs, a bounded number of them."""

    def __init__(self, members: Members) -> None:
        self._members = members
        self._count = 0

    def look(self, entry: Mapping[str, Any], where: str, depth: int = 0) -> _Seen:
        """Return what a descriptor leads to; nothing for what is no image, as an attestation."""
        self._count += 1
        if self._count > _MOST or depth > 2:  # noqa: PLR2004 - an index in an index
            raise MalformedError(f"has more than {_MOST} images and platforms, or endless indexes")
        digest = entry.get("digest")
        stated = _platform(entry, where)
        if stated == _UNTOLD:
            return _NOTHING
        data = _images.blob(self._members, digest)
        if data is None:
            missing = f"{where} lists {stated or digest}, and its manifest is not there"
            return _Seen((), (), (Problem(DIFFERS, missing),))
        manifest = _manifests.json(data, str(digest))
        annotated = (
            Said(place, text)
            for place, table in ((where, entry), (str(digest), manifest))
            if (text := _images.stated(table.get("annotations"), place))
        )
        if "manifests" in manifest:
            seen = self.index(manifest, str(digest), depth)
        else:
            seen = self._manifest(manifest, str(digest), stated)
        return seen if seen == _NOTHING else seen._replace(said=(*annotated, *seen.said))

    def index(self, index: Mapping[str, Any], where: str, depth: int = 0) -> _Seen:
        """Return what all descriptors of an index lead to."""
        seen = [self.look(entry, where, depth + 1) for entry in _entries(index, where)]
        return _Seen(
            tuple(each for one in seen for each in one.platforms),
            tuple(each for one in seen for each in one.said),
            tuple(each for one in seen for each in one.problems),
        )

    def _manifest(self, manifest: Mapping[str, Any], digest: str, platform: str | None) -> _Seen:
        config = manifest.get("config")
        if not isinstance(config, dict) or config.get("mediaType") not in _CONFIGS:
            return _NOTHING
        data = _images.blob(self._members, config.get("digest"))
        if data is None:
            raise MalformedError(f"has no configuration of the image {digest}")
        parsed = _manifests.json(data, "the configuration")
        own = _images.platform(parsed, "the configuration")
        label = _images.label(parsed, "the configuration")
        said = (Said(f"the label of {own}", label),) if label else ()
        problems = _lie(platform, own)
        return _Seen((Platform(platform or own, digest),), said, problems)


def _lie(listed: str | None, own: str) -> tuple[Problem, ...]:
    """Compare a platform in an index with the image's own; a variant is often left out."""
    if listed is None or listed.split("/")[:2] == own.split("/")[:2]:
        return ()
    return (Problem(DIFFERS, f"the image that is listed for {listed} is one for {own}"),)


def _entries(index: Mapping[str, Any], where: str) -> list[dict[str, Any]]:
    entries = index.get("manifests")
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise MalformedError(f"{where} has no list of manifests")
    return entries


def _platform(entry: Mapping[str, Any], where: str) -> str | None:
    stated = entry.get("platform")
    return None if stated is None else _images.platform(stated, where)


def _names(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the repositories that a descriptor names; a name that is a tag alone names none."""
    annotations = entry.get("annotations")
    texts = (
        _manifests.string(annotations, key, _INDEX, optional=True)
        for key in _NAMES
        if isinstance(annotations, dict)
    )
    return tuple(dict.fromkeys(_images.repository(text) for text in texts if text))
