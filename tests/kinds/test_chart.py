from __future__ import annotations

import time

import pytest

import release_tools
from release_tools.kinds import chart as kind
from release_tools.model import Surface
from release_tools.reading import Coordinates, Wanted
from release_tools.registries import charts, oci_chart
from release_tools.version import Nightly, Version

HERE = '[[surfaces]]\nkind = "chart"\npath = "."\n'


def chart(version="1.0.0", app="", more=""):
    return (
        f"apiVersion: v2\nname: web\nversion: {version}\n" + (app and f"appVersion: {app}\n") + more
    )


@pytest.mark.parametrize("version", ["1.0.0", '"1.0.0"', "'1.0.0'", "1.0.0 # the release"])
def test_the_version_is_a_place_however_it_is_quoted(seen, version):
    column = seen({"Chart.yaml": chart(version)}, HERE, "1.0.0")
    assert column.marks("chart:web") == ["Chart.yaml:3 1.0.0 agrees"]


@pytest.mark.parametrize(
    ("app", "shown", "verdict"),
    [
        ('"1.0.0"', "1.0.0", "agrees"),
        ("1.0.0", "1.0.0", "agrees"),
        ("v1.0.0", "v1.0.0", "agrees"),
        ("'v0.9.0'", "v0.9.0", "differs"),
        ('"0.9.0"', "0.9.0", "differs"),
        ("latest", "latest", "unchecked"),
        ('"main"', "main", "unchecked"),
    ],
)
def test_app_version_is_judged_if_it_is_a_version_and_left_alone_if_a_word(
    seen, app, shown, verdict
):
    column = seen({"Chart.yaml": chart(app=app)}, HERE, "1.0.0")
    assert column.marks("chart:web")[1:] == [f"Chart.yaml:4 {shown} {verdict}"]


def test_an_app_version_keeps_the_v_that_it_has(seen):
    column = seen({"Chart.yaml": chart(app="v0.9.0")}, HERE, "1.0.0")
    assert [mark.expected for mark in column.rows["chart:web"].marks] == ["1.0.0", "v1.0.0"]


@pytest.mark.parametrize(
    ("app", "verdict"), [("v1.0.0", "agrees"), ("1.0.0", "differs"), ("latest", "differs")]
)
def test_a_configured_app_version_is_a_version_like_any_other(seen, app, verdict):
    config = HERE + 'app-version = "v{version}"\n'
    column = seen({"Chart.yaml": chart(app=app)}, config, "1.0.0")
    assert column.marks("chart:web")[1:] == [f"Chart.yaml:4 {app} {verdict}"]
    assert column.rows["chart:web"].marks[1].expected == "v1.0.0"


def test_a_configured_app_version_that_is_not_there_is_missing(seen):
    column = seen({"Chart.yaml": chart()}, HERE + 'app-version = "v{version}"\n', "1.0.0")
    assert column.marks("chart:web") == ["Chart.yaml:3 1.0.0 agrees", "Chart.yaml missing"]


def test_the_words_of_an_app_version_do_not_decide_the_expected_version(seen):
    column = seen({"Chart.yaml": chart(app="latest")}, HERE)
    assert str(column.table.streams[0].version) == "1.0.0"
    assert column.verdict == "agrees"


def test_a_stamped_chart_is_unchecked(seen):
    column = seen({"Chart.yaml": chart("0.2.0")}, HERE + 'source = "stamped"\n', "0.3.0")
    cell = column.rows["chart:web"]
    assert (cell.verdict, cell.found, cell.reason) == ("unchecked", "0.2.0", "stamped")


@pytest.mark.parametrize("stale", ["1.1.0", "0.15.3-dev0", "nightly", "0.22.3-dev.0"])
def test_a_place_is_found_by_where_it_stands_whatever_it_says(seen, stale):
    column = seen({"Chart.yaml": chart(stale)}, HERE, "1.7.0")
    assert column.marks("chart:web") == [f"Chart.yaml:3 {stale} differs"]


DEPENDENT = """\
apiVersion: v2
name: umbrella
version: 3.1.0
dependencies:
  - name: redis
    version: 0.9.0
    repository: https://charts.example.com
  - name: web
    version: {}
    repository: {}
"""


@pytest.mark.parametrize(
    ("requirement", "verdict"),
    [('"0.9.0"', "differs"), ("1.0.0", "agrees"), ("~1.0.0", "agrees"), ("'>=0.9'", "agrees")],
)
def test_charts_that_depend_on_this_one_by_file_are_places(seen, requirement, verdict):
    files = {
        "charts/web/Chart.yaml": chart(),
        "charts/umbrella/Chart.yaml": DEPENDENT.format(requirement, '"file://../web"'),
    }
    column = seen(files, '[[surfaces]]\nkind = "chart"\npath = "charts/web"\n', "1.0.0")
    text = requirement.strip("\"'")
    assert column.marks("chart:web") == [
        "charts/web/Chart.yaml:3 1.0.0 agrees",
        f"charts/umbrella/Chart.yaml:9 {text} {verdict}",
    ]


