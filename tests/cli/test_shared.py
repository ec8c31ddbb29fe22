"""Loading, errors, colour: what several commands share."""

from __future__ import annotations

import io
import json

import pytest

from release_tools.cli import shared
from release_tools.errors import ConfigError, RefusedError, UnreadableError, UsageError


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_colour_is_for_terminals_and_yields_to_no_color(monkeypatch):
    assert shared.coloured(Terminal())
    assert not shared.coloured(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "")
    assert shared.coloured(Terminal())  # no-color.org: not an empty one
    monkeypatch.setenv("NO_COLOR", "0")
    assert not shared.coloured(Terminal())


def test_an_error_is_written_with_id_place_and_way_out(capsys):
    shared.show_error(ConfigError("no such key", hint="try tag", path="a.toml", line=3))
    assert capsys.readouterr().err == "error[config] a.toml:3  no such key\n    help: try tag\n"


def test_an_error_without_a_hint_has_that_of_the_table(capsys):
    shared.show_error(RefusedError("plan-conflict", "two texts"))
    assert "\n    help: let one surface own the place" in capsys.readouterr().err


def test_an_error_cannot_do_anything_to_the_terminal(capsys):
    shared.show_error(UsageError("a\x1b[31m\n::error::b"))
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert not [line for line in err.splitlines() if line.startswith("::")]


def test_without_json_errors_pass(capsys):
    def work():
        raise UnreadableError("gone")

    with pytest.raises(UnreadableError):
        shared.reported("bump", "text", work)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("error", "id_"),
    [
        (UnreadableError("x"), "undetermined"),
        (UnreadableError("x", path="a"), "file-unreadable"),
        (KeyboardInterrupt(), "interrupted"),
        (ZeroDivisionError("x"), "internal-error"),
    ],
)
def test_with_json_whatever_ends_the_work_is_reported(capsys, error, id_):
    def work():
        raise error

    if isinstance(error, UnreadableError):
        assert shared.reported("bump", "json", work, {"tags": ["v1"]}) == 3
    else:
        with pytest.raises(type(error)):
            shared.reported("bump", "json", work, {"tags": ["v1"]})
    report = json.loads(capsys.readouterr().out)
    assert (report["verdict"], report["findings"][0]["id"]) == ("unknown", id_)
    assert report["data"] == {"tags": ["v1"]}


@pytest.mark.parametrize("error", [BrokenPipeError(), OSError(28, "No space left on device")])
def test_an_output_that_takes_nothing_gets_no_second_report(capsys, error):
    def work():
        raise error

    with pytest.raises(type(error)):
        shared.reported("bump", "json", work)
    assert capsys.readouterr().out == ""
