from __future__ import annotations

import time

import pytest

from release_tools.errors import MalformedError
from release_tools.formats import values

NESTED = "".join(f"{' ' * depth}a:\n" for depth in range(300))


def test_scalars_stay_the_texts_that_they_are_with_their_lines():
    ((document,)) = values.read("a: 1.10\nb:\n- yes\n- 'null'\nc: null\nd:\n")
    assert document == {"a": "1.10", "b": ["yes", "null"], "c": None, "d": None}
    assert [document["a"].line, document["b"][1].line] == [1, 4]


def test_every_document_has_a_value_and_an_empty_text_none():
    assert values.read("---\na: 1\n---\n---\n- b\n") == ({"a": "1"}, None, ["b"])
    assert values.read("") == ()
    assert values.read("\ufeffa: 1") == ({"a": "1"},)


def test_an_alias_is_the_very_value():
    ((document,)) = values.read("a: &x {b: c}\nd: *x\n---\ne: f\n")[:1]
    assert document["a"] is document["d"]


def test_a_merge_key_lends_what_is_not_there():
    text = "base: &x {a: 1, b: 2}\nmore: &y {c: 3}\none:\n  <<: *x\n  b: 9\ntwo: {<<: [*x, *y]}\n"
    ((document,)) = values.read(text)
    assert document["one"] == {"a": "1", "b": "9"}
    assert document["two"] == {"a": "1", "b": "2", "c": "3"}


def test_two_merges_of_one_mapping_count_both():
    (document,) = values.read("a: &x {k: 1}\nb: &y {j: 2}\nc:\n  <<: *x\n  <<: *y\n")
    assert document["c"] == {"k": "1", "j": "2"}


def test_later_values_are_laid_over_earlier_ones_as_helm_does():
    base = {"a": "1", "b": {"c": "1", "d": "1"}, "e": ["1"], "f": "1"}
    over = {"b": {"c": "2", "d": None}, "e": ["2"], "f": {"g": "2"}}
    assert values.merge(base, over) == {"a": "1", "b": {"c": "2"}, "e": ["2"], "f": {"g": "2"}}
    assert base["b"] == {"c": "1", "d": "1"}


DOUBLING = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 90)
)
MERGING = "a: &a {" + ",".join(f"k{n}: v" for n in range(200)) + "}\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [", "no valid YAML"),
        ("a: 1\na: &b", ""),
        (NESTED, "nested"),
        ("[" * 100_000, ""),
        (MERGING + "".join(f"b{n}: {{<<: *a}}\n" for n in range(60)), "merges"),
    ],
)
def test_what_is_no_yaml_or_too_much_of_it_is_refused_soon(text, problem):
    began = time.process_time()
    if problem:
        with pytest.raises(MalformedError, match=problem):
            values.read(text)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("~: 1\n[a]: 2\n{b: c}: 3\nd: 4", {None: "1", "d": "4"}),
        ("<<: ~\na: 1", {"a": "1"}),
        ("<<: [x, {a: 1}]", {"a": "1"}),
        ("<<: {a: 1, b: 2}", {"a": "1", "b": "2"}),
        ("'<<': {a: 1, b: 2, c: 3}", {"<<": {"a": "1", "b": "2", "c": "3"}}),
        ("<<: {a: 1, b: 2, c: 3}", None),
        ("<<: [x, y, z]", None),
    ],
)
def test_only_texts_and_null_are_keys_and_few_mappings_are_merged(monkeypatch, text, document):
    monkeypatch.setattr(values, "_MERGES", 2)
    if document is None:
        with pytest.raises(MalformedError, match="merges more than 2 keys with <<"):
            values.read(text)
    else:
        assert values.read(text) == (document,)


def test_more_values_than_memory_should_hold_are_refused(monkeypatch):
    monkeypatch.setattr(values, "_EVENTS", 1000)
    with pytest.raises(MalformedError, match="more than 1,000 values"):
        values.read("[" + "a," * 2000 + "]")


def test_doubling_costs_nothing():
    ((document,)) = values.read(DOUBLING)
    assert document["a1"] == [["x", "x"], ["x", "x"]]
