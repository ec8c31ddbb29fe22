"""The images that a chart pulls, by the real helm and the real registry.

The chart has the shape of one that was released with ``dashboard:latest`` in it.
"""

from __future__ import annotations

import os

import pytest

import release_tools
from release_tools.adapters.process import Process
from release_tools.flows.columns.chart_images import closure
from release_tools.model import Severity, Verdict
from release_tools.version import Nightly, Version
from tests.servers import programs
from tests.servers.asking import Plain

CONFIG = """\
[streams.main]
tag = "v{version}"
[[surfaces]]
kind = "chart"
path = "charts/demo"
registry = "oci://ghcr.io/org/charts"
source = "stamped"
app-version = "v{version}"
[[surfaces]]
kind = "image"
registry = "ghcr.io/org"
names = ["router", "dashboard"]
"""
CHART = """\
apiVersion: v2
name: demo
version: 0.0.0
appVersion: latest
kubeVersion: ">=99.0.0"
deprecated: false
dependencies:
- name: redis
  version: ">=0.0.0"
  repository: https://charts.example.com/
  condition: redis.enabled
"""
VALUES = """\
image:
  repository: ghcr.io/org/router
  tag: ""
dashboard:
  enabled: false
  image:
    repository: ghcr.io/org/dashboard
    tag: "latest"
"""
TEMPLATE = """\
spec:
  # image: ghcr.io/org/router:latest
  containers:
  - image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
  - image: docker.io/library/nginx:latest
{{- if .Values.dashboard.enabled }}
  - image: "{{ .Values.dashboard.image.repository }}:{{ .Values.dashboard.image.tag }}"
{{- end }}
"""
ENABLED = "dashboard: {enabled: true}\n"
FILES = {
    "charts/demo/Chart.yaml": CHART,
    "charts/demo/values.yaml": VALUES,
    "charts/demo/values.schema.json": '{"$ref": "http://192.0.2.1/schema"}',
    "charts/demo/icon.png": b"\x89PNG\0",
    "charts/demo/templates/deployment.yaml": TEMPLATE,
    "release-tools.toml": CONFIG,
    "enabled.yaml": ENABLED,
}


@pytest.fixture(params=["helm", "helm3", None])
def helm(request, tmp_path, monkeypatch):
    """Put this one, and no other, on PATH as helm."""
    folder = tmp_path / "programs"
    folder.mkdir()
    if request.param is not None:
        (folder / "helm").symlink_to(programs.find(request.param))
    monkeypatch.setenv("PATH", str(folder))
    return request.param


class Hosts:
    """Addresses: every host is this registry."""

    def __init__(self, url):
        self._url = url

    def of_host(self, host):
        assert host == "ghcr.io"
        return self._url

    def of(self, registry):
        raise AssertionError(registry)


@pytest.fixture
def judge(lay, oci, helm):
    """Judge the charts of these files, with each of the helms and without any."""
    del helm

    def look(files, *values, version="1.2.3"):
        root = lay(files)
        project = release_tools.load(str(root))
        nightly = version.startswith("nightly")
        return closure(
            project,
            project.streams[0],
            Nightly.parse(version) if nightly else Version.parse(version),
            Plain(),
            Hosts(oci.url),
            Process(str(root)),
            values=[str(root / value) for value in values],
        )

    return look


@pytest.fixture(autouse=True, scope="module")
def _images(oci):
    for name in ("router", "dashboard"):
        oci.push_image(f"org/{name}", "v1.2.3")
    oci.push_image("org/router", "nightly-20260115")


def told(found):
    return [
        f"{one.severity} {one.id} {one.message.partition(' pulls ')[2]} {one.path}:{one.line}"
        for one in found.findings
    ]


LATEST = "chart-image-latest image:dashboard as latest"
AT = "charts/demo/values.yaml:8"


def test_an_image_that_is_pulled_as_latest_is_a_finding_at_its_line(judge):
    found = judge(FILES, "enabled.yaml")
    assert told(found) == [f"error {LATEST} {AT}"]
    assert found.verdicts == {"chart:demo": Verdict.DIFFERS}


def test_what_is_not_rendered_warns_where_helm_can_tell(judge, helm):
    found = judge(FILES)
    if helm is None:
        assert told(found) == [f"error {LATEST} {AT}"]
    else:
        unused = "in values that it was not rendered with"
        assert told(found) == [f"warning {LATEST}, {unused} {AT}"]
        assert found.verdicts == {"chart:demo": Verdict.AGREES}


PINNED = {**FILES, "charts/demo/values.yaml": VALUES.replace("latest", "v1.2.3")}


