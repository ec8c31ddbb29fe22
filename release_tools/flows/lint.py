"""Read the workflows of a project and say which tag starts what, and what is not gated."""

from __future__ import annotations

import datetime as dt
import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.errors import MalformedError, ReleaseToolsError
from release_tools.formats import nodes
from release_tools.model import Severity, Verdict
from release_tools.rules.findings import finding
from release_tools.rules.workflows import table, workflow
from release_tools.rules.workflows.checks import judge
from release_tools.rules.workflows.pipeline import Facts, Pipeline, Tag
from release_tools.version import Nightly, Version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from release_tools.config import Project
    from release_tools.model import Finding, Tree
    from release_tools.streams import Stream

FOLDER = ".github/workflows"
_MOST = 1_000  # workflows that are read
_MOST_ACTIONS = 200


class LintTable(NamedTuple):
    """Tags by workflows: a row for each workflow that one of ``tags`` starts, and the findings."""

    verdict: Verdict
    tags: tuple[Tag, ...]
    rows: tuple[table.Row, ...]
    findings: tuple[Finding, ...]
    workflows: int

    @property
    def exit_code(self) -> int:
        """0 nothing endangers a release, 1 something does, 3 it could not be determined."""
        if self.verdict is Verdict.AGREES:
            return 0
        return 3 if self.verdict is Verdict.UNKNOWN else 1


def lint(project: Project, *, stream: str | None = None) -> LintTable:
    """Judge the workflows in the project's tree.

    The tags are examples: for each stream its present version, a pre-release of it, and a nightly
    where it has any.  ``stream`` keeps the tags and the findings of one stream.  Raises
    ConfigError for a stream that is not there.  Never writes, and never asks the network.
    """
    only = None if stream is None else project.stream(stream)
    read, broken = _workflows(project.tree)
    facts = Facts(
        project.streams,
        project.surfaces,
        project.repository,
        _tags(project, made := _made(project)),
        made,
        project.config is not None,
    )
    pipeline = Pipeline(read, _actions(project.tree, read), facts)
    try:
        rows = table.rows(pipeline, facts.tags)
        found = (*judge(pipeline, rows), *broken)
    except MalformedError as error:  # what is called multiplies beyond what can be followed
        rows, found = (), (*broken, _unreadable(error, error.path or FOLDER))
    if not read and not broken:
        found = (finding("no-workflows", f"there is no workflow in {FOLDER}"),)
    if only is not None:
        found = tuple(one for one in found if one.stream in (None, only.name))
    whole = LintTable(_verdict(found), facts.tags, rows, found, len(read) + len(broken))
    return whole if only is None else _narrowed(whole, only)


def _verdict(found: tuple[Finding, ...]) -> Verdict:
    errors = {one.id for one in found if one.severity is Severity.ERROR}
    if errors - {"workflow-unreadable", "no-workflows"}:
        return Verdict.DISAGREES
    return Verdict.UNKNOWN if errors else Verdict.AGREES


def data(whole: LintTable) -> dict[str, Any]:
    """Return the table as the ``data`` of the JSON report; see ``schemas/lint.schema.json``."""
    return {
        "tags": [
            {"tag": tag.name, "stream": tag.stream.name, "channel": tag.channel, "made": tag.made}
            for tag in whole.tags
        ],
        "read": whole.workflows,
        "workflows": [
            {
                "path": row.workflow.path,
                "name": row.workflow.name,
                "streams": list(row.streams),
                "publishes": list(row.publishes),
                "tags": {cell.tag.name: _cell(cell) for cell in row.cells},
            }
            for row in whole.rows
        ],
    }


def _cell(cell: table.Cell) -> dict[str, Any]:
    start = cell.start
    return {
        "mark": cell.mark.value,
        "event": start.event if start else None,
        "pattern": start.pattern.text if start and start.pattern else None,
        "line": start.line if start else None,
        "publishes": list(cell.publishes),
    }


def _narrowed(whole: LintTable, only: Stream) -> LintTable:
    """Keep the columns of one stream, and the rows of what its tags start."""
    rows = (
        row._replace(cells=tuple(cell for cell in row.cells if cell.tag.stream.name == only.name))
        for row in whole.rows
    )
    return whole._replace(
        tags=tuple(tag for tag in whole.tags if tag.stream.name == only.name),
        rows=tuple(row for row in rows if any(cell.start for cell in row.cells)),
    )


