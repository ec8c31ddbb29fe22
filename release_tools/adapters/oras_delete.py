"""Delete a manifest from an OCI registry, and with it every tag on it."""

from __future__ import annotations

from release_tools.errors import UnreadableError

_ACCEPTED, _NOT_FOUND = (200, 202), 404


def delete(base: str, repository: str, digest: str) -> bool:
    """Delete the manifest of ``digest``; return False where it was gone already.

    ``base`` is the registry's URL.  Raises UnreadableError where the registry does not answer or
    does not let it go.
    """
    from oras.auth import AuthenticationException  # type: ignore[import-untyped]
    from requests import RequestException
    from urllib3.exceptions import HTTPError

    from release_tools.adapters.oras_client import Client

    where = f"{base.partition('://')[2]}/{repository}@{digest}"
    try:
        status = Client(base, repository).ask("DELETE", f"manifests/{digest}").status_code
    except (RequestException, HTTPError, AuthenticationException, ValueError, KeyError) as error:
        raise UnreadableError(
            f"{where} was not deleted: {type(error).__name__}",
            hint="log in with `docker login`, as somebody who may delete there, and try again",
        ) from error
    if status == _NOT_FOUND:
        return False
    if status not in _ACCEPTED:
        raise UnreadableError(
            f"{where} was not deleted: the registry answers {status}",
            hint="deletion has to be enabled in the registry (405 says that it is not)",
        )
    return True
