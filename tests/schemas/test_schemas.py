from __future__ import annotations

import json
import tomllib
from typing import Any

import click
import jsonschema
import pytest

from release_tools import kinds, schemas
from release_tools.cli import commands
from release_tools.config import reader
from release_tools.errors import UsageError
from release_tools.kinds import base, checks

WHOLE = """
repository = "octo-org/widgets"

[streams.widgets]
tag = "v{version}"
latest = true
branches = ["main", "stable/*"]
required-checks = ["test", "lint"]
nightly = "nightly-{date}"
nightly-base = "patch"
changelog = "docs/CHANGELOG.md"

[streams.tools]
tag = "tools-v{version}"

[[surfaces]]
kind = "pypi"
path = "python/widgets"
files = ["wheel", "sdist"]
workflow = "python.yml"
first = "0.2.0"

[[surfaces]]
kind = "crate"
path = "crates/*"
exclude = "crates/fuzz"
release-only = true

[[surfaces]]
kind = "npm"
stream = "tools"
path = ["js/a", "js/b"]
name = "widgets-js"

[[surfaces]]
kind = "chart"
path = "charts/widgets"
registry = "oci://registry.example.com/charts"
source = "stamped"
app-version = "v{version}"

[[surfaces]]
kind = "image"
registry = "registry.example.com/octo-org"
names = ["server", "worker"]
tag = "v{version}"
platforms = { server = ["linux/amd64", "linux/arm64"] }
references = ["charts/widgets/values.yaml", "deploy/**/*.yaml"]

[[surfaces]]
kind = "file"
path = "cmd/version.go"
template = 'const Version = "{version.tag}"'

[[surfaces]]
kind = "file"
path = ["README.md", "docs/**/*.md"]
template = "widgets=={version.pep440}"
match = "current"
optional = true
after-release = true

[[surfaces]]
kind = "file"
path = "deploy/app.yaml"
key = "server.image.tag"
spelling = "tag"

[registries]
pypi = "https://pypi.example.com/simple/"
crates = "sparse+https://crates.example.com/index/"
npm = "https://npm.example.com/"
github = "https://github.example.com/api/v3"
plain-http = ["127.0.0.1:5000"]
private-hosts = "10.0.0.7:5000"

[gate]
waive = [{ check = "monotonic", surface = "crate:core", version = "0.3.0", reason = "too high" }]
allowed-signers = ".github/allowed_signers"

[deployments.staging]
target = "helm"
context = "staging"
namespace = "widgets"
release = "widgets"
chart = "chart:widgets"
values = ["deploy/values-staging.yaml"]

[deployments.desk]
python = "/opt/widgets/bin/python3"
"""
SURFACE = {"kind": "pypi", "path": "."}


def schema(name: str) -> dict[str, Any]:
    return dict(json.loads(schemas.load(name)))


def complaints(value: Any, name: str = "config") -> list[str]:
    validator = jsonschema.Draft202012Validator(schema(name))
    return [error.message for error in validator.iter_errors(value)]


@pytest.mark.parametrize("name", schemas.NAMES)
def test_every_schema_is_one_of_the_draft_that_it_names(name: str):
    assert schema(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema(name))


def test_an_editor_finds_a_description_for_every_key():
    bare = [
        key
        for node in nodes(schema("config"))
        for key, value in node.get("properties", {}).items()
        if "description" not in value and "enum" not in value and "$ref" not in value
    ]
    assert bare == []


def nodes(value: Any) -> list[dict[str, Any]]:
    """Return every object of a document."""
    if isinstance(value, list):
        return [node for item in value for node in nodes(item)]
    if not isinstance(value, dict):
        return []
    return [value, *(node for item in value.values() for node in nodes(item))]


def test_an_unknown_schema_is_refused_with_the_known_ones():
    with pytest.raises(UsageError) as caught:
        schemas.load("../verify-surfaces")
    assert caught.value.hint == 'did you mean "verify-surfaces"?'


def test_the_documented_configuration_is_valid():
    assert complaints(tomllib.loads(WHOLE)) == []


