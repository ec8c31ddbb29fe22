from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from release_tools.model import Finding, Severity, Stage, Verdict
from release_tools.reports import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from release_tools.model import Row, Table

EXPECTED = """\
v0.3.0 · stream router  source
pypi:widget             0.3.0
crate:widget-core       0.2.0 ✗ expected 0.3.0
npm:widget              MISSING
image:server            ? values.yaml cannot be read
chart:widget            0.1.0 (stamped)
file:VERSION            \N{EN DASH}

error[surface-differs] core/Cargo.toml:3:12  crate:widget-core says 0.2.0, expected 0.3.0
    help: run `release-tools bump 0.3.0`
warning[reference-pinned] values.yaml  a digest pins it
note[stamped] chart:widget is stamped

2 places of 2 surfaces disagree with 0.3.0 (1 place could not be determined)
"""


def plain(table: Table, width: int | None = None) -> str:
    return text.render(table, colour=False, width=width, discovered=False)


def test_the_table_the_findings_and_the_sum_stand_in_this_order(table: Table):
    assert plain(table) == EXPECTED


def test_colour_changes_nothing_but_colours(table: Table):
    coloured = text.render(table, colour=True, width=None, discovered=False)
    assert "\x1b[32m0.3.0\x1b[0m" in coloured
    assert "\x1b[31m0.2.0 ✗ expected 0.3.0\x1b[0m" in coloured
    stripped = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in stripped.splitlines()] == EXPECTED.splitlines()


def test_a_stage_that_a_kind_does_not_have_is_a_dash(table: Table):
    rows = table.streams[0].rows
    built = rows[0].cells[0]._replace(stage=Stage.BUILT)
    stream = table.streams[0]._replace(rows=(rows[0]._replace(cells=(built,)), rows[1]))
    wide = table._replace(streams=(stream,), stages=(Stage.SOURCE, Stage.BUILT), findings=())
    assert plain(wide).splitlines()[:3] == [
        "v0.3.0 · stream router  source                  built",
        "pypi:widget             \N{EN DASH}                       0.3.0",
        "crate:widget-core       0.2.0 ✗ expected 0.3.0  \N{EN DASH}",
    ]


@pytest.mark.parametrize("width", [1, 10, 24, 25, 26, 30, 40])
def test_no_line_of_the_table_is_wider_than_the_terminal(table: Table, width: int):
    lines = plain(table, width).split("\n\n")[0].splitlines()
    assert len(lines) == 7
    assert all(len(line) <= width for line in lines)
    assert any(line.endswith("…") for line in lines)


def test_a_table_that_fits_is_not_cut(table: Table):
    assert plain(table, 52) == EXPECTED
    assert plain(table, 51) != EXPECTED


@pytest.mark.parametrize("colour", [False, True])
def test_no_text_of_a_file_reaches_the_terminal_raw(hostile_table: Table, *, colour: bool):
    shown = text.render(hostile_table, colour=colour, width=None, discovered=True)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines() if colour else shown.splitlines()
    assert all(line.isprintable() and "##[" not in line for line in lines)
    assert not any(line.lstrip().startswith("::") for line in lines)
    # the three findings advise the same, and it is said once
    assert len(lines) == 1 + len(Verdict) + 1 + len(Severity) + 1 + 1 + 2
    assert shown.encode()


def test_agreement_is_counted_in_places(row: Callable[..., Row], table_of: Callable[..., Table]):
    one = table_of(row("pypi:a", Verdict.AGREES, "0.3.0"), verdict=Verdict.AGREES)
    assert plain(one).splitlines()[-1] == "1 place of 1 surface agrees on 0.3.0"
    two = table_of(
        row("pypi:a", Verdict.AGREES, "0.3.0"),
        row("pypi:b", Verdict.AGREES, "0.3.0"),
        verdict=Verdict.AGREES,
    )
    assert plain(two).splitlines()[-1] == "2 places of 2 surfaces agree on 0.3.0"


def test_what_is_missing_is_not_mended_by_a_bump(
    row: Callable[..., Row], table_of: Callable[..., Table]
):
    table = table_of(row("pypi:a", Verdict.MISSING, None))
    assert plain(table).splitlines()[-1] == "1 place of 1 surface disagrees with 0.3.0"


def test_what_differs_elsewhere_than_in_the_source_is_not_mended_by_a_bump(
    row: Callable[..., Row], table_of: Callable[..., Table]
):
    source = row("pypi:a", Verdict.DIFFERS, "0.2.0")
    published = source._replace(cells=(source.cells[0]._replace(stage=Stage.PUBLISHED),))
    shown = plain(table_of(published))
    assert shown.splitlines()[-1] == "1 place of 1 surface disagrees with 0.3.0"


def test_without_a_version_the_sum_asks_for_one(
    row: Callable[..., Row], table_of: Callable[..., Table]
):
    table = table_of(row("pypi:a", Verdict.DIFFERS, "0.2.0"), version=None)
    assert plain(table).startswith("stream router  source\n")
    assert plain(table).splitlines()[-1] == ("1 place of 1 surface disagrees")


def test_nothing_judged_is_no_agreement(row: Callable[..., Row], table_of: Callable[..., Table]):
    table = table_of(row("chart:a", Verdict.UNCHECKED, "1", "stamped"), verdict=Verdict.UNKNOWN)
    assert plain(table).splitlines()[-1] == "nothing to judge"
    assert plain(table._replace(streams=())) == "nothing to judge\n"


def test_each_stream_has_its_own_sum(table: Table):
    sim = table.streams[0]._replace(stream=table.streams[0].stream._replace(name="sim"))
    both = table._replace(streams=(table.streams[0], sim), findings=())
    router, other = plain(both).splitlines()[-2:]
    assert router.startswith("router: 2 places")
    assert other.startswith("sim: 2 places")


def test_discovery_is_said_once(table: Table):
    said = text.render(table, colour=False, width=None, discovered=True)
    assert "no configuration: the surfaces were discovered" in said
    note = Finding("discovered", Severity.NOTE, "no configuration")
    twice = table._replace(findings=(*table.findings, note))
    assert "were discovered" not in text.render(twice, colour=False, width=None, discovered=True)


def test_what_several_findings_in_a_row_advise_is_said_once(
    table_of: Callable[..., Table], row: Callable[..., Row]
):
    found = [
        Finding("surface-differs", Severity.ERROR, message, hint)
        for message, hint in (("one", "mend it"), ("two", "mend it"), ("three", "look"))
    ]
    table = table_of(row("pypi:x", Verdict.AGREES, "0.3.0"))._replace(findings=tuple(found))
    lines = text.render(table, colour=False, width=None, discovered=False).splitlines()
    at = lines.index("error[surface-differs] one")
    assert lines[at : at + 5] == [
        "error[surface-differs] one",
        "error[surface-differs] two",
        "    help: mend it",
        "error[surface-differs] three",
        "    help: look",
    ]


def test_what_is_found_of_several_surfaces_alike_is_said_once_with_their_number():
    alike = Finding("deployment-unknown", Severity.ERROR, "no connection", "log in")
    found = [
        alike._replace(surface="image:a"),
        alike._replace(surface="image:b", message="refused"),
        alike._replace(surface="image:b"),
        alike._replace(surface="image:c", path="a.yaml"),
        alike._replace(surface="image:c", path="a.yaml"),
    ]
    assert list(text.findings(found, colour=False)) == [
        "error[deployment-unknown] no connection (2 surfaces)",
        "error[deployment-unknown] refused",
        "error[deployment-unknown] a.yaml  no connection\n    help: log in",
    ]
