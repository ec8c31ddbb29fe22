"""Point a tag at a manifest that the registry has already, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import UnreadableError

if TYPE_CHECKING:
    from release_tools.adapters.oras_client import Client

_ACCEPT = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_OK, _CREATED = 200, 201


def retag(base: str, repository: str, digest: str, tag: str) -> bool:
    """Let ``tag`` name the manifest of ``digest``; return False where it did already.

    ``base`` is the registry's URL.  The bytes are fetched by digest, compared with it, and sent
    as they came.  Raises UnreadableError where the registry does not serve or does not take them.
    """
    from oras.auth import AuthenticationException  # type: ignore[import-untyped]
    from requests import RequestException
    from urllib3.exceptions import HTTPError

    from release_tools.adapters.oras_client import Client

    where = f"{base.partition('://')[2]}/{repository}"
    try:
        why = _moved(Client(base, repository), digest, tag)
    except (RequestException, HTTPError, AuthenticationException, ValueError, KeyError) as error:
        why = type(error).__name__
    if why:
        raise UnreadableError(
            f"{tag} of {where} was not moved to {digest}: {why}",
            hint="log in with `docker login`, as somebody who may push there, and try again",
        )
    return why is None


def _moved(client: Client, digest: str, tag: str) -> str | None:
    """Return None once it is moved, an empty text where there was no need, else why not."""
    from hashlib import sha256

    answer = client.ask("GET", f"manifests/{digest}", accept=_ACCEPT)
    found = f"sha256:{sha256(answer.content).hexdigest()}"
    if answer.status_code != _OK or found != digest:
        return f"{client.host} does not serve that digest"
    now = client.ask("GET", f"manifests/{tag}", accept=_ACCEPT)
    if now.status_code == _OK and now.content == answer.content:
        return ""
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    put = client.ask("PUT", f"manifests/{tag}", data=answer.content, kind=kind)
    return None if put.status_code == _CREATED else f"{client.host} answers {put.status_code}"
