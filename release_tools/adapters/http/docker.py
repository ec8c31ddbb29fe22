"""Credentials for OCI registries, where ``docker login`` and ``podman login`` keep them.

oras-py reads the same files, but of docker only ``~/.docker/config.json``, knows no identity
tokens, runs credential helpers without a bound on time, and costs 110 ms to import.  So the files
are read here, and helpers run as every other program does.
https://github.com/docker/docker-credential-helpers
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.adapters import clients
from release_tools.adapters.http.flight import Once
from release_tools.errors import ReleaseToolsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PATIENCE = 10.0
_MARKS = dict.fromkeys(map(ord, "-_."))
_IDENTITY = "<token>"  # the name that helpers give where the secret is an identity token


class Login(NamedTuple):
    """A name and a password; or, without a name, an identity token to be exchanged (OAuth 2)."""

    user: str
    secret: str


class Logins:
    """Looks logins up, each once; helpers run only for a registry that demands one."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._found: Once[Login | None] = Once()
        self._files: Once[list[Mapping[str, Any]]] = Once()

    def of(self, place: str, repository: str) -> Login | None:
        """Return the login for ``host[:port]``, or for a part of it that podman knows.

        Raises UnreadableError where a file of theirs cannot be read.
        """
        return self._found.get((place, repository), lambda: self._find(place, repository))

    def _find(self, place: str, repository: str) -> Login | None:
        names = _names(place)
        for file in self._files.get("", lambda: list(_files(self._environ))):
            helpers = _table(file, "credHelpers")
            helper = next((helpers[name] for name in names if helpers.get(name)), None)
            if helper is not None:
                return self._ask(helper, names[0])
            auths = {_bare(key): auth for key, auth in _table(file, "auths").items()}
            for name in names:
                login = _inline(auths, f"{_bare(name)}/{repository}")
                if login is not None:
                    return login
            login = self._ask(file["credsStore"], names[0]) if file.get("credsStore") else None
            if login is not None:
                return login
        return None

    def _ask(self, helper: object, name: str) -> Login | None:
        """Ask a helper; its name becomes that of a program, so it is strictly read."""
        if not isinstance(helper, str) or not helper.translate(_MARKS).isalnum():
            return None
        return self._found.get((helper, name, ""), lambda: _run(helper, name))


def _names(place: str) -> tuple[str, ...]:
    """Return what a registry may be called; Docker Hub has had many names."""
    from oras.defaults import registry as hub  # type: ignore[import-untyped]

    known = (hub.index_server, hub.index_hostname, hub.index_name, hub.default_v2_registry["host"])
    return known if place in known else (place,)


def _files(environ: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    """Yield what the files hold, docker's first."""
    folder = environ.get("DOCKER_CONFIG") or os.path.join(clients.home(environ), ".docker")
    paths = [os.path.join(folder, "config.json"), environ.get("REGISTRY_AUTH_FILE")]
    if environ.get("XDG_RUNTIME_DIR"):
        paths.append(os.path.join(environ["XDG_RUNTIME_DIR"], "containers", "auth.json"))
    for path in filter(None, paths):
        text = clients.read(path)
        if not text:
            continue
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            raise clients.broken(path, "it is not JSON") from None
        if isinstance(data, dict):
            yield data


def _bare(key: str) -> str:
    """Return a key of ``auths`` without scheme and version of the interface."""
    text = key.partition("://")[2] or key
    text = text.rstrip("/")
    return text.removesuffix("/v1").removesuffix("/v2")


def _inline(auths: Mapping[str, Any], path: str) -> Login | None:
    """Return what the file itself holds, of the longest key that ``path`` begins with."""
    while True:
        login = _login(auths.get(path))
        if login is not None or "/" not in path:
            return login
        path = path.rpartition("/")[0]


def _login(auth: object) -> Login | None:
    from base64 import b64decode

    if not isinstance(auth, dict):
        return None
    identity = auth.get("identitytoken")
    if isinstance(identity, str) and identity:
        return Login("", identity)
    try:
        user, colon, password = (
            b64decode(auth.get("auth", ""), validate=True).decode().partition(":")
        )
    except (ValueError, TypeError):
        return None
    return Login(user, password.rstrip("\0")) if colon and user else None


def _run(helper: str, name: str) -> Login | None:
    """Ask a credential helper; one that does not answer has nothing for us."""
    from release_tools.adapters.process import Process

    argv = (f"docker-credential-{helper}", "get")
    try:
        ran = Process().run(argv, stdin=name.encode(), timeout=_PATIENCE)
        told = json.loads(ran.out) if ran.code == 0 else None
    except (ReleaseToolsError, ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    user, secret = told.get("Username"), told.get("Secret")
    if not isinstance(user, str) or not isinstance(secret, str) or not secret:
        return None
    return Login("" if user == _IDENTITY else user, secret)


def _table(file: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = file.get(key)
    return value if isinstance(value, dict) else {}
