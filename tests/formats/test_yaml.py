from __future__ import annotations

import subprocess
import sys
import time

import pytest

from release_tools.errors import MalformedError
from release_tools.formats import plain, splice, yaml
from release_tools.model import Edit, Spot

CHART = 'apiVersion: v2\nname: app\nversion: 0.3.0  # ours\nappVersion: "v0.3.0"\n'


def found(text, *at):
    return [(spot.line, spot.column, spot.text) for spot in yaml.locate(text, at)]


def prove(text, at, new):
    edits = [Edit("a.yaml", yaml, at, spot, new) for spot in yaml.locate(text, at)]
    assert edits
    yaml.prove(text, splice(text, edits), edits)


def test_a_plain_value_ends_before_its_comment():
    assert found(CHART, "version") == [(3, 10, "0.3.0")]


def test_a_byte_order_mark_takes_no_column():
    assert found("\ufeffversion: 1.0.0\nv: 2\n", "version") == [(1, 10, "1.0.0")]
    assert found("\ufeff{version: 1.0.0}\n", "version") == [(1, 11, "1.0.0")]
    assert found("\ufeffx: 1\nversion: 1.0.0\n", "version") == [(2, 10, "1.0.0")]


def test_the_content_of_a_quoted_value_is_found():
    assert found(CHART, "appVersion") == [(4, 14, "v0.3.0")]
    assert found("v: 'a b'\n", "v") == [(1, 5, "a b")]
    assert found('v: ""\n', "v") == [(1, 5, "")]


def test_a_path_is_found_in_every_document_that_has_it():
    assert found("a: {b: 1.0.0}\n---\nc: 1\n---\na:\n  b: 2.0.0\n", "a", "b") == [
        (1, 8, "1.0.0"),
        (6, 6, "2.0.0"),
    ]


@pytest.mark.parametrize("value", ["", "~", "null", "  # nothing"])
def test_a_null_is_absent(value):
    assert found(f"version: {value}\nname: x\n", "version") == []


@pytest.mark.parametrize(
    "text",
    [
        "a:\n  version: 1\n",  # deeper
        "x:\n- version: 1\n",
        "# version: 1\n",
        "text: |\n  version: 1\n",
        "text: 'a\n\n  version: 1'\n",
        'text: "\nversion: 1\n"\n',  # libyaml closes quotes at any indentation
        "text: {a: 1,\nversion: 1}\n",
        "versions: 1\n",
    ],
)
def test_what_only_looks_like_the_key_is_not_it(text):
    assert found(text, "version") == []


def answered(monkeypatch, text, at):
    """Return the text with what the lines alone find at ``at`` in angles, or "left" to PyYAML."""
    asked = []

    def by_events(*given):
        asked.append(given)
        return []

    monkeypatch.setattr(yaml, "_by_events", by_events)
    spots = yaml.locate(text, at)
    edits = [Edit("f", plain, None, spot, f"<{spot.text}>") for spot in spots]
    return "left" if asked else splice(text, edits)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("name: x\nversion: <1>\n", ("version",)),
        ("a:\n  version: 2\nversion : '<1>'", ("version",)),
        ("a:\n version: 2\nversion:  <1>", ("version",)),
        ("versions: 2\nversion: <1>", ("version",)),
        ("- version: 2\n  a: &b 1\n", ("version",)),
        ("a-b#c: <1>", ("a-b#c",)),
        ("a: # b\n      version: <1>", ("a", "version")),
        ("a:\n  b: <1>\nc:\n  b: 2", ("a", "b")),
        ("a:\n  b: <1>\n\n# d\nc:\n\n  b: 2", ("a", "b")),
        ("a:\n  b: x\n  c:\n    b: x\nc:\n  b: <1>", ("c", "b")),
        ("- 2\n- <1>\n- 3", (1,)),
        ("- <1>", (0,)),
        ("- 2\n- 3\n- 4\n- <1>", (3,)),
        ("- a: 2\n- b: 3\n  a: <1>", (1, "a")),
        ("-\n  a: <1>", (0, "a")),
        ("- - 2\n  - <1>", (0, 1)),
        ("- b:\n  - <1>", (0, "b", 0)),
        ("a:\n- 2\n- <1>\nb: 3", ("a", 1)),
        ("a:\n  - b:\n      c: 2\n  - b:\n      c: <1>\n", ("a", 1, "b", "c")),
        ("a: <1>\n---\nb: 1\n---\na: '<2>'", ("a",)),
        # absent
        ("a:\nb: 1", ("a", "b")),
        ("a:\n  b:\nd: 1", ("a", "b", "d")),
        ("a:\n-\n- x", ("a", 0, 0)),
        ("a:\n- x\nb: y", ("a", 1)),
        ("a:\n- x\nb:\n- y\n- z", ("a", 1)),
        ("a:\n  - x: 1\nb:\n  - x: 2", ("a", 1, "x")),
        ("a:\n  b: 1", ("a", 0)),
        ("a:\n  - b", ("a", "b")),
        ("a:\n  b: 1\nc: 2", ("a", "c")),
        ("- a: 1\n  b: 2", (0, "c", "a", "b")),
    ],
)
def test_ordinary_yaml_is_read_by_its_lines(monkeypatch, text, at):
    assert answered(monkeypatch, text.replace("<", "").replace(">", ""), at) == text


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("a b: 1", ("a b",)),
        ("-a: 1", ("-a",)),
        ("a\tb: 1", ("a\tb",)),
        ("%YAML 1.1\n---\na: 1", ("a",)),
        ("a: {b: 1}", ("a", "b")),
        ("a: x\n  b: 1", ("a", "b")),
        ("a: &x\n  b: 1", ("a", "b")),
        ("a:\n  [b]", ("a", 0)),
        ("? a\n: 1", ("a",)),
        ("'b': 1\na: 2", ("a",)),
        ("<<: *b\na: 2", ("a",)),
        ("a: 1\na: 2", ("a",)),
        ("a: 1\na : 2", ("a",)),
        ("a: 1\n'a': 2", ("a",)),
        ("x:\n  a: 1\n  a: 2\ny:\n  a: 3", ("x", "a")),
        ("x:\n  a: 1\n# c\n  a: 2", ("x", "a")),
        ("x:\n  a: 1\n\n  a: 2", ("x", "a")),
        ("x:\r\n  a: 1\r\n\r\n  a: 2", ("x", "a")),
        ("x:\n  a: 1\nx:\n  b: 2", ("x", "a")),
        ("- a: 1\n  b: 2\n  a: 3", (0, "a")),
    ],
)
def test_what_its_lines_alone_do_not_say_is_left_to_pyyaml(monkeypatch, text, at):
    assert answered(monkeypatch, text, at) == "left"