def test_a_chart_that_pulls_the_release_agrees(judge):
    found = judge(PINNED, "enabled.yaml")
    assert found == ((), {"chart:demo": Verdict.AGREES})


def test_an_image_that_is_not_there_is_missing(judge):
    files = {**PINNED, "charts/demo/values.yaml": VALUES.replace("latest", "v9.9.9")}
    found = judge(files, "enabled.yaml")
    assert [one.id for one in found.findings] == ["chart-image-missing"]
    assert found.verdicts == {"chart:demo": Verdict.MISSING}
    found = judge(PINNED, "enabled.yaml", version="7.7.7")
    assert {one.id for one in found.findings} >= {"chart-image-missing"}


def test_a_nightly_pulls_nightly_images(judge, helm):
    found = judge(PINNED, version="nightly-20260115")
    errors = [one for one in found.findings if one.severity is Severity.ERROR]
    assert {one.id for one in errors} == (set() if helm else {"chart-image-differs"})


def test_an_app_version_that_is_not_stamped_is_what_the_source_says(judge):
    config = CONFIG.replace('source = "stamped"\n', "")
    found = judge({**PINNED, "release-tools.toml": config})
    assert told(found) == [
        "error chart-image-latest image:router as latest (its appVersion) charts/demo/values.yaml:2"
    ]


def test_values_that_are_given_are_laid_over_those_of_the_chart(judge):
    prod = "dashboard:\n  enabled: true\n  image: {tag: v1.2.3}\n"
    found = judge({**FILES, "prod.yaml": prod}, "enabled.yaml", "prod.yaml")
    assert found == ((), {"chart:demo": Verdict.AGREES})


def test_a_sibling_chart_is_rendered_with_the_one_that_depends_on_it(judge, helm):
    parent = "apiVersion: v2\nname: parent\nversion: 1.2.3\ndependencies:\n"
    parent += '- {name: demo, version: 9.9.9, repository: "file://../demo"}\n'
    files = {
        **FILES,
        "charts/parent/Chart.yaml": parent,
        "charts/parent/values.yaml": "demo: {dashboard: {enabled: true}}\n",
        "charts/parent/templates/none.yaml": "",
        "release-tools.toml": CONFIG.replace("charts/demo", "charts/parent"),
    }
    found = judge(files)
    if helm is not None:  # nobody else knows what a sibling makes of its values
        assert {one.id for one in found.findings} == {"chart-image-latest"}
        assert found.verdicts == {"chart:parent": Verdict.DIFFERS}


def test_a_chart_that_pulls_nothing_of_ours_is_unchecked(judge):
    files = {**FILES, "charts/demo/values.yaml": "a: b\n"}
    files["charts/demo/templates/deployment.yaml"] = "image: docker.io/library/nginx:latest\n"
    assert judge(files) == ((), {"chart:demo": Verdict.UNCHECKED})


@pytest.mark.parametrize("helm", ["helm", "helm3"], indirect=True)
def test_a_chart_that_helm_refuses_is_unknown_with_what_helm_says(judge):
    template = '{{ required "a token is needed" .Values.token }}'
    found = judge({**FILES, "charts/demo/templates/deployment.yaml": template})
    (said,) = found.findings
    assert said.id == "chart-image-unknown"
    assert "a token is needed" in said.message
    assert "--values" in said.hint
    assert found.verdicts == {"chart:demo": Verdict.UNKNOWN}


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("charts/demo/values.yaml", "a: [", "no valid YAML"),
        ("charts/demo/values.yaml", "- a\n", "no mapping"),
        ("enabled.yaml", "a: [", "no valid YAML"),
        ("enabled.yaml", None, "enabled.yaml"),
        ("charts/demo/Chart.yaml", None, "charts/demo/Chart.yaml"),
    ],
)
def test_files_that_cannot_be_read_leave_it_unknown(judge, path, text, reason):
    files = {name: content for name, content in FILES.items() if name != path}
    found = judge(files if text is None else {**files, path: text}, "enabled.yaml")
    (said,) = found.findings
    assert said.id == "chart-image-unknown"
    assert reason in said.message
    assert found.verdicts == {"chart:demo": Verdict.UNKNOWN}


def test_nothing_is_left_behind_and_nothing_is_written_in_the_project(judge, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    judge(FILES, "enabled.yaml")
    assert os.listdir(scratch) == []
    laid = {
        os.path.relpath(os.path.join(at, name), tmp_path)
        for at, _, names in os.walk(tmp_path)
        for name in names
    }
    assert laid - {"programs/helm"} == set(FILES)
