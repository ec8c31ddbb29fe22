from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.errors import MalformedError
from release_tools.formats import entries, splice, yaml
from release_tools.model import Edit

CHART = """\
name: umbrella
dependencies:
  # the first has no name in front
  - version: "1.0.0"
    repository: file://../a
    name: a
  - {name: b, version: 2.0.0, repository: "file:\\/\\/../b"}
  - plain
  - name: c
    nested: {version: 9.9.9}
    version: ~
    tags: [version, x]
version: 3.0.0
"""


def test_the_fields_of_every_entry_are_read_whatever_their_order_and_style():
    assert entries.read(CHART, "dependencies") == {
        0: {"version": "1.0.0", "repository": "file://../a", "name": "a"},
        1: {"name": "b", "version": "2.0.0", "repository": "file://../b"},
        2: {entries.ITSELF: "plain"},
        3: {"name": "c", "version": "~"},
    }


def test_a_key_elsewhere_is_no_list_of_entries():
    assert entries.read("a:\n  dependencies:\n  - x\n", "dependencies") == {}
    assert entries.read("- dependencies\n- [x]\n", "dependencies") == {}
    assert entries.read("dependencies: {a: b}\n", "dependencies") == {}
    assert entries.read("", "dependencies") == {}


def test_an_alias_of_a_scalar_is_followed_and_never_a_place():
    text = "x: &v 1.0.0\ndependencies:\n- name: a\n  version: *v\n"
    assert entries.read(text, "dependencies") == {0: {"name": "a", "version": "1.0.0"}}
    with pytest.raises(MalformedError, match="alias") as caught:
        entries.locate(text, ("dependencies", 0, "version"))
    assert caught.value.line == 4


def test_a_field_that_is_there_twice_is_refused_and_the_others_are_not():
    text = "dependencies:\n- version: 1\n  version: 2\n- version: 3\n"
    with pytest.raises(MalformedError, match="twice") as caught:
        entries.locate(text, ("dependencies", 0, "version"))
    assert caught.value.line == 3
    assert [spot.text for spot in entries.locate(text, ("dependencies", 1, "version"))] == ["3"]


WORDS = st.text("ab1.:#'\" -[]{}", max_size=6)


@given(
    st.lists(st.dictionaries(st.sampled_from(["name", "version", "x"]), WORDS, min_size=1)),
    st.sampled_from(["", "\ufeff", "first: 1\r\n", "---\n"]),
)
def test_it_finds_what_the_walk_to_one_address_finds(items, head):
    text = head + "list:\n"
    for item in items:
        fields = [f"{key}: '{value.replace(chr(39), chr(39) * 2)}'" for key, value in item.items()]
        text += "- " + "\n  ".join(fields) + "\n"

    def found(format_, at):
        try:
            return format_.locate(text, at)
        except MalformedError as error:
            return error.line

    for index in range(len(items) + 1):
        for name in ("name", "version", "x"):
            at = ("list", index, name)
            assert found(entries, at) == found(yaml, at)


def test_an_edit_is_proven_beside_those_of_other_formats():
    (pin,) = entries.locate(CHART, ("dependencies", 0, "version"))
    (own,) = yaml.locate(CHART, ("version",))
    edits = (
        Edit("Chart.yaml", entries, ("dependencies", 0, "version"), pin, "4.0.0"),
        Edit("Chart.yaml", yaml, ("version",), own, "4.0.0"),
    )
    after = splice(CHART, edits)
    for format_ in (entries, yaml):
        format_.prove(CHART, after, edits)
        with pytest.raises(MalformedError):
            format_.prove(CHART, after.replace("2.0.0", "2.0.1"), edits)


def test_five_thousand_entries_are_located_in_less_than_two_seconds():
    text = "dependencies:\n" + "".join(
        f"- name: d{i}\n  version: 1.0.0\n  repository: file://../d{i}\n" for i in range(5000)
    )
    start = time.process_time()
    assert len(entries.read(text, "dependencies")) == 5000
    for i in range(5000):
        assert entries.locate(text, ("dependencies", i, "version"))[0].line == 3 * i + 3
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "text",
    [
        "packages:\n" + "- a\n" * 200_000,
        "packages: " + "[" * 100_000,
        "packages: [*a]\nrest: [*a\n",
    ],
)
def test_what_is_hostile_is_refused_at_once(text):
    start = time.process_time()
    with pytest.raises(MalformedError):
        entries.read(text, "packages")
    assert time.process_time() - start < 2


def test_the_longest_text_that_is_read_has_its_length():
    text = "list: [a] #"
    assert entries.read(text.ljust(entries.LIMIT, "x"), "list") == {0: {entries.ITSELF: "a"}}
    message = "^the file has 500001 characters; at most 500000 are read$"
    with pytest.raises(MalformedError, match=message):
        entries.read(text.ljust(entries.LIMIT + 1, "x"), "list")


@pytest.mark.parametrize(("texts", "characters"), [(3, 1000), (99, 30)])
def test_no_more_than_the_newest_texts_are_remembered(monkeypatch, texts, characters):
    monkeypatch.setattr(entries, "_READ", {})
    monkeypatch.setattr(entries, "REMEMBERED", texts)
    monkeypatch.setattr(entries, "MEMORY", characters)
    asked = [f"list: [{n}]" for n in range(10, 15)]  # of ten characters
    for text in asked:
        entries.read(text, "list")
    assert [text for text, _ in entries._READ] == asked[-3:]


def test_aliases_of_aliases_are_never_expanded():
    names = [chr(ord("a") + i) for i in range(25)]
    text = "a: &a {x: y}\n"
    for before, name in itertools.pairwise(names):
        text += f"{name}: &{name}\n  <<: [*{before}, *{before}]\n"
    assert entries.read(text + "packages: [ok]\n", "packages") == {0: {entries.ITSELF: "ok"}}
