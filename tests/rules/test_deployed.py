from __future__ import annotations

import pytest

from release_tools.model import Surface, Verdict
from release_tools.reading import Absent, Found, Platform, Unknown, Wanted
from release_tools.rules.deployed import is_version, judge
from release_tools.steps import Seen
from release_tools.version import Nightly, Version

IMAGE = Surface("image:app", "image", "app", "main", "", {})
CHART = Surface("chart:app", "chart", "app", "main", "", {})
WANTED = Wanted(Version.parse("0.3.0"), "v0.3.0", ("0.3.0",))
A, B, C = (f"sha256:{letter * 64}" for letter in "abc")
SERVED = Found("v0.3.0", "there", A, platforms=(Platform("linux/amd64", B),))


def verdict(*readings, surface=IMAGE, wanted=WANTED, published=None, there=("prod",)):
    seen = [Seen(surface, "prod", reading) for reading in readings]
    cell, findings = judge(seen, wanted, published, there)
    return cell.verdict, [one.id for one in findings]


@pytest.mark.parametrize(
    ("reading", "published", "expected"),
    [
        (Found("v0.3.0", "x"), None, (Verdict.AGREES, [])),
        (Found("0.3.0", "x"), None, (Verdict.AGREES, [])),
        (Found("v0.2.0", "x"), None, (Verdict.DIFFERS, ["deployed-differs"])),
        (Found("latest", "x"), None, (Verdict.DIFFERS, ["deployed-differs"])),
        (Found("", "x", A), None, (Verdict.UNKNOWN, ["deployment-unknown"])),
        (Found("", "x", A), SERVED, (Verdict.AGREES, [])),
        (Found("", "x", C), SERVED, (Verdict.DIFFERS, ["deployed-differs"])),
        (Found("v0.3.0", "x", A), SERVED, (Verdict.AGREES, [])),
        (Found("v0.3.0", "x", B), SERVED, (Verdict.AGREES, [])),
        (Found("v0.3.0", "x", C), SERVED, (Verdict.DIFFERS, ["deployed-bytes-differ"])),
        (Found("v0.3.0", "x", notes={"bytes": B}), SERVED, (Verdict.AGREES, [])),
        (
            Found("v0.3.0", "x", notes={"bytes": f"{A} {C}"}),
            SERVED,
            (Verdict.DIFFERS, ["deployed-bytes-differ"]),
        ),
        (Absent("x", "no"), None, (Verdict.UNCHECKED, [])),
        (Unknown("x", "no"), None, (Verdict.UNKNOWN, ["deployment-unknown"])),
    ],
)
def test_one_reading_is_judged_by_its_version_and_its_bytes(reading, published, expected):
    assert verdict(reading, published=published) == expected


def test_absence_counts_where_nothing_else_is_there_and_always_for_a_chart():
    missing = (Verdict.MISSING, ["deployed-missing"])
    assert verdict(Absent("x", "no"), there=()) == missing
    assert verdict(Absent("x", "no"), surface=CHART) == missing


def test_the_worst_of_several_decides():
    good, bad, doubt = Found("v0.3.0", "x"), Found("v0.2.0", "y"), Unknown("z", "no")
    assert verdict(good, bad, doubt)[0] is Verdict.DIFFERS
    assert verdict(good, doubt)[0] is Verdict.UNKNOWN
    assert verdict(good, Absent("x", "no"))[0] is Verdict.AGREES


def test_a_chart_with_another_app_version_differs():
    wanted = WANTED._replace(text="0.3.0", app_version="v0.3.0")
    for app, expected in (("v0.3.0", Verdict.AGREES), ("latest", Verdict.DIFFERS)):
        reading = Found("0.3.0", "x", notes={"app-version": app})
        assert verdict(reading, surface=CHART, wanted=wanted)[0] is expected


def test_the_way_to_the_expected_version_is_named():
    (finding,) = judge([Seen(IMAGE, "pro d", Found("v0.2.0", "x"))], WANTED, None, ())[1]
    assert finding.hint.startswith("run `release-tools upgrade 0.3.0 --deployment 'pro d'`")


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("nightly-20260115", True),
        ("0.0.0-nightly.20260115", True),
        ("0.4.0.dev20260115", True),
        ("nightly-20260116", False),
        ("nightly", False),
        ("v0.3.0", False),
    ],
)
def test_a_nightly_is_its_date(text, good):
    wanted = Wanted(Nightly.parse("nightly-20260115"), "nightly-20260115")
    assert is_version(text, wanted) is good
