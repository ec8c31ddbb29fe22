"""Charts as the real helm packages and pushes them, into the real docker-registry."""

from __future__ import annotations

import itertools

import pytest

from release_tools.reading import Absent, Coordinates, File, Found, Listing, Unknown, Wanted
from release_tools.registries import oci_chart
from release_tools.version import Version
from tests.servers import layout
from tests.servers.asking import Plain

NUMBERS = itertools.count()


@pytest.fixture
def path():
    """A folder of charts that no other test has."""
    return f"public/charts-{next(NUMBERS)}"


def wanted(text="1.2.3", *others, app=None):
    return Wanted(Version.parse(text), text, others, app_version=app)


def read(registry, path, want=None, **at):
    return oci_chart.read(Coordinates(registry.url, path, **at), want or wanted(), Plain())


def ids(found):
    assert isinstance(found, Found), found
    return [problem.id for problem in found.problems]


@pytest.mark.parametrize("helm", ["helm", "helm3"])
def test_a_chart_is_read_from_its_configuration(oci, path, helm):
    pushed = oci.push_chart(path, "demo", "1.2.3", "v1.2.3", helm=helm)
    found = read(oci, f"{path}/demo", wanted(app="v1.2.3"))
    assert isinstance(found, Found)
    assert found.version == "1.2.3"
    assert found.where == f"{oci.url}/v2/{path}/demo/manifests/1.2.3"
    assert found.digest == pushed.digest
    assert found.notes == {"layer": pushed.layer, "app-version": "v1.2.3"}
    (file,) = found.files
    assert file == File("demo-1.2.3.tgz", "chart", pushed.layer, file.size)
    assert found.problems == ()


def test_build_metadata_stands_in_the_tag_with_an_underscore(oci, path):
    pushed = oci.push_chart(path, "demo", "1.2.4+build.5", "v1.2.4")
    found = read(oci, f"{path}/demo", wanted("1.2.4+build.5"))
    assert (found.version, found.digest, ids(found)) == ("1.2.4+build.5", pushed.digest, [])
    assert found.where.endswith("/manifests/1.2.4_build.5")
    listing = oci_chart.versions(Coordinates(oci.url, f"{path}/demo"), Plain())
    assert isinstance(listing, Listing)
    assert [one.version for one in listing.versions] == ["1.2.4+build.5"]


def test_another_app_version_than_expected_is_a_problem(oci, path):
    oci.push_chart(path, "demo", "1.2.3", "latest")
    found = read(oci, f"{path}/demo", wanted(app="v1.2.3"))
    assert ids(found) == ["app-version-differs"]
    assert "has appVersion latest, expected v1.2.3" in found.problems[0].message
    assert ids(read(oci, f"{path}/demo")) == []


def test_the_inside_counts_whatever_the_annotations_say(oci, path):
    said = {"org.opencontainers.image.version": "1.2.3"}
    oci.put_chart(f"{path}/demo", "1.2.3", {"name": "demo", "version": "1.2.2"}, annotations=said)
    found = read(oci, f"{path}/demo")
    assert ids(found) == ["chart-differs"]
    assert "has version 1.2.2 inside, expected 1.2.3" in found.problems[0].message


@pytest.mark.parametrize(
    ("config", "stated"),
    [
        ({"name": "other", "version": "1.2.3"}, "name other"),
        ({"version": "1.2.3"}, "name none"),
        ({"name": "demo", "version": 1}, "version none"),
        ({"name": "demo", "version": "\x1b[31m"}, "version '\\x1b[31m'"),
    ],
)
def test_a_chart_that_calls_itself_otherwise_differs(oci, path, config, stated):
    oci.put_chart(f"{path}/demo", "1.2.3", config)
    found = read(oci, f"{path}/demo")
    assert ids(found) == ["chart-differs"]
    assert f"has {stated} inside" in found.problems[0].message


def test_an_image_is_no_chart(oci, path):
    digest = oci.push_image(f"{path}/demo", "1.2.3")
    found = read(oci, f"{path}/demo")
    assert (found.digest, ids(found)) == (digest, ["chart-differs"])
    oci.push_index(f"{path}/demo", "1.2.4")
    found = read(oci, f"{path}/demo", wanted("1.2.4"))
    assert "is no Helm chart" in found.problems[0].message


@pytest.mark.parametrize("config", [b"[]", b"{", b"<html>"])
def test_a_configuration_that_is_none_is_unknown(oci, path, config):
    oci.put_chart(f"{path}/demo", "1.2.3", config)
    assert isinstance(read(oci, f"{path}/demo"), Unknown)


def test_a_manifest_without_the_chart_is_unknown(oci, path):
    oci.put_chart(f"{path}/demo", "1.2.3", {"name": "demo", "version": "1.2.3"}, layers=[])
    assert isinstance(read(oci, f"{path}/demo"), Unknown)


def test_a_missing_chart_is_absent_only_where_that_is_proven(oci, path):
    assert isinstance(read(oci, f"{path}/demo"), Unknown)
    oci.push_chart(path, "demo", "1.2.2", "v1.2.2")
    assert isinstance(read(oci, f"{path}/demo"), Absent)
    assert isinstance(read(oci, f"{path}/other", known=(f"{path}/demo",)), Absent)
    assert isinstance(read(oci, f"{path}/other", first=True), Absent)


def test_the_digests_are_those_of_the_bytes(oci, path):
    pushed = oci.push_chart(path, "demo", "1.2.3", "v1.2.3")
    body = Plain().get(f"{oci.url}/v2/{path}/demo/blobs/{pushed.layer}").body
    assert layout.digest(body) == pushed.layer
