"""Docker archives, as ``docker save`` and ``skopeo`` write them: ``manifest.json`` and its images.

Docker from version 25 on writes an image layout beside it, and that is what is read then.  An
image in such an archive has a configuration and no manifest: what its digest in a registry will
be is not settled, so none is told, and its platform has the digest of the configuration, which
Docker calls the image's id.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from release_tools.artifacts import _images, _manifests
from release_tools.artifacts._images import CONTAINERS, HASH, KIND, Said, claims, named
from release_tools.artifacts.base import KEPT, Built
from release_tools.errors import MalformedError
from release_tools.reading import Platform

if TYPE_CHECKING:
    from release_tools.artifacts.base import Archive

__all__ = ["CONTAINERS", "HASH", "KIND", "claims", "keeps", "named", "read"]

_MANIFEST = "manifest.json"
_CONFIG = re.compile(r"(?:blobs/sha256/)?([0-9a-f]{64})(?:\.json)?")
_MOST = 1000


def keeps(path: str, size: int, head: bytes) -> bool:
    """Say whether the member is the manifest, or may be the configuration of an image."""
    if path == _MANIFEST:
        return True
    return size <= KEPT and head.lstrip()[:1] == b"{" and bool(_CONFIG.fullmatch(path))


def read(archive: Archive, name: str) -> tuple[Built, ...]:  # noqa: ARG001 - the protocol's
    """Read the images that the manifest lists."""
    data = archive.members.get(_MANIFEST)
    if data is None or "oci-layout" in archive.members:
        return ()
    images = _manifests.json_value(data, _MANIFEST)
    if not isinstance(images, list) or not 0 < len(images) <= _MOST:
        raise MalformedError(f"{_MANIFEST} lists no images, or too many")
    return tuple(_image(archive, image) for image in images)


def _image(archive: Archive, image: Any) -> Built:
    import hashlib

    path = _manifests.string(image, "Config", _MANIFEST)
    match, data = _CONFIG.fullmatch(path), archive.members.get(path)
    if match is None or data is None:
        raise MalformedError(f"has no configuration {path[:100]!a} of an image")
    if hashlib.sha256(data).hexdigest() != match[1]:
        raise MalformedError(f"has other bytes at {path} than its digest says")
    config = _manifests.json(data, "the configuration")
    own = _images.platform(config, "the configuration")
    label = _images.label(config, "the configuration")
    tags = image.get("RepoTags") or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise MalformedError(f"{_MANIFEST}: RepoTags is no list of texts")
    names = tuple(dict.fromkeys(_images.repository(tag) for tag in tags))
    version, _ = _images.agreed((Said("the label", label),) if label else ())
    platforms = (Platform(own, f"sha256:{match[1]}"),)
    return Built(KIND, names, version, None, archive.size, platforms=platforms)
