"""Judge what a handbook names against what was found of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import VersionError
from release_tools.model import Verdict
from release_tools.reading import Found, Unknown
from release_tools.rules.findings import finding
from release_tools.version import Nightly

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Protocol

    from release_tools.model import Finding
    from release_tools.reading import Reading

    class Claim(Protocol):
        """What ``formats.handbook.Claim`` is, as far as it is judged."""

        @property
        def line(self) -> int:
            """The line, 1-based."""

        @property
        def kind(self) -> str:
            """What is named."""

        @property
        def name(self) -> str:
            """Its name."""

        @property
        def version(self) -> str:
            """Its version, "" where only the name stands there."""

        @property
        def digest(self) -> str:
            """Its digest, or ""."""


def judge(path: str, claim: Claim, readings: Sequence[Reading]) -> tuple[Verdict, Finding | None]:
    """Say whether one of those who were asked has it; unchecked where nobody could be asked.

    A nightly that is gone is worth a warning and no more: it was there once.
    """
    if not readings:
        return Verdict.UNCHECKED, None
    if any(isinstance(reading, Found) for reading in readings):
        return Verdict.AGREES, None
    doubts = [reading for reading in readings if isinstance(reading, Unknown)]
    where = {"path": path, "line": claim.line}
    if doubts:
        message = f"{_said(claim)}: {doubts[0].reason}"
        hint = doubts[0].hint or None
        return Verdict.UNKNOWN, finding("handbook-unknown", message, hint=hint, **where)  # type: ignore[arg-type]
    if _is_nightly(claim.version):
        message = f"{_said(claim)} is not there any more"
        return Verdict.UNCHECKED, finding("handbook-nightly-gone", message, **where)  # type: ignore[arg-type]
    message = f"{_said(claim)} does not exist"
    return Verdict.MISSING, finding("handbook-artifact-missing", message, **where)  # type: ignore[arg-type]


def judge_target(
    path: str, claim: Claim, targets: Collection[str] | None
) -> tuple[Verdict, Finding | None]:
    """Say whether the Makefile has a target; unchecked where there is no Makefile."""
    if targets is None:
        return Verdict.UNCHECKED, None
    fits = any(_fits(target, claim.name) for target in targets)
    if fits:
        return Verdict.AGREES, None
    message = f"make has no target {claim.name}"
    return Verdict.MISSING, finding("handbook-target-missing", message, path=path, line=claim.line)


def _fits(target: str, name: str) -> bool:
    before, percent, after = target.partition("%")
    return target == name if not percent else name.startswith(before) and name.endswith(after)


def _said(claim: Claim) -> str:
    if claim.kind in ("image-tag", "chart-version"):
        of = "an image" if claim.kind == "image-tag" else "a chart"
        return f"{of} of this project with the version {claim.version}"
    version = claim.digest or claim.version
    joint = {"pypi": "==", "image": ":"}.get(claim.kind, " ")
    if claim.digest:
        joint = "@"
    return f"the {claim.kind} {claim.name}{joint}{version}" if version else f"{claim.name}"


def _is_nightly(text: str) -> bool:
    try:
        Nightly.parse(text)
    except VersionError:
        return False
    return True
