"""Judge what stands at a place against the expected version, and say what should stand there.

One version has many spellings, so texts are compared as versions; but a spelling that its
ecosystem does not accept differs, whatever version it means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools._grammar import CORE
from release_tools.errors import VersionError
from release_tools.model import Mark, Role, Verdict
from release_tools.version import Spelling, Version, legal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from release_tools.model import Place, Spot
    from release_tools.rules.requirement import Flavour

WORDS = ("latest", "nightly")
"""Image tags that stand for a version without naming it."""

_FLAVOURS: Mapping[Spelling, Flavour] = {
    Spelling.CRATE: "cargo",
    Spelling.NPM: "npm",
    Spelling.CHART: "chart",
}


_TWO = 2  # dots, of three numbers
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LABELS = ("a", "alpha", "b", "beta", "c", "rc", "pre", "preview", "dev", "nightly", "post", "rev")
_OF_RELEASES = (Role.HEADING, Role.REFERENCE, Role.PINNED)


def released(version: Version) -> bool:
    """Say whether the version is one that a release makes: no dev version and no nightly.

    Headings and image references state releases only, and stay as they are between two.
    """
    return not (version.is_dev or version.is_nightly)


def version_at(place: Place, text: str) -> Version | None:
    """Return the version that ``text`` states at this place, None where it states none."""
    if place.spelling is Spelling.MINOR or place.role is Role.REQUIREMENT:
        return None
    core = _core(place, text).removesuffix(variant(place, text))
    try:
        return Version.parse(core, place.spelling)
    except VersionError:
        return None


def variant(place: Place, text: str) -> str:
    """Return the end of an image tag that names a variant of the image: ``-rocm``, ``-alpine``.

    It is no pre-release label, and stays when the version before it changes.
    """
    if place.role not in (Role.REFERENCE, Role.PINNED) or not place.template.endswith("{version}"):
        return ""
    numbers, dash, rest = _core(place, text).partition("-")
    label = rest[: len(rest) - len(rest.lstrip(_LETTERS))].lower()
    if not dash or not label or label in _LABELS or not numbers.replace(".", "").isdecimal():
        return ""
    return dash + rest


def is_place(place: Place, text: str) -> bool:
    """Say whether the text is there to name a version.

    The tag of an image reference may be anything; only whole versions and the words ``latest``
    and ``nightly`` are ours (``e2e-test`` is not, nor the floating ``v0.3``).
    """
    if place.role not in (Role.REFERENCE, Role.PINNED):
        return True
    if text in WORDS or text.startswith("nightly-"):
        return True
    version = version_at(place, text)
    if version is None or _core(place, text).removesuffix(variant(place, text)).count(".") < _TWO:
        return False
    return not version.pre or version.pre[0] in _LABELS  # rc1-alpine: where would it end?


def as_stated(asked: Version, present: Version | None) -> Version:
    """Return ``asked`` with no fewer numbers than the stream's places have, ``present``'s.

    Where the two are equal, zeros beyond those and beyond three are no wish for another spelling.
    """
    if present is None:
        return asked
    size = len(present.release)
    release = (*asked.release, *(0,) * (size - len(asked.release)))
    if asked == present:
        release = release[: max(size, CORE)]
    return asked._replace(release=release)


def judge(place: Place, spot: Spot, expected: Version) -> Mark:
    """Compare one spot with the expected version.

    Raises VersionError where the ecosystem of the place cannot express that version.
    """
    if place.role is Role.REQUIREMENT:
        return _judge_requirement(place, spot, expected)
    if not released(expected) and (place.release_only or place.role in _OF_RELEASES):
        return Mark(place, spot, Verdict.UNCHECKED, None)
    found = version_at(place, spot.text)
    if place.role is Role.APP and found is None:
        return Mark(place, spot, Verdict.UNCHECKED, None)
    wanted = spelled(place, spot.text, expected)
    if spot.text == wanted:
        return Mark(place, spot, Verdict.AGREES, wanted)
    same = found == expected and _affixed(place, spot.text) and is_legal(place, spot.text)
    reason = _beyond_template(place, expected)
    if reason and same:
        return Mark(place, spot, Verdict.AGREES, spot.text)
    if reason:
        raise VersionError(reason)
    return Mark(place, spot, Verdict.AGREES if same else Verdict.DIFFERS, wanted)


def spelled(place: Place, found: str, version: Version) -> str:
    """Return the canonical text for ``version`` at this place.

    A heading and an unconfigured appVersion keep the ``v`` that they have or lack, an image tag
    its variant.  Raises VersionError where the ecosystem cannot express the version.
    """
    text = version.spell(place.spelling)
    if place.role in (Role.APP, Role.HEADING):
        return f"v{text}" if found.startswith("v") else text
    return place.template.replace("{version}", text) + variant(place, found)


def rewritten(place: Place, found: str, present: Version | None, target: Version) -> str:
    """Return what a bump writes where ``found`` stands; ``found`` itself is left alone.

    ``present`` is the version that the stream has now, where its places agree on one.
    """
    if place.role is Role.REQUIREMENT:
        from release_tools.rules import requirement

        return requirement.rewrite(found, present, target, _FLAVOURS[place.spelling])
    if place.role is Role.PINNED or (place.role is Role.HEADING):
        return found  # a digest belongs to its version; headings are rolled, not rewritten
    if place.role is Role.APP and version_at(place, found) is None:
        return found
    reason = _beyond_template(place, target)
    if reason:
        raise VersionError(reason)
    return spelled(place, found, target)


def _beyond_template(place: Place, version: Version) -> str:
    """Say why no template finds this version, which PEP 440 has; empty where one does."""
    if place.role is not Role.TEXT or place.spelling is not Spelling.PEP440:
        return ""
    if version.epoch:
        return f"{version} has an epoch, and templates find versions without"
    if len(version.release) != CORE:
        text = ".".join(map(str, version.release))
        return f"{text} has {len(version.release)} numbers, and templates find versions of three"
    return ""


def is_legal(place: Place, text: str) -> bool:
    """Say whether the text is a spelling that the place's ecosystem accepts."""
    if place.spelling is Spelling.MINOR or place.role in (Role.REQUIREMENT, Role.HEADING):
        return True
    return legal(_core(place, text), place.spelling)


