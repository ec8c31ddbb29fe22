from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.errors import VersionError
from release_tools.formats import plain
from release_tools.model import Place, Role, Spot, Verdict
from release_tools.rules import compare
from release_tools.version import Spelling, Version

V = Version.parse


def place(role=Role.VERSION, spelling=Spelling.SEMVER, template="{version}", **more):
    return Place("f", plain, None, spelling, role, template, **more)


def judged(where, text, expected):
    return compare.judge(where, Spot(0, len(text), text, 1, 1), V(expected))


TAG = place(Role.REFERENCE, Spelling.IMAGE_TAG, "v{version}")


@pytest.mark.parametrize(
    ("where", "text", "expected", "verdict", "wanted"),
    [
        (place(), "1.0.0", "1.0.0", "agrees", "1.0.0"),
        (place(), "1.0.0-rc1", "1.0.0-rc.1", "agrees", "1.0.0-rc.1"),
        (place(), "1.0.0rc1", "1.0.0-rc.1", "differs", "1.0.0-rc.1"),
        (place(), "nightly", "1.0.0", "differs", "1.0.0"),
        (place(spelling=Spelling.PEP440), "1.0.0rc1", "1.0.0-rc.1", "agrees", "1.0.0rc1"),
        (place(spelling=Spelling.PEP440), "1.0.0-1", "1.0.0-rc.1", "differs", "1.0.0rc1"),
        (place(spelling=Spelling.MINOR), "1.0", "1.0.3", "agrees", "1.0"),
        (place(spelling=Spelling.MINOR), "1.1", "1.0.3", "differs", "1.0"),
        (TAG, "v1.0.0", "1.0.0", "agrees", "v1.0.0"),
        (TAG, "1.0.0", "1.0.0", "differs", "v1.0.0"),
        (TAG, "v1.0.0_b.1", "1.0.0+b.1", "agrees", "v1.0.0_b.1"),
        (TAG, "latest", "1.0.0", "differs", "v1.0.0"),
        (place(Role.APP), "v1.0.0", "1.0.0", "agrees", "v1.0.0"),
        (place(Role.APP), "latest", "1.0.0", "unchecked", None),
        (place(Role.HEADING), "v0.9.0", "1.0.0", "differs", "v1.0.0"),
        (place(Role.HEADING), "0.9.0", "1.0.0-dev.1", "unchecked", None),
        (place(release_only=True), "0.9.0", "1.0.0-dev.1", "unchecked", None),
        (place(release_only=True), "0.9.0", "1.0.0", "differs", "1.0.0"),
        (place(Role.REQUIREMENT, Spelling.CRATE), "0.9", "1.0.0", "differs", "1.0"),
        (place(Role.REQUIREMENT, Spelling.CRATE), "1", "1.0.0", "agrees", "1"),
    ],
)
def test_texts_are_compared_as_versions(where, text, expected, verdict, wanted):
    mark = judged(where, text, expected)
    assert (str(mark.verdict), mark.expected) == (verdict, wanted)


@pytest.mark.parametrize(
    ("asked", "present", "expected"),
    [
        ("0.5.0.0", "0.5.0", "0.5.0"),
        ("0.5.0.0", "0.5", "0.5.0"),
        ("0.5.0.0", "0.5.0.0", "0.5.0.0"),
        ("0.5.0.0", "0.4.0", "0.5.0.0"),
        ("0.5.0.1", "0.5.0", "0.5.0.1"),
        ("0.5.0", "0.5", "0.5.0"),
        ("0.5", "0.4.0", "0.5.0"),
        ("0.5.0", "0.4.0.0.0", "0.5.0.0.0"),
        ("0.5rc1", "0.5.0", "0.5.0rc1"),
        ("0.5", None, "0.5"),
    ],
)
def test_how_many_zeros_are_typed_is_no_wish_where_the_places_say_that_version(
    asked, present, expected
):
    found = compare.as_stated(V(asked), present and V(present))
    assert found.spell(Spelling.PEP440) == expected


