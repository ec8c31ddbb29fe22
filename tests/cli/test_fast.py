"""The fast lane and click read the same command line the same way."""

from __future__ import annotations

import click
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from release_tools.cli import bumping, commands, fast, surfaces

FLAGS = ["--dry-run", "--commit", "--tag", "--sign", "--push", "--pr", "--allow-lower"]
VALUES = ["0.3.0", "minor", "rc", "a=b", "v1", "x y", "", ".", "=", "é"]
ODD = ["--", "-", "-h", "--help", "-V", "--format=json", "--dry", "--no", "-C.", "init", "tag"]
ODD += ["--format", "--stream", "--tag", "--ref", "--next", "--config"]
value = st.sampled_from(VALUES)
word = value.map(lambda text: [text])


def option(*names):
    return st.tuples(st.sampled_from(names), value).map(list)


def line(command, pieces):
    """Mostly what is plain for the command, and now and then something that is not."""
    odd = st.sampled_from(ODD).map(lambda text: [text])
    start = st.lists(option("-C", "--config"), max_size=2)
    body = st.lists(st.one_of(*pieces), max_size=5)
    none: list[str] = []
    end = st.one_of(st.just(none), st.just(none), odd, odd.map(lambda odd: [*odd, "x"]))
    built = st.tuples(start, st.just([[command]]), body, end.map(lambda end: [end]))
    return built.map(lambda parts: [text for part in parts for piece in part for text in piece])


formats = st.sampled_from(["text", "json", "sarif", "x"]).map(lambda text: ["--format", text])
flag = st.sampled_from(FLAGS).map(lambda text: [text])
lines = st.one_of(
    line("bump", [word, word, flag, flag, option("--stream", "--next"), formats]),
    line(
        "verify-surfaces",
        [
            word,
            option("--tag", "--stream", "--ref", "--wait", "--ledger", "--context"),
            option("--built", "--first", "--values"),
            st.sampled_from(["--published", "--absent", "--released"]).map(lambda text: [text]),
            formats,
        ],
    ),
)


class Read(Exception):  # noqa: N818 - not an error: what click has read
    """Carries what click would run."""


@pytest.fixture
def by_click(monkeypatch):
    """Read a command line by click: the module and the options, or None where it complains."""

    def catch(name):
        def run(options):
            raise Read((name, dict(options)))

        return run

    monkeypatch.setattr(surfaces, "run", catch("surfaces"))
    monkeypatch.setattr(bumping, "run", catch("bumping"))

    def read(argv):
        try:
            commands.cli.main(list(argv), prog_name="release-tools", standalone_mode=False)
        except Read as found:
            return found.args[0]
        except click.ClickException:
            return None
        return None

    return read


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines)
@example(["bump", "minor", "rc", "b=patch", "--dry-run", "--format", "json"])
@example(["-C", ".", "verify-surfaces", "0.3.0", "--ref", "x"])
@example(["bump", "--next", "", ""])
@example(["verify-surfaces", "", "--tag", "v1"])
def test_what_the_fast_lane_reads_click_reads_too(by_click, argv):
    plain = fast.parse(argv)
    if plain is not None:
        module, options = plain
        assert by_click(argv) == (module, dict(options))


@pytest.mark.parametrize(
    "argv",
    [
        ["verify-surfaces"],
        ["verify-surfaces", "0.3.0"],
        ["verify-surfaces", "--tag", "v0.3.0", "--format", "json"],
        ["-C", "dir", "--config", "f", "verify-surfaces", "--stream", "sim", "--ref", "HEAD"],
        ["bump", "0.3.0"],
        ["bump", "--dry-run", "minor", "rc", "sim=patch"],
        ["bump", "0.3.0", "--commit", "--tag", "--push", "--next", "0.4.0-dev.0"],
    ],
)
def test_everyday_command_lines_take_the_fast_lane(by_click, argv):
    plain = fast.parse(argv)
    assert plain is not None
    assert by_click(argv) == (plain[0], dict(plain[1]))


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["--help"],
        ["--version"],
        ["bump", "--help"],
        ["bump", "--format=json", "1"],
        ["bump", "--format", "sarif"],
        ["bump", "--commit", "--commit"],
        ["bump", "--next"],
        ["bump", "--next", "--commit"],
        ["bump", "--", "1"],
        ["verify-surfaces", "1", "2"],
        ["verify-surfaces", "--tag", "a", "--tag", "b"],
        ["verify-surfaces", "-x"],
        ["-C"],
        ["-C", ".", "-C", ".", "bump"],
        ["init"],
        ["tag"],
        ["explain"],
    ],
)
def test_whatever_is_not_plain_is_left_to_click(argv):
    assert fast.parse(argv) is None
