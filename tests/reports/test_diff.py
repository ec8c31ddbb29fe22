from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from release_tools.reports.diff import edits_table, unified

if TYPE_CHECKING:
    from collections.abc import Callable

    from release_tools.model import FileChange

    Change = Callable[..., FileChange]

GIT = ("git", "apply", "--whitespace=nowarn", "-")
PATCH = ("patch", "-p1", "--binary", "--silent", "--force")


def applied(diff: str, change: FileChange, program: tuple[str, ...]) -> str:
    """Return what the program makes of the old file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, change.path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(change.before.encode())
        subprocess.run(program, cwd=folder, input=diff.encode(), check=True, capture_output=True)
        return file.read_bytes().decode()


def text_of(count: int, *, end: str = "\n", last: str = "\n") -> str:
    return end.join(f"line {number}" for number in range(1, count + 1)) + last


def test_one_edit_has_three_lines_of_context(change: Change):
    made = change(text_of(9), (33, 34, "FIVE"), path="a/b.txt")
    assert unified([made]) == (
        "--- a/a/b.txt\n"
        "+++ b/a/b.txt\n"
        "@@ -2,7 +2,7 @@\n"
        " line 2\n line 3\n line 4\n"
        "-line 5\n+line FIVE\n"
        " line 6\n line 7\n line 8\n"
    )


def test_edits_whose_context_touches_share_a_hunk(change: Change):
    before = text_of(30)
    near = change(before, (0, 4, "A"), (before.index("line 8"), before.index("line 8") + 4, "B"))
    far = change(before, (0, 4, "A"), (before.index("line 9"), before.index("line 9") + 4, "B"))
    assert unified([near]).count("@@ -") == 1
    assert unified([far]).count("@@ -") == 2


def test_a_carriage_return_is_kept_and_no_separator_but_lf_splits_lines(change: Change):
    made = change("a\r\nb\x0cc\u2028d\r\n", (0, 1, "A"))
    assert unified([made]) == ("--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-a\r\n+A\r\n b\x0cc\u2028d\r\n")


def test_a_missing_final_newline_is_marked(change: Change):
    no_end = "\\ No newline at end of file\n"
    made = change("1.0", (0, 3, "2.0"))
    assert unified([made]) == f"--- a/f\n+++ b/f\n@@ -1 +1 @@\n-1.0\n{no_end}+2.0\n{no_end}"
    context = change("1.0\nend", (0, 3, "2.0"))
    assert unified([context]).endswith(f"-1.0\n+2.0\n end\n{no_end}")


def test_an_insertion_only_adds(change: Change):
    made = change("# Log\n\n## 1.0\n", (7, 7, "## 2.0\n\n"))
    assert unified([made]) == (
        "--- a/f\n+++ b/f\n@@ -1,3 +1,5 @@\n # Log\n \n+## 2.0\n+\n ## 1.0\n"
    )


def test_a_change_of_nothing_and_no_change_are_no_diff(change: Change):
    assert unified([]) == ""
    assert unified([change("1.0\n", (0, 3, "1.0"))]) == ""


def test_a_change_that_its_edits_do_not_explain_is_shown_as_it_is(change: Change):
    made = change("a\nb\nc\n", (0, 1, "A"))
    lying = type(made)("f", made.before, "a\nb\nC\n", made.edits)
    assert unified([lying]).endswith(" a\n b\n-c\n+C\n")


def test_an_edit_of_the_last_line_and_an_insertion_behind_it_are_one_change(change: Change):
    made = change("a", (0, 1, "b"), (1, 1, "c\n"))
    no_end = "\\ No newline at end of file\n"
    assert unified([made]) == f"--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n{no_end}+bc\n"


def test_an_edit_across_lines_takes_all_of_them(change: Change):
    made = change("a\nb\nc\nd\n", (0, 5, "x"))
    assert unified([made]) == "--- a/f\n+++ b/f\n@@ -1,4 +1,2 @@\n-a\n-b\n-c\n+x\n d\n"


def test_a_path_that_is_no_text_is_quoted_byte_by_byte(change: Change):
    made = change("1\n", (0, 1, "2"), path="\udcff")
    assert unified([made]).startswith('--- "a/\\377"\n+++ "b/\\377"\n')


@pytest.mark.parametrize("program", [GIT, PATCH], ids=["git", "patch"])
@pytest.mark.parametrize("path", ["f", "a b.txt", 'q"uote\\x', "é/日本.md", "tab\tnew\nline"])
def test_git_and_patch_find_the_file_and_make_the_change(
    change: Change, path: str, program: tuple[str, ...]
):
    if shutil.which(program[0]) is None:
        pytest.skip(f"{program[0]} is not installed")
    made = change(text_of(40, end="\r\n", last=""), (0, 4, "A"), (330, 332, ""), path=path)
    assert applied(unified([made]), made, program) == made.after


@st.composite
def plans(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, str]]]:
    """Draw a text of short lines and edits that do not overlap."""
    before = draw(st.text(st.sampled_from("ab\n\n\r"), min_size=1, max_size=60))
    cuts = sorted(draw(st.lists(st.integers(0, len(before)), max_size=8, unique=True)))
    if len(cuts) % 2:
        cuts.append(len(before) + 1)
    pairs = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if b <= len(before)]
    texts = st.text(st.sampled_from("xy\n"), max_size=4)
    spots = [draw(st.sampled_from([(a, a), (a, b), (b, b)])) for a, b in pairs]
    return before, [(start, end, draw(texts)) for start, end in spots]


def patched(before: str, diff: str) -> str:
    """Apply a unified diff strictly: every context line and every count has to be right."""
    old = before.split("\n")
    old = [line + "\n" for line in old[:-1]] + ([old[-1]] if old[-1] else [])
    body = diff.split("\n")[2:-1]
    new: list[str] = []
    at = index = 0
    while index < len(body):
        _, removed, added, _ = body[index].split(" ")
        counts = [
            [int(part) for part in (text[1:] + ",1").split(",")[:2]] for text in (removed, added)
        ]
        (start, left), (new_start, right) = counts
        begin = start - 1 if left else start
        new += old[at:begin]
        at = begin
        assert new_start == (len(new) + 1 if right else len(new))
        index += 1
        while left or right or (index < len(body) and body[index].startswith("\\")):
            mark, line = body[index][:1], body[index][1:] + "\n"
            index += 1
            if index < len(body) and body[index].startswith("\\"):
                line = line[:-1]
                index += 1
            if mark in " -":
                assert old[at] == line
                at += 1
                left -= 1
            if mark in " +":
                new.append(line)
                right -= 1
    return "".join(new + old[at:])


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=plans())
def test_the_diff_of_any_plan_leads_from_before_to_after(
    change: Change, plan: tuple[str, list[tuple[int, int, str]]]
):
    before, edits = plan
    made = change(before, *edits)
    assert patched(before, unified([made])) == made.after


def test_for_a_terminal_every_line_is_escaped_but_its_tabs(change: Change, hostile: str):
    made = change(f"\t{hostile}\n ::error::x\nv1\n", (0, 0, ""), path="a\x1b")
    made = change(made.before, (len(made.before) - 2, len(made.before) - 1, "2"), path="a\x1b")
    shown = unified([made], escape=True)
    assert all(char.isprintable() or char in "\t\n" for char in shown)
    assert "##[" not in shown
    assert not any(line.lstrip().startswith("::") for line in shown.splitlines())
    assert shown.endswith("-v1\n+v2\n")


def test_the_table_of_edits_names_line_old_and_new(change: Change, hostile: str):
    first = change('version = "0.3.0"\n', (11, 16, "0.4.0"), path="pyproject.toml")
    second = change("# Log\n", (6, 6, "## 0.4.0\n"), path="CHANGELOG.md")
    assert edits_table([first, second]) == (
        "pyproject.toml:1  0.3.0 -> 0.4.0\nCHANGELOG.md:2    + ## 0.4.0\n"
    )
    assert edits_table([]) == ""
    evil = change(hostile, (0, len(hostile), hostile * 9), path=hostile)
    (line,) = edits_table([evil]).splitlines()
    assert line.isprintable()
    assert "##[" not in line
    assert len(line) < 500
