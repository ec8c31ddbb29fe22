"""Cargo's configuration: https://doc.rust-lang.org/cargo/reference/config.html."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from release_tools.adapters import clients
from release_tools.adapters.clients import Configured, Key
from release_tools.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    Table = Mapping[str, Any]

_PUBLIC = "crates-io"
_MOST_HOPS = 10
_MOST_DOTS = 32  # in a line: tomllib's time grows with the square of a dotted key's parts


def index(environ: Mapping[str, str], root: str) -> Configured | None:
    """Return the index that crates are resolved from at ``root``; None for the usual one.

    That is what replaces crates.io, or the default registry where one is set.  Vendored sources
    and local registries replace nothing that is published.  Raises UnreadableError for a file
    that cannot be read, and for an index that is not sparse.
    """
    own, tree = _files(_home(environ)), _files(os.path.join(root, ".cargo"))
    name = environ.get("CARGO_REGISTRY_DEFAULT") or _first("registry", "default", tree, own)
    url: str | None = None
    if name and name != _PUBLIC:
        url = _index_of(name, environ, tree, own)
    else:
        url = _replacement(environ, tree, own)
    if url is None:
        return None
    if not url.startswith("sparse+"):
        raise UnreadableError(
            "cargo's configuration names an index that is not sparse",
            hint='name a sparse one: crates = "sparse+https://..." under [registries]',
        )
    theirs = not _is_in(url, own) and url not in environ.values()
    return Configured(url.removeprefix("sparse+"), own=not theirs)


def keys(environ: Mapping[str, str]) -> list[Key]:
    """Return the tokens of the registries that the user's own configuration names."""
    home = _home(environ)
    own = _files(home)
    secrets = _toml(os.path.join(home, "credentials.toml")) or _toml(
        os.path.join(home, "credentials")
    )
    found = []
    for name in _table(own, "registries").keys() | _named(environ):
        url = _index_of(name, environ, own)
        stored = _text(_table(_table(secrets, "registries"), name), "token")
        token = environ.get(_variable(name, "TOKEN")) or stored
        if url and token:
            found.append(Key(url.removeprefix("sparse+"), token))
    return found


def _home(environ: Mapping[str, str]) -> str:
    return environ.get("CARGO_HOME") or os.path.join(clients.home(environ), ".cargo")


def _files(folder: str) -> Table:
    """Return what stands in a folder: cargo takes the name without ``.toml`` first."""
    return _toml(os.path.join(folder, "config")) or _toml(os.path.join(folder, "config.toml"))


def _toml(path: str) -> Table:
    import tomllib

    text = clients.read(path)
    if text is None:
        return {}
    if any(line.count(".") > _MOST_DOTS and line.lstrip()[:1] != "#" for line in text.splitlines()):
        raise clients.broken(path, f"a line has more than {_MOST_DOTS} dots")
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        raise clients.broken(path, "it is not TOML") from None


def _replacement(environ: Mapping[str, str], *files: Table) -> str | None:
    """Follow ``replace-with`` from crates.io to the index that takes its place."""
    name, url = _PUBLIC, None
    for _ in range(_MOST_HOPS):
        sources = [_table(_table(file, "source"), name) for file in files]
        following = next(filter(None, (_text(source, "replace-with") for source in sources)), None)
        if following is None:
            break
        name = following
        sources = [_table(_table(file, "source"), name) for file in files]
        named = next(filter(None, (_text(source, "registry") for source in sources)), None)
        url = named or _index_of(name, environ, *files)
    return url


def _index_of(name: str, environ: Mapping[str, str], *files: Table) -> str | None:
    """Return the index of a registry that has a name."""
    tables = (_table(_table(file, "registries"), name) for file in files)
    told = next(filter(None, (_text(table, "index") for table in tables)), None)
    return environ.get(_variable(name, "INDEX")) or told


def _named(environ: Mapping[str, str]) -> set[str]:
    """Return the registries that only the environment names."""
    start, end = "CARGO_REGISTRIES_", "_INDEX"
    names = (key for key in environ if key.startswith(start) and key.endswith(end))
    return {name[len(start) : -len(end)].lower().replace("_", "-") for name in names}


def _variable(name: str, what: str) -> str:
    return f"CARGO_REGISTRIES_{name.upper().replace('-', '_')}_{what}"


def _first(table: str, key: str, *files: Table) -> str | None:
    return next(filter(None, (_text(_table(file, table), key) for file in files)), None)


def _is_in(url: str, value: object) -> bool:
    """Say whether a text stands anywhere in a document."""
    if isinstance(value, dict):
        return any(_is_in(url, one) for one in value.values())
    return value == url


def _table(table: Table, key: str) -> Table:
    value = table.get(key)
    return value if isinstance(value, dict) else {}


def _text(table: Table, key: str) -> str | None:
    value = table.get(key)
    return value if isinstance(value, str) and value else None
