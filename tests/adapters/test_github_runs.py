"""Runs of workflows on a strict GitHub."""

from __future__ import annotations

import pytest

from release_tools.adapters.github_api import Api
from release_tools.adapters.github_faults import HiddenError
from release_tools.adapters.github_runs import Runs, of_workflow

TAG = "v0.3.0"


@pytest.fixture
def commit(hub):
    return hub.repository.commit()


@pytest.fixture
def runs(hub, commit):
    assert commit
    return Runs(Api(hub.repository.name, hub.url, hub.token("actions: read")))


def test_the_runs_of_a_tag_are_told_apart_from_those_of_its_branch(hub, commit, runs):
    repo = hub.repository
    made = repo.run("pypi-publish.yml", commit, TAG, None, status="waiting")
    repo.run("ci.yml", commit, "main")
    repo.run("pypi-publish.yml", repo.commit(), TAG)
    (found,) = runs.of_commit(commit, ref=TAG)
    assert (found.id, found.file, found.status) == (made.id, "pypi-publish.yml", "waiting")
    assert (found.over, found.failed, found.suite) == (False, False, made.suite)
    asked = hub.calls[-1].query
    assert (asked["head_sha"], asked["branch"]) == (commit, TAG)
    assert len(runs.of_commit(commit)) == 2
    assert [one.file for one in runs.of_commit(commit, event="push", ref="main")] == ["ci.yml"]
    assert of_workflow(runs.of_commit(commit), ".github/workflows/ci.yml")[0].ref == "main"


@pytest.mark.parametrize(
    ("conclusion", "failed"),
    [("success", False), ("failure", True), ("cancelled", True), ("skipped", False)],
)
def test_a_run_that_is_over_has_failed_or_not(hub, commit, runs, conclusion, failed):
    made = hub.repository.run("a.yml", commit, TAG, conclusion)
    found = runs.get(made.id)
    assert (found.over, found.failed) == (True, failed)


def test_a_rerun_keeps_the_moment_of_its_creation(hub, commit, runs):
    created, started = "2026-01-15T23:59:59Z", "2026-01-16T08:00:00Z"
    made = hub.repository.run("a.yml", commit, TAG, created=created, started=started, attempt=2)
    found = runs.get(made.id)
    assert (found.created_at, found.started_at, found.attempt) == (created, started, 2)


def test_a_run_is_over_when_it_ended_was_deleted_or_began_anew(hub, commit, runs):
    made = hub.repository.run("a.yml", commit, TAG, None)
    assert not runs.is_over(made.id)
    made.attempt = 2
    assert runs.is_over(made.id, 1)
    assert not runs.is_over(made.id, 2)
    made.status, made.conclusion = "completed", "success"
    assert runs.is_over(made.id, 2)
    hub.repository.runs.clear()
    assert runs.is_over(made.id, 2)


@pytest.mark.parametrize("given", ["contents: read", "contents: none"])
def test_without_permission_no_run_is_over(hub, commit, given):
    made = hub.repository.run("a.yml", commit, TAG)
    hub.repository.private = True
    blind = Runs(Api(hub.repository.name, hub.url, hub.token(given)))
    with pytest.raises(HiddenError) as caught:
        blind.is_over(made.id)
    assert "'actions: read'" in caught.value.hint