@pytest.mark.parametrize(
    "repository", ["file://../other", "https://x.example.com/web", "file:///web"]
)
def test_dependencies_on_other_charts_are_no_places(seen, repository):
    files = {
        "charts/web/Chart.yaml": chart(),
        "charts/umbrella/Chart.yaml": DEPENDENT.format("0.9.0", repository),
    }
    column = seen(files, '[[surfaces]]\nkind = "chart"\npath = "charts/web"\n', "1.0.0")
    assert column.marks("chart:web") == ["charts/web/Chart.yaml:3 1.0.0 agrees"]


def test_a_dependency_without_a_repository_does_not_hide_those_after_it(seen):
    text = DEPENDENT.format("0.9.0", "file://../web").replace(
        "    repository: https://charts.example.com\n", ""
    )
    files = {"charts/web/Chart.yaml": chart(), "charts/umbrella/Chart.yaml": text}
    column = seen(files, '[[surfaces]]\nkind = "chart"\npath = "charts/web"\n', "1.0.0")
    assert column.marks("chart:web")[1:] == ["charts/umbrella/Chart.yaml:8 0.9.0 differs"]


WEB = '[[surfaces]]\nkind = "chart"\npath = "charts/web"\n'


@pytest.mark.parametrize(
    ("dependencies", "line"),
    [
        ("- repository: file://../web\n  version: 0.9.0\n  name: web\n", 5),
        ("- version: 0.1.0\n- name: web\n  version: 0.9.0\n  repository: file://../web\n", 6),
        ("- {repository: file://../web, name: web, version: 0.9.0}\n", 4),
        ("- version: 0.9.0\n  repository: 'file://../web'\n", 4),
        ('- version: 0.9.0\n  repository: "file:\\/\\/../web"\n', 4),
    ],
)
def test_a_dependency_is_found_whatever_comes_first_in_it_and_before_it(seen, dependencies, line):
    umbrella = "name: umbrella\nversion: 3.1.0\ndependencies:\n" + dependencies
    files = {"charts/web/Chart.yaml": chart(), "charts/umbrella/Chart.yaml": umbrella}
    column = seen(files, WEB, "1.0.0")
    assert column.marks("chart:web")[1:] == [f"charts/umbrella/Chart.yaml:{line} 0.9.0 differs"]


def test_five_thousand_dependencies_take_less_than_two_seconds(seen):
    lines = "".join(
        f"- name: d{i}\n  version: 1.0.0\n  repository: file://../{'web' if i % 2 else i}\n"
        for i in range(5000)
    )
    umbrella = "name: umbrella\nversion: 3.1.0\ndependencies:\n" + lines
    files = {"charts/web/Chart.yaml": chart(), "charts/umbrella/Chart.yaml": umbrella}
    start = time.process_time()
    column = seen(files, WEB, "1.0.0")
    assert time.process_time() - start < 2
    assert len(column.marks("chart:web")) == 2501
    assert column.verdict == "agrees"


def test_charts_that_all_depend_on_one_another_are_read_once_each(seen, monkeypatch):
    from release_tools.formats import _events

    real, read = _events.events, []

    def counted(*text):
        read.append(text)
        return real(*text)

    monkeypatch.setattr(_events, "events", counted)
    files = {
        f"c{i}/Chart.yaml": f"name: c{i}\nversion: 1.0.0\ndependencies:\n"
        + "".join(f"- version: 1.0.0\n  repository: file://../c{j}\n" for j in range(20) if j != i)
        for i in range(20)
    }
    column = seen(files, '[[surfaces]]\nkind = "chart"\npath = "c*"\n', "1.0.0")
    assert sum(len(column.marks(surface)) for surface in column.rows) == 20 * 20
    assert len(read) == 20


def test_a_bump_moves_the_chart_and_the_pins_on_it_and_names_the_lock_left_behind(lay):
    umbrella = DEPENDENT.format("0.9.0", "file://../web")
    root = lay(
        {
            "release-tools.toml": WEB,
            "charts/web/Chart.yaml": chart("0.9.0"),
            "charts/umbrella/Chart.yaml": umbrella,
            "charts/umbrella/Chart.lock": "digest: sha256:0\n",
            "charts/other/Chart.lock": "digest: sha256:0\n",
        }
    )
    project = release_tools.load(str(root))
    plan = release_tools.plan_bump(project, "1.0.0")
    assert [change.after for change in plan.changes] == [
        # the Redis before it is at 0.9.0 by chance
        "version: 1.0.0".join(umbrella.rsplit("version: 0.9.0", 1)),
        chart("1.0.0"),
    ]
    (surface,) = project.surfaces
    assert kind.stale_locks(surface, project.tree) == ("charts/umbrella/Chart.lock",)