def _workflows(tree: Tree) -> tuple[list[workflow.Workflow], list[Finding]]:
    paths = sorted({path for end in ("yml", "yaml") for path in tree.glob(f"{FOLDER}/*.{end}")})
    read: list[workflow.Workflow] = []
    broken: list[Finding] = []
    for path in paths[:_MOST]:
        try:
            read.append(_parsed(tree, path, workflow.read))
        except ReleaseToolsError as error:
            broken.append(_unreadable(error, path))
    if len(paths) > _MOST:
        message = f"there are {len(paths)} workflows, more than the {_MOST} that are read"
        broken.append(finding("workflow-unreadable", message, path=FOLDER))
    return read, broken


def _unreadable(error: ReleaseToolsError, path: str) -> Finding:
    return finding(
        "workflow-unreadable", error.message, hint=error.hint or None, path=path, line=error.line
    )


def _parsed(tree: Tree, path: str, read: Callable[[str, Any], Any]) -> Any:
    return read(path, nodes.load(tree.read(path)))


def _actions(tree: Tree, read: list[workflow.Workflow]) -> Mapping[str, workflow.Action]:
    """Read the composite actions of the tree that the workflows use, and those that these use.

    One that cannot be read is left out: what it does is then not known to publish anything.
    """
    found: dict[str, workflow.Action] = {}
    waiting = [step for one in read for job in one.jobs.values() for step in job.steps]
    seen: set[str] = set()
    while waiting and len(seen) < _MOST_ACTIONS:
        step = waiting.pop()
        folder = posixpath.normpath(step.action.removeprefix("$/"))
        if not step.action.startswith(("./", "$/")) or folder in seen:
            continue
        seen.add(folder)
        spelled = step.uses.text.strip().removeprefix("$/") if step.uses else folder
        action = _action(tree, posixpath.normpath(spelled))
        if action is not None:
            found[folder] = action
            waiting += action.steps
    return found


def _action(tree: Tree, folder: str) -> workflow.Action | None:
    for name in ("action.yml", "action.yaml"):
        path = posixpath.normpath(f"{folder}/{name}")
        try:
            if not path.startswith("../") and tree.exists(path):
                action: workflow.Action = _parsed(tree, path, workflow.read_action)
                return action
        except ReleaseToolsError:
            return None
    return None


def _made(project: Project) -> tuple[str, ...]:
    """Return the tags of the repository around the project; none where git cannot say."""
    from release_tools.adapters.git import Repository

    try:
        repository = Repository.find(project.root)
        return repository.tags() if repository is not None else ()
    except ReleaseToolsError:
        return ()


def _tags(project: Project, made: tuple[str, ...]) -> tuple[Tag, ...]:
    return tuple(tag for stream in project.streams for tag in _examples(project, stream, made))


def _examples(project: Project, stream: Stream, made: tuple[str, ...]) -> Iterator[Tag]:
    """Yield a tag of each channel of a stream, and whether the repository has such ones."""
    real = [found for name in made if (found := stream.match(name)) is not None]
    versions = [one for one in real if isinstance(one, Version)]
    stable = _stable(project, stream, versions)
    candidate = Version.parse(f"{stable}-rc.1")
    nightly = any(isinstance(one, Nightly) for one in real)
    pre = any(one.is_prerelease for one in versions)
    yield Tag(stream.tag_of(stable), stream, "release", bool(versions))
    yield Tag(stream.tag_of(candidate), stream, "prerelease", pre)
    if stream.nightly is not None:
        night = Nightly(dt.date(2026, 1, 15))
        yield Tag(stream.tag_of(night), stream, "nightly", nightly)


def _stable(project: Project, stream: Stream, versions: list[Version]) -> Version:
    """Return the version that the stream's places state, else its highest tag, else 1.2.3."""
    from release_tools.flows import source

    try:
        stated = next(iter(source.favourites(source.look(project, stream))), None)
    except ReleaseToolsError:
        stated = None
    found = stated or max(versions, default=None) or Version.parse("1.2.3")
    return Version.parse(".".join(map(str, (*found.release, 0, 0)[:3])))
