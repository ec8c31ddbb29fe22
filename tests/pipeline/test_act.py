"""The example's workflows in both shapes, run by ``act`` with our action from this checkout."""

from __future__ import annotations

import pytest

from tests.pipeline.acting import EXAMPLES, Act

IMAGES = ("extproc", "dashboard")
DOCKERFILES = ("tools/docker/Dockerfile.extproc", "dashboard/backend/Dockerfile")
PUBLISHERS = ("docker-release.yml", "helm-publish.yml", "publish-crate.yml", "pypi-publish.yml")


@pytest.fixture
def shaped(polyglot, tmp_path):
    """Make a project at its tag with the workflows of a shape, and what runs them."""

    def make(shape):
        files = dict.fromkeys(DOCKERFILES, "FROM scratch\n")
        for folder in ("common", shape):
            for file in (EXAMPLES / folder).glob("*.yml"):
                files[f".github/workflows/{file.name}"] = file.read_text()
        project = polyglot(IMAGES, version="0.3.0", files=files)
        return Act(project, tmp_path / "act")

    return make


def names(release):
    return {asset.name for asset in release.assets}


def test_one_release_runs_from_the_gate_to_the_github_release(shaped):
    act = shaped("one-release")
    project = act.project
    project.tag()
    log = act.push("v0.3.0", "release.yml", images=IMAGES)
    assert "released v0.3.0" in log
    assert project.token not in log
    (release,) = project.hub.repository.published
    assert names(release) == {
        *("vllm_sr-0.3.0-py2.py3-none-any.whl", "vllm_sr-0.3.0.tar.gz"),
        *("release-manifest.json", "SHA256SUMS"),
    }
    assert project.hub.repository.latest == release.id
    for image in IMAGES:
        at = f"semantic-router/{image}"
        assert project.served(at, "latest") == project.served(at, "v0.3.0")
    changes = len(project.changes)
    again = act.push("v0.3.0", "release.yml", images=IMAGES, code=1)
    assert "v0.3.0 is released" in again
    assert len(project.changes) == changes


def test_the_last_of_independent_publishers_releases(shaped):
    act = shaped("independent")
    project = act.project
    project.tag()
    *others, last = PUBLISHERS
    for workflow in others:
        assert "not released: " in act.push("v0.3.0", workflow, images=IMAGES)
    assert not project.hub.repository.releases
    assert "released v0.3.0" in act.push("v0.3.0", last)
    (release,) = project.hub.repository.published
    assert names(release) == {"release-manifest.json", "SHA256SUMS"}
    assert project.tags("semantic-router/extproc") == {"v0.2.0", "v0.3.0", "latest"}


def test_the_simulator_is_released_on_its_own_and_takes_latest_from_nobody(shaped):
    act = shaped("one-release")
    project = act.project
    project.tag("vllm-sr-sim-v0.1.0")
    act.push("vllm-sr-sim-v0.1.0", "pypi-publish-vllm-sr-sim.yml")
    (release,) = project.hub.repository.published
    assert "vllm_sr_sim-0.1.0.tar.gz" in names(release)
    (published,) = project.hub.asked("PATCH")
    assert published.json["make_latest"] == "false"


# act does not look at `on.push.tags`: what a pattern keeps out, the gate has to.
def test_a_tag_of_another_stream_makes_a_workflow_do_nothing(shaped):
    act = shaped("one-release")
    act.project.tag("v0.3.0")
    log = act.push("v0.3.0", "pypi-publish-vllm-sr-sim.yml")
    assert "not for this workflow" in log
    assert "Uploading" not in log
    assert not act.project.changes


def test_a_hostile_tag_is_refused_and_executes_nothing(shaped, tmp_path):
    act = shaped("one-release")
    tag = f'vllm-sr-sim-v1"$(touch${{IFS}}{tmp_path}/executed)"'
    act.project.tag(tag)
    log = act.push(tag, "pypi-publish-vllm-sr-sim.yml", code=1)
    assert "Uploading" not in log
    assert not act.project.changes
    assert not (tmp_path / "executed").exists()


def test_a_nightly_hands_one_name_to_every_job(shaped):
    act = shaped("independent")
    project = act.project
    project.hub.repository.run("nightly-build.yml", project.head, "main", None, id=1)
    act.run("schedule", {}, "nightly-build.yml", images=IMAGES)
    listed = project.git("ls-remote", "--refs", "origin", "refs/tags/nightly-*")
    name = listed.rpartition("/")[2]
    for image in IMAGES:
        assert name in project.tags(f"semantic-router/{image}")
    assert name.replace("nightly-", "0.0.0-nightly.") in project.tags("charts/semantic-router")


def test_a_night_without_a_change_builds_nothing(shaped):
    act = shaped("independent")
    project = act.project
    project.hub.repository.tag("nightly-20250101", project.head)
    project.hub.repository.run("nightly-build.yml", project.head, "main", None, id=1)
    log = act.run("schedule", {}, "nightly-build.yml", images=IMAGES)
    assert "nothing has changed since nightly-20250101" in log
    assert project.tags("semantic-router/extproc") == {"v0.2.0"}
