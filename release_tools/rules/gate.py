"""What the gate checks, ranked, and what its answers add up to.

A check is open, closed, or cannot tell.  Those that are hard all have to be open, or waived by
name; a waiver is part of the answer.  The gate never opens over a doubt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.checks import Check, Say
from release_tools.errors import ConfigError
from release_tools.rules.findings import finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from release_tools.model import Finding
    from release_tools.version import Version


class Rank(NamedTuple):
    """One check of the ranked list: ``hard`` ones decide."""

    name: str
    asks: str
    hard: bool = True


CHECKS = (
    Rank("source", "every source surface in the tagged commit says the tag's version"),
    Rank("not-moved", "the tag stands where it stood when this run began"),
    Rank("not-released", "it is not released yet, or with the same bytes"),
    Rank("on-branch", "the commit is reachable from a release branch"),
    Rank("checks", "the required checks are green on the commit"),
    Rank("monotonic", "no higher version of the stream is published"),
    Rank("workflows", "the workflow files are those of the release branch", hard=False),
    Rank("signed", "an allowed signer has signed the tag", hard=False),
)
"""The checks, most important first (``signed`` is asked only where signers are configured)."""

NAMES = tuple(check.name for check in CHECKS)

_BY_FLAG = "on the command line"


class Waiver(NamedTuple):
    """A check that is waived, in general or for one surface or one version."""

    check: str
    reason: str
    surface: str | None = None
    version: str | None = None


def waivers(configured: Sequence[Mapping[str, str]], flags: Sequence[str]) -> tuple[Waiver, ...]:
    """Return the waivers of the configuration and of the command line.

    Raises ConfigError for one that names no check.
    """
    found = [
        Waiver(one["check"], one["reason"], one.get("surface"), one.get("version"))
        for one in configured
    ]
    found += [Waiver(name, _BY_FLAG) for name in flags]
    for waiver in found:
        if waiver.check not in NAMES:
            raise ConfigError(
                f'"{waiver.check}" is no check of the gate', hint="checks: " + ", ".join(NAMES)
            )
    return tuple(found)


def answer(name: str, say: Say, reason: str, hint: str = "") -> Check:
    """Return the answer of the check called ``name``, which is hard if its rank is."""
    hard = next(check.hard for check in CHECKS if check.name == name)
    return Check(name, say, reason, hint, hard)


def waived(
    waivers: Sequence[Waiver], check: str, version: Version, surface: str | None = None
) -> str | None:
    """Return the reason for which a check is waived, None where it is not.

    A waiver for one surface waives nothing that is asked of another, or of all of them.
    """
    for waiver in waivers:
        applies = waiver.check == check and waiver.surface in (None, surface)
        if applies and waiver.version in (None, str(version)):
            return waiver.reason
    return None


def add_up(checks: Sequence[Check]) -> Say:
    """Return what the hard checks come to; no check at all is a doubt."""
    hard = [check.say for check in checks if check.hard and check.waived is None]
    if Say.CLOSED in hard:
        return Say.CLOSED
    return Say.UNSURE if Say.UNSURE in hard or not checks else Say.OPEN


def findings(checks: Sequence[Check], stream: str | None) -> tuple[Finding, ...]:
    """Return what is to be said of the checks that are not open, and of every waiver."""
    return tuple(
        finding(_id(check), f"{check.name}: {check.reason}", hint=check.hint or None, stream=stream)
        if check.waived is None
        else finding(
            "gate-waived",
            f"{check.name} is waived: {check.waived} ({check.reason})",
            hint=_back(check),
            stream=stream,
        )
        for check in checks
        if check.say is not Say.OPEN
    )


def _back(check: Check) -> str | None:
    """Say how to have a check count again that the command line waived."""
    if check.waived != _BY_FLAG:
        return None
    return f"leave out --waive {check.name} as soon as the check can be open"


def _id(check: Check) -> str:
    if not check.hard:
        return "gate-warns"
    return "gate-closed" if check.say is Say.CLOSED else "gate-unsure"
