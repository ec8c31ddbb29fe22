"""From a draft to a published release: each step finds out first what was done before.

A draft and its files converge to what is wanted: the same bytes are left, other bytes stop
everything.  Whatever was not made by a run of ours is never changed and never deleted.
"""

from __future__ import annotations

import glob
import hashlib
import os
import time
from typing import TYPE_CHECKING, NamedTuple

from release_tools.adapters.github_faults import LostError
from release_tools.errors import RefusedError, UnreadableError, UsageError
from release_tools.flows.ledgers import ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from release_tools.adapters.github_release import Asset, Release, Standing
    from release_tools.adapters.github_releases import Releases

_CHUNK = 1 << 20
_SETTLES = 30.0
"""Seconds in which an asset that GitHub calls a starter may become whole."""
_LISTS = (0.5, 1.0, 2.0, 4.0)
"""Pauses before a draft of which the answer was lost is taken for not made."""


class Wanted(NamedTuple):
    """One file that the release has to have: its bytes stand in ``path``, or are ``content``."""

    name: str
    size: int
    digest: str
    path: str = ""
    content: bytes = b""

    @staticmethod
    def of_file(path: str) -> Wanted:
        """Read the file at ``path`` once, for its size and digest.

        Raises UnreadableError where it is no regular file that can be read.
        """
        sha256, size = hashlib.sha256(), 0
        try:
            if not os.path.isfile(path):
                raise UnreadableError(f"{path} is no file", hint="quote the glob of --asset")
            with open(path, "rb") as file:
                while chunk := file.read(_CHUNK):
                    sha256.update(chunk)
                    size += len(chunk)
        except OSError as error:
            raise UnreadableError(f"{path} cannot be read: {error.strerror}") from error
        return Wanted(os.path.basename(path), size, f"sha256:{sha256.hexdigest()}", path)

    @staticmethod
    def of_bytes(name: str, content: bytes) -> Wanted:
        """Return the file that holds ``content``."""
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        return Wanted(name, len(content), digest, content=content)


def files(patterns: Sequence[str]) -> tuple[Wanted, ...]:
    """Return the files that the globs match; raises UsageError for one that matches none."""
    found: dict[str, Wanted] = {}
    for pattern in patterns:
        paths = [path for path in sorted(glob.glob(pattern)) if os.path.isfile(path)]
        if not paths:
            raise UsageError(f"--asset {pattern!a} matches no file", hint="build them first")
        for path in paths:
            name = os.path.basename(path)
            if name in (ledger.NAME, ledger.SUMS):
                raise UsageError(f"{name} is written by release itself", hint="leave it out")
            if name in found and found[name].path != path:
                raise UsageError(f"two files are called {name}", hint="an asset's name is unique")
            found[name] = Wanted.of_file(path)
    return tuple(found.values())


def sums(files: Sequence[Wanted]) -> Wanted:
    """Return ``SHA256SUMS`` of the files, as ``sha256sum --check`` reads it."""
    lines = sorted(f"{file.digest.removeprefix('sha256:')}  {file.name}\n" for file in files)
    return Wanted.of_bytes(ledger.SUMS, "".join(lines).encode())


def draft(
    releases: Releases, tag: str, notes: Callable[[], str], marker: str, *, prerelease: bool
) -> Release:
    """Return the one draft of ours for ``tag``: that of an earlier run, or a new one.

    The notes are made for a new one alone, and stay as they are from then on.  Raises
    RefusedError ``release-foreign-draft`` and ``release-two-drafts``.
    """
    found = _ours(releases, releases.find(tag, writes=True))
    if found is not None:
        return found
    try:
        return releases.create_draft(tag, notes(), marker, prerelease=prerelease)
    except LostError:
        # It may have been made.  A second POST could make a second draft, so the list decides,
        # and it may lag behind.
        for pause in _LISTS:
            time.sleep(pause)
            found = _ours(releases, releases.find(tag, writes=True))
            if found is not None:
                return found
        raise


def fill(
    releases: Releases,
    release: Release,
    files: Sequence[Wanted],
    tell: Callable[[str], None],
) -> None:
    """Upload what the draft lacks, and read every asset back.

    Raises RefusedError ``asset-differs`` where one has other bytes, ``asset-stray`` where there
    is one that nobody wanted.
    """
    there = {asset.name: asset for asset in releases.assets(release)}
    wanted = {file.name for file in files}
    for name in there:
        if name not in wanted:
            raise RefusedError(
                "asset-stray",
                f"the draft of {release.tag} has the asset {name}, which is none of this release",
                hint="delete it from the draft, or add it with --asset",
            )
    for file in files:
        asset = there.get(file.name)
        if asset is not None and asset.state != "uploaded":
            asset = _settled(releases, release, asset)
        if asset is None:
            tell(f"uploading {file.name}")
            _upload(releases, release, file)
    check(releases, release, files)


