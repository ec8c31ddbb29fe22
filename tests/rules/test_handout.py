"""A workflow is handed every spelling of its release, and an empty text where there is none."""

from __future__ import annotations

import pytest

from release_tools.rules import handout
from release_tools.streams import Stream
from release_tools.version import Nightly, Version

STREAM = Stream("main", latest=True, nightly="nightly-{date}")
TAGS = ("v0.2.0", "v0.3.0", "v0.4.0-rc.1", "nightly-20260113", "nightly-20260114", "junk")
NIGHTLY = Nightly.parse("nightly-20260115")


def of_version(text, *, stream=STREAM):
    version = Version.parse(text)
    return handout.of_version(stream, version, f"v{text}", "c0ffee", iter(TAGS))


def test_a_step_that_is_not_to_publish_has_every_output_and_all_are_empty():
    outputs = handout.nothing()
    assert outputs.pop("proceed") == "false"
    assert outputs == dict.fromkeys(handout.NAMES, "")


def test_a_release_is_handed_out_in_every_spelling():
    assert of_version("0.4.0") == {
        "proceed": "true",
        "stream": "main",
        "channel": "release",
        "version": "0.4.0",
        "tag": "v0.4.0",
        "pep440": "0.4.0",
        "semver": "0.4.0",
        "image-tag": "v0.4.0",
        "chart-version": "0.4.0",
        "prerelease": "false",
        "make-latest": "true",
        "push-latest": "true",
        "commit": "c0ffee",
        "previous-tag": "v0.3.0",
    }


def test_a_pre_release_takes_latest_from_nobody():
    outputs = of_version("0.4.0-rc.2")
    assert (outputs["channel"], outputs["prerelease"]) == ("prerelease", "true")
    assert (outputs["make-latest"], outputs["push-latest"]) == ("false", "false")
    assert (outputs["pep440"], outputs["previous-tag"]) == ("0.4.0rc2", "v0.4.0-rc.1")
    assert of_version("0.1.0")["previous-tag"] == ""


def test_what_an_ecosystem_cannot_express_is_empty():
    outputs = of_version("1.0.0.post1", stream=Stream("py", tag="v{version.pep440}"))
    assert outputs["pep440"] == "1.0.0.post1"
    assert {outputs[name] for name in ("semver", "image-tag", "chart-version")} == {""}


def test_a_nightly_is_handed_out_in_every_spelling():
    base = Version.parse("0.4.0")
    assert handout.of_nightly(STREAM, NIGHTLY, base, "c0ffee", iter(TAGS)) == {
        "stream": "main",
        "channel": "nightly",
        "version": "0.4.0-nightly.20260115",
        "tag": "nightly-20260115",
        "pep440": "0.4.0.dev20260115",
        "semver": "0.4.0-nightly.20260115",
        "image-tag": "nightly-20260115",
        "chart-version": "0.0.0-nightly.20260115",
        "prerelease": "true",
        "make-latest": "false",
        "push-latest": "false",
        "commit": "c0ffee",
        "previous-tag": "nightly-20260114",
    }


@pytest.mark.parametrize(
    ("released", "part", "base"),
    [
        ("0.3.5", "major", "1.0.0"),
        ("0.3.5", "minor", "0.4.0"),
        ("0.3.5", "patch", "0.3.6"),
        ("2", "major", "3.0.0"),
        ("2", "minor", "2.1.0"),
        ("2", "patch", "2.0.1"),
        ("1.2.3.4", "patch", "1.2.4"),
        (None, "major", "1.0.0"),
        (None, "minor", "0.1.0"),
        (None, "patch", "0.0.1"),
    ],
)
def test_a_nightly_is_on_the_way_to_the_next_version(released, part, base):
    stream = STREAM._replace(nightly_base=part)
    last = None if released is None else Version.parse(released)
    assert handout.nightly_base(stream, last).release == Version.parse(base).release


@pytest.mark.parametrize(
    ("tags", "last"),
    [
        (TAGS, "nightly-20260114"),
        (("nightly-20260115", "nightly-20260116", "v0.3.0"), ""),
        ((), ""),
    ],
)
def test_the_nightly_before_is_the_newest_older_one(tags, last):
    assert handout.last_nightly(STREAM, NIGHTLY, tags) == last


def test_the_summary_is_one_line_for_each():
    assert handout.summary({"a": "1", "b": ""}) == "a=1\nb=\n"
