from __future__ import annotations

import pytest

from release_tools.model import Surface, Verdict
from release_tools.reading import Absent, Found, Platform, Problem, Unknown, Wanted
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
    both = (Verdict.DIFFERS, ["deployed-differs", "deployment-unknown"])
    assert verdict(good, bad, doubt) == both
    assert verdict(good, doubt)[0] is Verdict.UNKNOWN
    assert verdict(good, Absent("x", "no"))[0] is Verdict.AGREES


def test_a_chart_with_another_app_version_differs():
    wanted = WANTED._replace(text="0.3.0", app_version="v0.3.0")
    for app, expected in (("v0.3.0", Verdict.AGREES), ("latest", Verdict.DIFFERS)):
        reading = Found("0.3.0", "x", notes={"app-version": app})
        assert verdict(reading, surface=CHART, wanted=wanted)[0] is expected


def test_a_chart_is_not_compared_by_the_bytes_of_an_image():
    assert verdict(Found("v0.3.0", "x", C), surface=CHART, published=SERVED)[0] is Verdict.AGREES


def test_a_digest_alone_with_a_problem_is_more_than_a_doubt():
    reading = Found("", "x", A, problems=(Problem("platform-missing", "m"),))
    assert verdict(reading) == (Verdict.DIFFERS, ["platform-missing", "deployment-unknown"])


@pytest.mark.parametrize(
    ("reading", "published", "found", "reason"),
    [
        (Found("v0.3.0", "x"), None, "v0.3.0", None),
        (Found("", "x", A), None, A[:19], "a digest alone names no version"),
        (Absent("x", "no"), None, None, "not deployed there"),
        (Unknown("x", "no answer"), None, None, "no answer"),
    ],
)
def test_the_cell_says_what_runs_and_why_it_is_so_judged(reading, published, found, reason):
    cell, _ = judge([Seen(IMAGE, "prod", reading)], WANTED, published, ("prod",))
    assert (cell.found, cell.reason) == (found, reason)


def test_the_cell_names_every_version_that_runs():
    seen = [Seen(IMAGE, "prod", Found(text, "x")) for text in ("v0.2.0", "v0.3.0", "v0.2.0")]
    assert judge(seen, WANTED, None, ())[0].found == "v0.2.0, v0.3.0"


@pytest.mark.parametrize(
    ("reading", "published", "message"),
    [
        (Unknown("x", "no answer"), None, "x: no answer"),
        (Unknown("", "no answer"), None, "no answer"),
        (Absent("x", "gone"), None, "prod does not have it: x: gone"),
        (Found("", "x", A), None, f"x runs {A}, and a digest alone names no version"),
        (Found("", "x", C), SERVED, f"x runs {C}, and v0.3.0 is {A}"),
        (Found("v0.2.0", "x"), None, "x has v0.2.0, expected v0.3.0"),
        (
            Found("v0.3.0", "x", C, notes={"bytes": "sha256:0"}),
            SERVED,
            f"x runs sha256:0, {C}, and v0.3.0 is {A}",
        ),
    ],
)
def test_the_message_tells_what_runs_and_what_should(reading, published, message):
    (found,) = judge([Seen(IMAGE, "prod", reading)], WANTED, published, ())[1]
    assert found.message == message


def test_the_way_to_a_nightly_is_its_name():
    wanted = Wanted(Nightly.parse("nightly-20260115"), "nightly-20260115")
    (finding,) = judge([Seen(IMAGE, "prod", Found("v0.2.0", "x"))], wanted, None, ())[1]
    assert "`release-tools upgrade nightly-20260115 --deployment prod`" in finding.hint


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
