"""``release`` under faults: wherever it is stopped, whatever is lost, the next run converges."""

from __future__ import annotations

from contextlib import suppress

import pytest

from release_tools.errors import RefusedError, ReleaseToolsError, UnreadableError
from release_tools.flows.gate import gate
from release_tools.flows.release import drafting, release
from tests.servers.github import (
    BROKEN,
    BROKEN_AFTER,
    DROPPED,
    HALF_UPLOADED,
    LOST,
    TRUNCATED,
    too_fast,
    used_up,
)
from tests.servers.github.state import Asset


@pytest.fixture
def ready(pipeline, monkeypatch):
    """Stand at a tag of which everything is published."""
    pipeline.tag()
    pipeline.publish()
    pipeline.write({"dist/app.crate": "the crate"})
    monkeypatch.setenv("GITHUB_TOKEN", pipeline.token)
    # How patient it is makes no difference to what it does.
    monkeypatch.setattr(drafting, "_LISTS", (0.05, 0.1, 0.2, 0.4))
    monkeypatch.setattr(drafting, "_SETTLES", 1.0)
    monkeypatch.chdir(pipeline.root)
    return pipeline


def released(pipeline, **more):
    request = release.Request(gate.Request(), ("dist/*",), **more)
    return release.release(str(pipeline.root), request)


def whole(pipeline):
    """Say what there is: one published release with all its files, and nothing else of ours."""
    repository = pipeline.hub.repository
    return (
        [sorted(asset.name for asset in one.assets) for one in repository.published],
        len(repository.drafts),
        repository.git.ask("for-each-ref", "refs/release-tools"),
    )


WHOLE = ([["SHA256SUMS", "app.crate", "release-manifest.json"]], 0, "")


@pytest.fixture
def workflow(ready, monkeypatch):
    """Let release run as a job of a workflow, and return what starts its next attempt."""
    run = ready.hub.repository.run("release.yml", ready.head, "v0.3.0", None)
    names = {"GITHUB_ACTIONS": "true", "GITHUB_RUN_ID": str(run.id), "GITHUB_JOB": "release"}
    names |= {"GITHUB_REF": "refs/tags/v0.3.0", "GITHUB_SHA": ready.head}
    for name, value in names.items():
        monkeypatch.setenv(name, value)

    def attempt(number):
        run.attempt = number
        monkeypatch.setenv("GITHUB_RUN_ATTEMPT", str(number))

    attempt(1)
    return attempt


REQUESTS = 30
"""Requests of a release that nothing disturbs; the test below keeps the number true."""
CHANGES = (12, 13, 19, 21, 22, 23, 25, 30)
"""Those among them that change something."""
KILLS = [("before", n) for n in range(CHANGES[0], REQUESTS + 1)] + [("after", n) for n in CHANGES]


def test_a_release_takes_so_many_requests(ready):
    assert released(ready).released
    assert len(ready.hub.calls) == REQUESTS
    numbered = enumerate(ready.hub.calls, 1)
    changes = [n for n, one in numbered if one.method != "get" and "generate" not in one.path]
    assert tuple(changes) == CHANGES
    assert whole(ready) == WHOLE


@pytest.mark.parametrize(("when", "number"), KILLS)
def test_a_run_that_is_killed_at_any_request_is_finished_by_the_next(ready, workflow, number, when):
    getattr(ready.hub, when)(number)
    with suppress(ReleaseToolsError):
        released(ready)
    assert len(ready.hub.repository.published) <= 1
    ready.hub.mend()
    workflow(2)
    assert released(ready).released
    assert whole(ready) == WHOLE


FAULTS = {
    "dropped": DROPPED,
    "lost": LOST,
    "truncated": TRUNCATED,
    "502": BROKEN,
    "502 after it was done": BROKEN_AFTER,
    "half uploaded": HALF_UPLOADED,
    "used up": used_up(3600),
    "too fast": too_fast(1),
}
CHANGING = {
    "commit": ("POST", "/git/commits$"),
    "lock": ("POST", "/git/refs$"),
    "draft": ("POST", "/releases$"),
    "upload": ("POST", "/assets$"),
    "publish": ("PATCH", "/releases/"),
    "unlock": ("DELETE", "/git/refs"),
}


CELLS = [
    (request, fault)
    for request in CHANGING
    for fault in FAULTS
    if fault != "half uploaded" or request == "upload"
]


@pytest.mark.parametrize(("request_", "fault"), CELLS)
def test_a_fault_of_a_change_never_makes_two_and_never_half_a_release(
    ready, workflow, request_, fault
):
    ready.hub.fail(*CHANGING[request_], FAULTS[fault])
    first = False
    with suppress(ReleaseToolsError):
        first = released(ready).released
    published = whole(ready)[0]
    assert published in ([], WHOLE[0])
    assert not first or published == WHOLE[0]
    workflow(2)
    assert released(ready).released
    assert whole(ready) == WHOLE


@pytest.mark.parametrize("fault", ["dropped", "502", "truncated", "used up"])
@pytest.mark.parametrize(
    "pattern",
    [
        "/releases$",
        "/releases/tags/",
        "/actions/runs$",
        "/check-runs$",
        "/status$",
        "matching-refs",
    ],
)
@pytest.mark.usefixtures("workflow")
def test_a_question_that_stays_unanswered_releases_nothing(ready, pattern, fault):
    ready.hub.fail("GET", pattern, FAULTS[fault], times=1000)
    codes = [3]
    with suppress(UnreadableError):  # which is exit code 3
        codes.append(released(ready).exit_code)
    assert set(codes) == {3}
    assert not ready.hub.repository.published


def test_a_list_that_lags_makes_no_second_release(ready):
    ready.hub.lag = 3
    assert released(ready).released
    assert whole(ready) == WHOLE


def test_a_file_in_the_draft_that_nobody_wanted_is_never_published(ready, workflow):
    ready.hub.fail("PATCH", "/releases/", DROPPED, times=9)
    with pytest.raises(ReleaseToolsError):
        released(ready)
    (draft,) = ready.hub.repository.drafts
    draft.assets.append(Asset("stray.bin", b"x"))
    ready.hub.mend()
    workflow(2)
    with pytest.raises(RefusedError) as caught:
        released(ready)
    assert caught.value.id == "asset-stray"
    assert not ready.hub.repository.published


@pytest.mark.usefixtures("workflow")
def test_a_run_that_holds_the_lock_and_works_on_is_named(ready, monkeypatch):
    monkeypatch.setattr(release, "_LOCK_WAIT", 0.1)
    ready.hub.fail("DELETE", "/git/refs", DROPPED, times=9)
    ready.hub.fail("PATCH", "/releases/", DROPPED, times=9)
    with pytest.raises(ReleaseToolsError):
        released(ready)
    ready.hub.mend()
    other = ready.hub.repository.run("release.yml", ready.head, "v0.3.0", None)
    monkeypatch.setenv("GITHUB_RUN_ID", str(other.id))
    with pytest.raises(ReleaseToolsError) as caught:
        released(ready)
    assert (caught.value.id, caught.value.exit_code) == ("lock-held", 3)
    assert not ready.hub.repository.published
