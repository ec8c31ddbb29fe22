"""``release-tools lint``, as a process: formats, exit codes, and the run in GitHub Actions."""

from __future__ import annotations

import json

import pytest

CROSSING = """\
on:
  push:
    tags: ["v*", "s*"]
jobs:
  pypi:
    if: startsWith(github.ref_name, 'v') || !vars.X
    steps:
      - run: twine upload dist/*
"""
CONFIG = """\
[streams.main]
[streams.sim]
tag = "vsim-v{version}"
[[surfaces]]
kind = "pypi"
path = "py"
[[surfaces]]
kind = "file"
stream = "sim"
path = "VERSION"
"""


@pytest.fixture
def crossed(project):
    """Let the pattern v* let the tags of another stream through."""
    project.write("release-tools.toml", CONFIG)
    return project


def test_it_prints_the_table_and_what_it_found(project):
    ran = project.run("lint")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[:2] == [
        "workflow     v0.2.0[-rc.1]  sim-v1.0.0[-rc.1]  publishes",
        "publish.yml  ungated        \N{EN DASH}                  pypi",
    ]
    assert "warning[publish-without-gate] .github/workflows/publish.yml:9:14" in ran.out
    assert ran.out.splitlines()[-1].startswith("a tag starts 1 of 1 workflow: 1 warning")


def test_an_error_decides_the_exit_code(crossed):
    ran = crossed.run("lint")
    assert ran.code == 1
    assert "publish.yml  ungated        CROSSES             pypi\n" in ran.out
    assert "error[workflow-crosses-streams] .github/workflows/publish.yml:4:12" in ran.out
    assert crossed.run("lint", "--stream", "main").code == 0


def test_a_commit_is_read_instead_of_the_files(crossed):
    crossed.git("commit", "--quiet", "--all", "-m", "x")
    crossed.write(".github/workflows/publish.yml", "[")
    assert crossed.run("lint").code == 3
    assert crossed.run("lint", "--ref", "HEAD").code == 1


def test_the_json_report_satisfies_its_schema(crossed):
    ran = crossed.run("lint", "--format", "json")
    report = ran.report()
    assert (ran.code, report["verdict"]) == (1, "disagrees")
    (row,) = report["data"]["workflows"]
    assert row["tags"]["vsim-v1.0.0"]["mark"] == "crosses"
    assert report["findings"][0]["path"] == ".github/workflows/publish.yml"


def test_a_run_that_cannot_begin_reports_in_json_too(project):
    ran = project.run("lint", "--format", "json", "--stream", "none")
    assert ran.code == 2
    assert ran.ids == ["config"]


def test_without_configuration_it_says_so(project):
    (project.root / "release-tools.toml").unlink()
    assert "note[discovered]" in project.run("lint").out


def test_sarif_and_annotations_name_the_lines(crossed):
    run = json.loads(crossed.run("lint", "--format", "sarif").out)["runs"][0]
    found = {one["ruleId"]: one for one in run["results"]}
    where = found["workflow-crosses-streams"]["locations"][0]["physicalLocation"]
    assert where["artifactLocation"]["uri"] == ".github/workflows/publish.yml"
    assert where["region"] == {"startLine": 4, "startColumn": 12}
    github = crossed.run("lint", "--format", "github").out
    assert github.startswith("::error file=.github/workflows/publish.yml,line=4,col=12,")


def test_in_github_actions_it_annotates_and_summarises(crossed, tmp_path):
    summary = tmp_path / "summary"
    env = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    ran = crossed.run("lint", env=env)
    assert ran.code == 1
    assert "\n::error file=.github/workflows/publish.yml" in ran.out
    text = summary.read_text()
    assert "| publish.yml | ungated | CROSSES | pypi |" in text
    assert "**error** <code>workflow-crosses-streams</code>" in text


def test_what_a_file_says_cannot_act_on_a_terminal_or_a_log(crossed):
    evil = (
        "on: {push: {tags: ['v*\\e[31m::set-output']}}\n"
        "jobs:\n  a: {steps: [{run: twine upload x}]}\n"
    )
    crossed.write(".github/workflows/evil\x1b[31m.yml", evil.replace("'", '"'))
    crossed.write(".github/workflows/%0A::error::x.yml", evil.replace("'", '"'))
    ran = crossed.run("lint", env={"GITHUB_ACTIONS": "true"})
    assert "\x1b" not in ran.out
    commands = [line for line in ran.out.splitlines() if line.lstrip().startswith("::")]
    assert all(line.startswith(("::error file=", "::warning ", "::notice ")) for line in commands)
