"""``release``: published exactly once, whole, and only when everything agrees."""

from __future__ import annotations

import hashlib
import json


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