def test_a_document_that_cannot_hold_the_keys_is_not_read():
    assert found("{b: 'x\n---\n{a: 1}\n---\nb: \\[\n---\n[\"\n", "a") == [(3, 5, "1")]
    assert found('{"\\x61": 1}\n---\n{"\\x61": 2}', "a") == [(1, 10, "1"), (3, 10, "2")]


def test_a_key_may_be_no_text():
    assert found("[x]: 1\n{y: z}: 2\n*x : 3\nversion: 4", "version") == [(4, 10, "4")]


def test_json_is_yaml():
    assert found('{"image": {"tag": "v1.0.0"}}', "image", "tag") == [(1, 20, "v1.0.0")]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("version: 1\nname: x\nversion: 2\n", 3, "twice"),
        ("version: 1\n'version': 2\n", 2, "twice"),
        ("version:\n  major: 1\n", 2, "mapping"),
        ("version: [1]\n", 1, "sequence"),
        ("version:\n- 1\n", 2, "sequence"),
        ("x: &v 1.0.0\nversion: *v\n", 2, "alias"),
        ("*version\n", 1, "goes through the alias"),
        ("version: |\n  1.0.0\n", 1, "one line"),
        ('version: "1\\x2e0"\n', 1, "escapes"),
        ('version: "\\\n  1.0"\n', 1, "escapes"),
        ("\n---\nversion: [1]\n", 3, "sequence"),
        ("a: &a {version: 1}\n---\nx: &x {version: 1}\n<<: *x\n", 3, "merge key"),
        ('name: x\nversion: "1.0\n', 3, "no valid YAML"),
        ("version: \t@\n", 1, "no valid YAML"),
    ],
)
def test_what_cannot_be_edited_is_refused_with_its_line(text, line, what):
    with pytest.raises(MalformedError, match=what) as caught:
        yaml.locate(text, ("version",))
    assert caught.value.line == line


def test_an_ordinary_chart_is_read_without_importing_pyyaml():
    code = (
        "import sys; from release_tools.formats import yaml; "
        f"assert yaml.locate({CHART!r}, ('version',)); assert 'yaml' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "new", ["1e3", "0.10", "20260115", "2026-01-15", "0x1f", "0o17", "~", "on", ".5"]
)
def test_a_plain_scalar_that_would_be_no_string_is_not_proven(new):
    with pytest.raises(MalformedError, match="quotes"):
        prove(CHART, ("version",), new)
    prove(CHART, ("appVersion",), new)


@pytest.mark.parametrize("new", ["1.0.0 # x", "a: b", "x\ny: 1", "'", "", "&a 1.0.0", "[1]"])
def test_a_text_that_would_not_be_the_value_is_not_proven(new):
    with pytest.raises(MalformedError):
        prove(CHART, ("version",), new)


