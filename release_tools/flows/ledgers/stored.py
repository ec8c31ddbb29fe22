"""Where ``audit`` takes ledgers from: GitHub Releases, a folder, or the images in a registry."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from release_tools.errors import RefusedError, UnreadableError, UsageError, VersionError
from release_tools.flows.ledgers import ledger
from release_tools.flows.repository import hub
from release_tools.kinds import stages
from release_tools.reading import Absent, Found, Listing, Unknown
from release_tools.rules import ledger as rules
from release_tools.rules.findings import finding
from release_tools.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from release_tools.adapters.github_release import Asset, Release
    from release_tools.config import Project
    from release_tools.flows.columns.asking import Asking
    from release_tools.flows.repository.hub import Hub
    from release_tools.model import Finding, Surface
    from release_tools.streams import Stream

    Ledger = tuple[dict[str, Any], tuple[Finding, ...]]

_LARGEST = 16 << 20


class Request(NamedTuple):
    """Which releases: versions by name, or all; and where their ledgers are, if not GitHub.

    ``ledgers`` is a folder; ``attached`` takes those that are attached to the images.
    """

    versions: tuple[str, ...] = ()
    everything: bool = False
    stream: str | None = None
    ledgers: str | None = None
    attached: bool = False


class Source(Protocol):
    """One place with ledgers."""

    def tags(self) -> Iterable[str]:
        """Return the tags of all releases that it knows."""

    def ledger(self, tag: str) -> Ledger:
        """Return the ledger of a release, and what is wrong with the place that holds it.

        Raises RefusedError ``ledger-missing`` where there is none, MalformedError for what is none,
        UnreadableError where that cannot be told.
        """


def source(
    project: Project, stream: Stream, github: Hub | None, ask: Asking, request: Request
) -> Source:
    """Return the place that the request names; raises UsageError where it names two."""
    if request.ledgers is not None and request.attached:
        raise UsageError("a folder and the registry are two answers to one question")
    if request.attached:
        return Attached(project, stream, ask)
    return Releases(github, stream) if request.ledgers is None else Folder(request.ledgers)


def _missing(message: str) -> RefusedError:
    return RefusedError("ledger-missing", message)


class Folder(NamedTuple):
    """The JSON files of one folder."""

    path: str

    def tags(self) -> Iterable[str]:
        """Return the tags that the ledgers are of."""
        return [str(one["tag"]) for one in self._all()]

    def ledger(self, tag: str) -> Ledger:
        """Return the one of this tag."""
        for one in self._all():
            if one["tag"] == tag:
                return one, ()
        raise _missing(f"no ledger of {tag} is in {self.path}")

    def _all(self) -> list[dict[str, Any]]:
        try:
            names = sorted(os.listdir(self.path))
        except OSError as error:
            raise UsageError(f"{self.path!a} cannot be listed: {error.strerror}") from error
        return [ledger.read(os.path.join(self.path, n)) for n in names if n.endswith(".json")]


class Releases(NamedTuple):
    """The assets of GitHub Releases, which are held against their own list of digests."""

    github: Hub | None
    stream: Stream

    def tags(self) -> Iterable[str]:
        """Return the tags of all published releases."""
        return [one.tag for one in hub.needed(self.github).releases.all() if not one.draft]

    def ledger(self, tag: str) -> Ledger:
        """Return that of the published release, and what of the release was edited since."""
        github = hub.needed(self.github)
        release = github.releases.find(tag).published
        if release is None:
            raise _missing(f"{tag} is no published release, so nothing was recorded of it")
        assets = {asset.name: asset for asset in release.assets}
        if ledger.NAME not in assets:
            raise _missing(f"the release {tag} has no {ledger.NAME}")
        recorded = rules.parse(github.releases.content(assets[ledger.NAME], _LARGEST))
        return recorded, tuple(self._edited(github, release, assets))

    def _edited(
        self, github: Hub, release: Release, assets: Mapping[str, Asset]
    ) -> Iterable[Finding]:
        """Yield the assets that are gone, that have other bytes, and that were not there."""
        sums = _sums(github, release, assets)
        where = {"stream": self.stream.name}
        for name, digest in sums.items():
            asset = assets.get(name)
            found = asset and (asset.digest or github.releases.digest(asset))
            if found != digest:
                what = "is gone" if asset is None else f"is {found}, recorded as {digest}"
                message = f"the asset {name} of {release.tag} {what}"
                yield finding("asset-differs", message, stream=self.stream.name)
        for name in sorted(assets.keys() - sums.keys() - {ledger.SUMS}):
            message = f"the asset {name} of {release.tag} was not there when it was released"
            yield finding("asset-added", message, stream=where["stream"])


def _sums(github: Hub, release: Release, assets: Mapping[str, Asset]) -> dict[str, str]:
    """Return what SHA256SUMS of the release says, by file name."""
    if ledger.SUMS not in assets:
        raise _missing(f"the release {release.tag} has no {ledger.SUMS}")
    data = github.releases.content(assets[ledger.SUMS], _LARGEST)
    lines = data.decode("utf-8", "replace").splitlines()
    pairs = (line.partition("  ") for line in lines if "  " in line)
    return {name: f"sha256:{digest}" for digest, _, name in pairs}


class Attached(NamedTuple):
    """The ledgers that are attached to the images of a stream, in their registry."""

    project: Project
    stream: Stream
    ask: Asking

    def tags(self) -> Iterable[str]:
        """Return the tags of all releases that the images are listed in."""
        from release_tools.registries import oci

        found: set[Version] = set()
        for surface in self._images():
            listing = oci.versions(self._at(surface), self.ask.transport)
            if isinstance(listing, Unknown):
                raise UnreadableError(f"{surface.id}: {listing.reason}", hint=listing.hint)
            for one in listing.versions if isinstance(listing, Listing) else ():
                found |= set(_release(one.version))
        return [self.stream.tag_of(version) for version in sorted(found, reverse=True)]

    def ledger(self, tag: str) -> Ledger:
        """Return the first one of this release that an image of it carries.

        A tag that moved leads to an image without it: then another image has it.
        """
        doubts: list[str] = []
        for surface in self._images():
            for data in self._carried(surface, tag, doubts):
                recorded = rules.parse(data)
                if recorded["tag"] == tag:
                    return recorded, ()
        if doubts:
            raise UnreadableError("; ".join(doubts), hint="try again, or log in to the registry")
        raise _missing(f"no image of {tag} has a ledger attached")

    def _carried(self, surface: Surface, tag: str, doubts: list[str]) -> tuple[bytes, ...]:
        """Return the ledgers attached to what an image's tag leads to."""
        from release_tools.adapters.oras_push import ARTIFACT_TYPE
        from release_tools.registries import oci, referrers

        version = self.stream.match(tag)
        kind = stages.publishing("image")
        if kind is None or not isinstance(version, Version):
            raise AssertionError(tag)
        at, transport = self._at(surface), self.ask.transport
        image = oci.read(at, kind.wanted(surface, version, ()), transport)
        if isinstance(image, Absent):
            return ()
        if isinstance(image, Found) and image.digest is not None:
            found = referrers.read(at, image.digest, ARTIFACT_TYPE, transport)
            if not isinstance(found, Unknown):
                return found
            doubts.append(f"{surface.id}: {found.reason}")
        elif isinstance(image, Unknown):
            doubts.append(f"{surface.id}: {image.reason}")
        return ()

    def _images(self) -> list[Surface]:
        found = [
            one
            for one in self.project.surfaces
            if (one.kind, one.stream) == ("image", self.stream.name)
        ]
        if not found:
            raise UsageError(f'the stream "{self.stream.name}" has no images')
        return found

    def _at(self, surface: Surface) -> Any:
        kind = stages.publishing("image")
        where = kind.published(surface, self.ask.addresses) if kind else None
        if where is None:
            raise AssertionError(surface.id)
        return where[1]


def _release(text: str) -> Iterable[Version]:
    try:
        version = Version.parse(text)
    except VersionError:
        return
    if not (version.is_dev or version.is_nightly):
        yield version
