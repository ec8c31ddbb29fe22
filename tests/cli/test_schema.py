"""``schema`` for every name."""

from __future__ import annotations

import json

import pytest

from release_tools import schemas
from release_tools.cli import commands
from release_tools.errors import UsageError


@pytest.mark.parametrize("name", schemas.NAMES)
def test_every_schema_is_printed(capsys, name):
    assert commands.run(["schema", name]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(schemas.load(name))


def test_the_configuration_is_the_default(capsys):
    assert commands.run(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(schemas.load("config"))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("nothing", "schemas: config, ledger, report, audit"),
        ("../config", 'did you mean "config"?'),
        ("", "schemas: config, ledger, report, audit"),
    ],
)
def test_another_name_is_refused_with_the_nearest_or_all(name, hint):
    with pytest.raises(UsageError) as caught:
        commands.run(["schema", name])
    assert caught.value.hint.startswith(hint)
