"""What a version is, whatever its spelling; packaging and semver are the oracles."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
import semver
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import InvalidVersion
from packaging.version import Version as Pep440

from release_tools._grammar import is_ref, shown
from release_tools.errors import VersionError
from release_tools.version import Nightly, Spelling, Version, legal

SEMVER_FAMILY = (Spelling.SEMVER, Spelling.CRATE, Spelling.NPM, Spelling.CHART, Spelling.GIT_TAG)

# The lists that semver.org publishes beside its suggested regular expression.
VALID_SEMVER = """
0.0.4 1.2.3 10.20.30 1.1.2-prerelease+meta 1.1.2+meta 1.1.2+meta-valid 1.0.0-alpha 1.0.0-beta
1.0.0-alpha.beta 1.0.0-alpha.beta.1 1.0.0-alpha.1 1.0.0-alpha0.valid 1.0.0-alpha.0valid
1.0.0-alpha-a.b-c-somethinglong+build.1-aef.1-its-okay 1.0.0-rc.1+build.1 2.0.0-rc.1+build.123
1.2.3-beta 10.2.3-DEV-SNAPSHOT 1.2.3-SNAPSHOT-123 1.0.0 2.0.0 1.1.7 2.0.0+build.1848
2.0.1-alpha.1227 1.0.0-alpha+beta 1.2.3----RC-SNAPSHOT.12.9.1--.12+788
1.2.3----R-S.12.9.1--.12+meta 1.2.3----RC-SNAPSHOT.12.9.1--.12
1.0.0+0.build.1-rc.10000aaa-kk-0.1
99999999999999999999999.999999999999999999.99999999999999999 1.0.0-0A.is.legal
"""
INVALID_SEMVER = """
1 1.2 1.2.3-0123 1.2.3-0123.0123 1.1.2+.123 +invalid -invalid -invalid+invalid -invalid.01 alpha
alpha.beta alpha.beta.1 alpha.1 alpha+beta alpha_beta alpha. alpha.. beta 1.0.0-alpha_beta -alpha.
1.0.0-alpha.. 1.0.0-alpha..1 1.0.0-alpha...1 1.0.0-alpha....1 1.0.0-alpha.....1 1.0.0-alpha......1
1.0.0-alpha.......1 01.1.1 1.01.1 1.1.01 1.2.3.DEV 1.2-SNAPSHOT
1.2.31.2.3----RC-SNAPSHOT.12.09.1--..12+788 1.2-RC-SNAPSHOT -1.0.3-gamma+b7718 +justmeta
9.8.7+meta+meta 9.8.7-whatever+meta+meta
99999999999999999999999.999999999999999999.99999999999999999----RC-SNAPSHOT.12.09.1----------..12
"""

LADDER = """
0.3.0 0.3.0+build.5 0.3.0+build.10 0.3.0+0 0.3.0+7 0.4.0.dev0 0.4.0.dev20260115 0.4.0-1 0.4.0a1.dev1
0.4.0-alpha.1 0.4.0-alpha.x 0.4.0-beta 0.4.0-beta.2 0.4.0-beta.10 0.4.0-pre.1 0.4.0-rc.1
0.4.0-zeta 0.4.0 0.4.0.post1.dev1 0.4.0.post1 0.4.1 0.10.0 1!0.1
"""

numbers = st.integers(0, 2**53 - 1)
cores = st.tuples(numbers, numbers, numbers).map(lambda n: "{}.{}.{}".format(*n))
words = st.from_regex(r"(0|[1-9][0-9]{0,4}|[0-9]{0,3}[A-Za-z-][0-9A-Za-z-]{0,6})", fullmatch=True)
dotted = st.lists(words, min_size=1, max_size=3).map(".".join)
builds = st.lists(st.from_regex(r"[0-9A-Za-z-]{1,6}", fullmatch=True), min_size=1, max_size=3)
labels = st.sampled_from(["alpha", "beta", "rc", "dev"])
shared = st.builds(  # what both grammars can say
    "{}{}{}".format,
    cores,
    st.just("") | st.builds("-{}.{}".format, labels, st.integers(0, 10**6)),
    st.just("") | st.from_regex(r"\+[a-z]{1,4}(\.(0|[1-9][0-9]?)){0,2}", fullmatch=True),
)
semvers = st.builds(
    "{}{}{}".format,
    cores,
    st.just("") | dotted.map("-{}".format),
    st.just("") | builds.map(lambda parts: "+" + ".".join(parts)),
)
pep440s = st.from_regex(
    r"v?([1-9]!)?[0-9]{1,3}(\.[0-9]{1,3}){0,4}"
    r"([-_.]?(a|alpha|b|beta|c|rc|pre|preview)[-_.]?[0-9]{0,2})?"
    r"(-[0-9]{1,2}|[-_.]?(post|rev|r)[-_.]?[0-9]{0,2})?([-_.]?dev[-_.]?[0-9]{0,2})?"
    r"(\+[a-zA-Z0-9]{1,4}([-_.][a-zA-Z0-9]{1,4}){0,2})?",
    fullmatch=True,
)


@pytest.mark.parametrize(
    "spellings",
    [
        "0.1.0.beta.2 0.1.0b2 0.1.0-beta.2 0.1.0-beta2 0.1.0-b2 v0.1.0-beta.2 0.1.0-BETA.2",
        "0.3.0rc1 0.3.0-rc.1 0.3.0-rc1 0.3rc1 0.3.0.rc.1 0.3.0-c1",
        "0.3 0.3.0 v0.3.0 0.3.0.0 V0.3",
        "1.0.0-beta 1.0.0-beta.0 1.0b0 1b",
        "1.2.3.dev20260115 1.2.3-dev.20260115 1.2.3-nightly.20260115 1.2.3-dev20260115",
        "0.15.3-dev0 0.15.3-dev.0 0.15.3.dev0 0.15.3-dev",
        "1.2.3+build.5 v1.2.3+build.5 1.2.3+build-5 1.2.3+BUILD.05",
    ],
)
def test_every_spelling_of_one_version_is_one_value(spellings: str) -> None:
    versions = [Version.parse(text) for text in spellings.split()]
    assert len(set(versions)) == 1
    assert not any(one < other or one > other for one in versions for other in versions)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0.1.0.rc7", "0.1.0"),
        ("1.2.3", "1.2.3+build.5"),
        ("1.0.0-pre.1", "1.0.0-rc.1"),
        ("1!1.0", "1.0"),
        ("1.0.post1", "1.0"),
        ("1.0.0-rc.1.x", "1.0.0-rc.1"),
    ],
)
def test_what_is_not_the_same_version_is_not_equal(one: str, other: str) -> None:
    assert Version.parse(one) != Version.parse(other)


def test_a_version_is_no_text() -> None:
    assert Version.parse("1.0.0") != "1.0.0"
    assert Version.parse("1.0.0") != (1, 0, 0)


@pytest.mark.parametrize(
    ("text", "pep440", "of_semver", "tag", "minor"),
    [
        ("0.3.0", "0.3.0", "0.3.0", "0.3.0", "0.3"),
        ("0.3.0rc1", "0.3.0rc1", "0.3.0-rc.1", "0.3.0-rc.1", "0.3"),
        ("0.1.0.beta.2", "0.1.0b2", "0.1.0-beta.2", "0.1.0-beta.2", "0.1"),
        ("26.1", "26.1", "26.1.0", "26.1.0", "26.1"),
        ("1.0.0-alpha", "1.0.0a0", "1.0.0-alpha", "1.0.0-alpha", "1.0"),
        ("1.2.3+build.5", "1.2.3+build.5", "1.2.3+build.5", "1.2.3_build.5", "1.2"),
        ("1.2.3+ABC-7", "1.2.3+abc.7", "1.2.3+ABC-7", "1.2.3_ABC-7", "1.2"),
        ("0.4.0.dev3", "0.4.0.dev3", "0.4.0-dev.3", "0.4.0-dev.3", "0.4"),
        ("0.4.0-dev", "0.4.0.dev0", "0.4.0-dev", "0.4.0-dev", "0.4"),
        ("1", "1", "1.0.0", "1.0.0", "1.0"),
    ],
)
def test_a_version_is_spelled_canonically(
    text: str, pep440: str, of_semver: str, tag: str, minor: str
) -> None:
    version = Version.parse(text)
    assert version.spell(Spelling.PEP440) == pep440
    assert {version.spell(spelling) for spelling in SEMVER_FAMILY} == {of_semver}
    assert version.spell(Spelling.IMAGE_TAG) == tag
    assert version.spell(Spelling.MINOR) == minor


@pytest.mark.parametrize(
    ("text", "spelling", "why"),
    [
        ("1.0.post1", Spelling.SEMVER, "no post-releases"),
        ("1!1.0", Spelling.CRATE, "no epochs"),
        ("1!1.0", Spelling.MINOR, "epoch"),
        ("1.2.3.4", Spelling.NPM, "4 components"),
        ("1.0rc1.dev2", Spelling.CHART, "above that pre-release"),
        ("1.0.0-preview.1", Spelling.PEP440, "alpha, beta, rc and dev"),
        ("1.0.0-rc.1.2", Spelling.PEP440, "with one number"),
        ("1.0.0+a--b", Spelling.PEP440, "no local version"),
        ("1.0.18446744073709551616", Spelling.CRATE, "18446744073709551615"),
        ("1.0.9007199254740992", Spelling.NPM, "9007199254740991"),
        ("1.0.0-" + "a" * 121, Spelling.PEP440, "alpha, beta, rc and dev"),
        ("1" * 124 + "rc1", Spelling.IMAGE_TAG, "128"),
    ],
)
def test_what_an_ecosystem_cannot_express_is_refused_with_the_reason(
    text: str, spelling: Spelling, why: str
) -> None:
    with pytest.raises(VersionError, match="cannot be") as caught:
        Version.parse(text).spell(spelling)
    assert why in caught.value.message


@pytest.mark.parametrize("text", VALID_SEMVER.split())
def test_semvers_own_examples_are_read_and_written_back(text: str) -> None:
    assert Version.parse(text).spell(Spelling.SEMVER) == text
    assert legal(text, Spelling.SEMVER)


@pytest.mark.parametrize("text", INVALID_SEMVER.split())
def test_semvers_own_bad_examples_are_refused_unless_pep_440_allows_them(text: str) -> None:
    assert not legal(text, Spelling.SEMVER)
    try:
        expected = str(Pep440(text))
    except InvalidVersion:
        with pytest.raises(VersionError, match="is not a version"):
            Version.parse(text)
    else:
        assert Version.parse(text).spell(Spelling.PEP440) == expected


@pytest.mark.parametrize(
    "text",
    ["", "v", "vv1.0.0", "1.2.3 ", " 1.2.3", "1.2.3\n", "1.2.3\x00", "\uff11.2.3", "1.2.\u0663",
     "\u202e1.2.3", "1.2.3-rc..1", "latest", "nightly", "1.2.3-$(id)", "1.2.3;x", "-1.2.3", "1..2",
     "1.2.3-r\u0131c1", "1.2.3+\u00e9", "1.2.\u00b2"],
)  # fmt: skip
@pytest.mark.parametrize("spelling", [None, *Spelling])
def test_what_is_no_version_is_refused_and_shown_without_control_characters(
    text: str, spelling: Spelling | None
) -> None:
    with pytest.raises(VersionError) as caught:
        Version.parse(text, spelling)
    assert caught.value.message.isascii()
    assert caught.value.message.isprintable()


def test_128_characters_are_the_limit() -> None:
    longest = "1.2." + "3" * 124
    assert Version.parse(longest).spell(Spelling.SEMVER) == longest
    assert Version.parse("1.0.0-" + "a" * 122).pre == ("a" * 122,)
    for text in (longest + "3", "1.0.0-" + "a" * 123, "v" + longest + "3", "9" * 10**6):
        with pytest.raises(VersionError, match="longer than the 128 characters") as caught:
            Version.parse(text)
        assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    ("text", "in_pypi", "elsewhere"),
    [
        ("1.2.3-1", "1.2.3.post1", "1.2.3-1"),
        ("1.2.3-post1", "1.2.3.post1", "1.2.3-post1"),
        ("1.2.3-pre.1", "1.2.3-rc.1", "1.2.3-pre.1"),
    ],
)
def test_an_ambiguous_text_is_read_as_its_place_would_read_it(
    text: str, in_pypi: str, elsewhere: str
) -> None:
    assert str(Version.parse(text, Spelling.PEP440)) == in_pypi
    for spelling in (None, *SEMVER_FAMILY):
        assert str(Version.parse(text, spelling)) == elsewhere


def test_only_an_image_tag_has_an_underscore_for_a_plus() -> None:
    assert Version.parse("1.2.3_rc.1", Spelling.IMAGE_TAG) == Version.parse("1.2.3+rc.1")
    assert Version.parse("1.2.3_rc.1") == Version.parse("1.2.3rc1")


def test_the_order_is_documented_from_dev_to_post_release() -> None:
    versions = [Version.parse(text) for text in LADDER.split()]
    assert all(one < other for one, other in itertools.combinations(versions, 2))
    assert not any(other < one for one, other in itertools.combinations(versions, 2))
    assert all(one <= other and other >= one for one, other in itertools.combinations(versions, 2))
    assert not any(
        one >= other or other <= one for one, other in itertools.combinations(versions, 2)
    )
    assert all(one <= one and one >= one for one in versions)  # noqa: PLR0124 - what equal ones do


@pytest.mark.parametrize(
    ("text", "stable", "dev", "nightly"),
    [
        ("0.3.0", True, False, False),
        ("0.3.0.post1", True, False, False),
        ("0.3.0+b", True, False, False),
        ("0.3.0-rc.1", False, False, False),
        ("0.3.0.dev0", False, True, False),
        ("0.3.0.dev20261399", False, True, False),
        ("0.4.0.dev20260115", False, True, True),
        ("0.0.0-nightly.20260115", False, True, True),
        ("0.4.0-nightly.5", False, False, True),
    ],
)
def test_a_version_knows_its_kind(text: str, stable: bool, dev: bool, nightly: bool) -> None:  # noqa: FBT001
    version = Version.parse(text)
    assert (version.is_stable, version.is_dev, version.is_nightly) == (stable, dev, nightly)
    assert version.is_prerelease is not stable


@given(shared, st.sampled_from([s for s in Spelling if s is not Spelling.MINOR]))
def test_a_spelled_version_is_read_back_as_itself(text: str, spelling: Spelling) -> None:
    version = Version.parse(text)
    spelled = version.spell(spelling)
    assert legal(spelled, spelling)
    assert Version.parse(spelled, spelling) == version
    assert Version.parse(spelled, spelling).spell(spelling) == spelled


@given(shared, shared, st.sampled_from([s for s in Spelling if s is not Spelling.MINOR]))
def test_two_versions_are_spelled_alike_only_if_they_are_equal(
    one: str, other: str, spelling: Spelling
) -> None:
    left, right = Version.parse(one), Version.parse(other)
    assert (left.spell(spelling) == right.spell(spelling)) is (left == right)


@given(pep440s)
def test_every_pep_440_version_is_read_as_packaging_reads_it(text: str) -> None:
    version = Version.parse(text, Spelling.PEP440)
    assert version.spell(Spelling.PEP440) == str(Pep440(text))
    assert legal(text, Spelling.PEP440)
    assert Version.parse(str(Pep440(text))) == version


@given(pep440s, pep440s)
def test_pep_440_versions_are_ordered_as_packaging_orders_them(one: str, other: str) -> None:
    left, right = Version.parse(one, Spelling.PEP440), Version.parse(other, Spelling.PEP440)
    assert (left < right) is (Pep440(one) < Pep440(other))
    assert (left == right) is (Pep440(one) == Pep440(other))
    assert left != right or hash(left) == hash(right)


@given(semvers)
def test_every_semver_version_is_read_and_keeps_its_precedence(text: str) -> None:
    spelled = Version.parse(text).spell(Spelling.SEMVER)
    assert semver.Version.is_valid(spelled)
    assert Version.parse(spelled) == Version.parse(text)
    assert spelled.partition("-")[0] == text.partition("-")[0] or "-" not in text


@given(cores, dotted, dotted)
def test_pre_releases_are_ordered_as_semver_orders_them(core: str, one: str, other: str) -> None:
    left, right = Version.parse(f"{core}-{one}"), Version.parse(f"{core}-{other}")
    if left.is_dev or right.is_dev:
        return  # documented: below alpha, where SemVer has it above beta
    expected = semver.Version.parse(str(left)).compare(str(right))
    if left == right:
        assert expected == 0 or "." not in str(left).partition("-")[2]  # beta and beta.0
    else:
        assert (left < right) is (expected < 0)


@given(cores, labels, labels, st.integers(0, 99), st.integers(0, 99))
def test_both_oracles_agree_on_the_order_of_what_both_can_say(
    core: str, one: str, other: str, first: int, second: int
) -> None:
    texts = [f"{core}-{one}.{first}", f"{core}-{other}.{second}", core]
    left, right, final = map(Version.parse, texts)
    assert left < final
    assert (left < right) is (
        Pep440(left.spell(Spelling.PEP440)) < Pep440(right.spell(Spelling.PEP440))
    )
    if {one, other} <= {"alpha", "beta", "rc"} or {one, other} <= {"dev", "rc"}:
        assert (left < right) is (semver.Version.parse(texts[0]) < texts[1])


@given(st.text(max_size=40) | semvers | pep440s | shared)
def test_legal_means_what_the_oracles_mean(text: str) -> None:
    sane = text.isascii() and text == text.strip()
    assert legal(text, Spelling.SEMVER) is (sane and semver.Version.is_valid(text))
    try:
        Pep440(text)
    except InvalidVersion:
        assert not legal(text, Spelling.PEP440)
    else:
        assert legal(text, Spelling.PEP440) is sane


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("0.1.0.beta.2", {"pep440", "tag", "git-tag"}),
        ("v0.3.0", {"pep440", "tag", "git-tag"}),
        ("0.3.0-rc1", {"pep440", "semver", "crate", "npm", "chart", "tag", "git-tag"}),
        ("0.3", {"pep440", "tag", "git-tag", "minor"}),
        ("1.0.0+b_1", {"pep440", "git-tag"}),
        ("1.0.0-preview+b", {"pep440", "semver", "crate", "npm", "chart", "git-tag"}),
        ("latest", {"tag", "git-tag"}),
        ("_x", {"tag", "git-tag"}),
        (".x", set()),
        ("-x", set()),
        ("a/b", {"git-tag"}),
        ("a/.b", set()),
        ("a.lock", {"tag"}),
        ("a..b", {"tag"}),
        ("a@{b", set()),
        ("a b", set()),
        ("0.03", {"pep440", "tag", "git-tag"}),
        ("1.0.18446744073709551616", {"pep440", "semver", "tag", "git-tag"}),
        ("1.0.9007199254740992", {"pep440", "semver", "crate", "chart", "tag", "git-tag"}),
        ("", set()),
        ("\uff11.2.3", set()),
        ("1.2.3\n", set()),
        ("1" * 128, {"pep440", "tag", "git-tag"}),
        ("1" * 129, set()),
        ("@", set()),
    ],
)
def test_a_text_is_legal_exactly_where_the_ecosystem_takes_it(text: str, where: set[str]) -> None:
    assert {str(spelling) for spelling in Spelling if legal(text, spelling)} == where


@pytest.mark.parametrize("text", ["v1\u00e9", "v1\x01", "@", "", "-v1"])
def test_what_git_might_misread_is_no_name_of_a_tag(text: str) -> None:
    assert not is_ref(text)


def test_60_characters_are_shown() -> None:
    assert shown("a" * 60) == repr("a" * 60)
    assert shown("a" * 61) == repr("a" * 60 + "...")


def test_only_a_label_is_bare() -> None:
    bare = {"1.0.0-rc": True, "1.0.0-rc.1": False, "1.0.0+b": False, "1.0.0-x": False}
    assert {text: Version.parse(text).bare for text in bare} == bare


NIGHT = Nightly(dt.date(2026, 1, 15), "9afc5a421")


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        (Spelling.PEP440, "0.4.0.dev20260115"),
        (Spelling.CRATE, "0.4.0-nightly.20260115"),
        (Spelling.NPM, "0.4.0-nightly.20260115"),
        (Spelling.SEMVER, "0.4.0-nightly.20260115"),
        (Spelling.CHART, "0.0.0-nightly.20260115"),
        (Spelling.IMAGE_TAG, "nightly-20260115"),
        (Spelling.GIT_TAG, "nightly-20260115"),
        (Spelling.MINOR, "0.4"),
    ],
)
def test_a_nightly_is_spelled_for_every_ecosystem(spelling: Spelling, expected: str) -> None:
    assert NIGHT.spell(spelling, Version.parse("0.4.0-rc.1")) == expected
    if spelling is not Spelling.MINOR:
        assert Nightly.parse(expected, "9afc5a421") == NIGHT
        assert legal(expected, spelling)


def test_a_nightly_without_a_base_has_no_package_version() -> None:
    assert NIGHT.spell(Spelling.CHART) == "0.0.0-nightly.20260115"
    with pytest.raises(VersionError, match="without a base version"):
        NIGHT.spell(Spelling.PEP440)


@pytest.mark.parametrize(
    "text",
    ["nightly", "nightly-", "nightly-2026011", "nightly-20260230", "nightly-20261301", "0.4.0",
     "nightly-\uff12\uff10260115", "nightly-20260115\n", "0.4.0-nightly.5", "0.4.0.dev3", "x",
     "nightly-00010101", "Nightly-20260115", "20260115"],
)  # fmt: skip
def test_what_is_no_nightly_is_refused(text: str) -> None:
    why = "is not a nightly" if text.startswith("nightly-") else "is not a"
    with pytest.raises(VersionError, match=why):
        Nightly.parse(text)


@given(st.dates(dt.date(1970, 1, 1), dt.date(9999, 12, 31)))
def test_every_date_names_a_nightly(date: dt.date) -> None:
    name = Nightly(date).spell(Spelling.GIT_TAG)
    assert Nightly.parse(name) == Nightly(date)
    assert Nightly(date).version(Version.parse("0.4.0")).is_nightly
