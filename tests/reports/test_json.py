from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools import schemas
from release_tools.model import Finding, Severity, Verdict
from release_tools.reports import json as report

if TYPE_CHECKING:
    from collections.abc import Callable

    from release_tools.model import FileChange, Table


def validate(value: Any, name: str = "verify-surfaces") -> None:
    schema = json.loads(schemas.load(name))
    jsonschema.Draft202012Validator(schema).validate(value)


def test_the_report_is_the_documented_one(table: Table):
    value = report.envelope("verify-surfaces", table.verdict, table)
    validate(value)
    assert list(value) == ["schema", "command", "verdict", "streams", "findings", "data"]
    (stream,) = value["streams"]
    assert {key: stream[key] for key in ("name", "version", "tag", "verdict")} == {
        "name": "router",
        "version": "0.3.0",
        "tag": "v0.3.0",
        "verdict": "disagrees",
    }
    assert stream["surfaces"][1] == {
        "id": "crate:widget-core",
        "kind": "crate",
        "name": "widget-core",
        "stages": {
            "source": {
                "verdict": "differs",
                "found": "0.2.0",
                "expected": "0.3.0",
                "reason": None,
                "places": [
                    {
                        "path": "widget-core/manifest",
                        "line": 7,
                        "column": 12,
                        "found": "0.2.0",
                        "expected": "0.3.0",
                        "verdict": "differs",
                        "role": "version",
                    }
                ],
            }
        },
    }
    assert stream["surfaces"][2]["stages"]["source"]["places"][0]["line"] is None
    assert value["findings"][0] == {
        "id": "surface-differs",
        "severity": "error",
        "stream": "router",
        "surface": "crate:widget-core",
        "stage": "source",
        "message": "crate:widget-core says 0.2.0, expected 0.3.0",
        "hint": "run `release-tools bump 0.3.0`",
        "path": "core/Cargo.toml",
        "line": 3,
        "column": 12,
    }


def test_without_a_table_the_report_has_the_same_shape():
    finding = Finding("config", Severity.ERROR, "unknown key", path="release-tools.toml", line=2)
    value = report.envelope("verify-surfaces", Verdict.UNKNOWN, findings=(finding,))
    validate(value)
    assert value["streams"] == []
    assert value["data"] == {}
    assert [item["id"] for item in value["findings"]] == ["config"]


def test_findings_of_the_flow_follow_those_of_the_table_and_none_comes_twice(table: Table):
    extra = Finding("usage", Severity.ERROR, "x")
    value = report.envelope("verify-surfaces", table.verdict, table, (*table.findings, extra))
    ids = ["surface-differs", "reference-pinned", "stamped", "usage"]
    assert [item["id"] for item in value["findings"]] == ids


def test_hostile_text_stays_inside_its_strings(hostile_table: Table, hostile: str):
    value = report.envelope("verify-surfaces", hostile_table.verdict, hostile_table)
    text = report.dumps(value)
    validate(json.loads(text))
    assert all(char == "\n" or " " <= char <= "~" for char in text)
    place = json.loads(text)["streams"][0]["surfaces"][0]["stages"]["source"]["places"][0]
    assert place["found"] == hostile.replace("\udc80", "?")


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_dumps_loses_nothing_that_is_text(value: dict[str, Any]):
    assert json.loads(report.dumps(value)) == value


def test_dumps_leaves_no_lone_surrogate_and_keeps_whole_characters():
    assert json.loads(report.dumps({"a": "\udcff😀\x7f"})) == {"a": "?😀\x7f"}
    assert report.dumps({}) == "{}\n"


def test_the_bump_report_lists_every_edit(change: Callable[..., FileChange]):
    made = change('v = "0.3.0"\n', (5, 10, "0.4.0"), path="a.toml")
    edits = report.edits([made])
    assert edits == [{"path": "a.toml", "line": 1, "column": 6, "old": "0.3.0", "new": "0.4.0"}]
    data = {
        "dry_run": True,
        "targets": [{"stream": "router", "from": "0.3.0", "version": "0.4.0"}],
        "values": 1,
        "files": 1,
        "edits": edits,
        "left_alone": [{"surface": "chart:a", "reason": "stamped"}],
        "commit": None,
        "tags": [],
        "pushed": False,
        "pull_request": None,
    }
    validate(report.envelope("bump", Verdict.AGREES, data=data), "bump")
    validate(report.envelope("bump", Verdict.UNKNOWN), "bump")
    with pytest.raises(jsonschema.ValidationError):
        validate(report.envelope("bump", Verdict.AGREES, data={"values": 1}), "bump")
