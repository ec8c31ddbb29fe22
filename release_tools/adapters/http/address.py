"""Addresses that are asked: how they are read, which of them are refused, where redirects lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from release_tools.errors import UnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ipaddress import IPv4Address, IPv6Address

_PORTS = {"https": 443, "http": 80}
_LONGEST = 8192
_LONGEST_HOST = 255
_EXAMPLES = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
_KEPT = "!#$%&'()*+,/:;=?@[]~"


class Address(NamedTuple):
    """A URL taken apart.  ``host`` is in lower case, ``target`` path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: what credentials and connections belong to."""
        return self.scheme, self.host, self.port

    @property
    def place(self) -> str:
        """``host``, or ``host:port`` where the port is not the usual one; fit for messages."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole of it."""
        return f"{self.scheme}://{self.place}{self.target}"


def parse(url: str) -> Address:
    """Take a URL apart; raises UnreachableError for what is not to be asked, without showing it."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError:
        raise UnreachableError("an address to be asked is no URL") from None
    if parts.scheme not in _PORTS or not _is_host(host) or len(url) > _LONGEST:
        raise UnreachableError(
            f"{host[:80]!a}: an address to be asked is no URL of http or https",
            hint="expected: https://host/path",
        )
    if "@" in parts.netloc:
        raise UnreachableError(
            f"the address of {host} holds credentials",
            hint="put them where its own client keeps them: netrc, pip, npm or cargo",
        )
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    number = _PORTS[parts.scheme] if port is None else port
    return Address(parts.scheme, host, number, quote(target, safe=_KEPT))


def _is_host(host: str) -> bool:
    letters = host.translate(dict.fromkeys(map(ord, "-._")))
    if ":" in host:
        return ip(host) is not None
    return letters.isascii() and letters.isalnum() and len(host) <= _LONGEST_HOST


class Policy:
    """Who may be asked without TLS, and who at a private address.

    ``plain_http`` holds ``host:port`` (without a port: 80), ``private_hosts`` ``host`` or
    ``host:port``, ``trusted`` the URLs that the user's own clients are configured with: what
    they say they may, they may.
    """

    def __init__(
        self, plain_http: Iterable[str], private_hosts: Iterable[str], trusted: Iterable[str]
    ) -> None:
        self._plain = {(host, 80 if port is None else port) for host, port in _hosts(plain_http)}
        self._private = set(_hosts(private_hosts))
        for url in trusted:
            address = parse(url)
            self._private.add((address.host, address.port))
            if address.scheme == "http":
                self._plain.add((address.host, address.port))

    def is_plain(self, host: str, port: int) -> bool:
        """Say whether the host may be asked without TLS."""
        return (host, port) in self._plain

    def admit(self, address: Address) -> None:
        """Raise UnreachableError for an address without TLS that may not do without."""
        if address.scheme == "http" and not self.is_plain(address.host, address.port):
            place = f"{address.place}:80" if address.port == _PORTS["http"] else address.place
            raise UnreachableError(
                f"{address.place} would have to be asked without TLS",
                hint=f'use https, or allow it: plain-http = ["{place}"] under [registries]',
            )

    def admit_ip(self, address: Address, number: str) -> None:
        """Raise UnreachableError where the host's IP address is not public, and may not be so."""
        found = ip(number)
        if found is not None and is_public(found):
            return
        if {(address.host, address.port), (address.host, None)} & self._private:
            return
        raise UnreachableError(
            f"{address.place} has a private address, {number}",
            hint=f'if that is meant: private-hosts = ["{address.place}"] under [registries]',
        )

    def admit_name(self, address: Address) -> None:
        """Do the same for a host whose address a proxy looks up: by its name alone."""
        import socket

        name = address.host.rstrip(".")
        number = "127.0.0.1" if name == "localhost" or name.endswith(".localhost") else name
        try:
            number = socket.inet_ntoa(socket.inet_aton(number))  # 127.1 and 0x7f000001 as well
        except OSError:
            if ip(number) is None:
                return
        self.admit_ip(address, number)

    def follow(self, address: Address, location: str) -> Address:
        """Return where a redirect leads; raises UnreachableError for where none may lead."""
        target = parse(urljoin(address.url, location))
        if address.scheme == "https" and target.scheme == "http":
            raise UnreachableError(f"{address.place} redirects to {target.place}, without TLS")
        self.admit(target)
        return target


def ip(text: str) -> IPv4Address | IPv6Address | None:
    """Return the IP address that a text is, None if it is a name."""
    import ipaddress

    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Say whether this is no address of a private network, of this machine or of a group.

    IPv6 addresses that stand for an IPv4 one (mapped, 6to4, NAT64 of RFC 6052) are as public as
    that one is.  Those for documentation (RFC 5737) belong to no network that could be reached
    by mistake; some gateways use them for the hosts that they stand for.
    """
    import ipaddress

    if address.version == 6:  # noqa: PLR2004 - IPv6
        inner = address.ipv4_mapped or address.sixtofour
        if address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    if any(address in ipaddress.ip_network(example) for example in _EXAMPLES):
        return True
    return address.is_global and not address.is_multicast


def _hosts(texts: Iterable[str]) -> Iterable[tuple[str, int | None]]:
    """Yield host and port of each entry; one that is neither matches nothing."""
    for text in texts:
        bare = text if text.startswith("[") or text.count(":") <= 1 else f"[{text}]"
        try:
            parts = urlsplit(f"//{bare}")
            if parts.hostname and not parts.path:
                yield parts.hostname, parts.port
        except ValueError:
            continue