TEXT = place(Role.TEXT, Spelling.PEP440)


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        ("0.9.0.0", "0.9.0.0 has 4 numbers, and templates find versions of three"),
        ("0.3.0.5", "0.3.0.5 has 4 numbers, and templates find versions of three"),
        ("0.9", "0.9 has 2 numbers, and templates find versions of three"),
        ("1!0.9.0", "1!0.9.0 has an epoch, and templates find versions without"),
    ],
)
def test_a_template_states_no_version_that_it_would_not_find(version, reason):
    with pytest.raises(VersionError) as caught:
        compare.rewritten(TEXT, "0.1.0", V("0.1.0"), V(version))
    assert caught.value.message == reason
    with pytest.raises(VersionError):
        judged(TEXT, "0.1.0", version)
    for where in (place(spelling=Spelling.PEP440), place(Role.TEXT, Spelling.MINOR)):
        assert version.startswith("1!") or compare.rewritten(where, "0.1", None, V(version))


def test_a_template_that_states_an_equal_version_agrees():
    mark = judged(TEXT, "0.9.0", "0.9.0.0")
    assert (mark.verdict, mark.expected) == (Verdict.AGREES, "0.9.0")


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("v1.0.0", True),
        ("1.0.0", True),
        ("latest", True),
        ("nightly", True),
        ("nightly-20260115", True),
        ("v1.0", False),
        ("v1", False),
        ("e2e-test", False),
        ("", False),
        ("latest-dev", False),
        ("main", False),
    ],
)
def test_only_whole_versions_and_two_words_are_tags_of_ours(text, ours):
    assert compare.is_place(TAG, text) is ours
    assert compare.is_place(place(), text)  # elsewhere the place decides, not the text


def test_a_version_that_the_ecosystem_cannot_express_is_an_error():
    with pytest.raises(VersionError):
        judged(place(), "1.0.0", "1.0.0.post1")


def test_a_tag_is_parsed_in_its_own_spelling():
    assert compare.version_at(TAG, "v1.0.0_build.5") == V("1.0.0+build.5")
    assert compare.version_at(place(spelling=Spelling.PEP440), "1.0.0-1") == V("1.0.0.post1")
    assert compare.version_at(place(template="v{version}-x"), "v1.0.0-x") == V("1.0.0")


def test_a_requirement_and_a_minor_version_state_no_version():
    assert compare.version_at(place(spelling=Spelling.MINOR), "1.0") is None
    assert compare.version_at(place(Role.REQUIREMENT, Spelling.CRATE), "1.0.0") is None


@pytest.mark.parametrize(
    "where", [place(Role.HEADING), place(spelling=Spelling.MINOR), place(Role.REQUIREMENT)]
)
def test_what_no_ecosystem_reads_is_legal_in_any_spelling(where):
    assert compare.is_legal(where, "v1.0.0.beta2")
    assert not compare.is_legal(place(), "v1.0.0.beta2")


@pytest.mark.parametrize(
    ("where", "text", "variant"),
    [
        (TAG, "v1.0.0-rocm", "-rocm"),
        (TAG, "v1.0.0-1", ""),
        (TAG, "v1.0.0", ""),
        (place(), "1.0.0-rocm", ""),
        (place(Role.REFERENCE, Spelling.IMAGE_TAG, "{version}-x"), "1.0.0-rocm-x", ""),
        (place(Role.PINNED, Spelling.IMAGE_TAG), "1.0.0-rocm", "-rocm"),
    ],
)
def test_a_variant_is_a_word_behind_the_version_of_an_image(where, text, variant):
    assert compare.variant(where, text) == variant