def favourites(marks: Iterable[tuple[Place, str]]) -> tuple[Version, ...]:
    """Return the version that most places state; more than one where that is a tie.

    Version places decide; locks, references and prose only where there is no version place.
    In the order in which they are met; empty where nothing states a version.
    """
    votes: dict[Version, int] = {}
    others: dict[Version, int] = {}
    for place, text in marks:
        version = version_at(place, text)
        if version is not None:
            box = votes if place.role is Role.VERSION else others
            box[version] = box.get(version, 0) + 1
    box = votes or others
    most = max(box.values(), default=0)
    return tuple(version for version, count in box.items() if count == most)


def add_up(verdicts: Sequence[Verdict]) -> Verdict:
    """Add up judged cells: disagreement, then doubt, then agreement; nothing judged is doubt."""
    if Verdict.DIFFERS in verdicts or Verdict.MISSING in verdicts or Verdict.DISAGREES in verdicts:
        return Verdict.DISAGREES
    if Verdict.UNKNOWN in verdicts or Verdict.AGREES not in verdicts:
        return Verdict.UNKNOWN
    return Verdict.AGREES


def _judge_requirement(place: Place, spot: Spot, expected: Version) -> Mark:
    from release_tools.rules import requirement

    flavour = _FLAVOURS[place.spelling]
    if requirement.admits(spot.text, expected, flavour):
        return Mark(place, spot, Verdict.AGREES, spot.text)
    wanted = requirement.rewrite(spot.text, None, expected, flavour)
    return Mark(place, spot, Verdict.DIFFERS, wanted)


def _core(place: Place, text: str) -> str:
    """Take the place's affixes off; a text without them is left whole."""
    if place.template == "{version}":
        return text
    before, _, after = place.template.partition("{version}")
    if text.startswith(before) and text.endswith(after) and len(text) > len(before) + len(after):
        return text[len(before) : len(text) - len(after)]
    return text


def _affixed(place: Place, text: str) -> bool:
    """Say whether the template's affixes are there: a tag without its ``v`` is another tag."""
    before, _, after = place.template.partition("{version}")
    return text.startswith(before) and text.endswith(after)
