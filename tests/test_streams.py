"""Which stream a tag belongs to, and which tag a version has."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.errors import ConfigError, RefusedError, UsageError, VersionError
from release_tools.streams import Stream, find
from release_tools.version import Nightly, Version

ROUTER = Stream("router", latest=True, nightly="nightly-{date}", changelog="CHANGELOG.md")
SIM = Stream("sim", tag="vllm-sr-sim-v{version}")


def test_the_defaults_are_those_of_a_plain_repository() -> None:
    stream = Stream("main")
    assert (stream.tag, stream.latest, stream.branches) == ("v{version}", False, ("main",))
    assert (stream.required_checks, stream.nightly, stream.changelog) == ((), None, None)


@pytest.mark.parametrize(
    ("tag", "stream", "version"),
    [
        ("v0.3.0", ROUTER, "0.3.0"),
        ("v0.3.0-rc.1", ROUTER, "0.3.0-rc.1"),
        ("v0.3.0-rc1", ROUTER, "0.3.0-rc.1"),
        ("v0.3.0rc1", ROUTER, "0.3.0-rc.1"),
        ("v1.0.0-beta", ROUTER, "1.0.0-beta"),
        ("v1.0.0-DEV-SNAPSHOT+b.1", ROUTER, "1.0.0-DEV-SNAPSHOT+b.1"),
        ("v1.0.0.post1", ROUTER, "1.0.0.post1"),
        ("v1.0.0-1", ROUTER, "1.0.0-1"),
        ("vllm-sr-sim-v0.1.0", SIM, "0.1.0"),
    ],
)
def test_a_tag_belongs_to_one_stream(tag: str, stream: Stream, version: str) -> None:
    for streams in ((ROUTER, SIM), (SIM, ROUTER)):
        assert find(streams, tag) == (stream, Version.parse(version))


def test_a_nightly_tag_is_a_nightly() -> None:
    nightly = Nightly(dt.date(2026, 1, 15))
    assert find((ROUTER, SIM), "nightly-20260115") == (ROUTER, nightly)
    assert ROUTER.tag_of(nightly) == "nightly-20260115"
    assert SIM.match("nightly-20260115") is None
    with pytest.raises(UsageError, match="stream sim has no nightlies"):
        SIM.tag_of(nightly)


def test_a_nightly_pattern_comes_before_the_version_pattern() -> None:
    stream = Stream("s", nightly="v0.0.0-nightly.{date}")
    assert stream.match("v0.0.0-nightly.20260115") == Nightly(dt.date(2026, 1, 15))
    assert stream.match("v0.0.0-nightly.5") == Version.parse("0.0.0-nightly.5")


HOSTILE = [
    'vllm-sr-sim-v1"$(touch${IFS}x)"',
    "v$(id)", "v1.2.3-$(id)", "v1.2.3`id`",
    "v1.2.3;x", "v1.2.3|x", "v1.2.3&x", "v1.2.3'", 'v1.2.3"',
    "v1.2.3<x", "v1.2.3>x", "v1.2.3%0A", "v1.2.3\n", "\nv1.2.3", "v1.2.3 ", " v1.2.3", "-v1.2.3",
    "v-1.2.3", "v\u202e1.2.3", "v1.2.3\u200f", "v\uff11.2.3", "v\u0661.2.3", "v01.2.3", "v1.02.3",
    "v1.2.03", "v1.2.3-rc..1", "v1.2.3-rc.01", "v1.2.3-rc01", "v1.2.3-01", "v1.2.3rc01", "v1.2.3-",
    "v1.2.3+", "v1.2.3-rc.1+", "vv1.2.3", "V1.2.3", "v", "", "v1", "v0.3", "v0.3rc1", "1.2.3",
    "xv1.2.3", "v1.2.3/x", "v1.2.3_rc1", "v1!1.2.3", "v1.2.3+a_b", "v1.2.3+a+b", "refs/tags/v1.2.3",
    "nightly", "nightly-", "nightly-20260230", "nightly-2026-01-15", "nightly-202601155",
    "nightly-20260115\n", "nightly-\uff12\uff10260115", "v1.2.3\x00", "v1.2.3\x1b[31m",
    "v1.2." + "3" * 124, "v" * 10**6,
]  # fmt: skip


@pytest.mark.parametrize("tag", HOSTILE)
def test_a_hostile_or_sloppy_tag_belongs_to_no_stream(tag: str) -> None:
    assert find((ROUTER, SIM, Stream("bare", tag="x{version}x")), tag) is None


def test_the_whole_tag_has_at_most_128_characters() -> None:
    assert ROUTER.match("v1.2." + "3" * 123) is not None
    assert ROUTER.match("v1.2." + "3" * 124) is None


def test_a_suffix_belongs_to_the_pattern() -> None:
    stream = Stream("py", tag="release/{version}-py")
    assert stream.match("release/1.2.3-rc.1-py") == Version.parse("1.2.3-rc.1")
    assert stream.match("release/1.2.3") is None
    assert stream.match("release/1.2.3-px") is None
    assert stream.match("release/-py") is None
    assert Stream("o", tag="a{version}a").match("a") is None


def test_a_tag_of_two_streams_is_refused() -> None:
    twin = Stream("twin", tag="v{version}-py")
    with pytest.raises(RefusedError, match=r"router \(v\{version\}\) and twin") as caught:
        find((ROUTER, twin), "v1.2.3-py")
    assert caught.value.id == "ambiguous-tag"
    assert find((ROUTER, twin), "v1.2.3") == (ROUTER, Version.parse("1.2.3"))


def test_a_version_without_a_semver_text_has_no_tag() -> None:
    assert ROUTER.tag_of(Version.parse("26.1")) == "v26.1.0"
    with pytest.raises(VersionError, match="no post-releases"):
        ROUTER.tag_of(Version.parse("1.0.post1"))


@given(
    st.tuples(*[st.integers(0, 10**6)] * 3),
    st.sampled_from(["", "-rc.1", "-alpha.12", "-beta", "-x.y", "-dev.3", "+b.1", "-nightly.5"]),
    st.sampled_from(["v{version}", "{version}", "a-v{version}", "pkg@{version}", "v{version}/go"]),
)
def test_a_stream_knows_its_own_tags(core: tuple[int, int, int], rest: str, pattern: str) -> None:
    stream = Stream("s", tag=pattern)
    version = Version.parse("{}.{}.{}".format(*core) + rest)
    assert stream.match(stream.tag_of(version)) == version


@given(st.text(max_size=30) | st.from_regex(r"v?[0-9.\-+a-z_]{1,12}", fullmatch=True))
def test_what_matches_is_spelled_safely(tag: str) -> None:
    version = ROUTER.match(tag)
    if version is not None:
        assert tag.isascii()
        assert not set(tag) - set(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-+"
        )
        if isinstance(version, Version) and version.post is None:
            assert ROUTER.match(ROUTER.tag_of(version)) == version


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("v", "0 times"),
        ("", "0 times"),
        ("{version}-{version}", "2 times"),
        ("v{date}", "0 times"),
        ("v {version}", "' '"),
        ("v{version}{x}", "'{'"),
        ("$(id){version}", "'\\$'"),
        ("v{version};", "';'"),
        ("\u00fcv{version}", "xfc"),
        ("-{version}", "git"),
        ("a..{version}", "git"),
        ("/{version}", "git"),
        ("{version}/", "git"),
        ("{version}.lock", "git"),
        (".{version}", "git"),
        ("a//{version}", "git"),
        ("v" * 100 + "{version}", "too long"),
    ],
)
def test_a_pattern_that_makes_no_tag_is_a_configuration_error(pattern: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem) as caught:
        Stream("s", tag=pattern)
    assert caught.value.message.startswith("stream s: tag = ")
    assert caught.value.message.isascii()


def test_a_pattern_leaves_half_of_a_tag_to_the_version() -> None:
    assert Stream("s", tag="v" * 59 + "{version}").tag_of(Version((1, 2, 3))).endswith("v1.2.3")
    with pytest.raises(ConfigError, match="too long"):
        Stream("s", tag="v" * 60 + "{version}")


def test_the_nightly_keys_are_checked_too() -> None:
    with pytest.raises(ConfigError, match=r"nightly = 'nightly'.* holds \{date\} 0 times"):
        Stream("s", nightly="nightly")
    with pytest.raises(ConfigError, match="nightly-base is 'month'"):
        Stream("s", nightly_base="month")


def test_a_python_project_may_tag_in_its_own_spelling():
    stream = Stream("py", tag="v{version.pep440}")
    assert stream.tag_of(Version.parse("2.14.0-beta.1")) == "v2.14.0b1"
    assert stream.tag_of(Version.parse("2.14.0.post1")) == "v2.14.0.post1"
    assert stream.match("v2.14.0b1") == Version.parse("2.14.0-beta.1")
    assert stream.match("v2.14.0-beta.1") == Version.parse("2.14.0b1")
    assert stream.match("v2.14") is None
    with pytest.raises(ConfigError, match="2 times"):
        Stream("py", tag="{version.pep440}-{version.pep440}")
