"""Every spelling of one release, as the outputs of a workflow step hand them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import VersionError
from release_tools.rules import pointers
from release_tools.version import Nightly, Spelling, Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from release_tools.streams import Stream

NAMES = (
    "stream",
    "channel",
    "version",
    "tag",
    "pep440",
    "semver",
    "image-tag",
    "chart-version",
    "prerelease",
    "make-latest",
    "push-latest",
    "commit",
    "previous-tag",
)
"""The outputs beside ``proceed``; all of them are always set, to an empty text if need be."""


def nothing() -> dict[str, str]:
    """Return the outputs of a step that is not to publish."""
    return {"proceed": "false", **dict.fromkeys(NAMES, "")}


def of_version(
    stream: Stream, version: Version, tag: str, commit: str, tags: Iterable[str]
) -> dict[str, str]:
    """Return the outputs of the release of ``version``; ``tags`` are all tags of the remote."""
    tags = tuple(tags)
    latest = _flag(pointers.owns_latest(stream, version, tags))
    return {
        "proceed": "true",
        "stream": stream.name,
        "channel": "prerelease" if version.is_prerelease else "release",
        "version": str(version),
        "tag": tag,
        "pep440": _spelled(version, Spelling.PEP440),
        "semver": _spelled(version, Spelling.SEMVER),
        # As image surfaces spell it by default; `tag` of a surface may say otherwise.
        "image-tag": f"v{image}" if (image := _spelled(version, Spelling.IMAGE_TAG)) else "",
        "chart-version": _spelled(version, Spelling.CHART),
        "prerelease": _flag(version.is_prerelease),
        "make-latest": latest,
        "push-latest": latest,
        "commit": commit,
        "previous-tag": pointers.previous(stream, version, tags) or "",
    }


def of_nightly(
    stream: Stream, nightly: Nightly, base: Version, commit: str, tags: Iterable[str]
) -> dict[str, str]:
    """Return the outputs of a nightly, whose version is on the way to ``base``."""
    version = nightly.version(base)
    return {
        "stream": stream.name,
        "channel": "nightly",
        "version": str(version),
        "tag": stream.tag_of(nightly),
        "pep440": _spelled(version, Spelling.PEP440),
        "semver": _spelled(version, Spelling.SEMVER),
        "image-tag": nightly.spell(Spelling.IMAGE_TAG),
        "chart-version": nightly.spell(Spelling.CHART),
        "prerelease": "true",
        "make-latest": "false",
        "push-latest": "false",
        "commit": commit,
        "previous-tag": last_nightly(stream, nightly, tags),
    }


def nightly_base(stream: Stream, released: Version | None) -> Version:
    """Return the version that a nightly is on the way to: the next after the last release.

    After 0.3.0 that is 0.4.0 with ``nightly-base = "minor"``, 0.3.1 with ``"patch"``.
    """
    major, minor, patch = (*released.release, 0, 0, 0)[:3] if released else (0, 0, 0)
    if stream.nightly_base == "major":
        return Version((major + 1, 0, 0))
    if stream.nightly_base == "minor":
        return Version((major, minor + 1, 0))
    return Version((major, minor, patch + 1))


def last_nightly(stream: Stream, nightly: Nightly, tags: Iterable[str]) -> str:
    """Return the newest nightly tag of the stream before this one, empty where there is none."""
    found = ((stream.match(tag), tag) for tag in tags)
    before = [
        (one.date, tag)
        for one, tag in found
        if isinstance(one, Nightly) and one.date < nightly.date
    ]
    return max(before)[1] if before else ""


def _spelled(version: Version, spelling: Spelling) -> str:
    """Return the spelling, an empty text where the ecosystem has none for this version."""
    try:
        return version.spell(spelling)
    except VersionError:
        return ""


def _flag(value: bool) -> str:  # noqa: FBT001 - what is to be written, not how
    return "true" if value else "false"


def summary(outputs: Mapping[str, str]) -> str:
    """Return the outputs as lines of ``name=value``, as a person reads them in a log."""
    return "".join(f"{name}={value}\n" for name, value in outputs.items())
