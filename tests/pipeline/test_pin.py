"""``pin``: the digest of the index, in manifests and values; and whether it still holds."""

from __future__ import annotations

import hashlib
import json
import os

import jsonschema
import pytest

from release_tools import schemas

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
        f"{host}/server:v0.2.0   # ours", f"{host}/server@{server}   # v0.3.0 # ours"
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
    (said,) = ran.report["findings"]
    assert said["message"].startswith("nothing is pinned: ")
    assert said["message"].endswith("; and 1 more")
    assert said["hint"] == "release-tools verify-surfaces 0.3.1 --published says it of each"
    assert read(ready) == before


def test_a_line_that_can_take_no_comment_is_refused(ready):
    text = f"a: {{image: {ready.oci.host}/{ready.path}/server:v0.2.0, b: 1}}\n"
    ready.write({"deploy/app.yaml": text})
    ran = ready.json("pin", "0.3.0", "--into", "deploy/app.yaml")
    assert (ran.code, ran.ids) == (1, ["pin-unsafe"])
    assert read(ready) == text


def test_of_several_files_all_are_written_or_none(ready):
    host = f"{ready.oci.host}/{ready.path}"
    ready.write({"deploy/bad.yaml": f"a: {{image: {host}/server:v0.2.0, b: 1}}\n"})
    before = read(ready)
    argv = ("pin", "0.3.0", "--into", "deploy/app.yaml", "--into", "deploy/bad.yaml")
    ran = ready.json(*argv)
    assert (ran.code, ran.ids) == (1, ["pin-unsafe"])
    assert ran.report["findings"][0]["path"] == "deploy/bad.yaml"
    assert read(ready) == before


def test_a_file_that_mentions_nothing_of_ours_is_named(ready):
    ready.write({"deploy/none.yaml": "image: ghcr.io/else/server:v0.2.0\n"})
    ran = ready.json("pin", "0.3.0", "--into", "deploy/none.yaml")
    assert (ran.code, ran.ids) == (0, ["pin-nothing"])
    ran = ready.json("pin", "--check", "deploy/none.yaml")
    assert (ran.code, ran.ids) == (3, ["pin-nothing"])


def test_the_version_is_what_the_source_says_unless_it_is_named(ready):
    images = ready.json("pin").report["data"]["images"]
    assert {one["tag"] for one in images} == {"v0.3.0"}
    assert {one["digest"] for one in images} == {digest(ready, one) for one in ("server", "worker")}


def test_a_registry_that_does_not_answer_pins_nothing(ready):
    ready.write({"release-tools.toml": ready.config(registry="127.0.0.1:9")})
    before = read(ready)
    assert ready.json("pin", "0.3.0", "--into", "deploy/app.yaml").code == 3
    assert read(ready) == before
    image = f"127.0.0.1:9/{ready.path}/server@sha256:{'0' * 64}"
    ready.write({"deploy/app.yaml": f"image: {image}\n"})
    ran = ready.json("pin", "--check", "deploy/app.yaml")
    assert (ran.code, ran.ids) == (3, ["pin-unknown"])


# --check


def checked(pipeline, *references):
    """Check these references, written as ``image@digest # note`` is."""
    lines = [f"- image: {pipeline.oci.host}/{pipeline.path}/{one}\n" for one in references]
    pipeline.write({"deploy/app.yaml": "".join(lines)})
    ran = pipeline.json("pin", "--check", "deploy/app.yaml")
    return ran, [(one["verdict"], one["version"]) for one in ran.report["data"]["checked"]]


def child(pipeline, tag="v0.3.0"):
    """Return the digest of one platform of an image."""
    return json.loads(pipeline.served("server", tag))["manifests"][0]["digest"]


def test_a_pin_that_holds_agrees_and_one_of_a_tag_that_moved_does_not(ready):
    assert ready.run("pin", "0.3.0", "--into", "deploy/app.yaml").code == 0
    ran = ready.json("pin", "--check", "deploy/app.yaml")
    assert ran.code == 0, ran.out
    assert [one["version"] for one in ran.report["data"]["checked"]] == ["v0.3.0"] * 3
    ready.oci.push_index(f"{ready.path}/server", "v0.3.0", ("linux/amd64",))
    ran = ready.json("pin", "--check", "deploy/app.yaml")
    assert (ran.code, ran.ids) == (1, ["pin-moved", "pin-moved"])
    assert [one["line"] for one in ran.report["findings"]] == [6, 13]
    assert digest(ready, "server") in ran.report["findings"][0]["message"]


