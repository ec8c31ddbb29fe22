"""What the workflow runs of a tag are doing, for a wait that lasts as long as they do."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from release_tools.adapters.github_runs import of_workflow
from release_tools.flows.columns.waiting import RunState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from release_tools.adapters.github_runs import Run, Runs

# A wait may last for six hours, and a run asks GitHub for less than 200 times in all.
_FREELY = 50
_SPACING = 150.0


class TagRuns:
    """Satisfies ``waiting.Runs``: asks GitHub, the less often the longer it lasts."""

    def __init__(self, runs: Runs, renew: Callable[[], None] = lambda: None) -> None:
        """Take whom to ask; ``renew`` gives each question time of its own."""
        self._runs = runs
        self._renew = renew
        self._seen: dict[str, tuple[float, tuple[Run, ...]]] = {}
        self._asked = 0

    def states(self, tag: str, workflows: Sequence[str]) -> tuple[RunState, ...]:
        """Return the state of the newest run that each of ``workflows`` has for the tag.

        The run that asks is left out: it goes on for as long as it waits.  Raises UnreadableError
        where GitHub does not tell.
        """
        found = self._of_tag(tag)
        own = os.environ.get("GITHUB_RUN_ID", "")
        newest = ((name, next(iter(of_workflow(found, name)), None)) for name in workflows)
        return tuple(
            _state(name, run) for name, run in newest if run is not None and str(run.id) != own
        )

    def _of_tag(self, tag: str) -> tuple[Run, ...]:
        at, found = self._seen.get(tag, (0.0, ()))
        now = time.monotonic()
        if tag in self._seen and self._asked >= _FREELY and now - at < _SPACING:
            return found
        self._asked += 1
        self._renew()
        found = self._runs.of_ref(tag)
        self._seen[tag] = now, found
        return found


def _state(workflow: str, run: Run) -> RunState:
    return RunState(workflow, not run.over, run.failed, run.url, run.conclusion or "")
