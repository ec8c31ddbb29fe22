"""Which version ``latest`` belongs to, and which release came before."""

from __future__ import annotations

import pytest

from release_tools.rules import pointers
from release_tools.streams import Stream
from release_tools.version import Version

STREAM = Stream("main", latest=True, nightly="nightly-{date}")
TAGS = ("v0.2.0", "v0.3.0", "v0.4.0-rc.1", "sim-v9.0.0", "nightly-20260115", "v1", "junk")


@pytest.mark.parametrize(
    ("version", "owns"),
    [
        ("0.4.0", True),
        ("0.3.0", True),
        ("0.2.1", False),  # a backport
        ("0.5.0-rc.1", False),
        ("0.5.0.dev20260115", False),
    ],
)
def test_latest_belongs_to_the_highest_stable_version_alone(version, owns):
    assert pointers.owns_latest(STREAM, Version.parse(version), TAGS) is owns


def test_a_stream_that_does_not_own_latest_never_takes_it():
    stream = STREAM._replace(latest=False)
    assert not pointers.owns_latest(stream, Version.parse("9.0.0"), TAGS)


def test_what_is_made_on_the_way_is_no_version_of_the_stream():
    tags = (*TAGS, "v0.5.0-dev.3", "v0.5.0-nightly.5")
    named = [Version.parse(text) for text in ("0.2.0", "0.3.0", "0.4.0-rc.1")]
    assert list(pointers.versions(STREAM, tags)) == named


@pytest.mark.parametrize(
    ("version", "before"),
    [
        ("0.4.0", "v0.3.0"),
        ("0.4.0-rc.2", "v0.4.0-rc.1"),
        ("0.3.0", "v0.2.0"),
        ("0.2.1", "v0.2.0"),
        ("0.2.0", None),
    ],
)
def test_a_release_follows_the_one_below_it(version, before):
    assert pointers.previous(STREAM, Version.parse(version), TAGS) == before
