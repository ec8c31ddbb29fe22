"""How a release goes on that is not whole, and what it takes to give it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.model import Stage, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from release_tools.config import Project
    from release_tools.flows.columns.waiting import RunState
    from release_tools.model import Surface, Table


def todo(project: Project, table: Table) -> Iterator[str]:
    """Yield how a release goes on that is not whole, and what it takes to give it up."""
    cells = {
        row.surface.id: (row.surface, cell)
        for row in table.streams[0].rows
        for cell in row.cells
        if cell.stage is Stage.PUBLISHED
    }
    there = [surface for surface, cell in cells.values() if cell.verdict is Verdict.AGREES]
    lacking = [
        surface
        for surface, cell in cells.values()
        if cell.verdict in (Verdict.MISSING, Verdict.DIFFERS)
        and surface.kind not in ("git-tag", "github-release")
    ]
    unsure = any(cell.verdict is Verdict.UNKNOWN for _, cell in cells.values())
    if lacking:
        going_on, known = _going_on(project, table, lacking)
        yield from going_on
        unsure = unsure or not known
        if not unsure:
            yield from _giving_up(table, there)
    if unsure:
        yield "not everything could be found out: ask again before it is released or given up"
    elif not lacking and _lacks_release(table):
        yield f"everything is published: release-tools release --tag {table.streams[0].tag}"


def _lacks_release(table: Table) -> bool:
    return any(
        row.surface.kind == "github-release" and cell.verdict is Verdict.MISSING
        for row in table.streams[0].rows
        for cell in row.cells
        if cell.stage is Stage.PUBLISHED
    )


def _going_on(project: Project, table: Table, lacking: Sequence[Surface]) -> tuple[list[str], bool]:
    """Return how the publishers of what is lacking fare, and whether that could be found out."""
    from release_tools.errors import ReleaseToolsError
    from release_tools.flows.columns.tag_runs import TagRuns
    from release_tools.flows.repository import clone, hub

    tag = table.streams[0].tag or ""
    named = [str(s.options["workflow"]) for s in lacking if s.options.get("workflow")]
    workflows = list(dict.fromkeys(named))
    github = hub.looking(project, clone.of(project))
    if github is None:
        return [], True
    try:
        states = {one.workflow: one for one in TagRuns(github.runs).states(tag, workflows)}
    except ReleaseToolsError as error:
        return [f"how the publishers fare is not known: {error.message}"], False
    return [line for name in workflows for line in _faring(name, tag, states.get(name))], True


def _faring(name: str, tag: str, state: RunState | None) -> Iterator[str]:
    if state is None:
        yield f"{name} has no run for {tag}; a tag that GITHUB_TOKEN pushed starts none"
        yield f"gh workflow run {name} --ref {tag}"
    elif state.active:
        yield f"{name} is still running: {state.url}"
    elif state.failed:
        yield f"gh run rerun {state.url.rpartition('/')[2]} --failed"
    else:
        yield f"{name} has ended well, and what it publishes is not there: {state.url}"


def _giving_up(table: Table, there: Sequence[Surface]) -> Iterator[str]:
    version = table.streams[0].version
    for surface in there:
        if surface.kind == "crate":
            yield f"to give it up: cargo yank {surface.name}@{version}"
        elif surface.kind == "npm":
            yield f'to give it up: npm deprecate {surface.name}@{version} "not released"'
        elif surface.kind == "pypi":
            yield f"to give it up: yank {surface.name} {version} on its page of the index"
    yield "then: release-tools bump patch"
