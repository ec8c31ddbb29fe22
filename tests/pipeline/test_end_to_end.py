"""The whole way of a release, from ``bump`` to the GitHub Release, by the real clients."""

from __future__ import annotations

import json

import pytest

IMAGES = (
    *("extproc", "extproc-rocm", "vllm-sr", "vllm-sr-rocm"),
    *("anthropic-shim", "dashboard", "llm-katan", "operator"),
)
CRATE = "crate:candle-semantic-router"


@pytest.fixture
def project(polyglot):
    """Eight images, a wheel and an sdist, a crate and a chart; everything says 0.2.0."""
    return polyglot(IMAGES)


def good(ran):
    assert ran.code == 0, ran.out + ran.err
    return ran


def to_the_tag(project, version):
    """Bump, commit and push; tag what is green; stand on the tag, as a workflow does."""
    good(project.run("bump", version, "--stream", "router", "--commit", "--push"))
    project.green()
    good(project.run("tag", version, "--push"))
    project.git("fetch", "--quiet", "--tags", "origin")
    project.git("checkout", "--quiet", "--detach", f"v{version}")


def test_from_the_bump_to_the_release(project):
    to_the_tag(project, "0.3.0")
    changed = project.git("diff", "--name-only", "HEAD~1").splitlines()
    assert changed == [
        "README.md",
        "candle-binding/Cargo.lock",
        "candle-binding/Cargo.toml",
        "deploy/helm/semantic-router/values.yaml",
        "src/semantic-router/pkg/config/canonical_defaults.go",
        "src/vllm-sr/pyproject.toml",
        "src/vllm-sr/uv.lock",
    ]
    gate = good(project.json("gate"))
    assert set(gate.checks.values()) == {"open"}
    project.build("0.3.0")
    built = good(project.json("verify-surfaces", "--tag", "v0.3.0", "--built", "dist"))
    assert built.report["verdict"] == "agrees"
    good(project.json("gate", "--surface", CRATE, "--built", "dist"))
    project.upload("0.3.0")
    good(project.json("verify-surfaces", "--tag", "v0.3.0", "--published", "--built", "dist"))
    good(
        project.run("release", "--move-latest", "--asset", "dist/*.whl", "--asset", "dist/*.crate")
    )
    (release,) = project.hub.repository.published
    ledger = next(one for one in release.assets if one.name == "release-manifest.json")
    ids = [one["id"] for one in json.loads(ledger.content)["surfaces"]]
    assert {one.partition(":")[0] for one in ids} == {"pypi", "crate", "chart", "image"}
    assert len(ids) == 3 + len(IMAGES)
    for image in IMAGES:
        at = f"semantic-router/{image}"
        assert project.served(at, "latest") == project.served(at, "v0.3.0")


def test_seven_of_eight_images_are_no_release_and_the_eighth_makes_it_one(project):
    to_the_tag(project, "0.3.0")
    project.build("0.3.0")
    *most, last = IMAGES
    project.upload("0.3.0", most)
    published = project.json("verify-surfaces", "--tag", "v0.3.0", "--published")
    ran = project.json("release", "--wait", "1s")
    for one in (published, ran):
        assert one.code == 1, one.out
        assert [found["surface"] for found in one.report["findings"]] == [f"image:{last}"]
        assert one.ids == ["surface-unpublished"]
    assert not project.hub.repository.releases
    # What each publisher ends with: nothing to do yet, then done by whoever is the last.
    early = good(project.json("release", "--if-ready"))
    assert early.report["data"]["released"] is False
    project.copy("0.3.0", [last])
    late = good(project.json("release", "--if-ready", "--surface", f"image:{last}"))
    assert late.report["data"]["released"] is True
    assert len(project.hub.repository.published) == 1


def test_a_crate_that_is_there_already_stops_only_other_bytes(project):
    to_the_tag(project, "0.3.0")
    dist = project.build("0.3.0")
    project.upload("0.3.0", images=())
    again = project.json("gate", "--surface", CRATE, "--built", "dist")
    assert (again.code, again.checks["not-released"]) == (0, "open"), again.out
    crate = next(dist.glob("*.crate"))
    (project.root / "candle-binding" / "src" / "lib.rs").write_text("//! Another.\n")
    project.do(
        *("cargo", "package", "--quiet", "--no-verify", "--offline", "--target-dir", "built"),
        *("--allow-dirty", "--manifest-path", "candle-binding/Cargo.toml"),
    )
    crate.write_bytes(project.crate("0.3.0").read_bytes())
    other = project.json("gate", "--surface", CRATE, "--built", "dist")
    assert (other.code, other.checks["not-released"]) == (1, "closed"), other.out


def test_neither_a_backport_nor_a_candidate_takes_latest(pipeline):
    pipeline.begin_again("0.4.0")
    pipeline.tag("v0.4.0")
    pipeline.publish("0.4.0")
    good(pipeline.run("release", "--move-latest"))
    newest = pipeline.served("server", "latest")
    assert newest == pipeline.served("server", "v0.4.0")
    made = pipeline.hub.repository.latest
    for version in ("0.5.0-rc.1", "0.3.1"):
        pipeline.git("checkout", "--quiet", "-B", "main")
        pipeline.begin_again(version)
        pipeline.tag(f"v{version}")
        pipeline.publish(version)
        ran = good(pipeline.run("release", "--move-latest", "--waive", "monotonic"))
        assert f"latest does not belong to {version}" in ran.out
        assert pipeline.hub.repository.latest == made
        assert pipeline.served("server", "latest") == newest
    assert len(pipeline.hub.repository.published) == 3