def test_a_bump_leaves_words_digests_and_headings_alone():
    one, two = V("1.0.0"), V("2.0.0")
    assert compare.rewritten(place(Role.APP), "latest", one, two) == "latest"
    assert compare.rewritten(place(Role.APP), "v1.0.0", one, two) == "v2.0.0"
    assert compare.rewritten(place(Role.APP), "1.0.0", one, two) == "2.0.0"
    assert compare.rewritten(place(Role.PINNED), "v1.0.0", one, two) == "v1.0.0"
    assert compare.rewritten(place(Role.HEADING), "1.0.0", one, two) == "1.0.0"
    assert compare.rewritten(TAG, "latest", one, two) == "v2.0.0"
    assert compare.rewritten(place(), "nightly", one, two) == "2.0.0"


def test_the_majority_of_version_places_decides_and_locks_only_without_them():
    lock = place(Role.LOCK)
    votes = [(place(), "1.0.0"), (place(), "2.0.0"), (place(), "v2.0.0"), *[(lock, "3.0.0")] * 5]
    assert compare.favourites(votes) == (V("2.0.0"),)
    assert compare.favourites([(lock, "3.0.0"), (place(), "nightly")]) == (V("3.0.0"),)
    tie = [(place(), "1.0.0"), (place(), "2.0.0"), (place(), "1.0"), (place(), "v2.0.0")]
    assert compare.favourites(tie) == (V("1.0.0"), V("2.0.0"))
    assert compare.favourites([(place(), "nightly")]) == ()
    assert compare.favourites([]) == ()


VERDICTS = st.lists(st.sampled_from(list(Verdict)))


@given(VERDICTS)
def test_verdicts_add_up_as_the_design_says(verdicts):
    total = compare.add_up(verdicts)
    if {Verdict.DIFFERS, Verdict.MISSING, Verdict.DISAGREES} & set(verdicts):
        assert total is Verdict.DISAGREES
    elif Verdict.UNKNOWN in verdicts or Verdict.AGREES not in verdicts:
        assert total is Verdict.UNKNOWN
    else:
        assert total is Verdict.AGREES


NUMBERS = st.tuples(*[st.integers(0, 99)] * 3)


@given(NUMBERS, st.sampled_from(["", "-rc.1", "-alpha.2", "-dev.3"]), st.sampled_from(Spelling))
def test_what_is_spelled_agrees_with_what_it_was_spelled_from(numbers, label, spelling):
    version = V("{}.{}.{}".format(*numbers) + label)
    where = place(
        spelling=spelling, template="v{version}" if spelling == "image-tag" else "{version}"
    )
    text = compare.spelled(where, "", version)
    mark = compare.judge(where, Spot(0, len(text), text, 1, 1), version)
    assert mark.verdict is Verdict.AGREES
    assert compare.rewritten(where, text, None, version) == text


@pytest.mark.parametrize(
    ("tag", "becomes"),
    [
        ("v1.0.0-rocm", "v2.0.0-rocm"),
        ("v1.0.0-alpine3.20", "v2.0.0-alpine3.20"),
        ("v1.0.0-cuda12-ubuntu", "v2.0.0-cuda12-ubuntu"),
        ("v1.0.0-rc.1", "v2.0.0"),
        ("v1.0.0-beta2", "v2.0.0"),
        ("v1.0.0-nightly.20260115", "v2.0.0"),
    ],
)
def test_the_variant_of_an_image_stays_and_a_pre_release_label_goes(tag: str, becomes: str):
    assert compare.is_place(TAG, tag)
    assert compare.rewritten(TAG, tag, V("1.0.0"), V("2.0.0")) == becomes
    spot = Spot.of(becomes, 0, len(becomes))
    assert compare.judge(TAG, spot, V("2.0.0")).verdict == "agrees"
    assert compare.judge(TAG, Spot.of(tag, 0, len(tag)), V("2.0.0")).verdict == "differs"


@pytest.mark.parametrize(
    "tag", ["v1.0.0-rc1-alpine", "e2e-test", "main", "v1.0", "1.0-alpine", "v1.0-alpine3.20"]
)
def test_a_tag_that_names_no_whole_version_is_no_place(tag: str):
    assert not compare.is_place(TAG, tag)
