"""Judge what was built for one surface against what its release has to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import MalformedError, VersionError
from release_tools.model import Cell, Stage, Verdict
from release_tools.reading import Absent, Unknown
from release_tools.rules.findings import finding
from release_tools.version import Nightly, Spelling, Version, legal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from release_tools.errors import ReleaseToolsError
    from release_tools.model import Finding, Surface
    from release_tools.reading import Found, Reading, Wanted

STAGE = Stage.BUILT

_SAME = {"linux/arm64/v8": "linux/arm64", "linux/amd64/v1": "linux/amd64"}
_SEVERAL = ("wheel",)  # a surface may have many, for several platforms, under different names


class Asked(NamedTuple):
    """One surface, and what its release has to hold.

    ``artifacts`` are the kinds of artifact that it may be built as: at least one has to be there,
    and all that ``wanted.files`` names.  ``spelling`` is how its version is written inside; for
    IMAGE_TAG a label, which takes any spelling.
    """

    surface: Surface
    wanted: Wanted
    artifacts: Sequence[str]
    spelling: Spelling


class Broken(NamedTuple):
    """A file that would be the surface's by its name, of one of ``kinds``, and cannot be read."""

    kinds: tuple[str, ...]
    error: ReleaseToolsError


class Seen(NamedTuple):
    """What was built for one surface, in the folders ``where``.

    ``found`` is one reading for each artifact; its version is empty where it states none.
    """

    found: tuple[Found, ...]
    broken: tuple[Broken, ...]
    where: str


def judge(asked: Asked, seen: Seen) -> tuple[Cell, tuple[Finding, ...]]:
    """Say whether everything that was built for the surface is the release that is wanted."""
    surface, wanted = asked.surface, asked.wanted
    wrong = [(one, id_, text) for one in seen.found for id_, text in _wrong(asked, one)]
    wrong += [(one, "artifact-conflict", text) for one, text in _conflicts(seen.found)]
    findings = [_about(surface, id_, text, one.where) for one, id_, text in wrong]
    findings += [_of_error(surface, one.error) for one in seen.broken]
    lacking = _lacking(asked, seen)
    if lacking:
        findings.append(_about(surface, "artifact-missing", lacking))
    verdict = Verdict.AGREES
    if wrong or any(isinstance(one.error, MalformedError) for one in seen.broken):
        verdict = Verdict.DIFFERS
    elif lacking:
        verdict = Verdict.MISSING
    elif seen.broken:
        verdict = Verdict.UNKNOWN
    shown = wrong[0][0] if wrong else seen.found[0] if seen.found else None
    reason = lacking or (seen.broken[0].error.message if seen.broken else None)
    found = shown.version or None if shown else None
    cell = Cell(STAGE, verdict, found, wanted.text, (), reason, _reading(seen, shown, reason))
    return cell, tuple(findings)


def stray(path: str, held: str) -> Finding:
    """Report a file that belongs to no surface; ``held`` says what is in it."""
    return finding("artifact-stray", f"belongs to no surface: it is {held}", stage=STAGE, path=path)


def unusable(error: ReleaseToolsError) -> Finding:
    """Report a file of no surface that is refused, or cannot be read."""
    return _of_error(None, error)


def _wrong(asked: Asked, found: Found) -> Iterator[tuple[str, str]]:
    """Yield the id and the message of everything that is wrong with one artifact."""
    wanted = asked.wanted
    what = found.files[0].kind
    if not found.version:
        label = "neither a label nor an annotation org.opencontainers.image.version"
        yield "artifact-differs", f"the {what} states no version: it has {label}"
    elif not _is_wanted(found.version, wanted, asked.spelling):
        yield "artifact-differs", f"the {what} holds {found.version}, expected {wanted.text}"
    app = found.notes.get("app-version")
    expected = _app_version(asked, app)
    if expected is not None and app != expected:
        held = f"appVersion {app}" if app else "no appVersion"
        yield "app-version-differs", f"the {what} holds {held}, expected {expected}"
    if found.platforms is not None:
        there = [one.name for one in found.platforms]
        for name in wanted.platforms:
            if _SAME.get(name, name) not in {_SAME.get(each, each) for each in there}:
                only = ", ".join(there) or "none"
                yield "platform-missing", f"the {what} is not built for {name}, only for: {only}"
    for problem in found.problems:
        yield problem.id, problem.message


