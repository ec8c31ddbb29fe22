"""``status``: the newest of everything, and how a release goes on that is not whole."""

from __future__ import annotations

import pytest

from release_tools.reports import html
from release_tools.reports.status import Line, Overview, Running
from tests.servers import browser


def surfaces(ran):
    (app, *_) = ran.report["data"]["streams"]
    return {one["id"]: one for one in app["surfaces"]}


@pytest.fixture
def known(pipeline):
    """0.2.0 everywhere, and some of what comes later."""
    pipeline.publish("0.2.0")
    pipeline.retag("server", "v0.2.0", "latest")
    pipeline.tag()
    return pipeline


def test_the_newest_of_every_channel_is_shown(known):
    known.publish("0.3.0")
    known.retag("server", "v0.3.0", "latest")
    known.crates.add("app", "0.4.0-rc.1")
    known.oci.push_index(f"{known.path}/server", "nightly-20260115", ("linux/amd64",))
    ran = known.json("status", "--stream", "app")
    assert ran.code == 0, ran.out + ran.err
    found = surfaces(ran)
    assert found["crate:app"]["release"] == "0.3.0"
    assert found["crate:app"]["prerelease"] == "0.4.0-rc.1"
    assert found["image:server"]["nightly"] == "nightly-20260115"
    assert found["image:server"]["latest"]
    assert {one["state"] for one in found.values()} == {"current"}
    assert not known.changes


def test_what_is_behind_the_others_is_named(known):
    known.publish("0.3.0", images=["server"])
    ran = known.json("status", "--stream", "app")
    assert ran.code == 1
    assert surfaces(ran)["image:worker"]["state"] == "behind"


def test_a_registry_that_does_not_answer_is_unknown(known):
    known.write({"release-tools.toml": known.config(registry="127.0.0.1:9")})
    ran = known.json("status", "--stream", "app")
    assert ran.code == 3
    assert surfaces(ran)["image:server"]["state"] == "unknown"


def test_of_a_broken_release_the_failed_run_and_the_way_out_are_named(known):
    known.publish("0.3.0", images=["server"])
    run = known.hub.repository.run("images.yml", known.head, "v0.3.0", "failure")
    ran = known.json("status", "0.3.0")
    assert ran.code == 1
    todo = ran.report["data"]["streams"][0]["todo"]
    assert f"gh run rerun {run.id} --failed" in todo
    assert "to give it up: cargo yank app@0.3.0" in todo
    assert todo[-1] == "then: release-tools bump patch"


def test_what_could_not_be_found_out_is_neither_released_nor_given_up(known):
    known.publish("0.3.0")
    known.write({"release-tools.toml": known.config(registry="127.0.0.1:9")})
    unsure = "not everything could be found out: ask again before it is released or given up"
    assert known.json("status", "0.3.0").report["data"]["streams"][0]["todo"] == [unsure]
    known.crates.lines.clear()  # the crate is not there, the images cannot be told
    todo = known.json("status", "0.3.0").report["data"]["streams"][0]["todo"]
    assert todo[-1] == unsure
    assert not [line for line in todo if "to give it up" in line]


def test_a_source_that_is_behind_what_is_out_is_told(known):
    known.publish("0.4.0")
    ran = known.json("status", "--stream", "app")
    assert ran.report["data"]["streams"][0]["todo"] == [
        "the source says 0.3.0, and 0.4.0 is out: bump past it, unless this is an older line"
    ]


def test_a_tag_that_started_nothing_is_told(known):
    known.publish("0.3.0", images=["server"])
    ran = known.json("status", "0.3.0")
    assert "images.yml has no run for v0.3.0" in str(ran.report["data"]["streams"][0]["todo"])


def test_what_only_lacks_its_release_is_told_so(known):
    known.publish("0.3.0")
    ran = known.json("status", "0.3.0")
    assert "release-tools release --tag v0.3.0" in str(ran.report["data"]["streams"][0]["todo"])


HOSTILE = "<script>alert(1)</script>\"'&"


def test_the_page_holds_no_script_and_nothing_from_elsewhere():
    line = Line(HOSTILE, "0.3.0", None, None, None, None, "unknown", HOSTILE)
    runs = Running(HOSTILE, HOSTILE, HOSTILE, HOSTILE, "failing", HOSTILE)
    page = html.page(HOSTILE, [Overview(HOSTILE, None, (line,), (HOSTILE,), (runs,))])
    assert "What runs" in page
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page


@pytest.mark.parametrize("width", [390, 1280])
def test_a_browser_shows_the_page_without_scrolling_sideways(known, tmp_path, width):
    known.publish("0.3.0", images=["server"])
    page = tmp_path / "status.html"
    assert known.run("status", "--html", str(page)).code == 1
    wide, rows, _ = browser.measure(page, width, tmp_path)
    assert wide <= max(width, browser.NARROWEST)
    assert rows == 3
