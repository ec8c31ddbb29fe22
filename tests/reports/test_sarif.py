from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from release_tools.model import Finding, Severity
from release_tools.reports import sarif
from release_tools.rules.findings import FINDINGS

if TYPE_CHECKING:
    from release_tools.model import Table


def run_of(*findings: Finding) -> dict[str, Any]:
    """Return the one run, after checking what the specification requires of its shape."""
    log = json.loads(sarif.render(findings, FINDINGS))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "release-tools"
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids))
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        assert result["locations"]
    return dict(run)


def test_a_finding_with_a_path_is_a_result(table: Table):
    run = run_of(*table.findings)
    assert run["columnKind"] == "unicodeCodePoints"
    first, second = run["results"]
    assert first == {
        "ruleId": "surface-differs",
        "ruleIndex": 2,
        "level": "error",
        "message": {
            "text": "crate:widget-core says 0.2.0, expected 0.3.0\n"
            "help: run `release-tools bump 0.3.0`"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "core/Cargo.toml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 3, "startColumn": 12},
                },
                "logicalLocations": [{"fullyQualifiedName": "crate:widget-core"}],
            }
        ],
    }
    assert "region" not in second["locations"][0]["physicalLocation"]


def test_a_finding_without_a_path_is_a_notification(table: Table):
    (invocation,) = run_of(*table.findings)["invocations"]
    assert invocation["toolExecutionNotifications"] == [
        {
            "descriptor": {"id": "stamped"},
            "level": "note",
            "message": {"text": "chart:widget is stamped"},
        }
    ]


def test_only_rules_that_were_found_are_listed_with_their_meaning(table: Table):
    rules = run_of(*table.findings)["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["reference-pinned", "stamped", "surface-differs"]
    known = FINDINGS["reference-pinned"]
    assert rules[0] == {
        "id": "reference-pinned",
        "shortDescription": {"text": known.title},
        "fullDescription": {"text": known.meaning},
        "help": {"text": known.hint},
        "defaultConfiguration": {"level": "warning"},
    }


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a/b-c_d.~e", "a/b-c_d.~e"),
        ("http:x y?#%", "http%3Ax%20y%3F%23%25"),
        ("é\udcff\n", "%C3%A9%FF%0A"),
    ],
)
def test_a_path_is_a_relative_reference(path: str, uri: str):
    run = run_of(Finding("config", Severity.ERROR, "m", path=path))
    artifact = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact["uri"] == uri


def test_hostile_text_and_no_finding_at_all_are_still_sarif(hostile_table: Table):
    assert len(run_of(*hostile_table.findings)["results"]) == len(Severity)
    assert run_of()["results"] == []
    text = sarif.render(hostile_table.findings, FINDINGS)
    assert all(char == "\n" or " " <= char <= "~" for char in text)
