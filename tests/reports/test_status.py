"""The overview as a person reads it."""

from __future__ import annotations

from release_tools.reports import status
from release_tools.reports.status import Line, Overview


def lines(*told: tuple[str, str]) -> str:
    made = tuple(
        Line(f"image:{at}", "1.0.0", None, None, None, None, state, why)
        for at, (state, why) in enumerate(told)
    )
    return status.as_text([Overview("main", "1.0.0", made)]).replace("\N{EN DASH}", "-")


def test_a_reason_of_several_surfaces_is_told_once_with_their_number():
    found = lines(("unknown", "no answer"), ("current", ""), ("unknown", "no answer"))
    assert found == (
        "main 1.0.0  source  release  prerelease  nightly  latest  state\n"
        "image:0     1.0.0   -        -           -        -       unknown\n"
        "image:1     1.0.0   -        -           -        -       current\n"
        "image:2     1.0.0   -        -           -        -       unknown\n"
        "\n"
        "unknown: no answer (2 surfaces)\n"
    )


def test_a_stream_that_is_published_nowhere_says_so():
    assert lines().endswith("\nno surface of it is published where it could be asked for\n")


def test_a_reason_of_one_surface_stands_in_its_line():
    found = lines(("unknown", "no answer"), ("missing", "no answer"), ("current", "no release"))
    assert [line.rpartition("  -       ")[2] for line in found.splitlines()[1:]] == [
        "unknown: no answer",
        "missing: no answer",
        "no release",
    ]
