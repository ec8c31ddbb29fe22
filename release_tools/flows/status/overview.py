"""``status``: what exists of every surface, in every channel; of a broken release, how to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import VersionError
from release_tools.flows.columns import asking, published, questions
from release_tools.flows.load import load
from release_tools.flows.repository import clone
from release_tools.flows.status import running, todo
from release_tools.flows.verify import verify
from release_tools.model import Stage, Verdict
from release_tools.reading import Absent, Found, Listing, Unknown
from release_tools.reports.status import Line, Overview
from release_tools.version import Nightly, Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from release_tools.config import Project
    from release_tools.flows.columns.asking import Asking, Progress
    from release_tools.flows.columns.deployments import Given
    from release_tools.flows.columns.published import Answered
    from release_tools.model import Row, StreamTable, Table
    from release_tools.streams import Stream

_NONE = Version((0, 0, 0))


class Status(NamedTuple):
    """Every stream, and of the release that was asked about the table."""

    overviews: tuple[Overview, ...]
    table: Table | None = None

    @property
    def exit_code(self) -> int:
        """0 nothing is behind or missing, 1 something is, 3 it could not be told."""
        states = {state for one in self.overviews for state in one.states}
        verdict = self.table.verdict if self.table else Verdict.AGREES
        if states & {"behind", "failing", "missing"} or verdict is Verdict.DISAGREES:
            return 1
        return 3 if "unknown" in states or verdict is Verdict.UNKNOWN or not states else 0


def status(
    directory: str,
    version: str | None = None,
    *,
    stream: str | None = None,
    config: str | None = None,
    deployed: Given | None = None,
    progress: Progress | None = None,
) -> Status:
    """Ask every registry for all that it has; with ``version``, for that release as well.

    ``deployed`` asks the environments what they run: all of the configuration, or the one that it
    says.
    """
    project = load(directory, config=config)
    with asking.of_project(project, progress) as ask:
        source = verify(project, stream=stream)
        answers = _answers(project, source, ask)
        overviews = tuple(_overview(one, answers) for one in source.streams)
        if deployed is not None:
            surfaces = [row.surface for one in source.streams for row in one.rows]
            overviews = running.everywhere(project, overviews, surfaces, ask, deployed)
        table = _release(project, version, stream, ask) if version is not None else None
    if table is not None:
        left = tuple(todo.todo(project, table))
        name = table.streams[0].stream.name
        overviews = tuple(
            one._replace(todo=left) if one.stream == name else one for one in overviews
        )
    return Status(overviews, table)


def _answers(project: Project, source: Table, ask: Asking) -> Mapping[str, Answered | str]:
    """Return what each registry says, or why nobody could be asked, by surface id."""
    planned = questions.plan(project, _expecting(project, source.streams), ask.addresses)
    wishes = [one._replace(at=one.at._replace(latest=True)) for one in planned.questions]
    found: dict[str, Answered | str] = {
        surface.id: cell.reason or "" for surface, cell in planned.settled
    }
    for answer in published.ask(wishes, ask, listings=True):
        found[answer.question.surface.id] = answer
    return found


def _expecting(project: Project, tables: Sequence[StreamTable]) -> list[StreamTable]:
    """Let a stream whose source states no version expect its highest tag: all is listed anyway."""
    repo = clone.of(project)

    def highest(stream: Stream) -> Version:
        return (clone.highest_tagged(repo, stream) if repo else None) or _NONE

    return [one._replace(version=one.version or highest(one.stream)) for one in tables]


def _overview(one: StreamTable, answers: Mapping[str, Answered | str]) -> Overview:
    listed = {
        row.surface.id: list(_versions(answers.get(row.surface.id)))
        for row in one.rows
        if row.surface.id in answers
    }
    stable = [version for found in listed.values() for version in found if version.is_stable]
    highest = max(stable, default=None)
    lines = tuple(
        _line(row, answers[row.surface.id], listed[row.surface.id], highest)
        for row in one.rows
        if row.surface.id in listed
    )
    older = isinstance(one.version, Version) and highest is not None and one.version < highest
    note = (
        f"the source says {one.version}, and {highest} is out: bump past it, unless this is an "
        "older line"
    )
    return Overview(one.stream.name, str(highest) if highest else None, lines, (note,) * older)


def _versions(answer: Answered | str | None) -> Iterator[Version]:
    listing = None if answer is None or isinstance(answer, str) else answer.listing
    for listed in listing.versions if isinstance(listing, Listing) else ():
        try:
            yield Version.parse(listed.version)
        except VersionError:
            continue  # latest, and the nightlies of images


def _line(
    row: Row, answer: Answered | str, found: Sequence[Version], highest: Version | None
) -> Line:
    source = next((cell.found for cell in row.cells if cell.stage is Stage.SOURCE), None)
    if isinstance(answer, str):
        return Line(row.surface.id, source, None, None, None, None, "unknown", answer)
    release = max((one for one in found if one.is_stable), default=None)
    ahead = [one for one in found if _is_ahead(one, release)]
    state, why = _state(answer, release, highest)
    return Line(
        row.surface.id,
        source,
        str(release) if release else None,
        str(max(ahead)) if ahead else None,
        _nightly(answer, found),
        _latest(answer),
        state,
        why,
    )


def _is_ahead(one: Version, release: Version | None) -> bool:
    between = one.is_prerelease and not (one.is_dev or one.is_nightly)
    return between and (release is None or one > release)


def _state(answer: Answered, release: Version | None, highest: Version | None) -> tuple[str, str]:
    if isinstance(answer.listing, Unknown):
        return "unknown", answer.listing.reason
    if release is None or isinstance(answer.listing, Absent):
        return ("missing", "never released") if highest else ("current", "nothing is released")
    if highest is not None and release < highest:
        return "behind", f"{highest} is out elsewhere"
    return "current", ""


def _nightly(answer: Answered, found: Sequence[Version]) -> str | None:
    texts = (
        [one.version for one in answer.listing.versions]
        if isinstance(answer.listing, Listing)
        else []
    )
    dated: list[tuple[object, str]] = []
    for text in (*texts, *(str(one) for one in found if one.is_nightly)):
        try:
            dated.append((Nightly.parse(text).date, text))
        except VersionError:
            continue
    return max(dated)[1] if dated else None


def _latest(answer: Answered) -> str | None:
    """Return what ``latest`` is: a version where it is known to be one, else its digest."""
    reading = answer.reading
    if not isinstance(reading, Found) or not reading.notes.get("latest"):
        return None
    latest = reading.notes["latest"]
    return reading.version if latest == reading.digest else latest


def _release(project: Project, version: str, stream: str | None, ask: Asking) -> Table:
    from release_tools.flows.columns.last_rows import LastRows
    from release_tools.flows.columns.published import Published

    columns = (Published(ask), LastRows(released=True))
    return verify(project, version, stream=stream, columns=columns)
