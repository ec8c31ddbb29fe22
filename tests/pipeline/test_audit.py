"""``audit``: whatever changed since it was released is named, and a doubt is no "unchanged"."""

from __future__ import annotations

import dataclasses

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
    assert (ran.code, ran.ids) == (1, ["ledger-missing"])
    assert "release-manifest.json" in ran.out


def test_ledgers_of_a_folder_serve_as_well(released):
    argv = ("verify-surfaces", "--published", "--tag", "v0.3.0", "--ledger", "kept/0.3.0.json")
    (released.root / "kept").mkdir()
    assert released.run(*argv).code == 0
    assert released.json("audit", "--all", "--ledgers", "kept").code == 0
    released.oci.push_index(f"{released.path}/server", "v0.3.0", ("linux/amd64",))
    assert released.json("audit", "--all", "--ledgers", "kept").code == 1


def test_an_asset_that_was_removed_is_found(released):
    release = released.hub.repository.published[0]
    release.assets = [one for one in release.assets if one.name != "app.crate"]
    ran = released.json("audit", "0.3.0")
    assert (ran.code, ran.ids) == (1, ["asset-differs"])


def test_an_asset_that_was_added_is_a_warning(released):
    assets = released.hub.repository.published[0].assets
    assets.append(dataclasses.replace(assets[0], id=10**6, name="added.txt"))
    ran = released.json("audit", "0.3.0")
    assert (ran.code, ran.ids) == (0, ["asset-added"])


def test_the_marks_of_a_release_that_were_edited_are_found(released):
    released.hub.repository.published[0].prerelease = True
    ran = released.json("audit", "0.3.0")
    assert ran.code == 1
    assert set(ran.ids) == {"release-flags"}


def test_a_version_that_was_deleted_is_found(released):
    released.crates.lines["app"].clear()
    released.crates.add("app", "0.1.0")
    ran = released.json("audit", "0.3.0")
    assert (ran.code, ran.ids[0]) == (1, "surface-unpublished")


def test_a_nightly_workflow_gets_a_summary_and_annotations(released, tmp_path):
    released.crates.lines["app"][0]["cksum"] = "0" * 64
    env = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    ran = released.run("audit", "--all", env=env)
    assert ran.code == 1
    assert "::error " in ran.out
    assert "| v0.3.0 | disagrees |" in (tmp_path / "summary.md").read_text()


@pytest.fixture
def attached(released):
    """The same, with the ledger attached to the images, and no GitHub to ask for it."""
    argv = ("verify-surfaces", "--published", "--tag", "v0.3.0", "--attach")
    ran = released.run(*argv)
    assert ran.code == 0, ran.out + ran.err
    return released


def test_the_ledger_that_images_carry_serves_as_well(attached):
    attached.hub.repository.published[0].assets.clear()
    assert attached.json("audit", "0.3.0").ids == ["ledger-missing"]
    for argv in (("0.3.0",), ("--all",)):
        ran = attached.json("audit", *argv, "--attached")
        assert (ran.code, ran.ids) == (0, []), ran.out
        assert [one["tag"] for one in ran.report["data"]["releases"]] == ["v0.3.0"]


def test_a_tag_that_moved_is_told_by_the_ledger_that_another_image_carries(attached):
    attached.oci.push_index(f"{attached.path}/server", "v0.3.0", ("linux/amd64",))
    ran = attached.json("audit", "0.3.0", "--attached")
    assert ran.code == 1
    assert "digest-moved" in ran.ids
    attached.oci.push_index(f"{attached.path}/worker", "v0.3.0", ("linux/amd64",))
    ran = attached.json("audit", "0.3.0", "--attached")
    assert (ran.code, ran.ids) == (1, ["ledger-missing"])


def test_a_registry_that_does_not_answer_has_not_lost_its_ledger(attached):
    attached.write({"release-tools.toml": attached.config(registry="127.0.0.1:9")})
    ran = attached.json("audit", "0.3.0", "--attached")
    assert (ran.code, ran.ids) == (3, ["undetermined"])


def test_ledgers_are_taken_from_one_place(released):
    assert released.run("audit", "0.3.0", "--attached", "--ledgers", ".").code == 2


@pytest.mark.parametrize("argv", [[], ["0.3.0", "--all"], ["x"]])
def test_what_means_no_release_is_refused(released, argv):
    assert released.run("audit", *argv).code == 2
