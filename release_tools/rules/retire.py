"""Which old nightlies may go: pure sets of tags, digests and what they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import VersionError
from release_tools.version import Nightly

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Manifest(NamedTuple):
    """What a tag leads to: a manifest, and those that it is an index of."""

    digest: str
    children: tuple[str, ...] = ()


def nightlies(names: Iterable[str]) -> dict[str, Nightly]:
    """Return those names that are of nightlies: ``nightly-20260115``, ``0.0.0-nightly.20260115``.

    Whatever carries more than that is somebody else's.
    """
    found: dict[str, Nightly] = {}
    for name in names:
        date = name.removeprefix("nightly-").removeprefix("0.0.0-nightly.")
        try:
            one = Nightly.parse(f"nightly-{date}")
        except VersionError:
            continue
        if date != name:
            found[name] = one
    return found


def split(found: Mapping[str, Nightly], keep: int) -> tuple[list[str], list[str]]:
    """Return the names that are old, and those of the ``keep`` newest dates."""
    dates = sorted({one.date for one in found.values()}, reverse=True)[:keep]
    old = sorted(name for name, one in found.items() if one.date not in dates)
    return old, sorted(name for name in found if name not in old)


def removable(seen: Mapping[str, Manifest], old: frozenset[str]) -> list[str]:
    """Return the digests that may be deleted: indexes first, then what only they led to.

    ``seen`` holds every tag of the repository, ``old`` those that go.  On a plain registry the
    deletion of a manifest removes every tag on it, and nothing warns of an index that still
    names it: so a digest stays if any tag that is kept leads to it, directly or by its index.
    """
    kept = [manifest for tag, manifest in seen.items() if tag not in old]
    needed = {one.digest for one in kept} | {child for one in kept for child in one.children}
    going = [manifest for tag, manifest in sorted(seen.items()) if tag in old]
    digests = [one.digest for one in going] + [child for one in going for child in one.children]
    return [digest for digest in dict.fromkeys(digests) if digest not in needed]
