"""A handbook names in vain only what is provably not there."""

from __future__ import annotations

import pytest

from release_tools.formats.handbook import Claim
from release_tools.model import Verdict
from release_tools.reading import Absent, Found, Unknown
from release_tools.rules import handbook

IMAGE = Claim(3, "image", "ghcr.io/o/app", "v1.0.0")
FOUND, ABSENT = Found("v1.0.0", "x"), Absent("x", "no")
UNKNOWN = Unknown("x", "no answer", "try again")


@pytest.mark.parametrize(
    ("readings", "verdict"),
    [
        ([], Verdict.UNCHECKED),
        ([FOUND], Verdict.AGREES),
        ([ABSENT, FOUND], Verdict.AGREES),
        ([UNKNOWN, FOUND], Verdict.AGREES),
        ([ABSENT], Verdict.MISSING),
        ([ABSENT, UNKNOWN], Verdict.UNKNOWN),
    ],
)
def test_one_that_has_it_is_enough_and_a_doubt_is_no_absence(readings, verdict):
    assert handbook.judge("a.md", IMAGE, readings)[0] is verdict


def found(claim, reading):
    said = handbook.judge("a.md", claim, [reading])[1]
    assert said is not None
    return said


def test_the_finding_says_what_and_where():
    said = found(IMAGE, ABSENT)
    assert (said.path, said.line) == ("a.md", 3)
    assert said.message == "the image ghcr.io/o/app:v1.0.0 does not exist"
    said = found(IMAGE, UNKNOWN)
    assert (said.id, said.hint) == ("handbook-unknown", "try again")
    assert said.message == "the image ghcr.io/o/app:v1.0.0: no answer"


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (Claim(1, "pypi", "app", "1.0"), "the pypi app==1.0 does not exist"),
        (Claim(1, "chart", "c", "1.0.0", "sha256:0"), "the chart c@sha256:0 does not exist"),
        (Claim(1, "image", "c"), "c does not exist"),
        (
            Claim(1, "image-tag", "T", "v1"),
            "an image of this project with the version v1 does not exist",
        ),
        (
            Claim(1, "chart-version", "T", "1"),
            "a chart of this project with the version 1 does not exist",
        ),
    ],
)
def test_each_kind_is_called_as_its_clients_do(claim, message):
    assert found(claim, ABSENT).message == message


@pytest.mark.parametrize("version", ["nightly-20260115", "0.0.0-nightly.20260115"])
def test_a_nightly_that_is_gone_is_a_warning(version):
    claim = IMAGE._replace(version=version)
    assert handbook.judge("a.md", claim, [ABSENT])[0] is Verdict.UNCHECKED
    assert found(claim, ABSENT).id == "handbook-nightly-gone"


def test_targets_of_make():
    claim = Claim(1, "target", "build-app")
    assert handbook.judge_target("a.md", claim, None)[0] is Verdict.UNCHECKED
    assert handbook.judge_target("a.md", claim, {"build-app"})[0] is Verdict.AGREES
    assert handbook.judge_target("a.md", claim, {"build-%"})[0] is Verdict.AGREES
    assert handbook.judge_target("a.md", claim, {"%-app"})[0] is Verdict.AGREES
    for target in ("build", "build-%.tar", "x-%-app"):
        assert handbook.judge_target("a.md", claim, {target})[0] is Verdict.MISSING
