"""Old nightlies go, and nothing that anything kept still leads to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from release_tools.rules import retire
from release_tools.rules.retire import Manifest


def test_only_names_of_nightlies_and_nothing_more_are_nightlies():
    names = ["latest", "nightly-20260115", "nightly-20260115-rocm", "0.0.0-nightly.20260114"]
    names += ["v0.3.0", "20260115", "nightly-20269999"]
    assert list(retire.nightlies(names)) == ["nightly-20260115", "0.0.0-nightly.20260114"]


def test_the_newest_dates_stay_however_they_are_spelled():
    found = retire.nightlies(["nightly-20260115", "0.0.0-nightly.20260115", "nightly-20260114"])
    assert retire.split(found, 1) == (
        ["nightly-20260114"],
        ["0.0.0-nightly.20260115", "nightly-20260115"],
    )


def test_a_digest_that_a_kept_tag_leads_to_stays():
    seen = {"nightly-1": Manifest("a"), "v0.3.0": Manifest("a"), "nightly-2": Manifest("b")}
    assert retire.removable(seen, frozenset({"nightly-1", "nightly-2"})) == ["b"]


def test_the_child_of_a_kept_index_stays():
    seen = {"old": Manifest("i", ("x", "y")), "new": Manifest("j", ("y", "z"))}
    assert retire.removable(seen, frozenset({"old"})) == ["i", "x"]


digests = st.sampled_from("abcdef")
manifests = st.builds(Manifest, digests, st.lists(digests, max_size=3).map(tuple))


@given(st.dictionaries(st.text("tu", min_size=1, max_size=4), manifests), st.data())
def test_nothing_that_is_kept_ever_loses_anything(seen, data):
    old = frozenset(data.draw(st.lists(st.sampled_from(sorted(seen)))) if seen else ())
    gone = set(retire.removable(seen, old))
    for tag, manifest in seen.items():
        if tag not in old:
            assert not gone & {manifest.digest, *manifest.children}
