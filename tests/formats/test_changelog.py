from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.errors import MalformedError
from release_tools.formats import changelog, plain, splice
from release_tools.model import Edit, Spot

KEPT = """\
# Changelog

## [Unreleased]

### Added

- New things

## [0.2.0] - 2025-01-01

- Old things

[unreleased]: https://example.com/o/r/compare/v0.2.0...HEAD
[0.2.0]: https://example.com/o/r/compare/v0.1.0...v0.2.0
"""
ROLLED = """\
# Changelog

## [Unreleased]

## [0.3.0] - 2026-01-15

### Added

- New things

## [0.2.0] - 2025-01-01

- Old things

[unreleased]: https://example.com/o/r/compare/v0.3.0...HEAD
[0.3.0]: https://example.com/o/r/compare/v0.2.0...v0.3.0
[0.2.0]: https://example.com/o/r/compare/v0.1.0...v0.2.0
"""


def newest(text):
    return [(spot.line, spot.column, spot.text) for spot in changelog.locate(text, None)]


def rolled(text, version="0.3.0"):
    pairs = changelog.roll(text, version, "2026-01-15")
    edits = [Edit("CHANGELOG.md", changelog, None, spot, new) for spot, new in pairs]
    after = splice(text, edits)
    changelog.prove(text, after, edits)
    return after


def test_a_heading_of_four_signs_is_no_version_and_not_unreleased():
    assert newest("#### 0.3.0\n") == []
    assert newest("   ## 0.3.0\n") == [(1, 7, "0.3.0")]
    assert changelog.roll("#### Unreleased\n\n- New\n", "0.3.0", "2026-01-15") == ()
    assert "### 0.3.0 - 2026-01-15\n" in rolled("### Unreleased\n\n- New\n")


def test_a_byte_order_mark_belongs_to_no_line():
    assert newest("\ufeff## 0.3.0\n")[0][2] == "0.3.0"
    assert "\n## 0.3.0 - 2026-01-15\n" in rolled("\ufeff## Unreleased\n\n- New\n")


def test_a_version_in_the_address_of_a_heading_is_not_that_of_the_heading():
    text = "## Unreleased\n\n## [0.2.0](https://example.com/0.2.0) - 2025-01-01\n"
    assert "\n## 0.3.0 - 2026-01-15\n" in rolled(text)


def test_a_link_is_added_where_the_file_ends():
    text = KEPT[: KEPT.index("[0.2.0]: ")]
    assert rolled(text) == ROLLED[: ROLLED.index("[0.2.0]: ")]


def test_an_insertion_that_is_no_whole_line_is_refused():
    for at, new in ((KEPT.index("- Old"), "x"), (KEPT.index("Old"), "x\n")):
        edits = [Edit("CHANGELOG.md", changelog, None, Spot.of(KEPT, at, at), new)]
        with pytest.raises(MalformedError, match="neither a heading nor a link") as caught:
            changelog.prove(KEPT, splice(KEPT, edits), edits)
        assert caught.value.line == 11


@pytest.mark.parametrize(
    ("heading", "column", "version"),
    [
        ("## [0.3.0] - 2026-01-15", 5, "0.3.0"),
        ("## 0.3.0 (2026-01-15)", 4, "0.3.0"),
        ("## v0.3.0", 5, "0.3.0"),
        ("# 0.12.5", 3, "0.12.5"),
        ("## [v1.0.0-rc.1](https://example.com) (2026-01-15)", 6, "1.0.0-rc.1"),
        ("### Version 0.3.0:", 13, "0.3.0"),
    ],
)
def test_the_newest_version_heading_is_found(heading, column, version):
    assert newest(f"# Changes\n\n## [Unreleased]\n{heading}\n## 0.0.1\n") == [(4, column, version)]


@pytest.mark.parametrize(
    "text",
    [
        "# Changes\n## [Unreleased]\n",
        "```\n## 0.3.0\n```\n",
        "~~~~ text\n```\n## 0.3.0\n~~~\n## 0.3.0\n",
        "<!--\n## 0.3.0\n-->\n",
        "<!--\nx\n## 0.3.0\n",
        "    ## 0.3.0\n",
        "## 0.11.x\n##0.3.0\n## Since 0.3.0\n#### 0.3.0\n",
        "## 0.3.0.1\n",
        "",
    ],
)
def test_what_is_no_version_heading_is_not_found(text):
    assert newest(text) == []


