"""Connections: name, proxy, private address and TLS, in bounded time."""

from __future__ import annotations

import os
import socket
import ssl
import sys
import threading
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from release_tools.adapters.http import address as addresses
from release_tools.adapters.http.flight import Once
from release_tools.adapters.http.wire import Wire
from release_tools.errors import UnreachableError

if TYPE_CHECKING:
    from release_tools.adapters.http.address import Address, Policy
    from release_tools.adapters.http.deadline import Deadline

    Found = tuple[socket.AddressFamily, tuple[str, int]]

CLOSED = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
"""What it means that the other side has closed the connection."""

_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_MOST_ADDRESSES = 4


class BrokenError(Exception):
    """An attempt failed in a way that may pass; ``str`` of it completes "HOST ..."."""


class StaleError(BrokenError):
    """The connection was closed before the answer was whole."""


class DialError(BrokenError):
    """There was no connection in the first place."""


class Proxy(NamedTuple):
    """A proxy that the environment names; ``credentials`` are ``user:password`` or empty."""

    address: Address
    credentials: str


class Dialer:
    """Connects.  An address is checked, and then exactly that one is connected to.

    Where a proxy is in use, it looks the name up, and only the name can be checked.
    """

    def __init__(self, policy: Policy, deadline: Deadline, connect: float, read: float) -> None:
        self._policy = policy
        self._deadline = deadline
        self._connect = connect
        self._read = read
        self.names: Once[list[Found]] = Once()
        self._contexts: Once[ssl.SSLContext] = Once()

    def dial(self, address: Address) -> tuple[Wire, Proxy | None]:
        """Return a connection, and the proxy where it leads to one that wants whole URLs.

        Raises DialError for what may pass, UnreachableError for what will not.
        """
        proxy = find_proxy(address)
        if proxy is None:
            raw = self._open(address, checked=True)
        else:
            self._policy.admit_name(address)
            raw = self._open(proxy.address, checked=False)
        try:
            if proxy is not None and address.scheme == "https":
                self._tunnel(raw, address, proxy)
            if address.scheme == "https":
                raw = self._secure(raw, address)
        except BaseException:
            raw.close()
            raise
        wire = Wire(raw, lambda: self._deadline.bound(self._read, address.place))
        return wire, proxy if address.scheme == "http" else None

    def trust(self) -> ssl.SSLContext:
        """Return what says whom to trust, read once; raises UnreachableError where it cannot be."""
        return self._contexts.get("", _context)

    def _open(self, address: Address, *, checked: bool) -> socket.socket:
        found = self.names.get((address.host, address.port), lambda: self._look_up(address))
        if checked:
            for _, where in found:
                self._policy.admit_ip(address, where[0])
        why: OSError | None = None
        for family, where in found:
            raw = socket.socket(family, socket.SOCK_STREAM)
            try:
                raw.settimeout(self._deadline.bound(self._connect, address.place))
                raw.connect(where)
                raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                raw.close()
                why = error
            except BaseException:
                raw.close()
                raise
            else:
                return raw
        raise DialError(said(why, self._connect)) from None

    def _look_up(self, address: Address) -> list[Found]:
        """Ask the system for the host's addresses, on a thread: it has no bound of its own."""
        answers: SimpleQueue[list[Found] | Exception] = SimpleQueue()
        if addresses.ip(address.host) is not None:
            _resolve(address, answers)
        else:
            threading.Thread(target=_resolve, args=(address, answers), daemon=True).start()
        try:
            answer = answers.get(timeout=self._deadline.bound(self._connect, address.place))
        except Empty:
            answer = TimeoutError("no answer")
        if isinstance(answer, list):
            return answer
        why = getattr(answer, "strerror", None) or "no answer in time"
        raise UnreachableError(
            f"the name of {address.place} cannot be looked up: {why.lower()}",
            hint="check the address, and the connection to the network",
        )

    def _tunnel(self, raw: socket.socket, address: Address, proxy: Proxy) -> None:
        """Have the proxy connect us through (RFC 9110, 9.3.6)."""
        from http.client import HTTPException, HTTPResponse

        wire = Wire(raw, lambda: self._deadline.bound(self._read, address.place))
        host = f"[{address.host}]" if ":" in address.host else address.host
        lines = [f"CONNECT {host}:{address.port} HTTP/1.1", f"Host: {host}:{address.port}"]
        lines += [f"{name}: {text}" for name, text in proxy_headers(proxy).items()]
        try:
            wire.sendall("\r\n".join((*lines, "", "")).encode("latin-1"))
            response = HTTPResponse(wire, method="CONNECT")  # type: ignore[arg-type]
            response.begin()
        except (OSError, HTTPException) as error:
            place = proxy.address.place
            raise DialError(
                f"is behind the proxy {place}, which {said(error, self._read)}"
            ) from None
        if response.status != 200:  # noqa: PLR2004 - the one that opens the tunnel
            raise DialError(
                f"is behind the proxy {proxy.address.place}, which answers {response.status}"
            )

    def _secure(self, raw: socket.socket, address: Address) -> ssl.SSLSocket:
        raw.settimeout(self._deadline.bound(self._read, address.place))
        try:
            context = self.trust()
            # An answer without a length that ends without a good-bye has been cut (RFC 9112, 9.8).
            return context.wrap_socket(
                raw, server_hostname=address.host.encode(), suppress_ragged_eofs=False
            )
        except ssl.SSLCertVerificationError as error:
            raise UnreachableError(
                f"{address.place} has a certificate that is not trusted: {error.verify_message}",
                hint="if it should be, name the file of its authority in SSL_CERT_FILE",
            ) from None
        except OSError as error:
            raise DialError(said(error, self._read)) from None


