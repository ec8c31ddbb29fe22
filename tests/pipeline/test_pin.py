"""``pin``: the digest of the index, in manifests and values; and whether it still holds."""

from __future__ import annotations

import hashlib

import pytest

MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
spec:
  containers:
    - name: server
      image: {host}/server:v0.2.0   # ours
    - name: other
      image: "{host}/worker:v0.2.0"
    - image: ghcr.io/else/server:v0.2.0
---
images:
  - name: {host}/server
    newTag: v0.2.0
"""


@pytest.fixture
def ready(pipeline):
    pipeline.tag()
    pipeline.publish()
    pipeline.write(
        {"deploy/app.yaml": MANIFEST.format(host=f"{pipeline.oci.host}/{pipeline.path}")}
    )
    return pipeline


def digest(pipeline, image, tag="v0.3.0"):
    return f"sha256:{hashlib.sha256(pipeline.served(image, tag)).hexdigest()}"


def read(pipeline):
    return (pipeline.root / "deploy/app.yaml").read_text()


def test_a_manifest_is_pinned_to_the_index_with_the_tag_in_a_comment(ready):
    before = read(ready)
    ran = ready.json("pin", "0.3.0", "--into", "deploy/app.yaml")
    assert ran.code == 0, ran.out + ran.err
    host = f"{ready.oci.host}/{ready.path}"
    server, worker = digest(ready, "server"), digest(ready, "worker")
    expected = before.replace(
        f"{host}/server:v0.2.0   # ours", f"{host}/server@{server} # v0.3.0"
    ).replace(f'"{host}/worker:v0.2.0"', f'"{host}/worker@{worker}" # v0.3.0')
    assert read(ready) == expected.replace("newTag: v0.2.0", f"digest: {server} # v0.3.0")
    again = read(ready)
    assert ready.run("pin", "0.3.0", "--into", "deploy/app.yaml").code == 0
    assert read(ready) == again


def test_a_dry_run_shows_the_diff_and_writes_nothing(ready):
    before = read(ready)
    ran = ready.run("pin", "0.3.0", "--into", "deploy/app.yaml", "--dry-run")
    assert ran.code == 0
    assert f"+      image: {ready.oci.host}/{ready.path}/server@sha256:" in ran.out
    assert read(ready) == before


def test_nothing_is_written_while_anything_is_missing(ready):
    before = read(ready)
    ran = ready.json("pin", "0.3.1", "--into", "deploy/app.yaml")
    assert (ran.code, ran.ids) == (1, ["surface-unpublished"])
    assert read(ready) == before


def test_a_line_that_can_take_no_comment_is_refused(ready):
    text = f"a: {{image: {ready.oci.host}/{ready.path}/server:v0.2.0, b: 1}}\n"
    ready.write({"deploy/app.yaml": text})
    ran = ready.json("pin", "0.3.0", "--into", "deploy/app.yaml")
    assert (ran.code, ran.ids) == (1, ["file-malformed"])
    assert read(ready) == text


def test_a_pin_that_holds_agrees_and_one_of_a_tag_that_moved_does_not(ready):
    assert ready.run("pin", "0.3.0", "--into", "deploy/app.yaml").code == 0
    ran = ready.json("pin", "--check", "deploy/app.yaml")
    assert ran.code == 0, ran.out
    assert len(ran.report["data"]["checked"]) == 3
    ready.oci.push_index(f"{ready.path}/server", "v0.3.0", ("linux/amd64",))
    ran = ready.json("pin", "--check", "deploy/app.yaml")
    assert ran.code == 1
    assert any("v0.3.0 is sha256:" in one["message"] for one in ran.report["data"]["checked"])


def test_the_child_of_an_index_is_found_out(ready):
    ran = ready.json("verify-surfaces", "--published", "--tag", "v0.3.0")
    rows = {one["id"]: one for one in ran.report["streams"][0]["surfaces"]}
    child = rows["image:server"]["stages"]["published"]["platforms"][0]["digest"]
    image = f"{ready.oci.host}/{ready.path}/server@{child}"
    ready.write({"deploy/app.yaml": f"spec:\n  image: {image} # v0.3.0\n"})
    ran = ready.json("pin", "--check", "deploy/app.yaml")
    assert ran.code == 1
    assert "alone: pin the index" in ran.out


def test_a_digest_that_was_deleted_is_missing(ready):
    gone = "sha256:" + "0" * 64
    image = f"{ready.oci.host}/{ready.path}/server@{gone}"
    ready.write({"deploy/app.yaml": f"spec:\n  image: {image} # v0.3.0\n"})
    ran = ready.json("pin", "--check", "deploy/app.yaml")
    assert (ran.code, ran.report["data"]["checked"][0]["verdict"]) == (1, "missing")


def test_a_makefile_gets_its_variables(ready):
    ran = ready.run("pin", "0.3.0", "--format", "make")
    assert (ran.code, ran.out) == (0, "DOCKER_TAG := v0.3.0\n")


def test_a_values_file_has_the_shape_of_the_chart(ready):
    host = f"{ready.oci.host}/{ready.path}"
    chart = '\n[[surfaces]]\nkind = "chart"\npath = "chart"\n'
    ready.write(
        {
            "release-tools.toml": ready.config().replace("[registries]", f"{chart}\n[registries]"),
            "chart/Chart.yaml": "name: app\nversion: 0.3.0\n",
            "chart/values.yaml": (
                f"server:\n  image: {{repository: {host}/server, tag: v0.2.0, digest: ''}}\n"
                f"worker:\n  image:\n    repository: {host}/worker\n    tag: v0.2.0\nother: 1\n"
            ),
        }
    )
    ran = ready.json("pin", "0.3.0", "--digest", "--output", "values-production.yaml")
    assert ran.code == 0, ran.out
    server, worker = digest(ready, "server"), digest(ready, "worker")
    assert (ready.root / "values-production.yaml").read_text() == (
        "# Every image of ours in this chart, pinned. Made by release-tools pin.\n"
        f"server:\n  image:\n    tag: v0.3.0\n    digest: {server}\n"
        f"worker:\n  image:\n    tag: v0.3.0@{worker}\n"
    )
    (ready.root / "values-production.yaml").write_text("mine: 1\n")
    ran = ready.json("pin", "0.3.0", "--output", "values-production.yaml")
    assert (ran.code, ran.ids) == (1, ["file-changed"])
