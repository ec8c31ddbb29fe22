"""Other places that state a version for certain: ``__version__`` and a kept changelog."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, TypeGuard

from release_tools.discovery.tags import placeholder
from release_tools.errors import VersionError
from release_tools.formats import changelog
from release_tools.version import Spelling, Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from release_tools.discovery.files import Files
    from release_tools.discovery.proposal import Candidate
    from release_tools.discovery.tags import Line

_MODULES = ("__init__.py", "_version.py", "version.py", "__version__.py", "__about__.py")
_CHANGELOG = "CHANGELOG.md"
_MAX_TEXT = 1_000_000


def modules(candidate: Candidate, files: Files) -> Iterator[tuple[str, str]]:
    """Yield (path, template) of the modules whose ``__version__`` is that of a Python package."""
    if candidate.kind != "pypi" or not _canonical(candidate.version):
        return
    module = re.sub(r"[-.]+", "_", candidate.name).lower()
    stated = re.compile(
        rf"^(__version__ *(?:: *str *)?= *[\"']){re.escape(candidate.version)}([\"'])", re.MULTILINE
    )
    for top in ("", "src"):
        for name in _MODULES:
            path = posixpath.join(candidate.path or "", top, module, name)
            match = stated.search(files.text(path)[:_MAX_TEXT]) if files.exists(path) else None
            if match:
                yield path, f"{match[1]}{{version.pep440}}{match[2]}"


def _canonical(version: str | None) -> TypeGuard[str]:
    """Say whether a version is one, and is written as PEP 440 wants it: as a bump writes it."""
    if not version or placeholder(version):
        return False
    try:
        return Version.parse(version, Spelling.PEP440).spell(Spelling.PEP440) == version
    except VersionError:
        return False


def changelog_of(line: Line, folders: Iterable[str], files: Files) -> str:
    """Return the changelog that is kept for a line of tags, or an empty string.

    It stands at the top for the line of everything, else in the one folder of its surfaces; it
    has a heading for what is not released yet, and its newest version is that of the newest tag.
    """
    places = set(folders)
    place = "" if not line.base else places.pop() if len(places) == 1 else None
    path = posixpath.join(place or "", _CHANGELOG)
    text = files.text(path) if place is not None and files.exists(path) else ""
    spots = changelog.locate(text) if 0 < len(text) <= _MAX_TEXT else ()
    if not spots or not line.count:
        return ""
    try:
        newest = Version.parse(line.newest.removeprefix(line.prefix))
        same = Version.parse(spots[0].text) == newest
    except VersionError:
        return ""
    return path if same and changelog.roll(text, "9999.0.0", "2000-01-01") else ""
