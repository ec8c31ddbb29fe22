"""``promote``: what stands between a nightly and a release; nothing is decided or changed."""

from __future__ import annotations

import pytest

NIGHT = "nightly-20260115"


@pytest.fixture
def night(pipeline):
    """A nightly that was tagged and whose images were published; the crate has one by its date."""
    pipeline.tag("v0.3.0")
    pipeline.git("checkout", "--quiet", "-B", "main")
    pipeline.git("commit", "--quiet", "--allow-empty", "-m", "Work")
    pipeline.git("push", "--quiet", "origin", "HEAD:refs/heads/main")
    pipeline.green()
    assert pipeline.run("nightly", "--date", "20260115", "--push").code == 0
    for image in pipeline.images:
        pipeline.oci.push_index(f"{pipeline.path}/{image}", NIGHT)
    pipeline.crates.add("app", "0.4.0-nightly.20260115")
    pipeline.hub.calls.clear()
    return pipeline


def test_a_nightly_that_is_fit_leaves_only_commands(night):
    ran = night.json("promote", NIGHT, "--to", "0.4.0")
    assert ran.code == 0, ran.out + ran.err
    data = ran.report["data"]
    assert data["commit"] == night.head
    assert {one["id"]: one["verdict"] for one in data["published"]} == {
        "crate:app": "agrees",
        "image:server": "agrees",
        "image:worker": "agrees",
    }
    assert "release-tools bump 0.4.0 --commit" in data["commands"]
    assert "crate:app (0.3.0)" in str(data["checks"])
    assert not night.changes


def test_what_it_never_published_stands_in_the_way(night):
    night.crates.lines.clear()
    night.crates.add("app", "0.3.0")
    ran = night.json("promote", NIGHT, "--to", "0.4.0")
    assert (ran.code, ran.checks["published"]) == (1, "closed")


def test_a_check_that_is_red_stands_in_the_way(night):
    night.hub.repository.checks.clear()
    night.green("failure")
    ran = night.json("promote", NIGHT, "--to", "0.4.0")
    assert (ran.code, ran.checks["checks"]) == (1, "closed")


@pytest.mark.parametrize("target", ["0.3.0", "0.2.9"])
def test_a_target_that_is_taken_or_lower_stands_in_the_way(night, target):
    ran = night.json("promote", NIGHT, "--to", target)
    assert (ran.code, ran.checks["free"]) == (1, "closed")


def test_commits_since_are_counted_and_decide_nothing(night):
    night.git("commit", "--quiet", "--allow-empty", "-m", "Later")
    night.git("push", "--quiet", "origin", "HEAD:refs/heads/main")
    ran = night.json("promote", NIGHT, "--to", "0.4.0")
    assert ran.code == 0, ran.out
    assert "1 commit since" in ran.out


@pytest.mark.parametrize("name", ["v0.3.0", "nightly-20260230", "nightly-20260116"])
def test_what_is_no_nightly_or_not_there_is_refused(night, name):
    assert night.run("promote", name, "--to", "0.4.0").code == 2


def test_a_tag_that_is_no_nightly_is_refused_with_the_patterns_that_are(pipeline):
    ran = pipeline.run("promote", "v0.3.0", "--to", "0.4.0")
    assert ran.code == 2
    assert "help: nightlies are tagged nightly-{date}" in ran.err
    config = pipeline.config().replace('nightly = "nightly-{date}"\n', "")
    pipeline.write({"release-tools.toml": config})
    ran = pipeline.run("promote", NIGHT, "--to", "0.4.0")
    assert 'help: no stream has nightlies: add nightly = "nightly-{date}"' in ran.err
