"""``audit``: whatever changed since it was released is named, and a doubt is no "unchanged"."""

from __future__ import annotations

import pytest

from tests.servers.github import BROKEN


@pytest.fixture
def released(pipeline):
    pipeline.tag()
    pipeline.publish()
    pipeline.write({"dist/app.crate": "the crate"})
    assert pipeline.run("release", "--asset", "dist/*").code == 0
    pipeline.hub.calls.clear()
    return pipeline


def test_what_is_as_it_was_agrees(released):
    ran = released.json("audit", "--all")
    assert ran.code == 0, ran.out + ran.err
    assert [one["tag"] for one in ran.report["data"]["releases"]] == ["v0.3.0"]
    assert not released.changes


def test_a_tag_of_an_image_that_moved_is_found_with_both_digests(released):
    released.oci.push_index(f"{released.path}/server", "v0.3.0", ("linux/amd64",))
    ran = released.json("audit", "0.3.0")
    assert ran.code == 1
    assert "digest-moved" in ran.ids


def test_a_version_that_was_yanked_since_is_found(released):
    released.crates.lines["app"][0]["yanked"] = True
    ran = released.json("audit", "0.3.0")
    assert (ran.code, ran.ids[0]) == (1, "version-yanked")


def test_a_crate_of_other_bytes_is_found(released):
    released.crates.lines["app"][0]["cksum"] = "0" * 64
    ran = released.json("audit", "0.3.0")
    assert ran.code == 1
    assert "file-replaced" in ran.ids


def test_an_image_that_was_deleted_is_found(released):
    import json
    import urllib.request

    asset = released.hub.repository.published[0].assets
    ledger = next(json.loads(one.content) for one in asset if one.name == "release-manifest.json")
    digest = next(one["digest"] for one in ledger["surfaces"] if one["id"] == "image:worker")
    released.oci.delete(f"{released.path}/worker", digest)
    assert urllib.request.urlopen(f"{released.oci.url}/v2/").status == 200
    ran = released.json("audit", "0.3.0")
    assert ran.code == 1
    assert "surface-unpublished" in ran.ids


def test_a_git_tag_that_moved_is_found(released):
    moved = released.hub.repository.commit("Moved")
    released.hub.repository.tag("v0.3.0", moved)
    ran = released.json("audit", "0.3.0")
    assert ran.code == 1
    assert any("commit" in one["message"] for one in ran.report["findings"])


def test_an_asset_that_was_replaced_is_found(released):
    release = released.hub.repository.published[0]
    next(one for one in release.assets if one.name == "app.crate").content = b"another"
    ran = released.json("audit", "0.3.0")
    assert (ran.code, ran.ids) == (1, ["asset-differs"])


def test_a_registry_that_does_not_answer_is_no_agreement(released):
    released.write({"release-tools.toml": released.config(registry="127.0.0.1:9")})
    ran = released.json("audit", "0.3.0")
    assert ran.code == 3, ran.out


def test_a_github_that_does_not_answer_is_no_agreement(released):
    released.hub.fail("GET", ".*", BROKEN, times=999)
    assert released.json("audit", "0.3.0").code == 3


def test_a_release_without_a_ledger_is_named(released):
    release = released.hub.repository.published[0]
    release.assets = [one for one in release.assets if one.name != "release-manifest.json"]
    ran = released.json("audit", "0.3.0")
    assert ran.code == 1
    assert "release-manifest.json" in ran.out


def test_ledgers_of_a_folder_serve_as_well(released):
    argv = ("verify-surfaces", "--published", "--tag", "v0.3.0", "--ledger", "kept/0.3.0.json")
    (released.root / "kept").mkdir()
    assert released.run(*argv).code == 0
    assert released.json("audit", "--all", "--ledgers", "kept").code == 0
    released.oci.push_index(f"{released.path}/server", "v0.3.0", ("linux/amd64",))
    assert released.json("audit", "--all", "--ledgers", "kept").code == 1


@pytest.mark.parametrize("argv", [[], ["0.3.0", "--all"], ["x"]])
def test_what_means_no_release_is_refused(released, argv):
    assert released.run("audit", *argv).code == 2
