"""Where GitHub is asked: which addresses may be, and which others belong to them.  Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from release_tools.adapters.github_faults import ShapeError, printable
from release_tools.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection
    from urllib.parse import SplitResult

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def check(url: str, plain_http: Collection[str] = (), private_hosts: Collection[str] = ()) -> str:
    """Return the address of an API if it may be asked; raises UsageError if it may not.

    It has TLS, unless its host is this machine or stands in ``plain_http``.  An address of a
    private network stands in ``private_hosts``.  Both hold ``host`` or ``host:port``.
    """
    try:
        parts = urlsplit(url)
        names = {parts.hostname, f"{parts.hostname}:{parts.port}"}
    except ValueError:
        parts, names = urlsplit(""), set()
    host = parts.hostname or ""
    plain = host in _LOOPBACK or not names.isdisjoint(plain_http)
    if not host or parts.username or not (parts.scheme == "https" or _plain(parts, plain)):
        raise UsageError(
            f"{shown(url)!r} is no address for GitHub's API",
            hint="expected: https://...; plain-http in [registries] allows a host without TLS",
        )
    if _is_private(host) and host not in _LOOPBACK and names.isdisjoint(private_hosts):
        raise UsageError(
            f"{host} is an address of a private network",
            hint="name it in private-hosts of [registries] if that is where GitHub is",
        )
    return url


def may_upload(upload_url: str, api_url: str) -> bool:
    """Say whether the token may go to ``upload_url``, which an answer of ``api_url`` named.

    github.com takes uploads at ``uploads.`` where its API is at ``api.``; GitHub Enterprise
    takes them on the host of its API.
    """
    there, here = urlsplit(upload_url), urlsplit(api_url)
    if there.scheme != here.scheme or there.username or there.port != here.port:
        return False
    hosts = {here.hostname}
    if here.hostname and here.hostname.startswith("api."):
        hosts.add("uploads." + here.hostname.removeprefix("api."))
    return there.hostname in hosts


def led(
    location: str, api_url: str, plain_http: Collection[str], private_hosts: Collection[str]
) -> str:
    """Return where an answer of ``api_url`` leads, if that may be asked (without the token).

    No public GitHub leads to this machine.  Raises ShapeError.
    """
    try:
        check(location, plain_http, private_hosts)
    except UsageError as error:
        raise ShapeError(f"leads elsewhere: {error.message}") from None
    here, there = urlsplit(api_url).hostname, urlsplit(location).hostname
    if there in _LOOPBACK and here not in _LOOPBACK:
        raise ShapeError("leads to this machine")
    return location


def default() -> str:
    """Return the address of github.com's API."""
    from github.Consts import DEFAULT_BASE_URL

    return DEFAULT_BASE_URL


def same_origin(one: str, other: str) -> bool:
    """Say whether two addresses are of one scheme, host and port."""
    return urlsplit(one)[:2] == urlsplit(other)[:2]


def _plain(parts: SplitResult, allowed: bool) -> bool:  # noqa: FBT001 - a fact, no switch
    return parts.scheme == "http" and allowed


def _is_private(host: str) -> bool:
    if not host.strip("[]").replace(".", "").isdecimal() and ":" not in host:
        return False  # a name, and not an address
    from ipaddress import ip_address

    try:
        return not ip_address(host).is_global
    except ValueError:
        return True  # 10.1 and the like, which resolvers understand


def shown(url: str) -> str:
    """Return an address fit for a message: one line, not too long, without a password."""
    url = printable(url)
    return url if "@" not in url else url[: url.find("//") + 2] + "***" + url[url.rfind("@") :]
