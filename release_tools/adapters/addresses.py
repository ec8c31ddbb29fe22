"""Where registries are: the configuration, else the user's own clients, else libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from release_tools.adapters import clients
from release_tools.errors import ConfigError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.adapters.clients import Configured


class Addresses:
    """Base URLs of registries, without credentials; implements ``reading.Addresses``."""

    def __init__(self, table: Mapping[str, Any], environ: Mapping[str, str], root: str) -> None:
        self._table = table
        self._environ = environ
        self._root = root
        self._plain = frozenset(str(host).lower() for host in table.get("plain-http", ()))
        self._known: dict[str, str] = {}

    @classmethod
    def from_environment(
        cls, table: Mapping[str, Any], environ: Mapping[str, str], root: str
    ) -> Addresses:
        """Return the addresses of a project.

        ``table`` is ``[registries]`` of its configuration, ``root`` its folder.  Nothing is read
        yet.
        """
        return cls(table, environ, root)

    def of(self, registry: str) -> str:
        """Return the base URL of ``pypi``, ``crates``, ``npm`` or ``github``.

        Raises ConfigError for a configured one that cannot be used, UnreadableError where a
        client's configuration cannot be read, or names what is not served over HTTP.
        """
        if registry not in self._known:
            self._known[registry] = self._find(registry)
        return self._known[registry]

    def of_host(self, host: str) -> str:
        """Return ``https://host``, or ``http://host`` where ``plain-http`` names it.

        Docker Hub is served by another host than the one that images are named after.
        """
        from oras.defaults import registry as hub  # type: ignore[import-untyped]

        low = host.lower()
        if low in (hub.index_name, hub.index_hostname):
            return f"{hub.default_v2_registry['scheme']}://{hub.default_v2_registry['host']}"
        return f"http://{low}" if low in self._plain else f"https://{low}"

    @property
    def trusted(self) -> frozenset[str]:
        """The URLs, without credentials, that the user's own clients are configured with.

        They may be asked even at private addresses, or without TLS.  What cannot be read gives
        no trust; that it cannot is said by ``of``, where the address is needed.
        """
        from release_tools.adapters.clients import Configured, pip

        found: list[Configured | None] = []
        for registry in ("pypi", "npm", "crates"):
            try:
                found.append(self._of_client(registry))
                if registry == "pypi":
                    found += [Configured(url, own=True) for url in pip.others(self._environ)]
            except UnreadableError:
                continue
        return frozenset(bare for one in found if one and one.own and (bare := _bare(one.url)))

    def _find(self, registry: str) -> str:
        configured = self._table.get(registry)
        if configured is not None:
            return _checked(str(configured), registry)
        found = self._of_client(registry)
        return _public(registry) if found is None else _usable(found.url, _CLIENTS[registry])

    def _of_client(self, registry: str) -> Configured | None:
        """Return what the user's client is configured with; raises UnreadableError."""
        from release_tools.adapters.clients import Configured, cargo, npm, pip

        match registry:
            case "pypi":
                url = pip.index(self._environ)
            case "npm":
                return npm.registry(self._environ, self._root)
            case "crates":
                return cargo.index(self._environ, self._root)
            case _:
                url = self._environ.get("GITHUB_API_URL")
        return Configured(url, own=True) if url else None


_CLIENTS = {"pypi": "pip", "npm": "npm", "crates": "cargo", "github": "GITHUB_API_URL"}


def _public(registry: str) -> str:
    """Return the address that everybody uses, as a library of the ecosystem knows it."""
    if registry == "github":
        from github.Consts import DEFAULT_BASE_URL

        return DEFAULT_BASE_URL
    from packageurl.contrib import purl2url

    known: Any = purl2url  # its functions have no types
    match registry:
        case "pypi":
            return _root_of(known.get_repo_url("pkg:pypi/x@1"), path="/simple/")
        case "npm":
            return _root_of(known.get_download_url("pkg:npm/x@1"))
        case "crates":  # https://doc.rust-lang.org/cargo/reference/registries.html
            return _root_of(known.get_download_url("pkg:cargo/x@1"), below="index.")
    raise UnreadableError(f"the address of {registry} is not known")


def _root_of(url: str, path: str = "/", below: str = "") -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{below}{parts.netloc}{path}"


def _checked(text: str, registry: str) -> str:
    """Return a configured address; raises ConfigError: a configuration is no place for secrets."""
    bare = _bare(text.removeprefix("sparse+"))
    if bare is None:
        raise ConfigError(
            f"registries.{registry} is no URL of http or https", hint="expected: https://host/path"
        )
    if "@" in urlsplit(text).netloc:
        raise ConfigError(
            f"registries.{registry} holds credentials",
            hint="put them where its own client takes them: netrc, pip's, npm's or cargo's files",
        )
    return bare


def _usable(url: str, client: str) -> str:
    """Return a client's address without its credentials; raises UnreadableError."""
    bare = _bare(url)
    if bare is None:
        raise UnreadableError(
            f"{client} is configured with an address that is no URL of http or https",
            hint="name the registry's address under [registries]",
        )
    return bare


def _bare(url: str) -> str | None:
    """Return a URL without its credentials, None for what is none of http or https."""
    try:
        bare, _ = clients.split(url)
        parts = urlsplit(bare)
        fit = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return bare if fit and bare.isprintable() else None
