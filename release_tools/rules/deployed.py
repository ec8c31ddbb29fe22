"""Judge what an environment runs against what the release is."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from release_tools.errors import VersionError
from release_tools.model import Cell, Stage, Verdict
from release_tools.reading import Absent, Found, Unknown
from release_tools.rules.findings import finding
from release_tools.steps import option, shown_version
from release_tools.version import Nightly, Version

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from release_tools.model import Finding
    from release_tools.reading import Wanted
    from release_tools.steps import Seen

_WORST = (Verdict.DIFFERS, Verdict.MISSING, Verdict.UNKNOWN, Verdict.AGREES, Verdict.UNCHECKED)


def judge(
    seen: Sequence[Seen], wanted: Wanted, published: Found | None, there: Collection[str]
) -> tuple[Cell, tuple[Finding, ...]]:
    """Say whether every environment runs the release of ``wanted``; ``seen`` is of one surface.

    ``published`` is what the registry serves of that version, where it was asked: it says which
    version a digest is, and whether the same bytes run.  What an environment lacks is missing,
    unless the environment is one of ``there``, which run something else of the stream, and always
    for a chart.
    """
    verdicts: list[tuple[Verdict, Seen]] = []
    findings: list[Finding] = []
    for one in seen:
        verdict, found = _judge(one, wanted, published, there)
        verdicts.append((verdict, one))
        findings += found
    worst, shown = min(verdicts, key=lambda pair: _WORST.index(pair[0]))
    texts = dict.fromkeys(text for one in seen if (text := shown_version(one.reading, published)))
    reading = shown.reading
    reason = None if isinstance(reading, Found) else reading.reason
    if worst is Verdict.UNCHECKED:
        reason = "not deployed there"
    elif worst is Verdict.UNKNOWN and isinstance(reading, Found):
        reason = "a digest alone names no version"
    found_text = ", ".join(texts) or None
    return (
        Cell(Stage.DEPLOYED, worst, found_text, wanted.text, (), reason, reading),
        tuple(findings),
    )


def is_version(text: str, wanted: Wanted) -> bool:
    """Say whether a text names the version that is wanted, however it is spelled."""
    if text in (wanted.text, *wanted.others):
        return True
    try:
        if isinstance(wanted.version, Nightly):
            return Nightly.parse(text).date == wanted.version.date
        return Version.parse(text) == wanted.version
    except VersionError:
        return False


def _judge(
    one: Seen, wanted: Wanted, published: Found | None, there: Collection[str]
) -> tuple[Verdict, list[Finding]]:
    match one.reading:
        case Unknown(where, reason, hint):
            message = f"{where}: {reason}" if where else reason
            return Verdict.UNKNOWN, [_about(one, "deployment-unknown", message, hint)]
        case Absent(where, reason):
            if one.deployment in there and one.surface.kind != "chart":
                return Verdict.UNCHECKED, []
            message = f"{one.deployment} does not have it: {where}: {reason}"
            return Verdict.MISSING, [_about(one, "deployed-missing", message)]
        case Found():
            return _judge_found(one, one.reading, wanted, published)
        case _:
            assert_never(one.reading)


def _judge_found(
    one: Seen, found: Found, wanted: Wanted, published: Found | None
) -> tuple[Verdict, list[Finding]]:
    findings = [_about(one, problem.id, problem.message) for problem in found.problems]
    served = published.digest if published else None
    if not found.version and found.digest != served:
        if served is None:
            message = f"{found.where} runs {found.digest}, and a digest alone names no version"
            findings.append(_about(one, "deployment-unknown", message, "add --published"))
            return (Verdict.DIFFERS if found.problems else Verdict.UNKNOWN), findings
        message = f"{found.where} runs {found.digest}, and {wanted.text} is {served}"
        findings.append(_about(one, "deployed-differs", message, _way(one, wanted)))
    elif found.version and not is_version(found.version, wanted):
        message = f"{found.where} has {found.version}, expected {wanted.text}"
        findings.append(_about(one, "deployed-differs", message, _way(one, wanted)))
    else:
        findings += _same_bytes(one, found, wanted, published)
    return (Verdict.DIFFERS if findings else Verdict.AGREES), findings


def _same_bytes(
    one: Seen, found: Found, wanted: Wanted, published: Found | None
) -> Iterator[Finding]:
    app = found.notes.get("app-version")
    if wanted.app_version is not None and app not in (None, wanted.app_version):
        message = f"{found.where} has appVersion {app}, expected {wanted.app_version}"
        yield _about(one, "deployed-differs", message, _way(one, wanted))
    if published is None or published.digest is None or one.surface.kind != "image":
        return
    served = {published.digest, *(platform.digest for platform in published.platforms or ())}
    other = set(found.notes.get("bytes", "").split()) - served
    if found.digest is not None and found.digest not in served:
        other.add(found.digest)
    if other:
        runs = ", ".join(sorted(other))
        message = f"{found.where} runs {runs}, and {wanted.text} is {published.digest}"
        yield _about(one, "deployed-bytes-differ", message)


def _way(one: Seen, wanted: Wanted) -> str:
    """Say how to get there."""
    version = wanted.version
    text = f"nightly-{version.date:%Y%m%d}" if isinstance(version, Nightly) else str(version)
    return (
        f"run `release-tools upgrade {text}{option(one.deployment)}`, or `release-tools rollback`"
    )


def _about(one: Seen, id_: str, message: str, hint: str = "") -> Finding:
    where = {"stream": one.surface.stream, "surface": one.surface.id, "stage": Stage.DEPLOYED}
    return finding(id_, message, hint=hint or None, **where)  # type: ignore[arg-type]
