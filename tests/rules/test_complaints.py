"""What is said of a place names where it stands, what is there, and what was expected."""

from __future__ import annotations

import pytest

from release_tools.errors import MalformedError
from release_tools.formats import images, plain, template, toml
from release_tools.model import Mark, Place, Role, Spot, Stage, Surface, Verdict
from release_tools.rules import complaints
from release_tools.rules.findings import FINDINGS
from release_tools.streams import Stream
from release_tools.version import Nightly, Spelling, Version

SURFACE = Surface("pypi:app", "pypi", "app", "main", "", {})
V = Version.parse


def place(role=Role.VERSION, at=None, spelling=Spelling.SEMVER, form=plain, affixes="{version}"):
    return Place("f", form, at, spelling, role, affixes)


def mark(where, text, verdict=Verdict.DIFFERS, expected="1.0.0"):
    return Mark(where, Spot(7, 7 + len(text), text, 3, 5), verdict, expected)


def test_a_file_that_cannot_be_used_is_told_with_its_surface_and_place():
    error = MalformedError("is no TOML", path="a.toml", line=4)
    found = complaints.of_error(SURFACE, error)
    assert (found.id, found.message, found.path, found.line) == (
        "file-malformed",
        "is no TOML",
        "a.toml",
        4,
    )
    assert (found.stream, found.surface, found.stage) == ("main", "pypi:app", Stage.SOURCE)
    assert found.hint == FINDINGS["file-malformed"].hint
    assert complaints.of_error(SURFACE, MalformedError("x", hint="h")).hint == "h"


@pytest.mark.parametrize(
    ("where", "id_", "message"),
    [
        (
            place(Role.TEXT, template.TemplateAt("app {version}"), form=template),
            "template-not-found",
            "the template 'app {version}' is found nowhere in this file",
        ),
        (place(Role.HEADING), "changelog-missing", "there is no heading of any version"),
        (
            place(at=("project", "version"), form=toml),
            "surface-missing",
            "there is no version at project.version",
        ),
        (place(at="__version__"), "surface-missing", "there is no version at __version__"),
        (place(), "surface-missing", "there is no version"),
    ],
)
def test_a_place_that_states_nothing_is_told_by_its_address(where, id_, message):
    found = complaints.of_gap(SURFACE, where)
    assert (found.id, found.message, found.path) == (id_, message, "f")
    assert (found.stream, found.surface, found.stage) == ("main", "pypi:app", Stage.SOURCE)


@pytest.mark.parametrize(
    ("seen", "id_", "message"),
    [
        (mark(place(), "0.9.0"), "surface-differs", "0.9.0, expected 1.0.0"),
        (mark(place(), ""), "surface-differs", '"", expected 1.0.0'),
        (mark(place(), "v1.0.0"), "spelling-illegal", "v1.0.0, expected 1.0.0"),
        (mark(place(), "v0.9.0"), "surface-differs", "v0.9.0, expected 1.0.0"),
        (mark(place(Role.LOCK), "0.9.0"), "lock-behind", "0.9.0, expected 1.0.0"),
        (
            mark(place(Role.REFERENCE, spelling=Spelling.IMAGE_TAG, form=images), "v0.9.0"),
            "reference-differs",
            "app is v0.9.0, expected 1.0.0",
        ),
        (
            mark(place(Role.REFERENCE, spelling=Spelling.IMAGE_TAG), "v0.9.0"),
            "surface-differs",
            "v0.9.0, expected 1.0.0",
        ),
        (
            mark(place(spelling=Spelling.PEP440), "1.0.0.0", Verdict.AGREES),
            "spelling-not-canonical",
            "1.0.0.0 is 1.0.0, in another spelling",
        ),
    ],
)
def test_a_place_that_differs_is_told_by_line_and_column(seen, id_, message):
    found = complaints.of_mark(SURFACE, seen, V("1.0.0"))
    assert found is not None
    assert (found.id, found.message) == (id_, message)
    assert (found.path, found.line, found.column) == ("f", 3, 5)
    assert (found.stream, found.surface, found.stage) == ("main", "pypi:app", Stage.SOURCE)


@pytest.mark.parametrize(
    "seen",
    [
        Mark(place(), None, Verdict.MISSING, "1.0.0"),
        mark(place(), "1.0.0", Verdict.AGREES),
        mark(place(), "0.9.0", Verdict.UNCHECKED, None),
        mark(place(), "0.9.0", Verdict.UNCHECKED),
        mark(place(), "0.9.0", expected=None),
        mark(place(Role.HEADING), "v1.0.0", Verdict.AGREES),
    ],
)
def test_there_is_nothing_to_say_of_what_agrees_or_was_not_judged(seen):
    assert complaints.of_mark(SURFACE, seen, V("1.0.0")) is None


def test_a_mark_without_a_spot_has_no_line():
    found = complaints.at(SURFACE, Mark(place(), None, Verdict.MISSING, None), "lock-behind", "m")
    assert (found.path, found.line, found.column) == ("f", None, None)


def test_a_tie_names_the_versions_and_the_one_that_is_taken():
    found = complaints.of_tie(Stream("main"), (V("1.0.0"), V("2.0.0")))
    assert (found.id, found.stream, found.surface) == ("no-agreement", "main", None)
    assert found.message == (
        "1.0.0 and 2.0.0 are stated by as many places; 1.0.0, the first, is taken as expected"
    )


def test_nothing_to_judge_tells_why():
    nightly = complaints.of_nothing(Stream("main"), Nightly.parse("nightly-20260115"))
    assert nightly.message == 'the source of stream "main" is not judged against a nightly'
    for expected in (V("1.0.0"), None):
        found = complaints.of_nothing(Stream("main"), expected)
        assert found.message == 'no place of stream "main" could be judged'
        assert (found.id, found.stream) == ("nothing-to-judge", "main")
