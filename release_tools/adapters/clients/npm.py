"""npm's configuration: https://docs.npmjs.com/cli/configuring-npm/npmrc."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from release_tools.adapters import clients
from release_tools.adapters.clients import Configured, Key

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = ".npmrc"
_VARIABLE = re.compile(r"\$\{([^}?]+)(\?)?\}")
_LINE = re.compile(r"\s*([^=\s#;][^=\s]*)\s*=\s*(.*?)\s*$")


def registry(environ: Mapping[str, str], root: str) -> Configured | None:
    """Return the registry as npm has it at ``root``; None where it has the usual one.

    Raises UnreadableError for a file that cannot be read.
    """
    url = _option(environ, "registry")
    if url:
        return Configured(url, own=True)
    url = _read(os.path.join(root, _NAME), {}).get("registry")
    if url and "${" not in url:  # the tree may not put secrets of the environment into an address
        return Configured(url, own=False)
    url = _own(environ).get("registry")
    return Configured(url, own=True) if url else None


def keys(environ: Mapping[str, str]) -> list[Key]:
    """Return the credentials in the user's own files; raises as ``registry`` does."""
    from base64 import b64decode

    settings, found = _own(environ), []
    for name, value in settings.items():
        base, _, what = name.rpartition(":")
        if not base.startswith("//") or not value:
            continue
        if what == "_authToken":
            found.append(Key(base, f"Bearer {value}"))
        elif what == "_auth":
            found.append(Key(base, f"Basic {value}"))
        elif what == "_password" and f"{base}:username" in settings:
            try:
                password = b64decode(value, validate=True).decode()
            except ValueError:
                continue
            found.append(Key(base, clients.basic(settings[f"{base}:username"], password)))
    return found


def _own(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what npm's global and the user's file say, the user's stronger."""
    user = _option(environ, "userconfig") or os.path.join(clients.home(environ), _NAME)
    return _read(_global(environ), environ) | _read(user, environ)


def _global(environ: Mapping[str, str]) -> str:
    import shutil

    named = _option(environ, "globalconfig")
    if named:
        return named
    node = shutil.which("node", path=environ.get("PATH")) or "/usr/local/bin/node"
    prefix = _option(environ, "prefix") or os.path.dirname(os.path.dirname(node))
    return os.path.join(prefix, "etc", "npmrc")


def _option(environ: Mapping[str, str], name: str) -> str | None:
    """Return an option of the environment, where npm takes it in any case."""
    wanted = f"npm_config_{name}"
    return next((value for key, value in environ.items() if key.lower() == wanted and value), None)


def _read(path: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of a file, with ``${NAME}`` replaced where the environment has it."""

    def expand(match: re.Match[str]) -> str:
        return environ.get(match[1], "" if match[2] else match[0])

    found = {}
    for line in (clients.read(path) or "").splitlines():
        match = _LINE.match(line)
        if match:
            value = match[2].strip("\"'")
            found[_VARIABLE.sub(expand, match[1])] = _VARIABLE.sub(expand, value)
    return found
