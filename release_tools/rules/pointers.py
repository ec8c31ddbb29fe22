"""Which version the moving names point at: GitHub's "Latest", the image tag ``latest``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from release_tools.streams import Stream


def versions(stream: Stream, tags: Iterable[str]) -> tuple[Version, ...]:
    """Return the versions, without nightlies, that tags of the stream name."""
    found = (stream.match(tag) for tag in tags)
    return tuple(
        one for one in found if isinstance(one, Version) and not (one.is_dev or one.is_nightly)
    )


def owns_latest(stream: Stream, version: Version, tags: Iterable[str]) -> bool:
    """Say whether ``latest`` belongs to ``version``.

    It is the highest stable one of the stream, and the stream is the one that owns ``latest``: a
    backport and a pre-release take it from nobody.
    """
    if not (stream.latest and version.is_stable):
        return False
    return all(one <= version for one in versions(stream, tags) if one.is_stable)


def previous(stream: Stream, version: Version, tags: Iterable[str]) -> str | None:
    """Return the tag of the release before ``version``, None for the first.

    A stable version follows the stable one below it, a pre-release whatever is below it.
    """
    below = [
        (one, tag)
        for tag in tags
        for one in versions(stream, (tag,))
        if one < version and (one.is_stable or not version.is_stable)
    ]
    return max(below)[1] if below else None