def test_a_closed_fence_hides_nothing_behind_it():
    assert newest("```\n```\n<!-- x -->\n``` ` ```\n## 0.3.0\n") == [(5, 4, "0.3.0")]
    assert newest("    code\n<!--\nx\n-->\n## 0.3.0\n") == [(5, 4, "0.3.0")]


def test_unreleased_becomes_the_version_and_the_links_follow():
    assert rolled(KEPT) == ROLLED


def test_line_breaks_are_kept():
    assert rolled(KEPT.replace("\n", "\r\n")) == ROLLED.replace("\n", "\r\n")


def test_rolling_twice_changes_nothing():
    assert rolled(ROLLED) == ROLLED
    assert changelog.notes(ROLLED, "0.3.0") is not None


def test_a_version_that_is_there_in_another_spelling_is_not_rolled_again():
    text = "## [Unreleased]\n\n## [0.3.0rc1] - 2026-01-15\n\n- one\n"
    assert changelog.roll(text, "0.3.0-rc.1", "2026-02-01") == ()
    assert changelog.notes(text, "0.3.0-rc.1") == "- one"


def test_without_an_unreleased_heading_there_is_nothing_to_roll():
    assert changelog.roll("## 0.2.0\n", "0.3.0", "2026-01-15") == ()
    assert changelog.roll("```\n## Unreleased\n```\n", "0.3.0", "2026-01-15") == ()


@pytest.mark.parametrize(
    ("before", "title"),
    [
        ("## Unreleased\n## v0.2.0 (2025-01-01)\n", "## v0.3.0 (2026-01-15)"),
        ("## Unreleased\n## 0.2.0\n", "## 0.3.0"),
        ("## Unreleased\n## 0.2.0 first\n", "## 0.3.0 - 2026-01-15"),
        ("## [Unreleased]\n## [0.2.0]\n", "## [0.3.0]"),
        ("## unreleased\n", "## 0.3.0 - 2026-01-15"),
        ("## [Unreleased]\n", "## [0.3.0] - 2026-01-15"),
        ("# [Unreleased]\n# [v0.2.0] – 2025-01-01 [YANKED]\n", "# [v0.3.0] – 2026-01-15"),  # noqa: RUF001
        (
            "## [Unreleased]\n## [0.2.0](https://example.com) (2025-01-01)\n",
            "## 0.3.0 (2026-01-15)",
        ),
    ],
)
def test_the_heading_is_written_in_the_style_of_the_file(before, title):
    first, _, rest = before.partition("\n")
    assert rolled(before) == f"{first}\n\n{title}\n{rest}"


def test_a_missing_final_newline_stays_missing():
    assert rolled("## Unreleased") == "## Unreleased\n\n## 0.3.0 - 2026-01-15"


def test_the_tag_is_spelled_as_told():
    pairs = changelog.roll(KEPT, "0.3.0", "2026-01-15", "app-{}".format)
    assert [new for _, new in pairs][1:] == [
        "app-0.3.0",
        "[0.3.0]: https://example.com/o/r/compare/v0.2.0...app-0.3.0\n",
    ]


URL = "https://example.com/o/r/compare"


@pytest.mark.parametrize(
    ("definition", "links"),
    [
        (f"  [Unreleased]: {URL}/v0.2.0...HEAD", f"{URL}/v0.3.0...HEAD {URL}/v0.2.0...v0.3.0"),
        (f"[unreleased]: {URL}/v0.2.0..HEAD", f"{URL}/v0.3.0..HEAD {URL}/v0.2.0..v0.3.0"),
        (
            f"[unreleased]: {URL}/compare/v0.2.0...HEAD",  # the repository is called compare
            f"{URL}/compare/v0.3.0...HEAD {URL}/compare/v0.2.0...v0.3.0",
        ),
        (
            "[unreleased]: http://[::1]:80/compare/v0.2.0...HEAD",
            "http://[::1]:80/compare/v0.3.0...HEAD http://[::1]:80/compare/v0.2.0...v0.3.0",
        ),
        (
            f"[0.1.0]: {URL}/v0.0.1...v0.1.0\n[unreleased]: {URL}/v0.2.0...HEAD",
            f"{URL}/v0.0.1...v0.1.0 {URL}/v0.3.0...HEAD {URL}/v0.2.0...v0.3.0",
        ),
        (
            f"[unreleased]: {URL}/v0.2.0...HEAD\n  [0.3.0]: there",
            f"{URL}/v0.3.0...HEAD there",
        ),
        (f"[unreleased]: {URL}/...HEAD", f"{URL}/...HEAD"),
        (f"[unreleased]: {URL}/v0.2.0", f"{URL}/v0.2.0"),
        ("[unreleased]: https://example.com", "https://example.com"),
    ],
)
def test_the_links_that_compare_unreleased_follow(definition, links):
    lines = rolled(f"## [Unreleased]\n\n{definition}\n").splitlines()[4:]
    assert [line.split("]: ")[1] for line in lines] == links.split()