def test_the_version_of_a_digest_is_found_among_the_release_tags(ready):
    ready.publish("0.2.0", crate=False)
    old = digest(ready, "server", "v0.2.0")
    ran, said = checked(ready, f"server@{old}", f"server@{old} # v0.2.0", f"server@{old} # v0.3.0")
    assert said == [("agrees", "v0.2.0"), ("agrees", "v0.2.0"), ("differs", "v0.2.0")]
    assert (ran.code, ran.ids) == (1, ["pin-moved"])
    ran, said = checked(ready, f"server@{old} # v0.9.9")
    assert (ran.code, said) == (1, [("differs", "v0.2.0")])


def test_the_digest_of_one_platform_is_found_out_with_and_without_a_tag_beside_it(ready):
    one = child(ready)
    ran, said = checked(ready, f"server@{one} # v0.3.0", f"server@{one}", f"server:v0.3.0@{one}")
    assert said == [("differs", "v0.3.0")] * 3
    assert (ran.code, ran.ids) == (1, ["pin-child"] * 3)
    assert f"pin the index {digest(ready, 'server')}" in ran.out


def test_a_digest_that_no_release_is_called_by_is_a_warning(ready):
    ready.oci.push_index(f"{ready.path}/server", "nightly-20260115")
    ran, said = checked(ready, f"server@{digest(ready, 'server', 'nightly-20260115')}")
    assert (ran.code, ran.ids, said) == (0, ["pin-nameless"], [("unchecked", None)])


def test_a_digest_that_was_deleted_is_missing(ready):
    ran, said = checked(ready, f"server@sha256:{'0' * 64} # v0.3.0")
    assert (ran.code, ran.ids, said) == (1, ["pin-gone"], [("missing", None)])


def test_only_what_nothing_is_noted_of_is_looked_for_among_all_tags(ready):
    from release_tools.flows.pinning import check as pin_check

    for tag in ("v0.1.0", "v0.1.1", "v0.2.0"):
        ready.retag("server", "v0.3.0", tag)
    assert ready.run("pin", "0.3.0", "--into", "deploy/app.yaml").code == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pin_check, "_releases", None)
        found = pin_check.check(str(ready.root), [str(ready.root / "deploy/app.yaml")])
    assert found.exit_code == 0


def test_reports_are_as_their_schema_says(ready):
    schema = json.loads(schemas.load("pin"))
    for argv in (("0.3.0", "--into", "deploy/app.yaml"), ("--check", "deploy/app.yaml")):
        jsonschema.validate(ready.json("pin", *argv).report, schema)


def test_check_and_pin_are_two_commands(ready):
    assert ready.run("pin", "0.3.0", "--check", "deploy/app.yaml").code == 2
    assert ready.run("pin", "--check", "deploy/gone.yaml").code == 2


# what else takes versions


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
    again = ready.run("pin", "0.3.0", "--digest", "--output", "values-production.yaml")
    assert (again.code, "wrote" in again.out) == (0, False)


@pytest.fixture
def charted(ready):
    """The same, with a chart that takes one image from its values."""
    host = f"{ready.oci.host}/{ready.path}"
    chart = '\n[[surfaces]]\nkind = "chart"\npath = "chart"\n'
    ready.write(
        {
            "release-tools.toml": ready.config().replace("[registries]", f"{chart}\n[registries]"),
            "chart/Chart.yaml": "name: app\nversion: 0.3.0\n",
            "chart/values.yaml": f"image:\n  repository: {host}/server\n  tag: v0.2.0\n",
        }
    )
    return ready


def values(pipeline):
    return (pipeline.root / "values.yaml").read_text()


def test_values_name_tags_unless_digests_are_asked_for(charted):
    assert charted.run("pin", "0.3.0", "--output", "values.yaml").code == 0
    assert values(charted).endswith("\nimage:\n  tag: v0.3.0\n")
    argv = ("pin", "0.3.0", "--output", "values.yaml", "--digest")
    ran = charted.run(*argv)
    assert (ran.code, "values-differ" in ran.out) == (1, True)
    assert f"+  tag: v0.3.0@{digest(charted, 'server')}" in ran.out
    assert values(charted).endswith("tag: v0.3.0\n")
    assert charted.run(*argv, "--force").code == 0
    assert digest(charted, "server") in values(charted)


def test_a_values_file_and_manifests_are_written_together_or_not_at_all(charted):
    (charted.root / "deploy/app.yaml").chmod(0o444)
    argv = ("pin", "0.3.0", "--output", "values.yaml", "--into", "deploy/app.yaml")
    if os.access(charted.root / "deploy/app.yaml", os.W_OK):
        (charted.root / ".git" / "release-tools").write_text("no folder")
    before = read(charted)
    assert charted.run(*argv).code != 0
    assert read(charted) == before
    assert not (charted.root / "values.yaml").exists()
    charted.write({"values.yaml": "mine: 1\n"})
    assert charted.json(*argv).ids == ["values-differ"]
    assert read(charted) == before