def test_foreign_charts_of_the_repository_are_never_places(seen):
    files = {"a/Chart.yaml": chart(), "b/Chart.yaml": chart("1.1.0")}
    column = seen(files, '[[surfaces]]\nkind = "chart"\npath = "a"\n', "2.0.0")
    assert column.marks("chart:web") == ["a/Chart.yaml:3 1.0.0 differs"]


def test_a_chart_without_a_version_is_missing_one(seen):
    column = seen({"Chart.yaml": "apiVersion: v2\nname: web\n"}, HERE, "1.0.0")
    assert column.findings == ["surface-missing Chart.yaml:None"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name: web\nversion: 1.0.0\nversion: 1.0.0\n", 3),
        ("name: web\nversion: [1.0.0\n", None),
        ("name: web\nversion:\n  - 1.0.0\n", None),
    ],
)
def test_a_chart_that_cannot_be_used_is_malformed(seen, text, line):
    column = seen({"Chart.yaml": text}, HERE, "1.0.0")
    assert column.findings[0].startswith("file-malformed Chart.yaml:")
    assert line is None or column.findings == [f"file-malformed Chart.yaml:{line}"]
    assert column.table.exit_code == 1


def test_an_app_version_that_is_another_streams_is_taken_out_and_declared_there(seen):
    config = (
        "[streams.chart]\ntag = 'chart-{version}'\n[streams.app]\n"
        + HERE
        + "app-version = false\n"
        + '[[surfaces]]\nkind = "file"\nstream = "app"\npath = "Chart.yaml"\nkey = "appVersion"\n'
    )
    column = seen({"Chart.yaml": chart("4.6.0", "1.6.0")}, config)
    assert column.marks("chart:web") == ["Chart.yaml:3 4.6.0 agrees"]
    assert column.marks("file:Chart.yaml") == ["Chart.yaml:4 1.6.0 agrees"]
    assert column.findings == []


# Published


class Hosts:
    """Addresses of hosts, as they are without any configuration."""

    def of(self, registry):
        raise AssertionError(registry)

    def of_host(self, host):
        return f"https://{host}"


def surface(**options):
    return Surface("chart:demo", "chart", "demo", "main", "charts/demo", options)


@pytest.mark.parametrize(
    ("registry", "room", "base", "name"),
    [
        ("oci://ghcr.io/org/charts", oci_chart, "https://ghcr.io", "org/charts/demo"),
        ("oci://ghcr.io/org/charts/", oci_chart, "https://ghcr.io", "org/charts/demo"),
        ("oci://127.0.0.1:5000", oci_chart, "https://127.0.0.1:5000", "demo"),
        ("https://example.com/charts", charts, "https://example.com/charts", "demo"),
        ("http://127.0.0.1:80/x", charts, "http://127.0.0.1:80/x", "demo"),
    ],
)
def test_a_chart_is_published_where_its_registry_is(registry, room, base, name):
    found = kind.published(surface(registry=registry), Hosts())
    assert found == (room, Coordinates(base, name))


def test_a_chart_without_a_registry_is_not_published():
    assert kind.published(surface(), Hosts()) is None


@pytest.mark.parametrize(
    ("pattern", "version", "app"),
    [
        ("v{version}", "1.2.3", "v1.2.3"),
        ("{version}", "1.2.3+b.5", "1.2.3+b.5"),
        (None, "1.2.3", None),
        (False, "1.2.3", None),
    ],
)
def test_app_version_is_expected_where_it_is_configured(pattern, version, app):
    options = {} if pattern is None else {"app-version": pattern}
    wanted = kind.wanted(surface(**options), Version.parse(version), ())
    assert wanted == Wanted(Version.parse(version), version, (f"v{version}",), app_version=app)


def test_other_spellings_of_a_chart_are_looked_up():
    wanted = kind.wanted(surface(), Version.parse("1.2.3-rc.1"), ("1.2.3-rc.1", "1.2.3-RC1"))
    assert wanted.text == "1.2.3-rc.1"
    assert wanted.others == ("1.2.3-rc1", "v1.2.3-rc.1", "1.2.3-RC1")


def test_the_nightly_of_a_chart_pulls_the_nightly_images():
    nightly = Nightly.parse("nightly-20260115")
    wanted = kind.wanted(surface(**{"app-version": "v{version}"}), nightly, ())
    assert wanted == Wanted(nightly, "0.0.0-nightly.20260115", app_version="nightly-20260115")
    assert kind.wanted(surface(), nightly, ()).app_version is None