def check(releases: Releases, release: Release, files: Sequence[Wanted]) -> None:
    """Read all assets back and compare state, size and digest with what is wanted.

    Raises RefusedError ``asset-differs``, or ``release-incomplete`` where one is not there.
    """
    there = {asset.name: asset for asset in releases.assets(release)}
    for file in files:
        asset = there.get(file.name)
        if asset is not None and asset.state != "uploaded":
            asset = _settled(releases, release, asset, remove=False)
        if asset is None:
            raise RefusedError(
                "release-incomplete",
                f"the release {release.tag} does not have the asset {file.name}",
                hint="run the command again",
            )
        found = asset.digest or releases.digest(asset)
        if (asset.size, found) != (file.size, file.digest):
            raise RefusedError(
                "asset-differs",
                f"the asset {file.name} of {release.tag} is {found} of {asset.size} bytes, "
                f"expected {file.digest} of {file.size} bytes",
                hint="delete the draft if what was built now is right, then run the command again",
            )


def publish(releases: Releases, release: Release, *, prerelease: bool, latest: bool) -> Release:
    """Publish the draft, and read back that it is as it was asked for.

    Raises RefusedError ``release-exists`` where another release of the tag was published, and
    ``release-flags`` where what is read back is something else.
    """
    try:
        releases.publish(release, prerelease=prerelease, latest=latest)
    except LostError:
        now = releases.get(release.id)
        if now is None or now.draft:  # it did not arrive: asking again changes nothing twice
            releases.publish(release, prerelease=prerelease, latest=latest)
    now = releases.get(release.id)
    first = releases.latest()
    is_latest = first is not None and first.id == release.id
    wrong = now is None or now.draft or now.prerelease is not prerelease
    # Where nothing else is released, GitHub calls "Latest" what was not to be: that is no harm.
    if now is None or wrong or (latest and not is_latest):
        raise RefusedError(
            "release-flags",
            f"the release {release.tag} was published, and is read back otherwise: "
            f"prerelease={now and now.prerelease}, latest={is_latest}",
            hint="look at it on GitHub before anything else is done",
        )
    return now


def _ours(releases: Releases, standing: Standing) -> Release | None:
    """Return the draft to go on with, None where there is none; refuse what is not ours."""
    foreign = [one for one in standing.drafts if one.marker is None]
    if foreign and len(standing.drafts) > 1:
        raise RefusedError(
            "release-two-drafts",
            f"there are {len(standing.drafts)} drafts of {foreign[0].tag}, one not made by us",
            hint="delete the drafts that nobody needs on GitHub, then run the command again",
        )
    if foreign:
        raise RefusedError(
            "release-foreign-draft",
            f"there is a draft of {foreign[0].tag} that no run of release-tools made",
            hint=f"publish or delete it: {foreign[0].url}",
        )
    first, *others = sorted(standing.drafts, key=lambda one: one.id) or (None,)
    for other in others:  # an answer was lost, and the list lagged behind: one of ours too many
        releases.delete_draft(other)
    return first


def _settled(
    releases: Releases, release: Release, asset: Asset, *, remove: bool = True
) -> Asset | None:
    """Wait for an asset that is not whole yet; one that stays so is deleted, if it may be."""
    for _ in _pauses():
        now = next((one for one in releases.assets(release) if one.id == asset.id), None)
        if now is None or now.state == "uploaded":
            return now
    if remove:
        releases.delete_asset(asset)
        return None
    raise UnreadableError(
        f"GitHub does not finish the asset {asset.name} of {release.tag}",
        hint="run the command again",
    )


def _pauses() -> Iterator[None]:
    end, pause = time.monotonic() + _SETTLES, 0.25
    while time.monotonic() < end:
        yield
        time.sleep(pause)
        pause = min(pause * 2, 5.0)


def _upload(releases: Releases, release: Release, file: Wanted) -> None:
    try:
        if file.path:
            releases.upload(release, file.name, file.path)
        else:
            releases.upload_bytes(release, file.name, file.content)
    except LostError:
        found = next((a for a in releases.assets(release) if a.name == file.name), None)
        if found is not None:
            found = _settled(releases, release, found)
        if found is None:
            _upload_again(releases, release, file)
    except RefusedError as error:
        if error.id != "asset-exists":  # by an attempt whose answer was lost: check() compares it
            raise


def _upload_again(releases: Releases, release: Release, file: Wanted) -> None:
    if file.path:
        releases.upload(release, file.name, file.path)
    else:
        releases.upload_bytes(release, file.name, file.content)
