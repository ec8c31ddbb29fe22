"""Workflows that surfaces name and that are not there."""

from __future__ import annotations

import pytest

from tests.rules.workflows.checks.conftest import ON_V, TWINE
from tests.rules.workflows.conftest import surface


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, []),
        ({"workflow": "publish.yml"}, []),
        ({"workflow": ".github/workflows/publish.yml"}, []),
        ({"workflow": "publsh.yml"}, [("publsh.yml", 'did you mean "publish.yml"?')]),
        (
            {"workflow": "x/zzz"},
            [("x/zzz", "correct `workflow` of the surface in release-tools.toml")],
        ),
    ],
)
def test_a_workflow_that_a_surface_names_is_there(look, options, found):
    looked = look({"publish.yml": ON_V + TWINE}, surfaces=[surface("pypi:app", **options)])
    assert [
        (one.message, one.hint, one.surface, one.stream)
        for one in looked.findings
        if one.id == "workflow-missing"
    ] == [
        (f'the workflow of pypi:app, "{name}", is not there', hint, "pypi:app", "router")
        for name, hint in found
    ]