def test_a_link_is_called_as_the_heading_that_it_belongs_to():
    text = f"## [Unreleased]\n## [v0.2.0]\n\n[unreleased]: {URL}/v0.2.0...HEAD\n"
    assert f"\n[v0.3.0]: {URL}/v0.2.0...v0.3.0\n" in rolled(text)


def test_notes_are_the_section_without_links():
    assert changelog.notes(ROLLED, "0.3.0") == "### Added\n\n- New things"
    assert changelog.notes(ROLLED, "0.2.0") == "- Old things"
    assert changelog.notes(ROLLED, "0.1.0") is None
    assert changelog.notes(ROLLED, "next") is None


@pytest.mark.parametrize(
    ("section", "kept"),
    [
        ("- one\n\n- two\n", "- one\n\n- two"),
        ("- one\n## Older\n- two\n", "- one"),
        ("- one\n# Older\n- two\n", "- one"),
        ("- one\n### 0.2.0\n- two\n", "- one"),
        ("- one\n### Fixed\n- two\n", "- one\n### Fixed\n- two"),
        ("- one\n  [0.3.0]: x\n\n", "- one"),
        ("- a[0]: b\n", "- a[0]: b"),
        ("[one] two\n", "[one] two"),
    ],
)
def test_notes_end_where_the_section_does(section, kept):
    assert changelog.notes(f"# Changelog\n\n## 0.3.0\n\n{section}", "0.3.0") == kept


def test_an_edit_outside_the_headings_is_not_proven():
    at = KEPT.index("things")
    spot = Spot.of(KEPT, at, at + 6)
    edits = [Edit("C", changelog, None, spot, "bugs")]
    with pytest.raises(MalformedError, match="neither a heading nor a link"):
        changelog.prove(KEPT, splice(KEPT, edits), edits)


CHANGED = "the edits would change the headings of the changelog to"


@pytest.mark.parametrize(
    ("new", "message"),
    [
        (
            "```\n",
            f"{CHANGED} 'Changelog, [Unreleased]'",
        ),
        (
            f"## {'x' * 200}\n<!--\n",
            f"{CHANGED} 'Changelog, [Unreleased], {'x' * 175}'",
        ),
        (
            "## 9.9.9\n## 8.8.8",
            "'## 9.9.9\\n## 8.8.8' would be neither a heading nor a link of the",
        ),
        ("x", "'x' would be neither a heading nor a link of the changelog"),
    ],
)
def test_an_insertion_that_changes_other_headings_is_not_proven(new, message):
    at = KEPT.index("### Added")
    edits = [Edit("C", changelog, None, Spot.of(KEPT, at, at), new)]
    with pytest.raises(MalformedError) as caught:
        changelog.prove(KEPT, splice(KEPT, edits), edits)
    assert caught.value.message.startswith(message)


def test_headings_that_another_edit_writes_are_no_loss():
    text = "## Old\n## 0.2.0\n"
    made = [
        Edit("C", plain, None, Spot.of(text, 0, 6), "## New"),
        Edit("C", changelog, None, changelog.locate(text)[0], "0.3.0"),
        Edit("C", changelog, None, Spot.of(text, 7, 7), "## 1.0.0\n## 0.9.0\n"),
    ]
    changelog.prove(text, "## New\n## 1.0.0\n## 0.9.0\n## 0.3.0\n", made)


lines = st.sampled_from(
    ["", "text", "- x", "```", "<!-- x -->", "## 0.2.0", "## [0.1.0] - 2025-01-01", "### Added",
     "[unreleased]: https://example.com/compare/v0.2.0...HEAD", "[0.3.0]: x", "## Unreleased"]
)  # fmt: skip


@given(st.lists(lines, max_size=12), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_a_rolled_changelog_is_the_old_one_with_lines_added(body, end, closed):
    text = end.join(["# Changelog", *body]) + (end if closed else "")
    after = rolled(text)
    assert rolled(after) == after
    if after != text:
        assert changelog.notes(after, "0.3.0") is not None
        kept = iter(after.replace("compare/v0.3.0...HEAD", "compare/v0.2.0...HEAD").split(end))
        assert all(line in kept for line in text.split(end))
        assert after.endswith(end) == text.endswith(end)
