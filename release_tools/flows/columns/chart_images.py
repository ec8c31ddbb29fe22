"""``--chart-images``: every image of ours that a chart pulls is the release's, and is there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from release_tools.errors import ReleaseToolsError, UnreadableError
from release_tools.flows.columns import chart_render
from release_tools.formats import mentions
from release_tools.formats import values as yaml
from release_tools.kinds import stages
from release_tools.model import Verdict
from release_tools.reading import Unknown, Wanted
from release_tools.rules import chart_images as rules
from release_tools.rules.chart_images import Pull

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from release_tools.config import Project
    from release_tools.flows.columns.chart_render import Chart
    from release_tools.formats.mentions import Mention
    from release_tools.model import Finding, Runner, Surface
    from release_tools.reading import Addresses, Reading, Transport
    from release_tools.streams import Stream
    from release_tools.version import Nightly, Version

_WORST = (Verdict.DIFFERS, Verdict.MISSING, Verdict.UNKNOWN, Verdict.AGREES)


class Closure(NamedTuple):
    """What is to be said of the charts of one stream, and the verdict on each, by surface id."""

    findings: tuple[Finding, ...]
    verdicts: Mapping[str, Verdict]


class _Ours(NamedTuple):
    """The image surfaces by their full names; what the release is, by id, of its own."""

    images: Mapping[str, Surface]
    wanted: Mapping[str, Wanted]


def closure(  # noqa: PLR0913 - each of them is another thing
    project: Project,
    stream: Stream,
    version: Version | Nightly,
    transport: Transport,
    addresses: Addresses,
    runner: Runner,
    *,
    values: Sequence[str] = (),
) -> Closure:
    """Judge the images of ours that each chart of the stream pulls in the release of ``version``.

    A chart is rendered where helm is installed, else its values are read, and an empty tag is
    its appVersion.  ``values`` are files on disk for all of them, as ``helm --values`` takes
    them.  A chart that pulls none of ours is unchecked; what stands in its values, and was not
    rendered with these, is a warning.
    """
    ours = _ours(project, stream, version)
    pulled: dict[str, tuple[Pull, ...]] = {}
    findings: list[Finding] = []
    verdicts: dict[str, Verdict] = {}
    charts = [one for one in project.surfaces if (one.kind, one.stream) == ("chart", stream.name)]
    for chart in charts:
        try:
            loaded = chart_render.load(project, chart, version, values)
            pulled[chart.id] = tuple(_pulls(loaded, ours, chart_render.render(loaded, runner)))
        except ReleaseToolsError as error:
            verdicts[chart.id], said = rules.unreadable(chart, str(error), error.hint)
            findings.append(said)
    every = [pull for pulls in pulled.values() for pull in pulls]
    asked = {_key(pull): pull.image for pull in every if not pull.moves and _key(pull)[1]}
    readings = _look_up(asked, version, ours, transport, addresses)
    for chart in charts:
        if chart.id not in pulled:
            continue
        judged = [rules.judge(chart, pull, readings.get(_key(pull))) for pull in pulled[chart.id]]
        findings.extend(said for _, said in judged if said is not None)
        found = {verdict for verdict, _ in judged}
        verdicts[chart.id] = next((v for v in _WORST if v in found), Verdict.UNCHECKED)
    return Closure(tuple(findings), verdicts)


def _ours(project: Project, stream: Stream, version: Version | Nightly) -> _Ours:
    kind = stages.publishing("image")
    assert kind is not None  # noqa: S101 - images have a published stage
    images = [one for one in project.surfaces if one.kind == "image"]
    return _Ours(
        {f"{one.options['registry']}/{one.name}": one for one in images},
        {one.id: kind.wanted(one, version, ()) for one in images if one.stream == stream.name},
    )


def _pulls(chart: Chart, ours: _Ours, rendered: str | None) -> Iterator[Pull]:
    """Yield what the chart pulls, then what else its values name."""
    stated = mentions.find((chart.merged,), ours.images)
    places = {
        _identity(mention): (path, mention.line or None)
        for path, value in chart.values
        for mention in mentions.find((value,), ours.images)
    }
    if rendered is None:
        for mention in stated:
            by_app = not (mention.tag or mention.digest)
            tag = chart.app_version if by_app else mention.tag
            yield _pull(mention, ours, places)._replace(tag=tag, by_app=by_app)
        return
    seen = set()
    for mention in mentions.find(yaml.read(rendered), ours.images):
        if _identity(mention) in seen:
            continue
        seen.add(_identity(mention))
        by_app = mention.tag == chart.app_version and (mention.image, "", "") in places
        if by_app:
            places.setdefault(_identity(mention), places[mention.image, "", ""])
        yield _pull(mention, ours, places)._replace(by_app=by_app)
    for mention in stated:
        if (mention.tag or mention.digest) and _identity(mention) not in seen:
            yield _pull(mention, ours, places)._replace(rendered=False)


def _identity(mention: Mention) -> tuple[str, str, str]:
    return mention.image, mention.tag, mention.digest


def _pull(
    mention: Mention,
    ours: _Ours,
    places: Mapping[tuple[str, str, str], tuple[str, int | None]],
) -> Pull:
    image = ours.images[mention.image]
    path, line = places.get(_identity(mention), (None, None))
    return Pull(image, mention.tag, mention.digest, ours.wanted.get(image.id), path, line)


def _key(pull: Pull) -> tuple[str, str]:
    """Return what is looked up for a pull: the tag, of a digest alone that of the release."""
    return pull.image.id, pull.tag or (pull.wanted.text if pull.wanted else "")


def _look_up(
    asked: Mapping[tuple[str, str], Surface],
    version: Version | Nightly,
    ours: _Ours,
    transport: Transport,
    addresses: Addresses,
) -> dict[tuple[str, str], Reading]:
    """Ask the registries for all of them at once, each once.

    What is wrong with an image that is there is said in its own row: here its tag alone counts.
    """
    from release_tools.adapters import side_by_side

    work = [
        partial(_read, image, Wanted(version, tag), ours, transport, addresses)
        for (_, tag), image in asked.items()
    ]
    return dict(zip(asked, side_by_side.ask(work) if work else (), strict=True))


def _read(
    image: Surface, wanted: Wanted, ours: _Ours, transport: Transport, addresses: Addresses
) -> Reading:
    kind = stages.publishing("image")
    assert kind is not None  # noqa: S101 - images have a published stage
    try:
        found = {one.id: kind.published(one, addresses) for one in ours.images.values()}
    except UnreadableError as error:
        return Unknown("its registry", error.message, error.hint)
    registry, at = found.pop(image.id) or _nowhere()
    others = (one[1] for one in found.values() if one)
    known = tuple(one.name for one in others if one.base == at.base)
    return registry.read(at._replace(known=known), wanted, transport)


def _nowhere() -> NoReturn:
    raise AssertionError("an image has a registry")
