"""What the words of ``bump`` mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.errors import UsageError
from release_tools.rules.target import LABELS, PARTS, resolve
from release_tools.version import Spelling, Version


@pytest.mark.parametrize(
    ("current", "words", "expected"),
    [
        ("0.3.0", "patch", "0.3.1"),
        ("0.3.0", "minor", "0.4.0"),
        ("0.3.0", "major", "1.0.0"),
        ("0.3.5", "minor", "0.4.0"),
        ("1.2.3", "major", "2.0.0"),
        ("0.3.0", "minor rc", "0.4.0-rc.1"),
        ("0.3.0", "patch alpha", "0.3.1-alpha.1"),
        ("0.3.0", "major beta", "1.0.0-beta.1"),
        ("0.3.0", "minor dev", "0.4.0.dev0"),
        ("0.4.0-rc.1", "patch", "0.4.0"),
        ("0.4.0-rc.1", "minor", "0.4.0"),
        ("0.4.0-rc.1", "major", "1.0.0"),
        ("0.4.0-rc.1", "rc", "0.4.0-rc.2"),
        ("0.4.0-rc.1", "release", "0.4.0"),
        ("0.4.0-rc.1", "minor rc", "0.4.0-rc.2"),
        ("0.4.1-rc.1", "minor", "0.5.0"),
        ("0.4.1-rc.1", "minor rc", "0.5.0-rc.1"),
        ("0.4.0-alpha.3", "alpha", "0.4.0-alpha.4"),
        ("0.4.0-alpha.3", "beta", "0.4.0-beta.1"),
        ("0.4.0-alpha.3", "minor rc", "0.4.0-rc.1"),
        ("0.4.0-rc", "rc", "0.4.0-rc.1"),
        ("0.4.0-rc.5.1", "rc", "0.4.0-rc.6"),
        ("0.4.0.dev0", "dev", "0.4.0.dev1"),
        ("0.4.0.dev7", "alpha", "0.4.0-alpha.1"),
        ("0.4.0.dev7", "minor dev", "0.4.0.dev8"),
        ("0.4.0rc2.dev1", "rc", "0.4.0-rc.2"),
        ("0.4.0-nightly.20260115", "release", "0.4.0"),
        ("1.0.0-preview.1", "rc", "1.0.0-rc.1"),
        ("1.0.post1", "patch", "1.0.1"),
        ("1.0.post1.dev1", "release", "1.0.post1"),
        ("1.0.0+build.5", "patch", "1.0.1"),
        ("1.2.3.4", "patch", "1.2.4"),
        ("1!1.0.0", "minor", "1!1.1.0"),
        ("0.3.0", "0.2.0", "0.2.0"),
        ("0.3.0", "v0.4.0rc1", "0.4.0-rc.1"),
    ],
)
def test_a_step_is_counted_from_the_present_version(
    current: str, words: str, expected: str
) -> None:
    assert resolve(words.split(), Version.parse(current)) == Version.parse(expected)


@pytest.mark.parametrize(
    ("current", "words", "expected"),
    [("26.1", "minor", "26.2"), ("26.1", "patch", "26.1.1"), ("5", "major", "6"),
     ("5", "minor", "5.1"), ("5", "patch", "5.0.1"), ("1.2.3", "major", "2.0.0"),
     ("0.3.0", "26.1", "26.1")],
)  # fmt: skip
def test_the_typed_length_is_kept(current: str, words: str, expected: str) -> None:
    assert resolve([words], Version.parse(current)).spell(Spelling.PEP440) == expected


@pytest.mark.parametrize(
    ("current", "words", "problem", "way_out"),
    [
        ("0.3.0", "rc", '"rc" alone counts up a pre-release, and 0.3.0 is a release', "minor rc"),
        ("0.3.0", "alpha", "0.3.0 is a release", "minor alpha"),
        ("0.3.0", "dev", "0.3.0 is a release", "minor dev"),
        ("0.3.0", "release", "0.3.0 is a release", "Say minor, patch or major."),
        ("0.4.0-rc.1", "alpha", "backwards, from 0.4.0-rc.1 to 0.4.0-alpha.1", "version itself"),
        ("0.4.0-rc.1", "minor beta", "backwards", "version itself"),
        ("0.4.0-alpha.1", "dev", "backwards", "version itself"),
        ("0.4.0rc2.dev1", "dev", "backwards, from 0.4.0rc2.dev1 to 0.4.0-dev.0", "version itself"),
        ("0.4.0-nightly.20260115", "dev", "named after a date", "version itself"),
        (None, "minor", "state none that they agree on", "0.4.0"),
        (None, "rc", "state none that they agree on", "0.4.0"),
        ("0.3.0", "mnior", "'mnior' is neither a version nor a step", "major, minor or patch"),
        ("0.3.0", "x\x1b[31m", "neither a version", "major"),
        ("0.3.0", "", "is not a target", "Give a version"),
        ("0.3.0", "0.4.0 rc", "'0.4.0 rc' is not a target", "0.4.0-rc.1"),
        ("0.3.0", "minor release", "is not a target", "alone or followed by"),
        ("0.3.0", "rc minor", "is not a target", "alone or followed by"),
        ("0.3.0", "minor rc rc", "is not a target", "alone or followed by"),
    ],
)
def test_a_step_that_cannot_be_meant_is_refused_with_the_way_out(
    current: str | None, words: str, problem: str, way_out: str
) -> None:
    present = None if current is None else Version.parse(current)
    with pytest.raises(UsageError) as caught:
        resolve(words.split(), present)
    assert problem in caught.value.message
    assert way_out in caught.value.hint
    assert caught.value.message.isprintable()


def test_a_version_needs_no_present_one() -> None:
    assert resolve(["0.4.0"], None) == Version.parse("0.4.0")


@given(
    st.tuples(*[st.integers(0, 30)] * 3),
    st.sampled_from(["", "-rc.2", "-beta.1", "-alpha.3", ".dev0", "-x", ".post1", "+b"]),
    st.sampled_from(PARTS),
    st.sampled_from(["", *LABELS]),
)
def test_a_step_goes_forward_or_is_refused(
    core: tuple[int, int, int], rest: str, part: str, label: str
) -> None:
    current = Version.parse("{}.{}.{}".format(*core) + rest)
    try:
        target = resolve(f"{part} {label}".split(), current)
    except UsageError:
        assert label
        assert current.is_prerelease
    else:
        assert target > current
        assert target.is_stable is (label == "")
