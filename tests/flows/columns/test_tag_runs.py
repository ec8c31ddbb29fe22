"""The runs of a tag, as a wait sees them."""

from __future__ import annotations

import pytest

from release_tools.adapters.github_api import Api
from release_tools.adapters.github_runs import Runs
from release_tools.errors import UnreadableError
from release_tools.flows.columns.tag_runs import TagRuns
from release_tools.flows.columns.waiting import RunState
from tests.servers.github import BROKEN

TAG = "v0.3.0"


@pytest.fixture
def runs(hub):
    return TagRuns(Runs(Api(hub.repository.name, hub.url, hub.token("actions: read"))))


def test_the_newest_run_of_each_workflow_counts(hub, runs):
    repo = hub.repository
    commit = repo.commit()
    repo.run("pypi.yml", commit, TAG, "failure")
    again = repo.run("pypi.yml", commit, TAG, None, status="queued")
    repo.run("crate.yml", commit, TAG, "failure")
    repo.run("docs.yml", commit, TAG, "failure")
    repo.run("helm.yml", commit, "main", "failure")
    found = runs.states(TAG, ("pypi.yml", "crate.yml", "helm.yml"))
    assert [(one.workflow, one.active, one.failed) for one in found] == [
        ("pypi.yml", True, False),
        ("crate.yml", False, True),
    ]
    assert str(again.id) in found[0].url
    assert found[1].conclusion == "failure"
    assert isinstance(found[0], RunState)


def test_the_run_that_waits_does_not_wait_for_itself(hub, runs, monkeypatch):
    commit = hub.repository.commit()
    hub.repository.run("release.yml", commit, TAG, "failure")  # an earlier run blames nobody
    own = hub.repository.run("release.yml", commit, TAG, None)
    assert [one.active for one in runs.states(TAG, ("release.yml",))] == [True]
    monkeypatch.setenv("GITHUB_RUN_ID", str(own.id))
    assert runs.states(TAG, ("release.yml",)) == ()


def test_an_error_is_told(hub, runs):
    hub.fail("GET", "/actions/runs", BROKEN, times=9)
    with pytest.raises(UnreadableError):
        runs.states(TAG, ("pypi.yml",))


def test_a_long_wait_asks_less_often(hub, runs, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("release_tools.flows.columns.tag_runs.time.monotonic", lambda: now[0])
    for _ in range(6 * 60):
        now[0] += 60
        runs.states(TAG, ("pypi.yml",))
    assert 100 < len(hub.calls) < 200
