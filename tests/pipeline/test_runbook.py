"""``runbook``: the handbook names what exists and nothing else; ``--check`` finds what does not."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from pathlib import Path

import jsonschema
import pytest

from release_tools import schemas
from tests.pipeline.conftest import HERE
from tests.pipeline.operations import IMAGES, OPERATIONS
from tests.servers import programs

WORKFLOWS = Path(HERE, "examples", "semantic-router", "workflows")
MAKEFILE = """\
DOCKER_TAG ?= latest
CHART_VERSION ?=
IMAGE := {registry}/semantic-router/extproc:$(DOCKER_TAG)

docker-build-extproc:
\tdocker build --tag $(IMAGE) .

docker-pull-release:
\tdocker pull $(IMAGE)

helm-upgrade-version:
\thelm upgrade semantic-router chart --version $(CHART_VERSION)

other:
\techo
"""
TEMPLATE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  template:
    spec:
      containers:
        - name: extproc
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
"""
DEPLOYMENT = """
[deployments.production]
namespace = "vllm-semantic-router-system"
release = "semantic-router"
"""
NIGHTLY, NIGHTLY_CHART = "nightly-20260115", "0.0.0-nightly.20260115"
CHART = "deploy/helm/semantic-router"


@pytest.fixture
def released(polyglot):
    """The first customer's release 0.3.0 in small, everything published, and a nightly."""
    files = {
        "Makefile": MAKEFILE.replace("{registry}", "ghcr.io/vllm-project"),
        f"{CHART}/templates/deployment.yaml": TEMPLATE,
    }
    made = polyglot(IMAGES, files=files)
    ran = made.run("bump", "0.3.0", "--stream", "router")
    assert ran.code == 0, ran.out + ran.err
    with (made.root / "release-tools.toml").open("a") as file:
        file.write(DEPLOYMENT)
    with (made.root / "src/vllm-sr/pyproject.toml").open("a") as file:
        file.write('\n[project.scripts]\nvllm-sr = "vllm_sr:main"\n')
    folder = made.root / ".github" / "workflows"
    folder.mkdir(parents=True)
    for kind in ("common", "independent"):
        for path in (WORKFLOWS / kind).iterdir():
            shutil.copy(path, folder)
    shutil.rmtree(made.home / "vllm-sr")
    made.put_package("vllm-sr", "0.3.0")
    made.crates.add("candle-semantic-router", "0.3.0")
    for version, app in (("0.3.0", "v0.3.0"), (NIGHTLY_CHART, NIGHTLY)):
        made.oci.push_chart(f"{made.path}/charts", "semantic-router", version, app)
    for image in IMAGES:
        made.oci.push_index(f"{made.path}/semantic-router/{image}", "v0.3.0")
    made.oci.push_index(f"{made.path}/semantic-router/vllm-sr", NIGHTLY)
    return made


def lines_of(report, id_):
    return [one["line"] for one in report["findings"] if one["id"] == id_]


def test_no_operation_of_the_customers_handbook_is_missing_in_any_language(released):
    helm = {"PATH": f"{Path(programs.find('helm')).parent}{os.pathsep}{os.environ['PATH']}"}
    for language in ("en", "zh"):
        argv = ("runbook", "0.3.0", "--from", "0.2.0", "--language", language)
        ran = released.run(*argv, env=helm)
        assert (ran.code, ran.err) == (0, "")
        book = ran.out.replace(" --plain-http", "")  # which a registry of the test needs
        missing = [
            (section, pattern)
            for section, patterns in OPERATIONS.items()
            for pattern in patterns
            if not re.search(pattern.replace("{registry}", released.registry), book)
        ]
        assert missing == []
        kept = released.root / f"{language}.md"
        kept.write_text(ran.out)
        checked = released.json("runbook", "--check", kept.name)
        assert (checked.code, checked.report["findings"]) == (0, [])
        assert len(checked.report["data"]["checked"]) > 60


WRONG = """\
# Any words at all

Prose about {registry}/semantic-router/extproc:v0.9.9 names nothing.

```sh
docker pull {registry}/semantic-router/extproc:v0.3.0
docker pull {registry}/semantic-router/extproc:v0.9.9
podman pull {registry}/semantic-router/nothing:v0.3.0
docker pull {registry}/semantic-router/extproc:<version>
docker pull {registry}/semantic-router/extproc:${{TAG}}
helm upgrade semantic-router \\
  oci://{registry}/charts/semantic-router \\
  --version 0.9.0
helm show chart oci://{registry}/charts/semantic-router --version <last-known-good>
pip install --upgrade vllm-sr==0.9.0
cargo add candle-semantic-router@=0.9.0
make docker-pull-release DOCKER_TAG=v0.3.0
make docker-push-release DOCKER_TAG=v0.9.0
make helm-upgrade-version CHART_VERSION=0.3.0
kubectl set image deployment/x x={registry}/semantic-router/operator@sha256:{zeros}
docker pull ghcr.io/somebody/else:v0.9.9
```

Inline: `pip install vllm-sr==0.8.0` and `docker pull {registry}/semantic-router/vllm-sr:{old}`.
"""


