"""An HTTP chart repository: the index that the real helm writes, served as files."""

from __future__ import annotations

import json
import subprocess

import pytest

from release_tools.reading import Absent, Coordinates, File, Found, Listed, Listing, Unknown, Wanted
from release_tools.registries import charts
from release_tools.version import Version
from tests.servers import layout, programs, site
from tests.servers.asking import Plain

INDEX = """\
apiVersion: v1
entries:
  other:
  - version: 9.9.9
  demo:
  - version: 1.2.3
    appVersion: v1.2.3
    digest: {digest}
    urls: [demo-1.2.3.tgz]
  - version: 1.2.2
generated: "2026-01-15T00:00:00Z"
""".format(digest="a" * 64)


def wanted(text="1.2.3", *others, app=None):
    return Wanted(Version.parse(text), text, others, app_version=app)


def read(index, want=None, name="demo", status=200, **at):
    """Read one chart of an index that is served as it is."""
    body = index if isinstance(index, bytes) else index.encode()
    with site.serving(lambda _: site.Said(status, body, "text/yaml")) as here:
        plain = Plain(0.5 if status >= 500 else 50.0)  # what passes is asked again
        reading = charts.read(Coordinates(f"{here.url}/", name, **at), want or wanted(), plain)
        listing = charts.versions(Coordinates(here.url, name, **at), plain)
        assert {asked.path for asked in here.asked} == {"/index.yaml"}
    assert type(listing) is not Listing or type(reading) is not Unknown
    return reading


@pytest.mark.parametrize("program", ["helm", "helm3"])
def test_what_helm_indexes_is_found(tmp_path, program):
    helm = programs.find(program)
    package = layout.chart(tmp_path, "demo", "1.2.3+b.5", "v1.2.3", helm)
    argv = [helm, "repo", "index", str(tmp_path), "--url", "https://example.com/charts"]
    subprocess.run(argv, check=True, capture_output=True)

    def answer(asked):
        return site.Said(200, (tmp_path / asked.path.lstrip("/")).read_bytes())

    with site.serving(answer) as here:
        at = Coordinates(here.url, "demo")
        found = charts.read(at, wanted("1.2.3+b.5", app="v1.2.3"), Plain())
        listing = charts.versions(at, Plain())
    digest = layout.digest(package.read_bytes())
    url = f"https://example.com/charts/{package.name}"
    where = f"{here.url}/index.yaml"
    file = File(package.name, "chart", digest, None, url)
    notes = {"app-version": "v1.2.3"}
    assert found == Found("1.2.3+b.5", where, digest, (file,), notes=notes)
    assert listing == Listing(where, (Listed("1.2.3+b.5"),))


def test_an_index_in_json_is_read_alike():
    entry = {"version": "1.2.3", "appVersion": "v1.2.3", "digest": "a" * 64, "urls": ["x.tgz"]}
    index = json.dumps({"apiVersion": "v1", "entries": {"demo": [entry], "other": []}})
    found = read(index)
    assert isinstance(found, Found)
    assert (found.version, found.digest) == ("1.2.3", f"sha256:{'a' * 64}")
    assert isinstance(read(index, name="no"), Absent)


def test_a_relative_link_is_one_below_the_repository():
    found = read(INDEX)
    assert found.files[0].url == found.where.replace("index.yaml", "demo-1.2.3.tgz")


def test_another_app_version_than_expected_is_a_problem():
    found = read(INDEX, wanted(app="v1.2.4"))
    assert [problem.id for problem in found.problems] == ["app-version-differs"]


def test_another_spelling_is_found_by_its_text_or_its_value():
    index = INDEX.replace("1.2.3\n", "1.2.3-rc1\n")
    assert read(index, wanted("1.2.3-rc.1", "1.2.3-rc1")).version == "1.2.3-rc1"
    assert read(INDEX.replace("1.2.2", "v1.2.4"), wanted("1.2.4")).version == "v1.2.4"


def test_a_missing_version_and_a_missing_chart_are_absent():
    absent = read(INDEX, wanted("1.2.9"))
    assert isinstance(absent, Absent)
    assert absent.reason == "the index lists 2 versions, none is this"
    assert isinstance(read(INDEX, name="no"), Absent)
    assert isinstance(read("apiVersion: v1\nentries: {}\n"), Absent)
    assert isinstance(read("apiVersion: v1\nentries:\n"), Absent)


def test_a_version_listed_twice_with_two_digests_is_a_problem():
    found = read(INDEX.replace("1.2.2", f"1.2.3\n    digest: {'b' * 64}"))
    assert [problem.id for problem in found.problems] == ["chart-differs"]


def test_a_digest_that_is_none_is_not_told():
    found = read(INDEX.replace("a" * 64, "../../etc"))
    assert found.digest is None


@pytest.mark.parametrize("status", [401, 403, 404])
def test_without_an_index_nothing_is_proven_but_for_a_first_publication(status):
    unknown = read("", status=status)
    assert isinstance(unknown, Unknown)
    assert unknown.reason == f"the repository answered {status}"
    assert isinstance(read("", status=status, first=True), Absent)


def test_another_status_is_unknown_for_a_first_publication_too():
    assert isinstance(read("", status=500, first=True), Unknown)


HEAD = "apiVersion: v1\nentries: {}\nmore: "


@pytest.mark.parametrize(
    ("index", "reason"),
    [
        ("", "no index"),
        ("<html>Sign in</html>", "a page of HTML"),
        ("entries: {}", "no index"),
        ("apiVersion: v1", "no index"),
        ("- apiVersion", "no index"),
        ("apiVersion: v1\nentries: [x]", "no index"),
        ("apiVersion: v1\nentries: {demo: {version: 1.2.3}}", "no index"),
        ("apiVersion: v1\nentries: {demo: [x]}", "no index"),
        ("apiVersion: v1\nentries: {demo: [{}]}", "without a version"),
        ("apiVersion: v1\nentries: {demo: [{version: [1]}]}", "no index"),
        ("apiVersion: v1\nentries: {demo: [], demo: []}", "twice"),
        ("apiVersion: v1\nentries: {}\nentries: {}", "twice"),
        ("apiVersion: v1\nentries:\n  demo:\n  - version: '1.2", "no YAML"),
        (INDEX + "---\nmore\n", "no index"),
        ("apiVersion: &a v1\nentries: {}\nmore: *a", "alias"),
        ('{"apiVersion": "v1"', "not the JSON"),
        ('{"apiVersion": "v1", "entries": {"demo": [7]}}', "no index"),
        ('{"entries": {}}', "no index"),
        ("\xff".encode("latin-1"), "no YAML"),
        (HEAD + "[" * 100_000, "no YAML"),
        (HEAD + "\n" + "- " * 100_000, "no YAML"),
        (HEAD + "{a: " * 50_000, "no YAML"),
    ],
)
def test_what_is_no_index_is_unknown_with_the_reason(index, reason):
    unknown = read(index)
    assert isinstance(unknown, Unknown), unknown
    assert reason in unknown.reason


def test_an_index_of_too_many_values_is_given_up(monkeypatch):
    monkeypatch.setattr("release_tools.registries._index_yaml._EVENTS", 10_000)
    unknown = read(HEAD + "[" + "a," * 20_000)
    assert isinstance(unknown, Unknown)
    assert "too large" in unknown.reason


def test_no_answer_is_unknown():
    assert isinstance(
        charts.read(Coordinates("http://127.0.0.1:1", "x"), wanted(), Plain(0.3)), Unknown
    )
