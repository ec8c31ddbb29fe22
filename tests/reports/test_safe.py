from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.reports import safe


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_shown_is_one_printable_line(text: str):
    assert safe(text).isprintable()
    safe(text).encode()  # no lone surrogate is left


@given(st.text(st.sampled_from("#[: \t\na\x1b")))
def test_nothing_is_a_command_to_the_runner(text: str):
    shown = safe(text)
    assert "##[" not in shown
    assert not shown.lstrip().startswith("::")


@pytest.mark.parametrize("text", ["0.3.0-rc.1+b_5", "docs/日本語/README.md", "a::b #[c] — é"])
def test_ordinary_text_is_left_as_it_is(text: str):
    assert safe(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", r"a\nb"),
        ("\x1b[2J", r"\x1b[2J"),
        ("\u202e1.0", r"\u202e1.0"),
        ("\udcff", r"\udcff"),
        ("##[group]x", r"#\x23[group]x"),
        (" ::add-mask::x", r" \x3a:add-mask::x"),
    ],
)
def test_the_rest_is_written_as_an_escape(text: str, shown: str):
    assert safe(text) == shown


def test_a_long_text_is_cut_with_an_ellipsis():
    assert safe("x" * 61, 60) == "x" * 59 + "…"
    assert safe("x" * 60, 60) == "x" * 60
