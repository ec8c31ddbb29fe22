from __future__ import annotations

import hashlib

import pytest

from release_tools.errors import MalformedError
from tests.servers import artifacts as built

CHART = "apiVersion: v2\nname: app\nversion: 0.3.0\nappVersion: v0.3.0\n"


def test_a_chart_of_the_real_helm_says_what_it_is(tmp_path, read):
    out = tmp_path / "dist"
    out.mkdir()
    built.chart(out, tmp_path / "source", "semantic-router", "0.3.0-rc.1+build.5", "v0.3.0-rc.1")
    (chart,) = out.iterdir()
    (one,) = read(chart)
    assert (one.kind, one.names, one.version) == (
        "chart",
        ("semantic-router",),
        "0.3.0-rc.1+build.5",
    )
    assert one.app_version == "v0.3.0-rc.1"
    assert one.digest == f"sha256:{hashlib.sha256(chart.read_bytes()).hexdigest()}"
    assert one.problems == ()


def test_the_charts_that_it_depends_on_are_not_it(make, read):
    members = {
        "app/charts/other/Chart.yaml": CHART.replace("app", "other").replace("0.3.0", "9.0.0"),
        "app/Chart.yaml": CHART,
    }
    (one,) = read(make.packed(members), "whatever.tgz")
    assert (one.names, one.version, one.app_version) == (("app",), "0.3.0", "v0.3.0")


def test_a_folder_of_another_name_is_a_problem(make, read):
    (one,) = read(make.packed({"other/Chart.yaml": CHART}), "app-0.3.0.tgz")
    assert [problem.id for problem in one.problems] == ["artifact-differs"]


@pytest.mark.parametrize("text", ["appVersion: latest\n", 'appVersion: ""\n', "appVersion:\n", ""])
def test_an_app_version_may_be_a_word_or_missing(make, read, text):
    data = make.packed({"app/Chart.yaml": f"name: app\nversion: 0.3.0\n{text}"})
    (one,) = read(data, "app-0.3.0.tgz")
    assert one.app_version == ("latest" if "latest" in text else None)


@pytest.mark.parametrize(
    ("chart", "reason"),
    [
        ("name: app\n", "has no version"),
        ("name: app\nversion: 1.0.0\nversion: 2.0.0\n", "version stands twice"),
        ("a: &v 1.0.0\nname: app\nversion: *v\n", "version is no plain value"),
        ("x: &x\n  version: 1.0.0\nname: app\n<<: *x\n", "has no version"),
        ("name: app\nversion: [1.0.0]\n", "version is no plain value"),
        ("name: app\nversion: 1.0.0\n---\nversion: 2.0.0\n", "not one mapping"),
        ("- name\n- version\n", "not one mapping"),
        ("? [version]\n: 1.0.0\nname: app\n", "a key is no text"),
        ("name: app\nversion: |\n  1.0.0\n  2.0.0\n", "expected a text on one line"),
        ("name: 'app", "is no YAML"),
        ("name: app\nversion: 1.0.0\na: " + "[" * 100 + "\n", "nested too deep"),
        ("#" + "x" * 600_000, "too large"),
    ],
)
def test_a_chart_that_does_not_say_it_once_is_refused(make, read, chart, reason):
    with pytest.raises(MalformedError, match=reason):
        read(make.packed({"app/Chart.yaml": chart}), "app-1.0.0.tgz")


def test_aliases_that_double_are_never_followed(make, read):
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 60)
    )
    (one,) = read(make.packed({"app/Chart.yaml": bomb + CHART}), "app-0.3.0.tgz")
    assert one.version == "0.3.0"
