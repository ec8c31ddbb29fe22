"""oras-py for one repository: its credentials and tokens, within bounds that it lacks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from oras.auth import TokenAuth  # type: ignore[import-untyped]
from oras.container import Container  # type: ignore[import-untyped]
from oras.logger import logger  # type: ignore[import-untyped]
from oras.provider import Registry  # type: ignore[import-untyped]
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from release_tools.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from requests import PreparedRequest, Response

_TIMEOUT = (5, 30)  # seconds to connect, and to wait for the next bytes
_LONGEST_PAUSE = 30.0  # seconds that a Retry-After may ask for
_LARGEST = 4 << 20  # bytes of an answer: what the specification asks of a manifest
_REDIRECTS = 3
_UNAUTHORIZED = 401

logger.log_handler = []  # it prints what registries say, as it comes, to the terminal


class Client:
    """Asks one repository; ``base`` is the registry's URL, without a path.

    Every method raises UnreadableError, and what requests and urllib3 raise.
    """

    def __init__(self, base: str, repository: str) -> None:
        where = urlsplit(base)
        self.host = where.netloc
        self._base = f"{base}/v2/{repository}"
        plain = where.scheme == "http"
        self._registry = _registry(self.host, repository, plain=plain, backend="token")
        if self._challenge(base).startswith("basic"):
            self._registry = _registry(self.host, repository, plain=plain, backend="basic")
            if not hasattr(self._registry.auth, "_basic_auth"):
                raise UnreadableError(f"{self.host} wants a password, and none is configured")

    def ask(
        self,
        method: str,
        path: str,
        *,
        accept: Sequence[str] = (),
        data: bytes | None = None,
        kind: str | None = None,
    ) -> Response:
        """Ask for a path of the repository, such as ``manifests/v1``."""
        return self.send(method, f"{self._base}/{path}", accept=accept, data=data, kind=kind)

    def send(
        self,
        method: str,
        url: str,
        *,
        accept: Sequence[str] = (),
        data: bytes | None = None,
        kind: str | None = None,
    ) -> Response:
        """Ask for a URL of the registry, as ``ask`` does."""
        headers = {"Accept": ", ".join(accept) or "*/*"}
        if kind is not None:
            headers["Content-Type"] = kind
        answer = self._once(method, url, data, headers)
        auth = self._registry.auth
        if answer.status_code == _UNAUTHORIZED and isinstance(auth, TokenAuth) and auth.token:
            auth.token = None  # it was for less than this: to pull, and now we push
            answer = self._once(method, url, data, headers)
        return answer

    def session_of(self, answer: Response, digest: str) -> str:
        """Return where the upload that the answer began takes the blob of this digest.

        The token goes along, so that it has to be at the same registry.
        """
        to = urljoin(self._base, answer.headers.get("Location", ""))
        if not to.startswith(self._base.partition("/v2/")[0] + "/"):
            raise UnreadableError(f"{self.host} would have the blob sent to another host")
        return f"{to}{'&' if '?' in to else '?'}digest={digest}"

    def _once(self, method: str, url: str, data: bytes | None, headers: dict[str, str]) -> Response:
        # Without its decorator, which sleeps for two minutes over what has failed for good.
        request: Any = Registry.do_request.__wrapped__
        try:
            answer: Response = request(
                self._registry, url, method=method, data=data, headers=dict(headers)
            )
        except ValueError:
            raise UnreadableError(f"{self.host} grants no token for {method}") from None
        return answer

    def _challenge(self, base: str) -> str:
        answer = self._registry.session.get(f"{base}/v2/")
        return str(answer.headers.get("WWW-Authenticate", "")).lower()


def _registry(host: str, repository: str, *, plain: bool, backend: str) -> Any:
    """Return oras-py's own client, with the credentials that docker's configuration has."""
    registry = Registry(hostname=host, insecure=plain, auth_backend=backend)
    session = registry.session
    session.max_redirects = _REDIRECTS
    session.auth = lambda request: request  # what .netrc says would replace the token
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Bounded(urlsplit(f"//{host}").hostname if plain else None))
    folder = os.environ.get("DOCKER_CONFIG")  # oras-py does not look there
    configured = [os.path.join(folder, "config.json")] if folder else []
    registry.auth.load_configs(Container(f"{host}/{repository}", registry=host), configured)
    return registry


class _Patient(Retry):
    """Waits as long as the server asks, within reason."""

    def get_retry_after(self, response: Any) -> float | None:
        """Return the seconds of the header Retry-After, cut to our own limit."""
        asked = super().get_retry_after(response)
        return None if asked is None else min(asked, _LONGEST_PAUSE)


class _Bounded(HTTPAdapter):
    """Bounds time and size; nothing goes without TLS but to the host that is ``plain``."""

    def __init__(self, plain: str | None) -> None:
        self._plain = plain
        retries = _Patient(
            total=3,
            backoff_factor=0.5,
            status_forcelist=(429, 502, 503, 504),
            allowed_methods=None,  # all that is sent may be sent twice
            raise_on_status=False,
        )
        super().__init__(max_retries=retries)

    def send(self, request: PreparedRequest, **options: Any) -> Response:  # type: ignore[override]  # whatever requests hands over
        """Send with a limit to the time, and read with one to the size."""
        url = urlsplit(request.url or "")
        if url.scheme != "https" and url.hostname != self._plain:
            raise UnreadableError(f"the registry leads to {url.netloc}, which speaks no TLS")
        answer = super().send(request, **{**options, "timeout": _TIMEOUT, "stream": True})
        body = answer.raw.read(_LARGEST + 1, decode_content=True)
        if len(body) > _LARGEST:
            answer.close()
            raise UnreadableError(f"{url.netloc} answered more than {_LARGEST >> 20} MiB")
        answer._content = body  # noqa: SLF001 - as requests itself does, but for the limit
        answer._content_consumed = True  # noqa: SLF001 - the same
        return answer
