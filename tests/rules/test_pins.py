"""What is said of a pinned digest, for everything that a registry may answer."""

from __future__ import annotations

import pytest

from release_tools.formats.pins import Reference
from release_tools.model import Verdict
from release_tools.reading import Absent, Found, Platform, Problem, Unknown
from release_tools.rules import pins
from release_tools.rules.pins import Names, Sought

PIN, INDEX, ARM = ("sha256:" + char * 64 for char in "abc")
BARE = Reference(3, "ghcr.io/o/app", PIN, "")
NOTED = BARE._replace(tag="v1.0.0")
THERE, GONE, DOUBT = Found(PIN, "x", PIN), Absent("x", "no"), Unknown("x", "no answer")
OURS = Found("v1.0.0", "x", PIN)
OTHER = Found("v1.0.0", "x", INDEX)
PARENT = Found("v1.0.0", "x", INDEX, platforms=(Platform("linux/amd64", PIN),))
NONE = Names((), whole=True)
UNTOLD = "is there, and which version it is could not be told"


def names(*readings, whole=True):
    return Names(tuple((f"v0.{n}.0", one) for n, one in enumerate(readings)), whole=whole)


@pytest.mark.parametrize(
    ("reference", "sought", "verdict", "version", "id_"),
    [
        (BARE, Sought(GONE), Verdict.MISSING, None, "pin-gone"),
        (BARE, Sought(DOUBT), Verdict.UNKNOWN, None, "pin-unknown"),
        (
            BARE,
            Sought(THERE._replace(problems=(Problem("digest-lies", "it lies"),))),
            Verdict.DIFFERS,
            None,
            "pin-moved",
        ),
        (NOTED, Sought(THERE, OURS), Verdict.AGREES, "v1.0.0", None),
        (NOTED, Sought(THERE, PARENT), Verdict.DIFFERS, "v1.0.0", "pin-child"),
        (NOTED, Sought(THERE, OTHER, NONE), Verdict.DIFFERS, None, "pin-moved"),
        (NOTED, Sought(THERE, OTHER, names(OURS)), Verdict.DIFFERS, "v0.0.0", "pin-moved"),
        (NOTED, Sought(THERE, GONE, names(OURS)), Verdict.DIFFERS, "v0.0.0", "pin-moved"),
        (NOTED, Sought(THERE, GONE, NONE), Verdict.DIFFERS, None, "pin-moved"),
        (NOTED, Sought(THERE, DOUBT, NONE), Verdict.UNKNOWN, None, "pin-unknown"),
        (BARE, Sought(THERE, None, names(OTHER, OURS)), Verdict.AGREES, "v0.1.0", None),
        (BARE, Sought(THERE, None, names(PARENT)), Verdict.DIFFERS, "v0.0.0", "pin-child"),
        (BARE, Sought(THERE, None, names(PARENT, OURS)), Verdict.AGREES, "v0.1.0", None),
        (BARE, Sought(THERE, None, names(OTHER)), Verdict.UNCHECKED, None, "pin-nameless"),
        (BARE, Sought(THERE, None, names(OTHER, DOUBT)), Verdict.UNKNOWN, None, "pin-unknown"),
        (BARE, Sought(THERE, None, names(whole=False)), Verdict.UNKNOWN, None, "pin-unknown"),
        (BARE, Sought(THERE), Verdict.UNKNOWN, None, "pin-unknown"),
    ],
)
def test_a_doubt_is_never_well_and_a_child_never_an_index(reference, sought, verdict, version, id_):
    found = pins.judge("a.yaml", reference, sought)
    assert found[:2] == (verdict, version)
    said = found[3]
    assert (said.id if said else None) == id_
    if said is not None:
        assert (said.path, said.line) == ("a.yaml", 3)
        assert said.message.startswith(f"ghcr.io/o/app@{PIN} ")


def test_the_index_of_a_child_is_named():
    _, _, message, _ = pins.judge("a.yaml", NOTED, Sought(THERE, PARENT))
    assert message == f"it is v1.0.0 for linux/amd64 alone: pin the index {INDEX}"


@pytest.mark.parametrize(
    ("reference", "sought", "said"),
    [
        (BARE, Sought(DOUBT), "could not be looked up: no answer"),
        (
            BARE,
            Sought(THERE._replace(problems=(Problem("digest-lies", "it lies"),))),
            "is not what it says: it lies",
        ),
        (
            NOTED,
            Sought(THERE, OTHER, names(OURS)),
            f"is v0.0.0, and not v1.0.0, which is {INDEX} now",
        ),
        (NOTED, Sought(THERE, GONE, names(OURS)), "is v0.0.0, and not v1.0.0"),
        (
            NOTED,
            Sought(THERE, DOUBT, NONE),
            f"{UNTOLD}: no answer",
        ),
        (
            BARE,
            Sought(THERE),
            f"{UNTOLD}: not all of its tags could be looked at",
        ),
    ],
)
def test_the_message_tells_why(reference, sought, said):
    assert pins.judge("a.yaml", reference, sought)[2] == f"it {said}"


@pytest.mark.parametrize(
    ("sought", "more"),
    [
        (Sought(GONE), False),
        (Sought(DOUBT), False),
        (Sought(THERE, OURS), False),
        (Sought(THERE, PARENT), False),
        (Sought(THERE, OTHER), True),
        (Sought(THERE, GONE), True),
        (Sought(THERE), True),
    ],
)
def test_more_tags_are_looked_at_only_where_that_can_tell(sought, more):
    assert pins.is_open(NOTED, sought) is more
