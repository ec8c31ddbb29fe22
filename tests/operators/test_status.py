"""``status --deployed``: what every environment runs, held against what is released."""

from __future__ import annotations

import json
import os

import jsonschema
import pytest

from release_tools import schemas
from tests.operators.conftest import stocked
from tests.servers import browser


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A registry of this module's own: what is newest in it matters."""
    with stocked(tmp_path_factory.mktemp("store")) as running:
        yield running


@pytest.fixture
def status(operator):
    """Ask for the status of the stream ``main``, and return the exit code and what runs."""

    def ask(*argv):
        wanted = ("status", "--stream", "main", "--deployed", "--format", "json", *argv)
        ran = operator.run(*wanted, env=dict(os.environ))
        report = json.loads(ran.stdout)
        jsonschema.validate(report, json.loads(schemas.load("status")))
        return ran.returncode, report["data"]["streams"][0]["running"]

    return ask


@pytest.fixture
def complete(operator):
    """All of 0.3.0 is published: a release that nothing is behind."""
    text = (operator.root / "release-tools.toml").read_text()
    operator.write("release-tools.toml", text.replace(', "worker"', ""))
    return operator


def states(running):
    return {(one["id"], one["version"]): one["state"] for one in running}


def test_an_environment_on_the_newest_release_is_current(complete, status):
    complete.runs("0.3.0")
    code, running = status()
    assert states(running) == {
        ("chart:app", "0.3.0"): "current",
        ("image:app", "v0.3.0"): "current",
    }
    assert code == 0
    chart, image = running
    assert chart["detail"] == "revision 1 deployed, app version v0.3.0"
    assert image["detail"] == "deployment/app, pod/app-1"
    assert {one["deployment"] for one in running} == {"production"}


def test_an_environment_on_an_older_release_is_behind(complete, status):
    complete.runs("0.2.0")
    code, running = status()
    assert code == 1
    assert set(states(running).values()) == {"behind"}
    assert running[0]["detail"].startswith("0.3.0 is out, revision 1")


def test_a_roll_out_half_way_shows_both_versions(complete, status):
    complete.runs("0.3.0")
    complete.cluster.add_pod("prod", "app-old", complete.image("app", "v0.2.0"), "")
    _, running = status()
    assert states(running)["image:app", "v0.2.0"] == "behind"
    assert states(running)["image:app", "v0.3.0"] == "current"


def test_what_is_higher_than_anything_released_is_ahead_and_no_reason_to_fail(complete, status):
    complete.runs("0.3.0")
    complete.cluster.add_deployment("prod", "next", complete.image("app", "v0.4.0-rc.1"))
    code, running = status()
    assert states(running)["image:app", "v0.4.0-rc.1"] == "ahead"
    assert code == 0


def test_a_nightly_is_held_against_nightlies(complete, status, path):
    path.put("skopeo", "skopeo")
    complete.runs("0.3.0")
    image = complete.image("app", "nightly-20260115")
    complete.cluster.add_deployment("prod", "night", image)
    code, running = status()
    assert (states(running)["image:app", "nightly-20260115"], code) == ("current", 0)
    for night in ("nightly-20260114", "nightly-20260116"):
        complete.store.push_index("o/app", night)
    code, running = status()
    assert (states(running)["image:app", "nightly-20260115"], code) == ("behind", 1)


def test_a_nightly_whose_registry_does_not_answer_is_unknown_and_not_current(complete, status):
    text = (complete.root / "release-tools.toml").read_text()
    complete.write(
        "release-tools.toml",
        text.replace(f'registry = "{complete.store.host}/o"', 'registry = "127.0.0.1:9/o"'),
    )
    complete.cluster.add_release("prod", "app", "app", ("0.3.0",))
    complete.cluster.add_deployment("prod", "night", "127.0.0.1:9/o/app:nightly-20260115")
    code, running = status()
    assert states(running)["image:app", "nightly-20260115"] == "unknown"
    assert code == 3