def _resolve(address: Address, answers: SimpleQueue[list[Found] | Exception]) -> None:
    try:
        found = socket.getaddrinfo(address.host.encode(), address.port, type=socket.SOCK_STREAM)
        answers.put([(one[0], one[4]) for one in found[:_MOST_ADDRESSES]])  # type: ignore[misc]
    except (OSError, UnicodeError) as error:
        answers.put(error)


def _context() -> ssl.SSLContext:
    """Return the system's trust, ``SSL_CERT_FILE`` included, and what other clients add to it."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    known = {os.environ.get("SSL_CERT_FILE")}
    for name in _BUNDLES:
        path = os.environ.get(name)
        if not path or path in known:
            continue
        known.add(path)  # 140 authorities take 20 ms, and both often name the same
        try:
            folder = os.path.isdir(path)
            context.load_verify_locations(None if folder else path, path if folder else None)
        except OSError as error:
            raise UnreachableError(
                f"{name} names certificates that cannot be read: {error.strerror or 'not PEM'}",
                hint=f"correct {name} in the environment, or remove it",
            ) from None
    return context


def find_proxy(address: Address) -> Proxy | None:
    """Return the proxy that the environment, or the system, names for an address."""
    if sys.platform != "darwin" and not any(name.lower().endswith("_proxy") for name in os.environ):
        return None
    from urllib.request import getproxies, proxy_bypass

    proxies = getproxies()
    url = proxies.get(address.scheme) or proxies.get("all")
    if not url or proxy_bypass(address.place):
        return None
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme != "http":
        raise UnreachableError(
            f"{address.place} is behind a proxy of the kind {parts.scheme[:20]!a}",
            hint="a proxy that speaks http is needed: HTTPS_PROXY=http://host:port",
        )
    where, credentials = parts.netloc.rpartition("@")[2], ""
    if parts.username is not None:
        credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return Proxy(addresses.parse(f"http://{where}"), credentials)


def proxy_headers(proxy: Proxy) -> dict[str, str]:
    """Return what a proxy wants to be told beside the request."""
    from base64 import b64encode

    if not proxy.credentials:
        return {}
    return {"Proxy-Authorization": f"Basic {b64encode(proxy.credentials.encode()).decode()}"}


def said(error: Exception | None, waited: float) -> str:
    """Say in words what went wrong, in a way that completes "HOST ..."."""
    from http.client import HTTPException, IncompleteRead

    strerror = getattr(error, "strerror", None) or "no reason given"
    words: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
        (TimeoutError, f"does not answer within {waited:g} s"),
        (ConnectionRefusedError, "refuses connections"),
        (CLOSED, "closes the connection before the answer is whole"),
        (IncompleteRead, "sends an answer that is cut short"),
        (HTTPException, "answers with what is not HTTP"),
        (ssl.SSLError, f"does not speak TLS as it should: {getattr(error, 'reason', '')}"),
        (OSError, f"cannot be reached: {strerror.lower()}"),
    )
    return next((text for kind, text in words if isinstance(error, kind)), "cannot be reached")