def _is_wanted(text: str, wanted: Wanted, spelling: Spelling) -> bool:
    """Compare as versions; a spelling that is illegal in its ecosystem is not the version."""
    if text == wanted.text:
        return True
    try:
        if isinstance(wanted.version, Nightly):
            return Nightly.parse(text).date == wanted.version.date
        is_legal = spelling is Spelling.IMAGE_TAG or legal(text, spelling)
        return is_legal and Version.parse(text, spelling) == wanted.version
    except VersionError:
        return False


def _app_version(asked: Asked, found: str | None) -> str | None:
    """Return what a chart's appVersion has to be; None where it is not judged.

    Where it is not configured it is judged if it is a version, and left alone if it is a word.
    """
    wanted = asked.wanted
    if wanted.app_version is not None or not found:
        return wanted.app_version
    if asked.surface.options.get("app-version") is False or not isinstance(wanted.version, Version):
        return None
    try:
        return found if Version.parse(found) == wanted.version else str(wanted.version)
    except VersionError:
        return None


def _conflicts(found: Sequence[Found]) -> Iterator[tuple[Found, str]]:
    """Yield each artifact that another one, seen before it, already is with other bytes."""
    first: dict[tuple[str, str], Found] = {}
    for one in found:
        file = one.files[0]
        key = file.kind, file.name if file.kind in _SEVERAL else ""
        other = first.setdefault(key, one)
        if (one.digest, one.platforms) != (other.digest, other.platforms):
            yield one, f"is the same {file.kind} as {other.where}, with other bytes"


def _lacking(asked: Asked, seen: Seen) -> str:
    """Say which kinds of artifact are expected and not there; empty where none is."""
    there = {file.kind for one in seen.found for file in one.files}
    there.update(kind for one in seen.broken for kind in one.kinds)
    name, where = asked.surface.name, seen.where
    if asked.wanted.files:
        absent = [kind for kind in asked.wanted.files if kind not in there]
        return f"no {' and no '.join(absent)} of {name} is in {where}" if absent else ""
    return "" if there else f"no {' or '.join(asked.artifacts)} of {name} is in {where}"


def _reading(seen: Seen, shown: Found | None, reason: str | None) -> Reading:
    """Return one reading of all artifacts, with the version that is shown.

    Several files, as of a Python package, have no digest together: each has its own.
    """
    if shown is None:
        if seen.broken:
            error = seen.broken[0].error
            return Unknown(error.path or seen.where, error.message, error.hint)
        return Absent(seen.where, reason or "")
    where = shown.where if len(seen.found) == 1 else seen.where
    problems = tuple(problem for one in seen.found for problem in one.problems)
    files = tuple(file for one in seen.found for file in one.files)
    digests = {one.digest for one in seen.found}
    digest = shown.digest if len(digests) == 1 else None
    return shown._replace(where=where, digest=digest, files=files, problems=problems)


def _of_error(surface: Surface | None, error: ReleaseToolsError) -> Finding:
    refused = isinstance(error, MalformedError)
    id_ = "artifact-refused" if refused else error.id
    return _about(surface, id_, error.message, error.path, error.hint)


def _about(
    surface: Surface | None, id_: str, message: str, path: str | None = None, hint: str = ""
) -> Finding:
    stream, own = (surface.stream, surface.id) if surface else (None, None)
    return finding(
        id_, message, hint=hint or None, stream=stream, surface=own, stage=STAGE, path=path
    )