def test_a_digest_is_called_by_the_tag_that_leads_to_it(complete, status):
    complete.runs("0.3.0")
    digest = complete.store.digests["app", "0.2.0"]
    complete.cluster.add_deployment("prod", "pinned", complete.image("app", digest))
    code, running = status()
    (pinned,) = (one for one in running if one["digest"])
    assert (pinned["version"], pinned["digest"]) == ("v0.2.0", digest)
    assert (pinned["state"], code) == ("behind", 1)


def test_a_digest_of_nothing_that_was_released_is_unknown(complete, status):
    complete.runs("0.3.0")
    complete.cluster.add_deployment("prod", "odd", complete.image("app", "sha256:" + "ab" * 32))
    code, running = status()
    (odd,) = (one for one in running if one["digest"])
    assert (odd["state"], odd["version"], code) == ("unknown", "sha256:" + "ab" * 6, 3)


def test_a_tag_that_names_no_version_is_unknown(complete, status):
    complete.runs("0.3.0")
    complete.cluster.add_deployment("prod", "odd", complete.image("app", "main"))
    code, running = status()
    assert (states(running)["image:app", "main"], code) == ("unknown", 3)


def test_a_helm_release_that_failed_is_failing_though_its_version_is_the_newest(complete, status):
    complete.cluster.add_release("prod", "app", "app", ("0.2.0", "0.3.0"), ("deployed", "failed"))
    code, running = status()
    assert (running[0]["version"], running[0]["state"], code) == ("0.3.0", "failing", 1)
    assert "is failed since revision 2" in running[0]["detail"]


@pytest.mark.usefixtures("complete")
def test_an_environment_without_any_of_it_misses_it(status):
    code, running = status()
    assert (set(states(running).values()), code) == ({"missing"}, 1)


def test_what_may_not_be_read_is_unknown_and_never_missing(complete, status):
    complete.runs("0.3.0")
    complete.cluster.forbidden |= {"secrets", "pods"}
    code, running = status()
    assert (set(states(running).values()), code) == ({"unknown"}, 3)


def test_the_place_on_the_command_line_is_asked_instead(complete, status):
    complete.runs("0.3.0")
    code, running = status("--namespace", "empty", "--release", "app")
    assert (set(states(running).values()), code) == ({"missing"}, 1)


def test_options_without_deployed_are_refused(complete):
    ran = complete.run("status", "--namespace", "prod", env=dict(os.environ))
    assert ran.returncode == 2
    assert "help: add --deployed" in ran.stderr


def test_without_deployed_no_cluster_is_asked(complete, path):
    for name in ("helm", "kubectl"):
        (path.folder / name).unlink()
    wanted = ("status", "--stream", "main", "--format", "json")
    ran = complete.run(*wanted, env=dict(os.environ))
    assert json.loads(ran.stdout)["data"]["streams"][0]["running"] is None
    assert ran.returncode == 0


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_people_see_a_table_of_their_own_for_what_runs(complete, format_):
    complete.runs("0.2.0")
    wanted = ("status", "--stream", "main", "--deployed", "--format", format_)
    out = complete.run(*wanted, env=dict(os.environ)).stdout
    (head,) = (line for line in out.splitlines() if "environment" in line)
    (row,) = (line for line in out.splitlines() if "production" in line and "chart:app" in line)
    assert [word.strip() for word in head.replace("|", " ").split()][:4] == [
        *("environment", "surface", "runs", "state"),
    ]
    assert "behind" in row
    assert "0.2.0" in row


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_shows_what_runs_and_never_scrolls_sideways(complete, tmp_path, width):
    complete.runs("0.2.0")
    page = tmp_path / "status.html"
    wanted = ("status", "--stream", "main", "--deployed", "--html", str(page))
    assert complete.run(*wanted, env=dict(os.environ)).returncode == 1
    wide, rows, document = browser.measure(page, width, tmp_path)
    assert "What runs" in document
    assert rows == 4
    assert wide <= max(width, browser.NARROWEST)
