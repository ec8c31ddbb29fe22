"""How else a version may have been written where it was published.

Registries of images and charts compare texts: to them ``0.3.0-rc1`` and ``0.3.0-rc.1`` are two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import VersionError
from release_tools.version import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterable

    from release_tools.version import Version


def semver(version: Version, spelling: Spelling) -> tuple[str, ...]:
    """Return the canonical text first, then the same with a number that is not set apart by a dot.

    Raises VersionError as ``Version.spell`` does.
    """
    text = version.spell(spelling)
    core, dash, label = text.partition("-")
    name, dot, number = label.partition(".")
    joined = f"{core}{dash}{name}{number}"
    return (text, joined) if dot and number.isdecimal() and name.isalpha() else (text,)


def pep440(version: Version) -> tuple[str, ...]:
    """Return the text of PEP 440 where it has one for this version."""
    try:
        return (version.spell(Spelling.PEP440),)
    except VersionError:
        return ()


def others(canonical: str, texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts that are not the canonical one, each once."""
    return tuple(dict.fromkeys(text for text in texts if text != canonical))
