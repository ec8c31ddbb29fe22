"""``explain`` for every finding."""

from __future__ import annotations

import sys

import pytest

from release_tools import cli
from release_tools.cli import commands
from release_tools.errors import UsageError
from release_tools.rules.findings import FINDINGS


@pytest.mark.parametrize("id_", FINDINGS)
def test_every_finding_is_explained(capsys, id_):
    assert commands.run(["explain", id_]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{id_} ({FINDINGS[id_].severity}): ")
    assert "help: " in out


def test_without_an_id_all_are_listed(capsys):
    assert commands.run(["explain"]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()] == sorted(FINDINGS)


def test_an_unknown_one_suggests_the_nearest(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["release-tools", "explain", "lock-behnd"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 2
    assert "lock-behind" in capsys.readouterr().err


def test_one_like_no_other_is_refused_with_the_way_to_all():
    with pytest.raises(UsageError) as caught:
        commands.run(["explain", "foo"])
    assert (caught.value.message, caught.value.hint) == (
        "there is no finding 'foo'",
        "release-tools explain lists all findings",
    )
