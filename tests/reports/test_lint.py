from __future__ import annotations

from release_tools.reports import lint

TAGS = [
    {"tag": "v1.0.0", "stream": "main", "channel": "release"},
    {"tag": "v1.0.0-rc.1", "stream": "main", "channel": "prerelease"},
    {"tag": "sim-v1.0.0", "stream": "sim", "channel": "release"},
]


def data(*marks, path=".github/workflows/a.yml", publishes=("image",)):
    tags = {tag["tag"]: {"mark": mark} for tag, mark in zip(TAGS, marks, strict=False)}
    row = {"path": path, "publishes": list(publishes), "tags": tags}
    return {"tags": TAGS, "workflows": [row] if marks else []}


def test_a_prerelease_that_does_the_same_shares_the_column():
    text = lint.as_text(data("publishes", "publishes", "crosses"), colour=False)
    assert text == (
        "workflow  v1.0.0[-rc.1]  sim-v1.0.0  publishes\n"
        "a.yml     ungated        CROSSES     image\n"
    )


def test_a_prerelease_that_does_something_else_has_its_own():
    text = lint.as_text(data("gated", "not-started", "runs", publishes=()), colour=False)
    assert text.splitlines() == [
        "workflow  v1.0.0  v1.0.0-rc.1  sim-v1.0.0  publishes",
        "a.yml     gated   \N{EN DASH}            runs        \N{EN DASH}",
    ]


def test_names_that_do_not_fit_stand_above_the_table():
    text = lint.as_text(data("gated", "gated", "crosses"), colour=False, width=40)
    assert text.splitlines() == [
        "  1  v1.0.0[-rc.1]",
        "  2  sim-v1.0.0",
        "",
        "workflow  1      2        publishes",
        "a.yml     gated  CROSSES  image",
    ]


def test_no_row_is_said_in_words():
    assert lint.as_text(data(), colour=False) == "no tag of main, sim starts a workflow\n"
    assert lint.as_markdown(data()) == "No tag of main&#44; sim starts a workflow.\n"


def test_the_markdown_table_says_what_its_words_mean():
    lines = lint.as_markdown(data("gated", "gated", "crosses")).splitlines()
    assert lines[:3] == [
        "| workflow | v1.0.0&#91;-rc.1&#93; | sim-v1.0.0 | publishes |",
        "|---|---|---|---|",
        "| a.yml | gated | CROSSES | image |",
    ]
    assert "CROSSES: publishes for a tag of another stream" in lines[-1]


def test_a_file_name_does_nothing_to_a_terminal_or_a_page():
    hostile = data("gated", "gated", "runs", path=".github/workflows/\x1b[31m|<b>.yml")
    assert "\x1b" not in lint.as_text(hostile, colour=False)
    assert "<b>" not in lint.as_markdown(hostile)
    assert r"\x1b[31m|<b>.yml" in lint.as_text(hostile, colour=False)


def test_colour_changes_nothing_but_the_colour():
    import re

    given = data("gated", "publishes", "crosses")
    coloured = lint.as_text(given, colour=True)
    assert "\x1b[1;31mCROSSES" in coloured
    plain = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in plain.splitlines()] == (
        lint.as_text(given, colour=False).splitlines()
    )
