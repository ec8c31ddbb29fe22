"""What ``bump`` is told: a version, or a step such as ``minor`` or ``minor rc``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools._grammar import CORE, shown
from release_tools.errors import UsageError, VersionError
from release_tools.version import Version

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTS = ("major", "minor", "patch")
LABELS = ("alpha", "beta", "rc", "dev")
KEYWORDS = (*PARTS, *LABELS, "release")


def resolve(words: Sequence[str], current: Version | None) -> Version:
    """Return the version that ``words`` mean, counted from ``current``.

    ``words`` are a version; or ``major``, ``minor`` or ``patch``, alone or followed by ``alpha``,
    ``beta``, ``rc`` or ``dev``; or, where ``current`` is a pre-release, ``alpha``, ``beta``,
    ``rc``, ``dev`` or ``release``.  From a pre-release, a part is finished rather than counted
    up where that is enough: ``minor`` from 0.4.0-rc.1 is 0.4.0, and ``minor rc`` is 0.4.0-rc.2.
    A series begins with 1 (``rc.1``), development versions with 0 (``dev.0``).

    ``current`` is None when the places disagree.  Raises UsageError, with the way out, for words
    that are neither, for a keyword without a current version, and for a step that would go
    backwards; a version given in full may be lower, which is for the caller to judge.
    """
    if len(words) == 1 and words[0] not in KEYWORDS:
        try:
            return Version.parse(words[0])
        except VersionError as error:
            raise UsageError(
                f"{shown(words[0])} is neither a version nor a step", hint=_usage()
            ) from error
    part, label = _split(words)
    if current is None:
        raise UsageError(
            f'"{" ".join(words)}" needs one present version to count from, and the places '
            "state none that they agree on",
            hint="Give the version itself, such as 0.4.0; verify-surfaces shows what they state.",
        )
    if part is None and current.is_stable:
        ways = PARTS if label == "release" else [f"{each} {label}" for each in PARTS]
        raise UsageError(
            f'"{label}" alone counts up a pre-release, and {current} is a release',
            hint=f"Say {ways[1]}, {ways[2]} or {ways[0]}.",
        )
    target = _finished(current) if part is None else _stepped(current, part)
    if label not in (None, "release"):
        target = _labelled(target, current, str(label))
    if target <= current:
        raise UsageError(
            f'"{" ".join(words)}" would go backwards, from {current} to {target}',
            hint="Name a later step, or give the version itself.",
        )
    return target


def _split(words: Sequence[str]) -> tuple[str | None, str | None]:
    """Take the words apart into part and label."""
    match list(words):
        case [part] if part in PARTS:
            return part, None
        case [label] if label in KEYWORDS:
            return None, label
        case [part, label] if part in PARTS and label in LABELS:
            return part, label
    raise UsageError(f"{shown(' '.join(words))} is not a target", hint=_usage())


def _finished(current: Version) -> Version:
    """Return the release that a pre-release leads to."""
    return Version(current.release, post=current.post, epoch=current.epoch)


def _stepped(current: Version, part: str) -> Version:
    """Count up one part, unless the pre-release at hand is already on its way there."""
    place = PARTS.index(part)
    numbers = [*current.release[:CORE], 0, 0][:CORE]
    on_its_way = current.is_prerelease and current.post is None and not any(current.release[CORE:])
    if not (on_its_way and not any(numbers[place + 1 :])):
        numbers[place] += 1
        numbers[place + 1 :] = [0] * (CORE - 1 - place)
    typed = max(len(current.release[:CORE]), place + 1)
    return Version(tuple(numbers[:typed]), epoch=current.epoch)


def _labelled(target: Version, current: Version, label: str) -> Version:
    """Return the next ``label`` on the way to ``target``, counted from ``current``'s own."""
    same_release = _finished(current) == target and current.is_prerelease
    if label == "dev":
        if current.is_nightly and same_release:
            raise UsageError(
                f"{current} is named after a date; there is no next one to count up to",
                hint="Give the version itself, or say alpha, beta, rc or release.",
            )
        number = 0 if current.dev is None or current.pre or not same_release else current.dev + 1
        return Version(target.release, dev=number, post=target.post, epoch=target.epoch)
    number = 1
    if same_release and current.pre[:1] == (label,) and isinstance(current.pre[1], int):
        number = current.pre[1] + (current.dev is None)  # rc2.dev1 leads to rc2
    return Version(target.release, pre=(label, number), epoch=target.epoch)


def _usage() -> str:
    return (
        "Give a version (0.4.0-rc.1), or major, minor or patch, alone or followed by alpha, beta, "
        "rc or dev; from a pre-release also alpha, beta, rc, dev or release."
    )
