"""What a registry says, judged: there, not there, or not to be told."""

from __future__ import annotations

import pytest

from release_tools.model import Surface, Verdict
from release_tools.reading import (
    Absent,
    File,
    Found,
    Listed,
    Listing,
    Problem,
    Unknown,
    Wanted,
)
from release_tools.rules import published
from release_tools.rules.findings import FINDINGS
from release_tools.version import Version

CRATE = Surface("crate:app", "crate", "app", "main", "", {})
WANTED = Wanted(Version.parse("0.3.0"), "0.3.0")
BYTES = "sha256:" + "a" * 64
OTHER = "sha256:" + "b" * 64


def judged(reading):
    cell, findings = published.judge(CRATE, WANTED, reading)
    return str(cell.verdict), [one.id for one in findings]


def test_what_is_there_as_it_should_be_agrees():
    assert judged(Found("0.3.0", "x")) == ("agrees", [])


@pytest.mark.parametrize(
    ("reading", "verdict", "id_"),
    [
        (Found("0.3.0-rc1", "x"), "differs", "published-differs"),
        (Found("v0.3.0", "x"), "differs", "spelling-elsewhere"),
        (Found("latest", "x"), "differs", "published-differs"),
        (Found("0.3.0", "x", problems=(Problem("version-yanked", "m"),)), "differs", None),
        (Absent("x", "404"), "missing", "surface-unpublished"),
        (Unknown("x", "time-out"), "unknown", "registry-unknown"),
    ],
)
def test_a_finding_never_leaves_a_cell_that_agrees(reading, verdict, id_):
    assert judged(reading) == (verdict, [id_ or "version-yanked"])


@pytest.mark.parametrize(
    ("reading", "message"),
    [
        (Found("0.2.0", "x"), "x has 0.2.0, expected 0.3.0"),
        (Absent("x", "404"), "0.3.0 is not at x: 404"),
        (Absent("x"), "0.3.0 is not at x"),
        (Unknown("x", "time-out"), "x: time-out"),
        (Unknown("", "time-out"), "time-out"),
    ],
)
def test_the_message_tells_where_and_why(reading, message):
    (found,) = published.judge(CRATE, WANTED, reading)[1]
    assert found.message == message


def test_what_to_do_is_what_the_registry_says_where_it_says_anything():
    def hint(reading):
        return published.judge(CRATE, WANTED, reading)[1][0].hint

    assert hint(Unknown("x", "401", "log in")) == "log in"
    assert hint(Unknown("x", "401")) == FINDINGS["registry-unknown"].hint


@pytest.mark.parametrize(
    ("built", "than"), [((), "already"), ((OTHER,), "with other bytes than were built")]
)
def test_what_stands_in_the_way_is_told(built, than):
    (found,) = published.judge_absence(CRATE, WANTED, Found("0.3.0", "x"), frozenset(built))[1]
    assert found.message == f"0.3.0 is at x {than}"


def absence(reading, *built):
    cell, findings = published.judge_absence(CRATE, WANTED, reading, frozenset(built))
    return str(cell.verdict), [one.id for one in findings]


def test_what_is_nowhere_may_be_published():
    assert absence(Absent("x")) == ("agrees", [])


def test_the_very_bytes_that_were_built_are_no_obstacle():
    found = Found("0.3.0", "x", files=(File("app.crate", "crate", BYTES),))
    assert absence(found, BYTES, OTHER) == ("agrees", [])
    assert absence(found, BYTES) == ("agrees", [])


@pytest.mark.parametrize("built", [(), (OTHER,)])
def test_other_bytes_and_unknown_ones_are(built):
    found = Found("0.3.0", "x", files=(File("app.crate", "crate", BYTES),))
    assert absence(found, *built) == ("differs", ["published-already"])


def test_a_doubt_is_no_absence():
    assert absence(Unknown("x", "503")) == ("unknown", ["registry-unknown"])


def test_a_thing_without_digest_is_never_the_same():
    assert absence(Found("0.3.0", "x"), BYTES) == ("differs", ["published-already"])


@pytest.mark.parametrize(
    ("found", "digests"),
    [
        (Found("1", "x", BYTES), {BYTES}),
        (Found("1", "x", OTHER, notes={"layer": BYTES}), {BYTES}),
        (Found("1", "x", OTHER, (File("a", "wheel", BYTES),)), {BYTES}),
        (Found("1", "x"), set()),
    ],
)
def test_a_chart_is_compared_by_its_layer_and_a_package_by_its_files(found, digests):
    assert published.digests(found) == digests


@pytest.mark.parametrize(
    ("listed", "refused"),
    [
        (["0.2.0", "0.3.0"], False),
        (["0.4.0"], True),
        (["0.4.0-rc.1", "0.4.0.dev20260115", "0.4.0-nightly.20260115"], False),
        (["latest", "nightly-20260115"], False),
        (["latest", "0.4.0"], True),
        (["0.3.1-rocm"], False),
    ],
)
def test_only_a_higher_stable_version_forbids_the_target(listed, refused):
    listing = Listing("x", tuple(map(Listed, listed)))
    assert (published.judge_order(CRATE, WANTED, listing) is not None) is refused


def test_a_yanked_version_forbids_nothing():
    assert (
        published.judge_order(CRATE, WANTED, Listing("x", (Listed("0.4.0", yanked=True),))) is None
    )


def test_the_cell_keeps_what_was_read():
    reading = Found("0.3.0", "x", BYTES)
    assert published.judge(CRATE, WANTED, reading)[0].reading is reading
    assert published.judge(CRATE, WANTED, Unknown("x", "why"))[0].verdict is Verdict.UNKNOWN
