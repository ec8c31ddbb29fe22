"""``nightly``: one identity a run, one commit a date; and old ones go without harm."""

from __future__ import annotations

from contextlib import suppress

import pytest

from release_tools.errors import ReleaseToolsError
from release_tools.flows.nightlies import nightly
from tests.servers.github import BROKEN, BROKEN_AFTER, DROPPED, LOST, TRUNCATED, used_up

DATE = "20260115"


@pytest.fixture
def night(pipeline):
    pipeline.tag()
    pipeline.git("checkout", "--quiet", "-B", "main")
    return pipeline


def test_it_tags_the_commit_and_hands_out_every_spelling(night):
    ran = night.json("nightly", "--date", DATE, "--push")
    assert ran.code == 0, ran.out + ran.err
    outputs = ran.report["data"]["outputs"]
    assert outputs["tag"] == outputs["image-tag"] == "nightly-20260115"
    assert outputs["chart-version"] == "0.0.0-nightly.20260115"
    assert outputs["pep440"] == "0.4.0.dev20260115"
    assert outputs["semver"] == "0.4.0-nightly.20260115"
    assert outputs["commit"] == night.head
    assert outputs["make-latest"] == "false"
    made = night.hub.repository.git.ask("cat-file", "-t", "refs/tags/nightly-20260115")
    assert made == "tag"


def test_the_same_commit_again_is_no_news_and_another_is_refused(night):
    assert night.run("nightly", "--date", DATE, "--push").code == 0
    again = night.json("nightly", "--date", DATE, "--push")
    assert again.code == 0
    assert "already" in again.report["data"]["lines"][0]
    night.begin_again("0.3.1")
    refused = night.json("nightly", "--date", DATE, "--push")
    assert (refused.code, refused.ids) == (1, ["nightly-taken"])


def test_nothing_new_is_skipped_where_that_was_asked_for(night):
    assert night.run("nightly", "--date", "20260114", "--push").code == 0
    ran = night.json("nightly", "--date", DATE, "--push", "--if-changed")
    assert ran.report["data"]["outputs"]["skipped"] == "true"
    assert night.hub.repository.git.resolve("refs/tags/nightly-20260115") is None


def test_a_run_across_midnight_keeps_the_date_of_its_beginning(night):
    run = night.hub.repository.run(
        "nightly.yml",
        night.head,
        "main",
        None,
        created="2026-01-15T23:59:58Z",
        started="2026-01-16T00:10:00Z",
    )
    env = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_RUN_ID": str(run.id),
        "GITHUB_SHA": night.head,
        "GITHUB_REF": "refs/heads/main",
    }
    ran = night.json("nightly", "--push", env=env)
    assert ran.code == 0, ran.out + ran.err
    assert ran.report["data"]["outputs"]["tag"] == "nightly-20260115"


def test_a_rule_that_forbids_the_tag_is_named_with_its_remedy(night):
    night.hub.repository.forbidden = ("tags/nightly-*",)
    ran = night.json("nightly", "--date", DATE, "--push")
    assert (ran.code, ran.ids) == (1, ["ref-rule"])


def test_a_date_that_does_not_exist_is_refused(night):
    assert night.run("nightly", "--date", "20260230").code == 2


@pytest.fixture
def old(night):
    """Three nightlies of each image; the first is the very digest of a release."""
    night.oci.push_index(f"{night.path}/server", "nightly-20260101", ("linux/arm64",))
    night.retag("server", "nightly-20260101", "v0.2.0")
    night.oci.push_index(f"{night.path}/server", "nightly-20260102", ("linux/amd64",))
    night.oci.push_index(f"{night.path}/server", "nightly-20260103")
    for date in ("20260101", "20260102", "20260103"):
        night.hub.repository.tag(f"nightly-{date}")
    night.oci.push_index(f"{night.path}/worker", "v0.2.0")
    return night


def test_prune_shows_its_plan_and_deletes_only_when_told(old):
    before = old.tags("server")
    ran = old.json("nightly", "--prune", "--keep", "1")
    assert ran.code == 0, ran.out + ran.err
    assert old.tags("server") == before
    steps = ran.report["data"]["steps"]
    assert "git tag nightly-20260101" in steps
    assert not any("20260103" in step for step in steps)


@pytest.mark.parametrize("option", [("--keep", "1"), ("--yes",)])
def test_what_is_for_prune_makes_no_nightly_where_prune_was_forgotten(night, option):
    ran = night.json("nightly", "--date", DATE, "--push", *option)
    assert (ran.code, ran.ids) == (2, ["usage"])
    assert f"{option[0]} means nothing without --prune" in ran.out
    assert "nightly" not in night.git("ls-remote", "origin") + night.git("tag")


def test_prune_keeps_whatever_a_kept_tag_leads_to(old):
    ran = old.json("nightly", "--prune", "--keep", "1", "--yes")
    assert ran.code == 0, ran.out + ran.err
    # nightly-20260101 stays: deleting its digest would take the release with it.
    assert old.tags("server") == {
        "nightly-20260101",
        "nightly-20260103",
        "v0.2.0",
    }
    assert old.hub.repository.git.resolve("refs/tags/nightly-20260102") is None
    assert old.hub.repository.git.resolve("refs/tags/nightly-20260103")
    assert old.hub.repository.git.resolve("refs/tags/v0.3.0")
    again = old.json("nightly", "--prune", "--keep", "1", "--yes")
    assert again.code == 0


def test_prune_deletes_nothing_while_anything_kept_cannot_be_read(old):
    old.hub.fail(
        "GET", ".*", __import__("tests.servers.github", fromlist=["BROKEN"]).BROKEN, times=99
    )
    old.write({"release-tools.toml": old.config(registry="127.0.0.1:9")})
    ran = old.json("nightly", "--prune", "--keep", "1", "--yes")
    assert ran.code == 3, ran.out
    assert old.hub.repository.git.resolve("refs/tags/nightly-20260101")


def make(pipeline):
    request = nightly.Request(DATE, push=True)
    return nightly.nightly(str(pipeline.root), request)


@pytest.fixture
def within(night, monkeypatch):
    """Ask from this process, as a workflow would with its token."""
    monkeypatch.setenv("GITHUB_TOKEN", night.token)
    night.hub.calls.clear()
    return night


def test_a_nightly_takes_two_changes_and_no_more(within):
    make(within)
    assert [one.method for one in within.hub.calls] == ["post", "post"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2])
def test_a_nightly_that_was_killed_is_made_by_the_next_run_and_once(within, number, when):
    getattr(within.hub, when)(number)
    with suppress(ReleaseToolsError):
        make(within)
    within.hub.mend()
    assert make(within).commit == within.head
    assert within.hub.repository.git.resolve("refs/tags/nightly-20260115") == within.head


@pytest.mark.parametrize("fault", [BROKEN, BROKEN_AFTER, DROPPED, LOST, TRUNCATED, used_up(3600)])
@pytest.mark.parametrize("path", ["/git/tags$", "/git/refs$"])
def test_a_fault_of_github_never_makes_another_nightly(within, path, fault):
    within.hub.fail("POST", path, fault)
    with suppress(ReleaseToolsError):
        make(within)
    at = within.hub.repository.git.resolve("refs/tags/nightly-20260115")
    assert at in (None, within.head)
    make(within)
    assert within.hub.repository.git.resolve("refs/tags/nightly-20260115") == within.head
