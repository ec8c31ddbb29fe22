"""Judge what a registry, or an artifact, says of one surface against what a release put there."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from release_tools.errors import VersionError
from release_tools.model import Cell, Stage, Verdict
from release_tools.reading import Absent, Found, Unknown
from release_tools.rules.findings import finding
from release_tools.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.model import Finding, Surface
    from release_tools.reading import Listing, Reading, Wanted

STAGE = Stage.PUBLISHED


def judge(surface: Surface, wanted: Wanted, reading: Reading) -> tuple[Cell, tuple[Finding, ...]]:
    """Say whether the release of ``wanted`` is published as it should be."""
    match reading:
        case Found():
            complaints = tuple(_complaints(surface, wanted, reading))
            verdict = Verdict.DIFFERS if complaints else Verdict.AGREES
            cell = Cell(STAGE, verdict, reading.version, wanted.text, reading=reading)
            return cell, complaints
        case Absent():
            cell = Cell(STAGE, Verdict.MISSING, None, wanted.text, (), reading.reason, reading)
            message = f"{wanted.text} is not at {reading.where}"
            message = f"{message}: {reading.reason}" if reading.reason else message
            return cell, (_about(surface, "surface-unpublished", message),)
        case Unknown():
            return _doubt(surface, wanted, reading)
        case _:
            assert_never(reading)


def judge_absence(
    surface: Surface, wanted: Wanted, reading: Reading, built: frozenset[str]
) -> tuple[Cell, tuple[Finding, ...]]:
    """Say whether ``wanted`` may still be published: it is nowhere yet, or with the same bytes.

    ``built`` are the digests of what was built for the surface; empty where nothing is known.
    """
    match reading:
        case Found():
            if built and digests(reading) and digests(reading) <= built:
                cell = Cell(STAGE, Verdict.AGREES, reading.version, None, (), "same bytes", reading)
                return cell, ()
            cell = Cell(STAGE, Verdict.DIFFERS, reading.version, "absent", reading=reading)
            than = "with other bytes than were built" if built else "already"
            message = f"{reading.version} is at {reading.where} {than}"
            return cell, (_about(surface, "published-already", message),)
        case Absent():
            return Cell(STAGE, Verdict.AGREES, None, "absent", (), reading.reason, reading), ()
        case Unknown():
            return _doubt(surface, wanted, reading)
        case _:
            assert_never(reading)


def digests(found: Found) -> frozenset[str]:
    """Return the digests by which what is published can be held against what was built.

    Those of the files where there are any (packages), else the chart's layer, else the image's.
    """
    files = frozenset(file.digest for file in found.files if file.digest)
    if files:
        return files
    own = found.notes.get("layer") or found.digest
    return frozenset((own,)) if own else frozenset()


def judge_order(surface: Surface, wanted: Wanted, listing: Listing) -> Finding | None:
    """Report a target that is lower than the highest stable version that is published."""
    target = wanted.version
    highest = max(stable(listing), default=None)
    if not isinstance(target, Version) or highest is None or target >= highest:
        return None
    message = f"{target} is lower than {highest}, which {listing.where} serves already"
    return _about(surface, "not-monotonic", message)


def stable(listing: Listing) -> Iterator[Version]:
    """Yield the stable versions that are listed, without the yanked ones."""
    for listed in listing.versions:
        try:
            version = Version.parse(listed.version)
        except VersionError:
            continue  # latest
        if version.is_stable and not listed.yanked:
            yield version


def _complaints(surface: Surface, wanted: Wanted, found: Found) -> Iterator[Finding]:
    if found.version != wanted.text:
        id_ = "spelling-elsewhere" if _same(found.version, wanted) else "published-differs"
        message = f"{found.where} has {found.version}, expected {wanted.text}"
        yield _about(surface, id_, message)
    for problem in found.problems:
        yield _about(surface, problem.id, problem.message)


def _same(text: str, wanted: Wanted) -> bool:
    """Say whether the text is another spelling of the version that is wanted."""
    try:
        return Version.parse(text.replace("_", "+", 1)) == wanted.version
    except VersionError:
        return False


def _doubt(surface: Surface, wanted: Wanted, reading: Unknown) -> tuple[Cell, tuple[Finding, ...]]:
    cell = Cell(STAGE, Verdict.UNKNOWN, None, wanted.text, (), reading.reason, reading)
    message = f"{reading.where}: {reading.reason}" if reading.where else reading.reason
    found = _about(surface, "registry-unknown", message, reading.hint)
    return cell, (found,)


def _about(surface: Surface, id_: str, message: str, hint: str = "") -> Finding:
    where = {"stream": surface.stream, "surface": surface.id}
    return finding(id_, message, hint=hint or None, stage=STAGE, **where)  # type: ignore[arg-type]
