"""``release``: published exactly once, whole, and only when everything agrees."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Timer
from time import monotonic

from release_tools.flows.gate import gate
from release_tools.flows.release import release


def names(release):
    return sorted(asset.name for asset in release.assets)


def test_a_whole_release_is_published_once(pipeline):
    pipeline.tag()
    pipeline.publish()
    pipeline.write({"dist/app.crate": "the crate"})
    ran = pipeline.json("release", "--asset", "dist/*")
    assert ran.code == 0, ran.out + ran.err
    (release,) = pipeline.hub.repository.published
    assert names(release) == ["SHA256SUMS", "app.crate", "release-manifest.json"]
    assert not pipeline.hub.repository.drafts
    assert pipeline.hub.repository.latest == release.id
    assert pipeline.hub.repository.git.refs("refs/release-tools/") in ({}, [], "")
    files = {asset.name: asset.content for asset in release.assets}
    sums = f"{hashlib.sha256(b'the crate').hexdigest()}  app.crate"
    assert sums in files["SHA256SUMS"].decode().splitlines()
    ledger = json.loads(files["release-manifest.json"])
    assert [one["id"] for one in ledger["surfaces"]] == [
        "crate:app",
        "image:server",
        "image:worker",
    ]


def test_a_rerun_of_a_published_release_changes_nothing(pipeline):
    pipeline.tag()
    pipeline.publish()
    assert pipeline.run("release").code == 0
    before = len(pipeline.changes)
    again = pipeline.json("release")
    assert again.code == 0, again.out + again.err
    assert len(pipeline.changes) == before
    assert again.report["data"]["released"] is True


def test_seven_of_eight_images_are_no_release_and_named(pipeline):
    pipeline.tag()
    pipeline.publish(images=["server"])
    ran = pipeline.json("release", "--wait", "1s")
    assert ran.code == 1, ran.out + ran.err
    assert "image:worker" in ran.out
    assert "image:server" not in str([one["surface"] for one in ran.report["findings"]])
    assert not pipeline.hub.repository.releases
    pipeline.publish(images=["worker"], crate=False)
    assert pipeline.run("release").code == 0
    assert len(pipeline.hub.repository.published) == 1


def test_if_ready_leaves_it_to_whoever_is_last(pipeline):
    pipeline.tag()
    pipeline.publish(images=["server"])
    ran = pipeline.json("release", "--if-ready")
    assert (ran.code, ran.report["data"]["released"]) == (0, False)
    assert not pipeline.changes
    pipeline.publish(images=["worker"], crate=False)
    ran = pipeline.json("release", "--if-ready")
    assert (ran.code, ran.report["data"]["released"]) == (0, True)


def test_whoever_is_last_waits_until_its_own_surface_is_served(pipeline):
    pipeline.tag()
    pipeline.publish(crate=False)
    late = Timer(1.5, pipeline.crates.add, ("app", "0.3.0"))
    late.start()
    ran = pipeline.json("release", "--if-ready", "--surface", "crate:app")
    late.join()
    assert (ran.code, ran.report["data"]["released"]) == (0, True), ran.out


def test_what_others_publish_is_not_waited_for(pipeline):
    pipeline.tag()
    pipeline.publish(images=["server"])
    began = monotonic()
    ran = pipeline.json("release", "--if-ready", "--surface", "crate:app")
    assert (ran.code, ran.report["data"]["released"]) == (0, False), ran.out
    assert monotonic() - began < 10
    assert not pipeline.changes


def test_what_was_just_published_and_is_never_served_is_no_success(pipeline, monkeypatch):
    pipeline.crates.add("app", "0.2.0")
    pipeline.tag()
    pipeline.publish(crate=False)
    monkeypatch.setattr(release, "_VISIBLE_WAIT", 0.1)
    monkeypatch.setenv("GITHUB_TOKEN", pipeline.token)
    asked = release.Request(gate.Request(), if_ready=True, just_published=("crate:app",))
    outcome = release.release(str(pipeline.root), asked)
    assert (outcome.exit_code, outcome.released) == (1, False)
    assert outcome.headline == "not released: crate:app"


def test_a_surface_is_only_named_for_a_release_that_may_be_left_to_others(pipeline):
    ran = pipeline.run("release", "--surface", "crate:app")
    assert ran.code == 2
    assert "--if-ready" in ran.err


def test_eight_runs_at_once_make_one_release_and_leave_nothing_behind(pipeline):
    pipeline.tag()
    pipeline.publish()
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: pipeline.run("release").code, range(8)))
    repository = pipeline.hub.repository
    assert set(codes) <= {0, 3}, codes
    assert 0 in codes
    assert len(repository.published) == 1
    assert not repository.drafts
    assert not repository.git.ask("for-each-ref", "refs/release-tools")


def test_the_flags_are_said_expressly_and_only_by_the_one_request_that_publishes(pipeline):
    pipeline.tag()
    pipeline.publish()
    assert pipeline.run("release").code == 0
    created = pipeline.hub.asked("POST", "/releases")
    (published,) = pipeline.hub.asked("PATCH")
    assert created[0].json["draft"] is True
    assert published.json == {"draft": False, "prerelease": False, "make_latest": "true"}
    assert "target_commitish" not in {**created[0].json, **published.json}


def test_a_prerelease_takes_latest_from_nobody(pipeline):
    pipeline.begin_again("0.4.0-rc.1")
    pipeline.tag("v0.4.0-rc.1")
    pipeline.publish("0.4.0-rc.1")
    assert pipeline.run("release").code == 0
    (release,) = pipeline.hub.repository.published
    assert release.prerelease
    (published,) = pipeline.hub.asked("PATCH")
    assert published.json["make_latest"] == "false"


def test_a_backport_takes_latest_from_nobody(pipeline):
    pipeline.publish("0.2.0")
    pipeline.hub.repository.tag("v0.4.0")
    pipeline.publish("0.4.0")
    pipeline.tag()  # v0.3.0 after v0.4.0
    pipeline.publish("0.3.0")
    refused = pipeline.json("release", "--tag", "v0.3.0")
    assert refused.code == 1
    assert refused.checks["monotonic"] == "closed"
    assert pipeline.run("release", "--tag", "v0.3.0", "--waive", "monotonic").code == 0
    (published,) = pipeline.hub.asked("PATCH")
    assert published.json["make_latest"] == "false"


def test_a_draft_of_somebody_else_is_left_alone(pipeline):
    pipeline.tag()
    pipeline.publish()
    pipeline.hub.repository.release("v0.3.0", draft=True, body="by hand")
    ran = pipeline.json("release")
    assert (ran.code, ran.ids) == (1, ["release-foreign-draft"])
    (draft,) = pipeline.hub.repository.drafts
    assert draft.body == "by hand"


def test_two_drafts_are_refused_under_a_name_of_their_own(pipeline):
    pipeline.tag()
    pipeline.publish()
    for _ in range(2):
        pipeline.hub.repository.release("v0.3.0", draft=True, body="by hand")
    ran = pipeline.json("release")
    assert (ran.code, ran.ids) == (1, ["release-two-drafts"])
    assert len(pipeline.hub.repository.drafts) == 2


def test_a_published_release_without_its_files_is_never_mended(pipeline):
    pipeline.tag()
    pipeline.publish()
    pipeline.hub.repository.release("v0.3.0")
    ran = pipeline.json("release")
    assert (ran.code, ran.ids) == (1, ["release-incomplete"])
    assert not pipeline.changes


def test_other_bytes_under_the_same_name_stop_everything(pipeline):
    pipeline.tag()
    pipeline.publish()
    pipeline.write({"dist/app.crate": "the crate"})
    assert pipeline.run("release", "--asset", "dist/*").code == 0
    pipeline.write({"dist/app.crate": "another"})
    ran = pipeline.json("release", "--asset", "dist/*")
    assert (ran.code, ran.ids) == (1, ["asset-differs"])


def test_a_dry_run_says_it_and_does_nothing(pipeline):
    pipeline.tag()
    pipeline.publish()
    ran = pipeline.run("release", "--dry-run")
    assert ran.code == 0
    assert "publish it with prerelease=false, latest=true" in ran.out
    assert not pipeline.changes


def test_move_latest_points_it_at_the_very_index(pipeline):
    pipeline.tag()
    pipeline.publish()
    ran = pipeline.run("release", "--move-latest")
    assert ran.code == 0, ran.err
    for image in pipeline.images:
        assert pipeline.served(image, "latest") == pipeline.served(image, "v0.3.0")


def test_what_waits_for_the_release_itself_is_refused_at_once(pipeline):
    workflow = "on:\n  release:\njobs:\n  a:\n    runs-on: x\n    steps: [{run: cargo publish}]\n"
    pipeline.write({".github/workflows/crate.yml": workflow})
    pipeline.git("add", "--all")
    pipeline.git("commit", "--quiet", "-m", "Publish late")
    pipeline.git("push", "--quiet", "origin", "HEAD:refs/heads/main")
    pipeline.green()
    pipeline.tag()
    ran = pipeline.json("release", "--wait", "30m")
    assert (ran.code, ran.ids) == (1, ["publisher-after-release"])


def test_a_publisher_that_failed_ends_the_wait(pipeline):
    pipeline.publish("0.2.0")
    pipeline.tag()
    pipeline.hub.repository.run("images.yml", pipeline.head, "v0.3.0", "failure")
    ran = pipeline.json("release", "--wait", "30m")
    assert ran.code == 1
    assert "publisher-failed" in ran.ids


def test_another_workflow_that_failed_ends_nothing(pipeline):
    pipeline.publish("0.2.0")
    pipeline.tag()
    pipeline.hub.repository.run("docs.yml", pipeline.head, "v0.3.0", "failure")
    ran = pipeline.json("release", "--wait", "2s")
    assert ran.code == 1
    assert "publisher-failed" not in ran.ids