def test_a_quote_in_the_new_text_is_not_proven():
    with pytest.raises(MalformedError):
        prove(CHART, ("appVersion",), '1"')


def test_an_edit_of_a_text_with_escapes_is_not_proven():
    text = 'version: "1\\t0"\n'
    edits = [Edit("a", yaml, ("version",), Spot.of(text, 10, 11), "2")]
    with pytest.raises(MalformedError, match="no scalar of one line"):
        yaml.prove(text, splice(text, edits), edits)


def test_a_shared_anchor_is_not_changed():
    with pytest.raises(MalformedError, match="anchor"):
        prove("version: &v 1.0.0\nother: *v\n", ("version",), "1.1.0")


def test_a_change_beside_the_edits_is_not_proven():
    edits = [Edit("a", yaml, ("version",), yaml.locate(CHART, ("version",))[0], "0.4.0")]
    with pytest.raises(MalformedError):
        yaml.prove(CHART, splice(CHART, edits).replace("ours", "mine"), edits)


def test_of_documents_those_with_edits_are_read_and_without_edits_all():
    text = "version: 1.0.0\n---\nb: [\n"
    prove(text, ("version",), "1.1.0")
    with pytest.raises(MalformedError, match="no valid YAML"):
        yaml.prove(text, text, ())


def test_an_edit_of_no_scalar_is_not_proven():
    (spot,) = yaml.locate("x: 1.0.0\nversion: 1.0.0\n", ("version",))
    text = "x: 1.0.0\n#ersion: 1.0.0\n"
    edits = [Edit("a", yaml, ("version",), spot, "1.1.0")]
    with pytest.raises(MalformedError, match="no scalar"):
        yaml.prove(text, splice(text, edits), edits)


HOSTILE = {
    "an alias bomb": "a: &a [x]\n" + "".join(f"b: &a [{'*a,' * 9}]\n" for _ in range(999)),
    "deep flow": "x: " + "[" * 500_000 + "\nversion: 1\n",
    "deep keys": "{a: " * 200_000,
    "dashes": "- " * 300_000 + "\n",
    "anchors": "x: " + "& " * 300_000 + "\n",
    "quotes": "x: [" + "'a'," * 250_000 + "]\n",
    "escapes": 'x: "' + "\\" * 1_000_000 + "\n",
    "a long line": "x: " + "y" * 1_000_000 + "\nversion: 1\n",
    "sisters": "a:\n  version: 1\n" + "b:\n  version: 2\n" * 60_000,
    "blank lines": "a:" + "\n" * 1_000_000,
    "a NUL": "version: 1.\0\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_answered_in_bounded_time(text):
    began = time.process_time()
    for at in [("version",), ("a", "version"), (0, 0, "version")]:
        try:
            yaml.locate(text, at)
        except MalformedError:
            continue
    assert time.process_time() - began < 6


def by_another(text, *replaced):
    """Return edits of another format, given as (start, end, new text), and what they lead to."""
    edits = [Edit("f", plain, None, Spot.of(text, a, b), new) for a, b, new in replaced]
    return text, splice(text, edits), edits


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ("a: 1.0.0 2.0.0\n", [(3, 8, "3.0.0"), (9, 14, "4.0.0")]),
        ("a: x\n", [(4, 4, "y")]),
        ("a: x\nb: y\n", [(3, 4, "1"), (8, 9, "2")]),
        ("a: x\n---\nb: y\n", [(12, 13, "2")]),
        ("a: x # c\nb: y\n", [(7, 8, "d"), (12, 13, "z")]),
    ],
)
def test_what_other_formats_change_inside_of_values_is_proven_too(text, replaced):
    yaml.prove(*by_another(text, *replaced))


@pytest.mark.parametrize(
    ("text", "replaced", "line"),
    [
        ("a: x\nb: y\n", (8, 9, "[1]"), 2),
        ("\na: x\nb: y\n", (9, 10, "[1]"), 3),
        ("a: x\n", (0, 1, "[a]"), 1),
        ("a: &x\n  b: 1\n", (4, 5, "y"), 1),
        ("a: &x b\n", (4, 5, "y"), 1),
        ("a: x\n---\nb: y", (13, 13, "\nc: 1"), 3),
        ("a: x\nb: y", (9, 9, "\nc: 1"), 2),
        ("a: x\nb: y\n", (5, 6, "c"), None),
        ("a: x\nb: y\n", (7, 9, " z"), 2),
    ],
)
def test_what_other_formats_change_beside_them_is_refused(text, replaced, line):
    before, after, edits = by_another(text, replaced)
    if line is None:  # a key is a scalar as any other
        yaml.prove(before, after, edits)
        return
    with pytest.raises(MalformedError) as caught:
        yaml.prove(before, after, edits)
    assert caught.value.line == line
