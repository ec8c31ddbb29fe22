"""References are pinned where they stand, and nothing else of the file is touched."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.errors import MalformedError
from release_tools.formats import splice
from release_tools.formats.pins import Pin, UnsafePinError, pin, read

NAME, OTHER = "ghcr.io/o/app", "ghcr.io/o/app-rocm"
NEW, OLD = "sha256:" + "a" * 64, "sha256:" + "b" * 64
PIN = Pin(NAME, "v0.3.0", NEW)
MUCH = "# a comment\n\nother: [1, 2,  3]\n"


def pinned(text):
    """Return the text pinned, with everything around it as it was, and pinned again alike."""
    made = pin(text, [PIN])
    assert splice(text, made.edits) == made.text
    again = pin(made.text, [PIN])
    assert (again.text, again.edits) == (made.text, ())
    assert again.references == made.references
    return made.text


CASES = [
    # image: repository:tag
    (f"image: {NAME}:v0.2.0", f"image: {NAME}@{NEW} # v0.3.0"),
    (f"image: {NAME}", f"image: {NAME}@{NEW} # v0.3.0"),
    (f'image: "{NAME}:v0.2.0"', f'image: "{NAME}@{NEW}" # v0.3.0'),
    (f"- initImage: '{NAME}:latest'  ", f"- initImage: '{NAME}@{NEW}' # v0.3.0"),
    (f"image: {NAME}:v0.2.0 # ours", f"image: {NAME}@{NEW} # v0.3.0 # ours"),
    (
        f"image: {NAME}:v0.2.0   # v0.2.0, see #12",
        f"image: {NAME}@{NEW}   # v0.3.0 # v0.2.0, see #12",
    ),
    (f"image: {NAME}@{OLD} # v0.2.0", f"image: {NAME}@{NEW} # v0.3.0"),
    (f"image: {NAME}@{OLD} # v0.2.0 ours", f"image: {NAME}@{NEW} # v0.3.0 ours"),
    (f"image: {NAME}@{OLD} # nightly-20260115", f"image: {NAME}@{NEW} # v0.3.0"),
    (f"image: {NAME}@{OLD}", f"image: {NAME}@{NEW} # v0.3.0"),
    (f"image: {NAME}:v0.2.0@{OLD}", f"image: {NAME}@{NEW} # v0.3.0"),
    # a kustomization
    (f"- name: {NAME}\n  newTag: v0.2.0", f"- name: {NAME}\n  digest: {NEW} # v0.3.0"),
    (f"- newTag: v0.2.0\n  name: {NAME}", f"- digest: {NEW} # v0.3.0\n  name: {NAME}"),
    (
        f"- name: app\n  newName: {NAME}\n  digest: {OLD} # v0.2.0",
        f"- name: app\n  newName: {NAME}\n  digest: {NEW} # v0.3.0",
    ),
    (
        f"- name: {NAME}\n  newTag: v0.2.0\n  digest: {OLD}",
        f"- name: {NAME}\n  newTag: v0.3.0\n  digest: {NEW} # v0.3.0",
    ),
    # the values of a chart
    (f"repository: {NAME}\ntag: v0.2.0", f"repository: {NAME}\ntag: v0.3.0@{NEW}"),
    (f'repository: {NAME}\ntag: ""', f'repository: {NAME}\ntag: "v0.3.0@{NEW}"'),
    (f"repository: {NAME}\ntag:", f"repository: {NAME}\ntag: v0.3.0@{NEW}"),
    (f"repository: {NAME}\ntag: v0.2.0@{OLD}", f"repository: {NAME}\ntag: v0.3.0@{NEW}"),
    (
        "registry: ghcr.io\nrepository: o/app\ntag: v0.2.0\ndigest: ''",
        f"registry: ghcr.io\nrepository: o/app\ntag: v0.3.0\ndigest: '{NEW}'",
    ),
    (
        f"repository: {NAME}\ntag: v0.2.0 # ours\ndigest: {OLD}",
        f"repository: {NAME}\ntag: v0.3.0 # ours\ndigest: {NEW}",
    ),
    (f"repository: {NAME}\ndigest: ~", f"repository: {NAME}\ndigest: {NEW} # v0.3.0"),
    (f"a: {{repository: {NAME}, tag: v1.0.0}}", f"a: {{repository: {NAME}, tag: v0.3.0@{NEW}}}"),
]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_a_reference_is_pinned_where_it_stands(before, after):
    assert pinned(before) == after
    around = f"\ufeff{MUCH}---\n{{}}\n---\n{MUCH}"
    for end in ("\n", "\r\n"):
        whole = [around.replace("{}", one).replace("\n", end) for one in (before, after)]
        assert pinned(whole[0]) == whole[1]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_what_is_pinned_is_read_again_with_its_tag(before, after):
    text = f"{MUCH}---\n{after}\n"
    (found,) = read(text, [NAME, OTHER])
    assert (found.image, found.digest, found.tag) == (NAME, NEW, "v0.3.0")
    line = text.split("\n")[found.line - 1]
    assert NEW in line
    assert len(read(before, [NAME])) == (OLD in before)


@pytest.mark.parametrize(
    "text",
    [
        f"image: {OTHER}:v0.2.0",
        "image: ghcr.io/o/app/deeper:v0.2.0",
        "image: example.com/ghcr.io/o/app:v0.2.0",
        f"# image: {NAME}:v0.2.0",
        f"a: |\n  image: {NAME}:v0.2.0\n",
        f"args: [--image, {NAME}:v0.2.0]",
        f"name: {NAME}",
        "name: x\nname: y",
        f"imagePullPolicy: {NAME}",
        "repository: ghcr.io/other/app\ntag: v0.2.0",
        "",
    ],
)
def test_what_is_no_reference_to_an_image_of_ours_stays(text):
    made = pin(text, [PIN])
    assert (made.text, made.edits, made.references) == (text, (), 0)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"a: {{image: {NAME}:v0.2.0, b: 1}}", 1),
        (f'{{"image": "{NAME}:v0.2.0"}}', 1),
        (f"\nimage: >-\n  {NAME}:v0.2.0\n", 2),
        (f'image: "{NAME}:v0.2\\u002e0"', 1),
        (f"image: {NAME}:v0.2.0\nimage: {NAME}:v0.2.1", 2),
        (f"b: 1\na:\n  repository: {NAME}\n", 3),
        (f"repository: {NAME}\ntag: v1.0.0\ntag: v1.0.1", 3),
        (f'image: {NAME}:v0.2.0 # {{"$imagepolicy": "flux-system:app"}}', 1),
    ],
)
def test_a_reference_that_cannot_be_edited_safely_is_refused_with_its_line(text, line):
    with pytest.raises(UnsafePinError) as caught:
        pin(text, [PIN])
    assert caught.value.line == line
    assert caught.value.hint


def test_what_an_alias_repeats_is_refused():
    with pytest.raises(UnsafePinError):
        pin(f"a:\n  repository: {NAME}\n  tag: &t v0.2.0\nb: *t\n", [PIN])
    with pytest.raises(UnsafePinError):
        pin(f"a: &a\n  image: &i {NAME}:v0.2.0\nb: *i\n", [PIN])


def test_what_is_no_yaml_is_malformed():
    for text in (f"a: {{{{ .Values.image }}}}:x\n  {NAME}", f"a: [{NAME}", f"\t- {NAME}"):
        with pytest.raises(MalformedError) as caught:
            pin(f"a: 1\n---\n{text}", [PIN])
        assert caught.value.line in (3, 4)


def test_documents_that_mention_nothing_of_ours_are_not_read():
    text = f"a: {{{{ if }}}}\n---\nimage: {NAME}:v0.2.0\n---\nb: [\n"
    assert pinned(text) == text.replace(":v0.2.0", f"@{NEW} # v0.3.0")
    assert [one.line for one in read(pinned(text), [NAME])] == [3]


def test_a_document_that_is_too_large_to_be_proven_is_refused():
    large = "# {}\n".format("x" * 100) * 3000
    with pytest.raises(UnsafePinError, match="too large"):
        pin(f"{large}image: {NAME}:v0.2.0\n", [PIN])
    text = f"{large}---\nimage: {NAME}:v0.2.0\n"
    assert pinned(text) == text.replace(":v0.2.0", f"@{NEW} # v0.3.0")


def test_docker_hub_has_short_names():
    made = pin("image: app:v1.0.0\n", [Pin("docker.io/library/app", "v2.0.0", NEW)])
    assert made.text == f"image: app@{NEW} # v2.0.0\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("image: reg:5000/o/app", "image: reg:5000/o/app@{} # v2"),
        ("image: reg:5000/o/app:v1", "image: reg:5000/o/app@{} # v2"),
        (
            "registry: reg:5000/\nrepository: o/app\ntag: v1",
            "registry: reg:5000/\nrepository: o/app\ntag: v2@{}",
        ),
    ],
)
def test_a_registry_may_have_a_port(before, after):
    assert pin(before, [Pin("reg:5000/o/app", "v2", NEW)]).text == after.format(NEW)


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        (f"v0.2.0@{OLD}", [(OLD, "v0.2.0")]),
        (f"v0.2.0@{OLD} # v0.1.0", [(OLD, "v0.2.0")]),
        (f"v0.2.0@x@{OLD}", []),
        ("v0.2.0", []),
    ],
)
def test_the_tag_in_a_reference_comes_before_the_one_noted_beside_it(reference, said):
    found = read(f"image: {NAME}:{reference}\n", [NAME])
    assert [(one.digest, one.tag) for one in found] == said


def test_several_images_are_pinned_each_to_its_own():
    pins = [PIN, Pin(OTHER, "v0.3.0", OLD)]
    made = pin(f"- image: {NAME}:a\n- image: {OTHER}:b\n- image: {NAME}:c\n", pins)
    lines = [f"- image: {one}@{digest} # v0.3.0" for one, digest in ((NAME, NEW), (OTHER, OLD))]
    assert made.text == "\n".join((*lines, lines[0], ""))
    assert made.references == 3


def test_a_document_as_large_as_is_proven_is_pinned(monkeypatch):
    from release_tools.formats import _pin_edits

    text = f"image: {NAME}:v0.2.0\n"
    monkeypatch.setattr(_pin_edits, "_LARGEST", len(text))
    assert pin(text, [PIN]).references == 1
    with pytest.raises(UnsafePinError, match="too large"):
        pin(f"{text} ", [PIN])


def test_an_edit_that_makes_more_of_the_document_is_not_proven():
    from release_tools.formats._pin_edits import Made, prove

    made = Made("a: 1")
    made.edit(4, 4, "\nb: 1")
    with pytest.raises(UnsafePinError, match="something else"):
        prove("a: 1", "a: 1\nb: 1", made)


def test_a_refusal_shows_the_first_characters_of_a_long_reference():
    with pytest.raises(UnsafePinError) as caught:
        pin(f"{{image: '{NAME}:{'x' * 90}', a: b}}", [PIN])
    shown = f"{NAME}:{'x' * 90}"[:80]
    assert caught.value.message == f"'{shown}' cannot be pinned: no comment can note its tag there"


def test_the_other_parser_is_asked(monkeypatch):
    """Break what finds the places, and see that nothing is written."""
    from release_tools.formats._pin_edits import Made

    monkeypatch.setattr(Made, "note", lambda self, at, tag: self.edit(at.end, at.end, f"#{tag}"))
    with pytest.raises(UnsafePinError, match="something else"):
        pin(f"image: {NAME}:v0.2.0\n", [PIN])


WORDS = st.sampled_from(
    ["a", "image", "b: 1", "- c", "'q'", '"d"', "# x", "|", ">-", "{", "}", ":"]
)
TEXTS = st.lists(
    st.one_of(
        st.sampled_from([before for before, _ in CASES]),
        st.lists(WORDS, max_size=4).map(" ".join),
        st.text("ab:-#&*!|>'\"%@`{}[], \t\n", max_size=12),
    ),
    max_size=5,
).map("\n".join)


def test_every_document_is_pinned_and_its_lines_are_those_of_the_text():
    text = f"\nimage: {NAME}:v0.2.0\n---\nimage: {NAME}:v0.2.0\n"
    made = pin(text, [PIN])
    assert made.text == text.replace(f"{NAME}:v0.2.0", f"{NAME}@{NEW} # v0.3.0")
    assert [edit.spot.line for edit in made.edits] == [2, 2, 4, 4]
    assert splice(text, made.edits) == made.text
    assert [one.line for one in read(made.text, [NAME])] == [2, 4]


def test_a_byte_order_mark_is_no_part_of_the_first_key():
    assert pin(f"\ufeffimage: {NAME}:v0.2.0", [PIN]).references == 1


def test_a_digest_that_is_null_leaves_that_of_the_tag():
    text = f"repository: {NAME}\ntag: v0.2.0@{OLD}\ndigest: ~\n"
    assert [(one.digest, one.tag) for one in read(text, [NAME])] == [(OLD, "v0.2.0")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{{image: {NAME}:v0.2.0 , a: b}}", "no comment can note its tag there"),
        (f'image: {NAME}:v0.2.0 #{{"$imagepolicy": "a:b"}}', "another program"),
    ],
)
def test_a_tag_is_noted_only_where_nobody_else_reads(text, why):
    with pytest.raises(UnsafePinError, match=why):
        pin(text, [PIN])


@given(TEXTS)
def test_whatever_the_text_it_is_pinned_or_refused_and_the_rest_is_as_it_was(text):
    try:
        made = pin(text, [PIN])
    except MalformedError:
        return
    assert splice(text, made.edits) == made.text
    spots = sorted(edit.spot[:2] for edit in made.edits)  # a digest is set before its tag
    outside = [text[end:start] for (_, end), (start, _) in pairwise(spots)]
    assert all(part in made.text for part in outside)
    assert len(read(made.text, [NAME])) >= made.references
