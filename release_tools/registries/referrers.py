"""Documents that are attached to an image in an OCI registry: artifacts that refer to it.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import MalformedError, UnreadableError
from release_tools.reading import Unknown
from release_tools.registries import _manifest, _oci, document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from release_tools.reading import Coordinates, Transport

_OK, _NOT_FOUND = 200, 404
_LARGEST = 16 << 20
_MOST = 20  # artifacts of one type that are read


def read(
    at: Coordinates, digest: str, artifact_type: str, transport: Transport
) -> tuple[bytes, ...] | Unknown:
    """Return the first layer of each artifact of this type that refers to the manifest.

    Where the registry does not list referrers, the index at the tag that stands in for it is read.
    Every digest is held against the bytes that are served.  Empty where nothing is attached, never
    raises.
    """
    repository = _oci.Repository(at.base, at.name, transport)
    where = f"{at.base.rstrip('/')}/v2/{at.name}/referrers/{digest}"
    try:
        listed = _listed(repository, digest, where)
        kept = [one for one in listed if one.get("artifactType") == artifact_type]
        return tuple(_content(repository, one, digest) for one in kept[:_MOST])
    except (MalformedError, UnreadableError) as error:
        return Unknown(where, error.message, error.hint)


def _listed(repository: _oci.Repository, digest: str, where: str) -> Iterator[Mapping[str, Any]]:
    """Yield the descriptors of everything that refers to the manifest."""
    answer = repository.ask(where, _manifest.INDEXES)
    if answer.status == _NOT_FOUND:
        where = repository.url("manifests", digest.replace(":", "-"))
        answer = repository.ask(where, _manifest.INDEXES)
        if answer.status == _NOT_FOUND:
            if repository.tags().status != _OK:
                raise MalformedError(f"{where}: {_oci.said(answer)}")
            return
    if answer.status != _OK:
        raise MalformedError(f"{where}: {_oci.said(answer)}")
    for one in document.field(_manifest.read(answer, where).data, "manifests", list):
        if isinstance(one, dict):
            yield one


def _content(repository: _oci.Repository, named: Mapping[str, Any], subject: str) -> bytes:
    """Return the first layer of an artifact, once all of it is what it says."""
    wanted = _manifest.descriptor(dict(named))
    where = repository.url("manifests", wanted.digest)
    answer = repository.ask(where, _manifest.MANIFESTS)
    if answer.status != _OK:
        raise MalformedError(f"{where}: {_oci.said(answer)}")
    manifest = _manifest.read(answer, where)
    if manifest.digest != wanted.digest or manifest.problems:
        raise MalformedError(f"{where} serves {manifest.digest}")
    if _manifest.descriptor(manifest.data.get("subject")).digest != subject:
        raise MalformedError(f"{where} refers to something else")
    layers = document.field(manifest.data, "layers", list)
    if not layers:
        raise MalformedError(f"{where} has no layer")
    layer = _manifest.descriptor(layers[0])
    if layer.size > _LARGEST:
        raise MalformedError(f"what is attached has {layer.size:,} bytes, too many to be read")
    where = repository.url("blobs", layer.digest)
    blob = repository.ask(where, ("*/*",), _LARGEST)
    if blob.status != _OK:
        raise MalformedError(f"{where}: {_oci.said(blob)}")
    if _manifest.digest_of(blob.body, layer.digest.partition(":")[0]) != layer.digest:
        raise MalformedError(f"{where} serves other bytes")
    return blob.body
