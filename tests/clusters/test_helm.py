from __future__ import annotations

import pytest

from release_tools.clusters.helm import Helm, Installed, split_chart
from release_tools.errors import UsageError
from release_tools.reading import Absent, Unknown


@pytest.fixture
def asked(helm, runner):
    assert helm
    return Helm(runner, "here", "prod")


def test_a_release_is_read_alike_by_both_majors(asked, cluster):
    cluster.add_release("prod", "app", "my-app", ("0.1.0", "0.2.0"))
    found = asked.release("app")
    assert isinstance(found, Installed)
    assert found[:3] == ("app", "prod", 2)
    assert found[4:] == ("deployed", "my-app", "0.2.0", "v0.2.0")
    assert found.updated.startswith("2026-01-15 02:02:00")


@pytest.mark.parametrize("status", ["failed", "pending-upgrade", "pending-install", "uninstalling"])
def test_a_release_in_any_state_is_there(asked, cluster, status):
    cluster.add_release("prod", "app", "app", ("0.1.0", "0.2.0"), ("superseded", status))
    found = asked.release("app")
    assert isinstance(found, Installed)
    assert (found.revision, found.status) == (2, status)


def test_a_release_is_absent_where_the_list_lacks_it(asked, cluster):
    cluster.add_release("prod", "app-two", "app", ("0.1.0",))
    cluster.add_release("other", "app", "app", ("0.1.0",))
    found = asked.release("app")
    assert isinstance(found, Absent)
    assert "namespace prod" in found.where


def test_a_release_that_may_not_be_listed_is_unknown_not_absent(asked, cluster):
    cluster.forbidden.add("secrets")
    for found in (asked.release("app"), asked.history("app")):
        assert isinstance(found, Unknown)
        assert found.reason.startswith("no permission: ")
        assert found.hint


def test_the_history_comes_oldest_first_with_what_helm_says_of_each(asked, cluster):
    said = ("Install complete", 'Upgrade "app" failed: conflict')
    cluster.add_release("prod", "app", "app", ("0.1.0", "0.2.0"), ("deployed", "failed"), said)
    first, second = asked.history("app")
    assert (first.revision, first.status, first.version) == (1, "deployed", "0.1.0")
    assert (second.revision, second.status, second.description) == (2, "failed", said[1])


def test_a_cluster_that_does_not_answer_is_unknown(asked, cluster, monkeypatch, tmp_path):
    cluster.url = "http://127.0.0.1:1"
    monkeypatch.setenv("KUBECONFIG", cluster.kubeconfig(tmp_path))
    found = asked.release("app")
    assert isinstance(found, Unknown)
    assert found.reason.startswith("no connection: ")


@pytest.mark.usefixtures("helm", "cluster")
def test_a_context_that_is_not_there_is_unknown(runner):
    found = Helm(runner, "elsewhere", "prod").release("app")
    assert isinstance(found, Unknown)
    assert found.reason.startswith("no such context: ")


def test_the_version_of_both_majors_is_told_without_a_cluster(asked, helm):
    found = asked.version()
    assert isinstance(found, tuple)
    assert found[0] == {"helm": 4, "helm3": 3}[helm]


@pytest.mark.parametrize("said", ["v3.13.3", "v3.14.0-rc.1", "v3.14.4+g81c902a"])
def test_the_version_of_a_helm_that_is_not_here_is_told_by_its_output(path, runner, said):
    path.fake("helm", said)
    numbers = said.removeprefix("v").partition("-")[0].partition("+")[0]
    assert Helm(runner).version() == tuple(map(int, numbers.split(".")))


@pytest.mark.usefixtures("path")
def test_a_helm_that_is_missing_is_unknown_with_its_name(runner):
    for found in (Helm(runner).version(), Helm(runner).release("app")):
        assert isinstance(found, Unknown)
        assert found.reason.startswith("helm cannot be started")
        assert "install helm" in found.hint


@pytest.mark.parametrize("said", ["", "v3", "nonsense", "{"])
def test_a_helm_that_says_no_version_is_unknown(says, said):
    assert isinstance(Helm(says(said)).version(), Unknown)


@pytest.mark.parametrize("said", ["{", "{}", "[1]", "[" * 5000, '"x"'])
def test_what_is_no_list_of_releases_is_unknown(says, said):
    assert isinstance(Helm(says(said)).release("app"), Unknown)


@pytest.mark.parametrize("name", ["-x", "--all", "App", "a/b", "a b", "", "a" * 54, "a\n", "a."])
def test_a_name_that_helm_does_not_take_never_reaches_it(says, name):
    runner = says()
    for ask in (Helm(runner).release, Helm(runner).history):
        with pytest.raises(UsageError):
            ask(name)
    assert runner.asked == []


@pytest.mark.parametrize("name", ["-n", "a b", "$(id)", "a;b", "é", "a" * 254])
def test_a_context_that_could_be_more_than_a_name_is_refused(runner, name):
    with pytest.raises(UsageError):
        Helm(runner, context=name).scope()


@pytest.mark.parametrize(
    ("text", "chart", "version"),
    [
        ("semantic-router-0.2.0", "semantic-router", "0.2.0"),
        ("app-1-0.2.0-rc.1", "app-1", "0.2.0-rc.1"),
        ("app-0.0.0-nightly.20260115", "app", "0.0.0-nightly.20260115"),
        ("app-v1.2.3", "app", "v1.2.3"),
        ("app-1.2.3+build.5", "app", "1.2.3+build.5"),
        ("app", "app", ""),
        ("app-1.2", "app-1.2", ""),
    ],
)
def test_a_chart_is_split_where_its_version_begins(text, chart, version):
    assert split_chart(text) == (chart, version)
