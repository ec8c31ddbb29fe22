"""What is found inside a built artifact, and what the modules of this room share.

An artifact is read where it lies: forward, in memory, under caps, never unpacked.  What is odd is
refused by MalformedError, for the whole file: a name inside that leads elsewhere is as bad as one
that is read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

from release_tools.errors import MalformedError, VersionError
from release_tools.reading import Problem
from release_tools.version import Spelling, Version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from release_tools.reading import Platform

DIFFERS = "artifact-differs"
"""The finding for an artifact whose parts do not say the same."""

KEPT = 2 * 1024 * 1024
"""No member of more bytes is read: a manifest has a hundredth of that."""

_VERSIONED = re.compile(r"(.+?)[-_](v?\d+\.\d+.*|nightly.*|latest)")
_SEPARATORS = re.compile(r"[-_.]+")


class Built(NamedTuple):
    """One thing that a file holds: a package, a chart, or an image.

    ``kind`` is that of the artifact: ``wheel``, ``sdist``, ``crate``, ``chart``, ``npm`` or
    ``image``.  ``names`` are what it is called inside: an image may have several, or none.
    ``version`` is the text that it states, None where it states none.  ``digest`` is
    ``ALGORITHM:HEX`` of the whole file, in the algorithm of the registry; of an image it is that
    of its index or manifest, None in a docker archive, which has neither.  ``size`` is in bytes.
    """

    kind: str
    names: tuple[str, ...]
    version: str | None
    digest: str | None = None
    size: int | None = None
    app_version: str | None = None
    platforms: tuple[Platform, ...] | None = None
    problems: tuple[Problem, ...] = ()


class Archive(NamedTuple):
    """What was kept of one archive that was read to its end.

    ``container`` is ``zip``, ``gzip`` (of a tar) or ``tar``, ``members`` are the kept ones by
    path, ``hashes`` the digests of the whole file by algorithm, ``linked`` whether a docker
    archive's links from layer to layer are among the rest.
    """

    container: str
    members: Mapping[str, bytes]
    hashes: Mapping[str, str]
    size: int
    linked: bool = False

    def one(self, manifest: str) -> tuple[str, bytes] | None:
        """Return the folder at the top that holds ``manifest``, and its bytes; None for none.

        Raises MalformedError where two do: installers would not agree on the one that counts.
        """
        found = [path for path in self.members if is_at_top(path, manifest)]
        if len(found) > 1:
            raise MalformedError(f"holds {manifest} {len(found)} times: {', '.join(found[:3])}")
        return (found[0].partition("/")[0], self.members[found[0]]) if found else None


class Members(Protocol):
    """The small members of an image layout, in an archive or in a folder."""

    def get(self, path: str, /) -> bytes | None:
        """Return the bytes at ``path``, None where it is not there or over ``KEPT``.

        Raises MalformedError for what is no regular file, UnreadableError where it cannot be told.
        """


class Artifact(Protocol):
    """A module of this room."""

    KIND: str
    CONTAINERS: Sequence[str]
    """The containers that it comes in; see ``Archive.container``."""
    HASH: str
    """The hash by which its registry knows the whole file; empty where it knows it by none."""

    def claims(self, name: str) -> bool:
        """Say whether a file of this name may be one."""

    def named(self, name: str) -> tuple[str, ...]:
        """Return what the package in a file of this name may be called, by that name alone."""

    def keeps(self, path: str, size: int, head: bytes) -> bool:
        """Say whether the member at ``path``, which begins with ``head``, has to be read."""

    def read(self, archive: Archive, name: str) -> tuple[Built, ...]:
        """Return what the archive holds; empty where it is none of this kind.

        Raises MalformedError where it is one, and cannot be used.
        """


def is_at_top(path: str, manifest: str) -> bool:
    """Say whether ``path`` is ``manifest`` in a folder at the top of the archive."""
    folder, _, file = path.partition("/")
    return bool(folder) and file == manifest


def stem(name: str, *endings: str) -> str:
    """Return the file name without the first of these endings that it has."""
    for ending in endings:
        if name.endswith(ending):
            return name.removesuffix(ending)
    return name


def before_version(text: str) -> tuple[str, ...]:
    """Return the text up to where a version begins in it, and the whole text."""
    match = _VERSIONED.fullmatch(text)
    return (match[1], text) if match else (text,)


def same_name(one: str, other: str) -> bool:
    """Compare the names of projects as PEP 503 does."""
    return _SEPARATORS.sub("-", one).lower() == _SEPARATORS.sub("-", other).lower()


def same_version(one: str, other: str, spelling: Spelling | None = None) -> bool:
    """Compare two texts as versions; what is none differs from all but itself."""
    try:
        return one == other or Version.parse(one, spelling) == Version.parse(other, spelling)
    except VersionError:
        return False


def is_same(package: tuple[str, str], other: tuple[str, str]) -> bool:
    """Say whether two pairs of name and version mean the same Python distribution."""
    pep440 = other[1].replace("_", "-")  # a file name has no other way to write 1.0+local-1
    return same_name(package[0], other[0]) and same_version(package[1], pep440, Spelling.PEP440)


def contradiction(what: str, said: str, inside: str) -> Problem:
    """Return the problem of a file whose ``what`` says another thing than its manifest."""
    return Problem(DIFFERS, f"{what} says {said}, the manifest inside {inside}")
