from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.model import Finding, Severity
from release_tools.reports import github

if TYPE_CHECKING:
    from release_tools.model import Table


def runner_reads(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Parse the log as GitHub's runner does: command, properties, data."""
    commands = []
    for line in text.split("\n"):
        assert "##[" not in line
        if not line.lstrip().startswith("::"):
            assert line == ""
            continue
        info, _, data = line.lstrip()[2:].partition("::")
        name, _, listed = info.partition(" ")
        pairs = (item.split("=", 1) for item in listed.split(",") if item)
        properties = {key: unescape(value) for key, value in pairs}
        commands.append((name, properties, unescape(data)))
    return commands


def unescape(text: str) -> str:
    codes = {"0D": "\r", "0A": "\n", "3A": ":", "2C": ",", "25": "%"}
    return re.sub("%(0D|0A|3A|2C|25)", lambda match: codes[match[1]], text)


def test_each_finding_is_one_command_on_its_line(table: Table):
    assert github.render(table.findings) == (
        "::error file=core/Cargo.toml,line=3,col=12,title=surface-differs::"
        "crate:widget-core says 0.2.0, expected 0.3.0%0Ahelp: run `release-tools bump 0.3.0`\n"
        "::warning file=values.yaml,title=reference-pinned::a digest pins it\n"
        "::notice title=stamped::chart:widget is stamped\n"
    )
    assert github.render(()) == ""


def test_a_path_keeps_its_meaning_through_the_escapes():
    path = "a,b:c%0A=d.toml"
    finding = Finding("config", Severity.ERROR, "50% :: done%25", path=path, line=1)
    ((name, properties, data),) = runner_reads(github.render([finding]))
    assert name == "error"
    assert properties == {"file": path, "line": "1", "title": "config"}
    assert data == "50% :: done%25"


def test_hostile_text_makes_no_command_of_its_own(hostile_table: Table):
    commands = runner_reads(github.render(hostile_table.findings))
    assert [name for name, _, _ in commands] == ["error", "warning", "notice"]
    for _, properties, data in commands:
        assert set(properties) == {"file", "line", "col", "title"}
        assert data.count("\n") == 1
        assert data.replace("\n", "").isprintable()


def test_errors_come_first_and_the_last_of_too_many_says_so():
    notes = [Finding("stamped", Severity.NOTE, str(number)) for number in range(10)]
    errors = [Finding("surface-differs", Severity.ERROR, str(number)) for number in range(25)]
    commands = runner_reads(github.render([*notes, *errors]))
    assert [name for name, _, _ in commands] == ["error"] * 10 + ["notice"] * 10
    assert [data for _, _, data in commands][:9] == [str(number) for number in range(9)]
    assert commands[9][2] == "16 more: see the log or the summary of this job"
    assert commands[19][2] == "9"
