from __future__ import annotations

import pytest

from release_tools.errors import VersionError
from release_tools.kinds import spellings
from release_tools.version import Spelling, Version


@pytest.mark.parametrize(
    ("version", "texts"),
    [
        ("1.2.3", ("1.2.3",)),
        ("1.2.3-rc.1", ("1.2.3-rc.1", "1.2.3-rc1")),
        ("1.2.3-beta", ("1.2.3-beta",)),
        ("1.2.3-a.b.1", ("1.2.3-a.b.1",)),
        ("1.2.3-rc.1+b.5", ("1.2.3-rc.1+b.5",)),
    ],
)
def test_a_number_may_follow_its_label_without_a_dot(version, texts):
    assert spellings.semver(Version.parse(version), Spelling.SEMVER) == texts


def test_a_version_of_one_ecosystem_alone_is_refused_or_left_out():
    with pytest.raises(VersionError):
        spellings.semver(Version.parse("1.2.3.post1"), Spelling.SEMVER)
    assert spellings.pep440(Version.parse("1.2.3-a.b")) == ()
    assert spellings.pep440(Version.parse("1.2.3-rc.1")) == ("1.2.3rc1",)


def test_others_are_told_once_and_without_the_canonical_one():
    assert spellings.others("a", ("a", "b", "b", "c")) == ("b", "c")
