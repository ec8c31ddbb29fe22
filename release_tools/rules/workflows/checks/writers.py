"""Who writes the GitHub Release, and whether it says if it is the latest one."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from release_tools.model import Severity
from release_tools.rules.findings import finding
from release_tools.rules.workflows import commands
from release_tools.rules.workflows.commands import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from release_tools.model import Finding
    from release_tools.rules.workflows.pipeline import Act, Pipeline, Tag
    from release_tools.rules.workflows.table import Row
    from release_tools.rules.workflows.workflow import Job

_LATEST = {
    "softprops/action-gh-release": "make_latest",
    "ncipollo/release-action": "makeLatest",
}
_CANNOT = frozenset({"actions/create-release", "elgohr/github-release-action"})


def check(pipeline: Pipeline, rows: tuple[Row, ...]) -> Iterator[Finding]:
    """Find several writers of one release, and writers that leave "Latest" to GitHub."""
    told: set[frozenset[tuple[str, int]]] = set()
    for tag in pipeline.facts.releases:
        acts: dict[str, list[Act]] = {}
        for row in (row for row in rows if tag.stream.name in row.streams):
            for act in pipeline.on_tag(row.workflow, tag):
                if act.deed.creates and not act.deed.ours:
                    acts.setdefault(row.workflow.path, []).append(act)
        several = _several(acts)
        places = frozenset((act.path, act.deed.line) for act in several)
        if several and places not in told:
            told.add(places)
            yield _finding(tag, several, across=len(acts) > 1)
        for act in (act for found in acts.values() for act in found):
            yield from _latest(pipeline, tag, act)


def _several(acts: Mapping[str, list[Act]]) -> list[Act]:
    """Return the writers of one release if there may be two at once, else nothing."""
    if len(acts) > 1:
        return [act for found in acts.values() for act in found]
    for found in acts.values():
        sure = [act for act in found if act.certain]
        before = {act.at.job.id: _before(act) for act in sure if not act.at.above}
        apart = any(
            one not in before[other] and other not in before[one]
            for one, other in itertools.combinations(before, 2)
        )
        if apart or any(act.many for act in sure):
            return sure
    return []


def _before(act: Act) -> set[str]:
    """Return the jobs that have ended when this one begins."""
    jobs: Mapping[str, Job] = act.at.workflow.jobs
    found: set[str] = set()
    waiting = [act.at.job.id]
    while waiting:
        job = jobs.get(waiting.pop())
        fresh = [need for need in (job.needs if job else ()) if need not in found]
        found |= {*fresh}
        waiting += fresh
    return found


def _finding(tag: Tag, several: list[Act], *, across: bool) -> Finding:
    places = dict.fromkeys(f"{act.path.rpartition('/')[2]}:{act.deed.line}" for act in several)
    first = several[0]
    if len(places) == 1:
        message = f"every job of the matrix makes the GitHub Release of {tag.name}"
    else:
        message = f"the GitHub Release of {tag.name} is made by {', '.join(places)}"
    found = finding(
        "several-release-writers",
        message,
        stream=tag.stream.name,
        path=first.path,
        line=first.deed.line,
        column=first.deed.column,
    )
    return found._replace(severity=Severity.ERROR) if across else found


def _latest(pipeline: Pipeline, tag: Tag, act: Act) -> Iterator[Finding]:
    step, deed = act.at.step, act.deed
    key = _LATEST.get(deed.by)
    if deed.by == "gh release":
        argv = commands.bare(deed.words)
        says = any(
            word.startswith(("--latest", "--prerelease", "--draft", "-p", "-d")) for word in argv
        )
        hint = "give --latest=false, or --latest where the gate says make-latest"
    elif key is not None:
        decided = "true" in (step.option("prerelease"), step.option("draft"))
        says = decided or any(name.lower() == key.lower() for name in step.given)
        hint = f"set {key} to the gate's output make-latest"
    elif deed.by in _CANNOT:
        says, hint = False, "this action cannot set it: use `release-tools release`"
    else:
        return
    if says or deed.kind is not Kind.RELEASE:
        return
    found = finding(
        "make-latest-unset",
        f"{deed.by} makes the release of {tag.name} and does not say whether it is the latest",
        hint=hint,
        stream=tag.stream.name,
        path=act.path,
        line=deed.line,
        column=deed.column,
    )
    alone = len(pipeline.facts.streams) == 1
    yield found._replace(severity=Severity.NOTE) if alone else found
