"""What the formats share: splicing, flattening, and the comparison of values."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.errors import MalformedError, UsageError
from release_tools.formats import differing, leaves, plain, prove_splice, prove_values, splice
from release_tools.model import Edit, Spot


def edit(text: str, start: int, end: int, new: str) -> Edit:
    return Edit("f", plain, None, Spot.of(text, start, end), new)


@given(st.lists(st.tuples(st.text("ab\r\n", max_size=3), st.text("cd", min_size=1, max_size=3))))
def test_edits_in_any_order_replace_their_spots_and_nothing_else(parts: list[Any]) -> None:
    text = "".join(kept + old for kept, old in parts)
    edits, position = [], 0
    for kept, old in parts:
        position += len(kept)
        edits.append(edit(text, position, position + len(old), f"<{old}>"))
        position += len(old)
    wanted = "".join(f"{kept}<{old}>" for kept, old in parts)
    assert splice(text, edits[::-1]) == wanted
    assert splice(text, edits + edits) == wanted
    prove_splice(text, wanted, edits)


@pytest.mark.parametrize(
    ("one", "other"),
    [((0, 2, "x"), (1, 3, "x")), ((0, 2, "x"), (0, 2, "y")), ((0, 3, "x"), (1, 2, "x"))],
)
def test_two_edits_that_overlap_are_refused(one: Any, other: Any) -> None:
    for edits in ([one, other], [other, one]):
        with pytest.raises(UsageError, match="two places claim") as caught:
            splice("abc", [edit("abc", *each) for each in edits])
        assert caught.value.where == "f:1"


def test_two_different_insertions_at_one_place_are_refused() -> None:
    insertions = [edit("abc", 1, 1, "x"), edit("abc", 1, 1, "y")]
    assert splice("abc", [insertions[0], edit("abc", 1, 2, "z")]) == "axzc"
    with pytest.raises(UsageError):
        splice("abc", insertions)


def test_a_spot_that_holds_something_else_is_refused() -> None:
    with pytest.raises(MalformedError, match="expected 'b' in column 2, found 'x'"):
        splice("axc", [edit("abc", 1, 2, "z")])


def test_a_text_of_more_than_80_characters_is_cut_in_a_message() -> None:
    for length, shown in ((78, f"'{'x' * 78}'"), (79, f"'{'x' * 76}...")):
        with pytest.raises(MalformedError) as caught:
            splice("x" * length, [edit("b" * length, 0, length, "z")])
        assert caught.value.message.endswith(f", found {shown}")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 1) | st.floats(0, 1) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
)


@given(VALUES, VALUES)
def test_what_differs_is_what_the_leaves_say(one: Any, other: Any) -> None:
    old, new = leaves(one), leaves(other)
    lost, won = differing(one, other)
    assert lost.items() <= old.items()
    assert won.items() <= new.items()
    for path in old.keys() | new.keys():
        same = path in old and path in new and repr(old[path]) == repr(new[path])
        assert same or path in lost or path in won


def test_nan_is_no_change_but_another_type_is_one() -> None:
    assert differing([math.nan, 1], [math.nan, True]) == ({(1,): 1}, {(1,): True})
    assert differing([0.0], [math.nan])[0] == {(0,): 0.0}
    assert differing([math.nan], [0.0])[1] == {(0,): 0.0}


def check(before: object, after: object, *pairs: tuple[str, str]) -> None:
    edits = [Edit("f", plain, None, Spot(0, len(old), old, 1, 1), new) for old, new in pairs]
    prove_values(leaves(before), leaves(after), edits)


def test_changed_values_are_explained_by_their_edits() -> None:
    check({"a": "v1.0-1.0", "b": "1.0"}, {"a": "v1.0-2.0", "b": "1.0"}, ("1.0", "2.0"))
    check(["1.0 1.0"], ["1.01 1.0"], ("1.0", "1.01"))
    check(["1.0 1.0"], ["1.0 1.01"], ("1.0", "1.01"))
    for after in (["2.0", "2.0"], ["2.0", 1], ["1.0"], ["2.1", "1.0"], [["2.0"], "1.0"]):
        with pytest.raises(MalformedError):
            check(["1.0", "1.0"], after, ("1.0", "2.0"))


def test_keys_that_come_or_go_are_named() -> None:
    with pytest.raises(MalformedError) as caught:
        check({"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"b": 1, "e": 2}, "d": 3})
    assert caught.value.message == "the edit would add, remove or rename keys: 'a.c, a.e'"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("1", "2", ""),
        ("1", "3", "after the edit b would read '3', not '2'"),
        ("0", "2", "after the edit b would read '2', not '2'"),
        (1, "2", "after the edit b would read '2', not '2'"),
    ],
)
def test_the_leaf_of_an_edit_reads_as_it_says(before: Any, after: Any, message: str) -> None:
    """An edit that changes nothing is passed over, and what follows it is not."""
    idle = Edit("f", plain, None, Spot(0, 1, "x", 1, 1), "x")
    made = Edit("f", plain, None, Spot(4, 5, "1", 2, 1), "2")
    exact = {("a",): idle, ("b",): made}
    if not message:
        prove_values({("b",): before}, {("b",): after}, [idle, made], exact)
        return
    with pytest.raises(MalformedError) as caught:
        prove_values({("b",): before}, {("b",): after}, [idle, made], exact)
    assert (caught.value.message, caught.value.where) == (message, "f:2")


def test_an_edit_of_a_leaf_that_is_not_there_is_refused() -> None:
    made = Edit("f", plain, None, Spot(4, 5, "1", 2, 1), "2")
    with pytest.raises(MalformedError, match="after the edit b would read None, not '2'"):
        prove_values({}, {}, [made], {("b",): made})