def test_the_example_uses_every_key_of_the_schema():
    known = {key for node in nodes(schema("config")) for key in node.get("properties", {})}
    used = {key for node in nodes(tomllib.loads(WHOLE)) for key in node}
    assert known <= used


@pytest.mark.parametrize("kind", kinds.NAMES)
def test_a_kind_has_the_same_keys_in_the_schema_and_in_the_program(kind: str):
    found = kinds.find(kind)
    assert found is not None
    known = {"kind", "stream", "path", "exclude", *base.COMMON, *found.KEYS}
    assert set(schema("config")["$defs"][kind]["properties"]) == known


def test_the_tables_have_the_same_keys_in_the_schema_and_in_the_program():
    whole = schema("config")
    tables = whole["properties"]
    assert set(tables) == set(reader._TOP)
    assert set(whole["$defs"]["stream"]["properties"]) == set(reader._STREAM)
    for name, keys in checks.TABLES.items():
        assert set(tables[name]["properties"]) == set(keys)
    assert set(tables["deployments"]["additionalProperties"]["properties"]) == set(
        checks.DEPLOYMENT
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"surfaces": []},
        {"surfaces": [SURFACE], "stream": {}},
        {"surfaces": [{"kind": "pip", "path": "."}]},
        {"surfaces": [{"path": "."}]},
        {"surfaces": [{"kind": "pypi"}]},
        {"surfaces": [SURFACE | {"registry": "oci://x"}]},
        {"surfaces": [SURFACE | {"path": "/etc"}]},
        {"surfaces": [SURFACE | {"path": "a/../../b"}]},
        {"surfaces": [SURFACE | {"path": ".."}]},
        {"surfaces": [SURFACE | {"path": "C:/x"}]},
        {"surfaces": [SURFACE | {"path": "a\\b"}]},
        {"surfaces": [SURFACE | {"optional": "yes"}]},
        {"surfaces": [{"kind": "file", "path": "a", "template": "{version}", "key": "b"}]},
        {"surfaces": [{"kind": "image", "names": ["a"]}]},
        {"surfaces": [SURFACE], "streams": {"a": {"tag": "v1"}}},
        {"surfaces": [SURFACE], "streams": {"a": {"nightly": "nightly"}}},
        {"surfaces": [SURFACE], "repository": "octo-org"},
        {"surfaces": [SURFACE], "gate": {"waive": [{"check": "monotonic"}]}},
    ],
)
def test_a_wrong_configuration_is_refused(wrong: dict[str, Any]):
    assert complaints({"surfaces": [SURFACE]}) == []
    assert complaints(wrong) != []


@pytest.mark.parametrize("path", ["a", "a/b.toml", ".", "..a/b..", "**/*.md", "é/日本"])
def test_a_path_below_the_root_is_accepted(path: str):
    assert complaints({"surfaces": [SURFACE | {"path": path}]}) == []


@pytest.mark.parametrize("name", schemas.REPORTS)
def test_a_report_is_the_envelope_around_the_object_of_its_command(name: str):
    whole, envelope = schema(name), schema("report")
    assert whole["$defs"] == envelope["$defs"]
    assert whole["properties"]["command"]["const"] == name
    assert whole["properties"]["data"]["type"] == "object"


def test_every_command_that_can_report_has_a_schema_and_no_other():
    def formats(name: str) -> Any:
        command: Any = commands.cli.get_command(click.Context(commands.cli), name)
        options = [one for one in command.params if one.name == "format"]
        return options[0].type.choices if options else ()

    assert set(schemas.REPORTS) == {name for name in commands.COMMANDS if "json" in formats(name)}


def test_a_later_field_breaks_no_reader_but_a_missing_one_does():
    report = {
        "schema": 1,
        "command": "verify-surfaces",
        "verdict": "agrees",
        "streams": [],
        "findings": [],
        "data": {},
    }
    assert complaints({**report, "later": 1}, "verify-surfaces") == []
    assert complaints({**report, "schema": 2}, "verify-surfaces") != []
    for key in report:
        shorter = {name: value for name, value in report.items() if name != key}
        assert complaints(shorter, "verify-surfaces") != []
