"""What was seen of one surface outside the source: in an artifact, a registry, or a cluster.

A reading is there, not there, or cannot be told: three answers that never turn into one another.
``Unknown`` is never agreement.  The protocols are what registries are handed to ask with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from release_tools.version import Nightly, Version


class File(NamedTuple):
    """One file of a surface.

    ``digest`` is ``ALGORITHM:HEX`` in lower case (``sha256:…``, npm's integrity as ``sha512:…``),
    ``size`` in bytes; both None where the registry does not tell.  ``kind`` is ``wheel``,
    ``sdist``, ``crate``, ``npm`` or ``chart``.
    """

    name: str
    kind: str
    digest: str | None = None
    size: int | None = None
    url: str | None = None
    yanked: bool = False


class Platform(NamedTuple):
    """One platform of an image, ``os/architecture[/variant]``, and the digest of its manifest."""

    name: str
    digest: str


class Problem(NamedTuple):
    """What is wrong with something that is there: the id of a finding, and its message."""

    id: str
    message: str


class Found(NamedTuple):
    """The version is there.

    ``version`` is the text as it stands there, ``where`` the address or path that was read, without
    credentials.  ``digest`` is the hash of bytes that we fetched, or what the registry's index
    states for a file that we did not fetch (a crate's ``cksum``).  ``platforms`` is None where
    the kind has none.  ``notes`` are further facts by name (``layer``, ``app-version``,
    ``latest``).  Any problem makes the cell differ.
    """

    version: str
    where: str
    digest: str | None = None
    files: tuple[File, ...] = ()
    platforms: tuple[Platform, ...] | None = None
    notes: Mapping[str, str] = {}
    problems: tuple[Problem, ...] = ()


class Absent(NamedTuple):
    """The version is provably not there; ``reason`` says what proves it."""

    where: str
    reason: str = ""


class Unknown(NamedTuple):
    """Whether the version is there cannot be told; ``reason`` says why, ``hint`` what helps."""

    where: str
    reason: str
    hint: str = ""


Reading = Found | Absent | Unknown


class Listed(NamedTuple):
    """One version that a registry lists, as it spells it."""

    version: str
    yanked: bool = False


class Listing(NamedTuple):
    """Every version that a registry lists of one package, in its own order."""

    where: str
    versions: tuple[Listed, ...]


class Coordinates(NamedTuple):
    """Where one package is looked up.

    ``base`` is the registry's base URL, without credentials; ``name`` the package, or the path of
    an OCI repository.  ``known`` are other names of the same registry: one that answers proves
    that a 404 for ``name`` means "not there".  ``first`` says that nothing was ever published
    under the name, so that a refusal or a 404 is taken for "not there".

    ``tag`` is the pattern around a version in the tags of an image; ``latest`` asks, for one more
    request, what the tag ``latest`` of an image is, which the note ``latest`` then tells.
    """

    base: str
    name: str
    known: tuple[str, ...] = ()
    first: bool = False
    tag: str = "{version}"
    latest: bool = False


class Wanted(NamedTuple):
    """What a release should have put there.

    ``text`` is the canonical spelling; ``others`` are spellings of the same version to look up
    where the canonical one is not there.  ``files`` are kinds of file, ``platforms`` of an image,
    ``app_version`` the exact appVersion of a chart; empty or None asks for nothing in particular.
    """

    version: Version | Nightly
    text: str
    others: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    app_version: str | None = None


class Answer(NamedTuple):
    """One HTTP response, read to its end.

    ``url`` is the address that answered in the end, ``headers`` have their names in lower case.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """Asks over HTTP: GET, and the token exchange that a registry's challenge demands."""

    def get(
        self, url: str, *, accept: Sequence[str] = (), scope: str | None = None, limit: int = 0
    ) -> Answer:
        """Return the answer, whatever its status, once retries, redirects and tokens are done.

        ``accept`` are media types.  ``scope`` marks a request to an OCI registry and is the scope
        of its token (``repository:owner/app:pull``): one token is fetched for it and shared.
        ``limit`` caps the body in bytes (0: the default).  The same request is not sent twice in
        one run unless a wait polls it anew.  Raises UnreadableError where there is no answer to
        be believed: no connection, time-out, cut or oversized body, an endless 429 or 5xx, a
        refused redirect or address; the message is fit for ``Unknown.reason``.
        """


class Registry(Protocol):
    """A module of ``registries/``: it asks only through the transport that it is handed."""

    def read(self, at: Coordinates, wanted: Wanted, transport: Transport) -> Reading:
        """Look one version up; every error on the way is ``Unknown``, with the reason."""

    def versions(self, at: Coordinates, transport: Transport) -> Listing | Absent | Unknown:
        """List every version of the package."""


class Addresses(Protocol):
    """Where registries are: the configuration, else the user's own clients, else constants."""

    def of(self, registry: str) -> str:
        """Return the base URL of ``pypi``, ``crates``, ``npm`` or ``github``.

        Raises UnreadableError where neither configuration nor client tells.
        """

    def of_host(self, host: str) -> str:
        """Return ``https://host``, or ``http://host`` where ``plain-http`` names it."""
