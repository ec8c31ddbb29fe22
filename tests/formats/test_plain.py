"""Plain files that hold one version."""

from __future__ import annotations

import pytest

from release_tools.errors import MalformedError
from release_tools.formats import plain, splice
from release_tools.model import Edit, Spot


@pytest.mark.parametrize("text", ["1.0", "1.0\n", "\ufeff1.0\r\n", "\n \t1.0 \n\n"])
def test_the_whole_file_is_the_version_and_all_around_it_stays(text: str) -> None:
    (spot,) = plain.locate(text, None)
    assert spot == Spot.of(text, text.index("1.0"), text.index("1.0") + 3)
    edits = [Edit("VERSION", plain, None, spot, "2.0")]
    after = splice(text, edits)
    assert after == text.replace("1.0", "2.0")
    plain.prove(text, after, edits)
    with pytest.raises(MalformedError):
        plain.prove(text, after + "\n", edits)


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", " \r\n"])
def test_an_empty_file_holds_no_version(text: str) -> None:
    assert plain.locate(text, None) == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [("1.0\n2.0\n", 2), ("\n1.0\r\n\r\n# x", 3), ("1.0\r2.0", 2), ("1\0", 1), ("1" * 1_000_000, 1)],
)
def test_anything_else_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(MalformedError) as caught:
        plain.locate(text, None)
    assert caught.value.line == line


def test_the_longest_line_is_a_version_still() -> None:
    (spot,) = plain.locate("1" * plain.LONGEST, None)
    assert spot.end == plain.LONGEST
    with pytest.raises(MalformedError):
        plain.locate("1" * (plain.LONGEST + 1), None)


@pytest.mark.parametrize("new", ["2.0\n3.0", " 2.0", ""])
def test_an_edit_that_does_not_read_as_itself_is_refused(new: str) -> None:
    (spot,) = plain.locate("1.0\n", None)
    edits = [Edit("VERSION", plain, None, spot, new)]
    with pytest.raises(MalformedError):
        plain.prove("1.0\n", splice("1.0\n", edits), edits)