def test_commands_that_name_what_does_not_exist_are_found_with_their_lines(released):
    text = WRONG.format(registry=released.registry, zeros="0" * 64, old="nightly-20200101")
    (released.root / "old.md").write_text(text)
    ran = released.json("runbook", "--check", "old.md")
    assert ran.code == 1
    assert lines_of(ran.report, "handbook-artifact-missing") == [7, 8, 12, 15, 16, 18, 20, 24]
    assert lines_of(ran.report, "handbook-target-missing") == [18]
    assert lines_of(ran.report, "handbook-nightly-gone") == [24]
    reworded = text.replace("Any words at all", "Something else").replace("Prose", "More prose")
    (released.root / "new.md").write_text(reworded)
    again = released.json("runbook", "--check", "new.md")
    assert [one["line"] for one in again.report["findings"]] == [
        one["line"] for one in ran.report["findings"]
    ]


@pytest.fixture
def small(pipeline):
    """A crate and two images, released."""
    pipeline.tag()
    pipeline.publish()
    return pipeline


def test_what_is_not_there_is_left_out_and_said(small):
    pins = small.json("pin", "0.3.0").report["data"]["images"]
    digest = next(one["digest"] for one in pins if one["image"].endswith("/worker"))
    small.oci.delete(f"{small.path}/worker", digest)
    ran = small.run("runbook", "0.3.0", "--output", "book.md")
    assert (ran.code, ran.out) == (1, "")
    assert "image:worker is left out" in ran.err
    book = (small.root / "book.md").read_text()
    assert "/worker" not in book
    assert "/server:v0.3.0" in book
    assert "cargo add app@=0.3.0" in book


def test_what_is_there_and_not_as_it_should_be_is_left_out_too(small):
    small.crates.lines["app"][0]["yanked"] = True
    ran = small.json("runbook", "0.3.0")
    assert (ran.code, ran.ids) == (1, ["runbook-gap"])
    assert "app@=" not in ran.report["data"]["markdown"]


def test_reports_are_as_their_schema_says(small):
    small.write({"one.md": f"`docker pull {small.oci.host}/{small.path}/server:v0.3.0`\n"})
    schema = json.loads(schemas.load("runbook"))
    for argv in (("0.3.0",), ("9.9.9",), ("--check", "one.md")):
        jsonschema.validate(small.json("runbook", *argv).report, schema)


def test_what_cannot_be_told_is_left_out_and_no_agreement(small):
    config = small.config(crates="http://127.0.0.1:9/x").replace('["', '["127.0.0.1:9", "', 1)
    small.write({"release-tools.toml": config})
    ran = small.json("runbook", "0.3.0")
    assert (ran.code, set(ran.ids)) == (3, {"runbook-unknown"})
    assert "app@=" not in ran.report["data"]["markdown"]
    assert "/server:v0.3.0" in ran.report["data"]["markdown"]


def test_a_version_of_which_nothing_is_there_has_no_handbook(small):
    ran = small.run("runbook", "9.9.9", "--output", "book.md")
    assert (ran.code, ran.out) == (1, "")
    assert "not written: book.md: nothing was found that it could name\n" in ran.err
    assert not (small.root / "book.md").exists()


def test_a_version_to_come_from_that_was_never_released_is_missed(small):
    ran = small.json("runbook", "0.3.0", "--from", "0.2.5")
    assert (ran.code, set(ran.ids)) == (1, {"runbook-gap"})
    assert "0.2.5" not in ran.report["data"]["markdown"]


def test_each_surface_goes_back_to_the_release_that_it_had(small):
    small.crates.add("app", "0.2.0")
    small.crates.add("app", "0.1.0")
    small.crates.add("app", "0.4.0")
    small.publish("0.2.1", images=["server"], crate=False)
    book = small.run("runbook", "0.3.0").out
    assert "cargo add app@=0.2.0\n" in book
    assert f"/server@{_digest(small, 'server', 'v0.2.1')} # v0.2.1" in book
    assert "0.1.0" not in book
    assert "0.4.0" not in book


def _digest(made, image, tag):
    return f"sha256:{hashlib.sha256(made.served(image, tag)).hexdigest()}"


def test_a_registry_that_does_not_answer_leaves_a_handbook_in_doubt(small):
    small.write(
        {
            "release-tools.toml": small.config(registry="127.0.0.1:9"),
            "one.md": f"`docker pull 127.0.0.1:9/{small.path}/server:v0.3.0`\n",
        }
    )
    ran = small.json("runbook", "--check", "one.md")
    assert (ran.code, ran.ids) == (3, ["handbook-unknown"])


def test_a_handbook_that_names_nothing_is_no_agreement(small):
    small.write({"empty.md": "# Nothing\n"})
    assert small.json("runbook", "--check", "empty.md").code == 3


def test_what_cannot_be_meant_is_refused(small):
    for argv in ((), ("0.3.0", "--check", "x.md"), ("--check", "gone.md"), ("nightly-20260115",)):
        assert small.run("runbook", *argv).code == 2, argv
