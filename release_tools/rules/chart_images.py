"""Judge which of our images a chart pulls: the version of the release, and one that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, assert_never

from release_tools.model import Severity, Stage, Verdict
from release_tools.reading import Absent, Found, Unknown
from release_tools.rules.findings import finding

if TYPE_CHECKING:
    from release_tools.model import Finding, Surface
    from release_tools.reading import Reading, Wanted

_MOVING = ("", "latest", "nightly")


class Pull(NamedTuple):
    """One image of ours that a chart pulls, and where that stands.

    ``wanted`` is what its release is; None for an image of another stream, of which any version
    will do.  ``rendered`` is false for values that nothing rendered used.  ``by_app`` says that
    the tag is the chart's appVersion.
    """

    image: Surface
    tag: str
    digest: str = ""
    wanted: Wanted | None = None
    path: str | None = None
    line: int | None = None
    rendered: bool = True
    by_app: bool = False

    @property
    def moves(self) -> bool:
        """Whether the tag names another image tomorrow."""
        return not self.digest and self.tag.lower() in _MOVING


def judge(chart: Surface, pull: Pull, reading: Reading | None) -> tuple[Verdict, Finding | None]:
    """Say whether the chart pulls the right image, and one that the registry has.

    ``reading`` is what the registry has at the tag, or where only a digest stands, at the tag of
    the release; None where there is nothing to ask for.
    """
    at = f"as {pull.tag or pull.digest}" if pull.tag or pull.digest else "without a tag"
    what = f"{pull.image.id} {at}" + (" (its appVersion)" if pull.by_app else "")
    if pull.moves:
        return _say("chart-image-latest", Verdict.DIFFERS, chart, pull, what)
    match reading:
        case Absent():
            message = f"{what}, which is not at {reading.where}"
            message += f": {reading.reason}" if reading.reason else ""
            return _say("chart-image-missing", Verdict.MISSING, chart, pull, message)
        case Unknown():
            message = f"{what}, and whether it is at {reading.where} is unknown: {reading.reason}"
            return _say("chart-image-unknown", Verdict.UNKNOWN, chart, pull, message)
        case None:
            return Verdict.UNCHECKED, None
        case Found():
            wrong = _differs(pull, reading)
            if wrong is None:
                return Verdict.AGREES, None
            return _say("chart-image-differs", Verdict.DIFFERS, chart, pull, f"{what}, {wrong}")
        case _:
            assert_never(reading)


def unreadable(chart: Surface, reason: str, hint: str = "") -> tuple[Verdict, Finding]:
    """Say that the images of a chart cannot be told."""
    message = f"which images {chart.id} pulls is unknown: {reason}"
    said = finding(
        "chart-image-unknown",
        message,
        hint=hint or None,
        stream=chart.stream,
        surface=chart.id,
        stage=Stage.PUBLISHED,
    )
    return Verdict.UNKNOWN, said


def _differs(pull: Pull, reading: Found) -> str | None:
    """Return what is expected instead; None where the pull is right."""
    if pull.wanted is not None and pull.tag and pull.tag != pull.wanted.text:
        return f"expected {pull.wanted.text}"
    if pull.digest and pull.digest != reading.digest:
        child = next((one for one in reading.platforms or () if one.digest == pull.digest), None)
        alone = f"which is for {child.name} alone; " if child else ""
        return f"{alone}the registry has {reading.digest} at {reading.version}"
    return None


def _say(
    id_: str, verdict: Verdict, chart: Surface, pull: Pull, what: str
) -> tuple[Verdict, Finding]:
    """Make the finding; of values that nothing rendered used it only warns."""
    message = f"{chart.id} pulls {what}"
    made = finding(
        id_,
        message if pull.rendered else f"{message}, in values that it was not rendered with",
        stream=chart.stream,
        surface=chart.id,
        stage=Stage.PUBLISHED,
        path=pull.path,
        line=pull.line,
    )
    if pull.rendered:
        return verdict, made
    return Verdict.UNCHECKED, made._replace(severity=Severity.WARNING)
