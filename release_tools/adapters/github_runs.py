"""Runs of workflows: which there are of a commit or tag, and whether they are over."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.adapters.github_faults import HiddenError
from release_tools.adapters.github_shapes import number, text, whole, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from release_tools.adapters.github_api import Api

_READ = "actions: read"
_FAILED = frozenset({"failure", "cancelled", "timed_out", "startup_failure", "action_required"})


class Run(NamedTuple):
    """One run of a workflow.

    ``file`` is the name of the workflow's file, ``ref`` the branch or tag that it runs for,
    ``status`` and ``conclusion`` are GitHub's words, ``attempt`` counts from 1.  ``created_at``
    stays the same on a re-run, ``started_at`` does not.  ``suite`` is the check suite that holds
    the run's checks.
    """

    id: int
    name: str
    file: str
    event: str
    ref: str
    commit: str
    status: str
    conclusion: str | None
    attempt: int
    created_at: str
    started_at: str | None
    suite: int | None
    url: str

    @property
    def over(self) -> bool:
        """Whether it has come to an end; waiting for an approval is none."""
        return self.status == "completed"

    @property
    def failed(self) -> bool:
        """Whether it has come to an end without doing its work."""
        return self.over and self.conclusion in _FAILED


class Runs:
    """The workflow runs of one repository; what its methods raise is told at ``Releases``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def of_commit(self, commit: str, *, ref: str = "", event: str = "") -> tuple[Run, ...]:
        """Return the runs of a commit, newest first; of one branch or tag, or event, if given.

        A tag's runs have its name as ``ref``.
        """
        return self._matching(commit, ref, event)

    def of_ref(self, ref: str) -> tuple[Run, ...]:
        """Return the runs of a branch or tag, newest first."""
        return self._matching("", ref, "")

    def get(self, run_id: int) -> Run | None:
        """Return the run of an id; None where there is none (any more)."""
        try:
            with self._api.asking(f"read the workflow run {run_id}", _READ):
                return _run(self._api.get(f"actions/runs/{run_id}")[1])
        except HiddenError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
        with self._api.asking("list the workflow runs", _READ):
            self._api.get("actions/runs", per_page=1)  # then the 404 was no lack of permission
        return None

    def _matching(self, commit: str, ref: str, event: str) -> tuple[Run, ...]:
        # GitHub leaves out a filter that it does not understand, so all are applied here again.
        wanted = {"head_sha": commit, "branch": ref, "event": event}
        wanted = {key: value for key, value in wanted.items() if value}
        with self._api.asking(f"list the workflow runs of {ref or commit}", _READ):
            pages = self._api.pages("actions/runs", "workflow_runs", **wanted)
            found = tuple(map(_run, pages))
        return tuple(
            one
            for one in found
            if commit in {"", one.commit} and ref in {"", one.ref} and event in {"", one.event}
        )

    def is_over(self, run_id: int, attempt: int = 1) -> bool:
        """Say whether an attempt of a run has come to an end: it, or a later one was started."""
        run = self.get(run_id)
        return run is None or run.over or run.attempt > attempt


def of_workflow(runs: Iterable[Run], file: str) -> tuple[Run, ...]:
    """Return those runs that are of the workflow in ``file``, a name or a path."""
    name = file.rpartition("/")[2]
    return tuple(run for run in runs if run.file == name)


def _run(answer: Any) -> Run:
    answer = whole(answer)
    suite = answer.get("check_suite_id")
    return Run(
        id=number(answer, "id"),
        name=words(answer, "name") or "",
        file=text(answer, "path").partition("@")[0].rpartition("/")[2],
        event=text(answer, "event"),
        ref=words(answer, "head_branch") or "",
        commit=text(answer, "head_sha"),
        status=words(answer, "status") or "",
        conclusion=words(answer, "conclusion"),
        attempt=number(answer, "run_attempt"),
        created_at=text(answer, "created_at"),
        started_at=words(answer, "run_started_at"),
        suite=suite if isinstance(suite, int) else None,
        url=text(answer, "html_url"),
    )
