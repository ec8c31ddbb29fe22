"""Attach a small document to an image in its registry, as an OCI artifact that refers to it.

The references, the user's credentials and the tokens are oras-py's business.  What is said to the
registry is said here: the library takes files where we have bytes, and repeats for two minutes
what has failed for good.  https://github.com/opencontainers/distribution-spec
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from requests import RequestException
from urllib3.exceptions import HTTPError

from release_tools.adapters.oras_client import Client
from release_tools.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import Response

ARTIFACT_TYPE = "application/vnd.release-tools.ledger.v1+json"

_INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_EMPTY = "application/vnd.oci.empty.v1+json"
_IMAGES = (
    _INDEX,
    _MANIFEST,
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_OK, _CREATED, _ACCEPTED, _NOT_FOUND, _DENIED = 200, 201, 202, 404, (401, 403)
_TITLE = "org.opencontainers.image.title"


class Image(NamedTuple):
    """An image: the base URL of its registry, its repository, the digest of its index."""

    base: str
    repository: str
    digest: str


def attach(image: Image, data: bytes, name: str) -> str:
    """Attach ``data``, JSON called ``name``; return the reference of the artifact's manifest.

    The same bytes make the same manifest, so that a second call finds the first one's and changes
    nothing; a call that was killed is finished by the next.  In a registry that does not list
    referrers itself, the tag that stands in for it is kept.  Raises UnreadableError.
    """
    try:
        client = Client(image.base, image.repository)
        subject = _subject(client, image)
        manifest = _encoded(_manifest(data, name, subject))
        described = {**_descriptor(manifest, _MANIFEST), "artifactType": ARTIFACT_TYPE}
        where = f"manifests/{described['digest']}"
        if client.ask("GET", where, accept=(_MANIFEST,)).status_code != _OK:
            _push_blob(client, b"{}")
            _push_blob(client, data)
            answer = client.ask("PUT", where, data=manifest, kind=_MANIFEST)
            _expect(client, answer, _CREATED)
        _list(client, image, described)
    except (UnreadableError, RequestException, HTTPError) as error:
        ours = isinstance(error, UnreadableError)
        # Theirs hold URLs, and those may hold what is secret.
        why = error if ours else f"no answer that can be believed ({type(error).__name__})"
        raise UnreadableError(
            f"the ledger was not attached to {image.repository}: {why}",
            hint="log in with `docker login`, as somebody who may push there, and try again",
        ) from error
    return f"{client.host}/{image.repository}@{described['digest']}"


def _subject(client: Client, image: Image) -> dict[str, Any]:
    """Describe the image, from the bytes of its manifest."""
    answer = client.ask("GET", f"manifests/{image.digest}", accept=_IMAGES)
    _expect(client, answer, _OK)
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    described = _descriptor(answer.content, kind)
    if described["digest"] != image.digest:
        raise UnreadableError(f"it serves {described['digest']} under {image.digest}")
    return described


def _manifest(data: bytes, name: str, subject: Mapping[str, Any]) -> dict[str, Any]:
    """Return the manifest, without a time of day: the same for the same bytes."""
    layer = {**_descriptor(data, "application/json"), "annotations": {_TITLE: name}}
    return {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "artifactType": ARTIFACT_TYPE,
        "config": _descriptor(b"{}", _EMPTY),
        "layers": [layer],
        "subject": subject,
    }


def _push_blob(client: Client, data: bytes) -> None:
    digest = _descriptor(data, "")["digest"]
    if client.ask("HEAD", f"blobs/{digest}").status_code == _OK:
        return
    answer = client.ask("POST", "blobs/uploads/")
    _expect(client, answer, _ACCEPTED)
    to = client.session_of(answer, digest)
    _expect(client, client.send("PUT", to, data=data, kind="application/octet-stream"), _CREATED)


def _list(client: Client, image: Image, described: Mapping[str, Any]) -> None:
    """See that the artifact is among the image's referrers."""
    if client.ask("GET", f"referrers/{image.digest}", accept=(_INDEX,)).status_code == _OK:
        return  # the registry lists whatever has a subject
    tag = f"manifests/{image.digest.replace(':', '-')}"
    answer = client.ask("GET", tag, accept=(_INDEX,))
    others: list[Any] = []
    if answer.status_code != _NOT_FOUND:
        _expect(client, answer, _OK)
        others = _listed(client, answer)
    if described in others:
        return
    index = {"schemaVersion": 2, "mediaType": _INDEX, "manifests": [*others, described]}
    _expect(client, client.ask("PUT", tag, data=_encoded(index), kind=_INDEX), _CREATED)


def _listed(client: Client, answer: Response) -> list[Any]:
    try:
        index = json.loads(answer.content)
    except (ValueError, RecursionError):
        index = None
    if not isinstance(index, dict) or not isinstance(index.get("manifests"), list):
        raise UnreadableError(f"{client.host} serves no index under the tag of the referrers")
    return list(index["manifests"])


def _expect(client: Client, answer: Response, status: int) -> None:
    """Raise UnreadableError, without a word of the answer's body, for any other status."""
    if answer.status_code != status:
        refused = " and refused" if answer.status_code in _DENIED else ""
        method = answer.request.method
        raise UnreadableError(f"{client.host} answered {answer.status_code}{refused} to {method}")


def _descriptor(data: bytes, kind: str) -> dict[str, Any]:
    digest = f"sha256:{sha256(data).hexdigest()}"
    return {"mediaType": kind, "digest": digest, "size": len(data)}


def _encoded(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
