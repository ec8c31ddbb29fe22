"""The workflows that publish the surfaces of a release: what starts them, and how they fare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import AbsentError, MalformedError
from release_tools.flows.waiting import RunState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from release_tools.flows.gate_checks import Case
    from release_tools.flows.hub import Hub


class TagRuns:
    """The runs that the tag of a release has started; satisfies ``waiting.Runs``."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def states(self, tag: str, workflows: Sequence[str]) -> tuple[RunState, ...]:
        """Return the state of the newest run of each workflow that has one."""
        return tuple(self._states(tag, workflows))

    def _states(self, tag: str, workflows: Sequence[str]) -> Iterator[RunState]:
        from release_tools.adapters.github_runs import of_workflow

        found = self._hub.refs.tag(tag)
        if found is None:
            return
        runs = self._hub.runs.of_commit(found.commit, ref=tag)
        for workflow in workflows:
            own = of_workflow(runs, workflow)
            if own:
                run = max(own, key=lambda one: (one.created_at, one.id))
                yield RunState(workflow, not run.over, run.failed, run.url, run.conclusion or "")


def waits_for_release(case: Case, workflow: str) -> bool:
    """Say whether a workflow starts when a release is published, and not when a tag is pushed.

    A file that is not there, or that nobody can read, starts nothing that we know of.
    """
    from release_tools.formats import nodes
    from release_tools.rules.workflows import triggers
    from release_tools.rules.workflows.workflow import read

    path = f".github/workflows/{workflow.rpartition('/')[2]}"
    try:
        found = read(path, nodes.load(case.project.tree.read(path))).triggers
    except (AbsentError, MalformedError):
        return False
    return "release" in found.events and triggers.starts(found, case.tag) is None
