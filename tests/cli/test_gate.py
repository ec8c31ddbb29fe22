"""``gate`` as a step of GitHub Actions whose command line or configuration cannot be meant."""

from __future__ import annotations

from html import unescape

import pytest


@pytest.fixture
def step(project, tmp_path):
    """Run the gate as a step: what it prints, its outputs, its summary."""

    def run(*argv, output=tmp_path / "output"):
        summary = tmp_path / "summary"
        summary.write_text("")
        if output.parent.is_dir():
            output.write_text("")
        env = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_REF": "refs/tags/v0.2.0",
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
        }
        ran = project.run("gate", *argv, env=env)
        lines = output.read_text().splitlines() if output.parent.is_dir() else []
        outputs = {lines[at].partition("<<")[0]: lines[at + 1] for at in range(0, len(lines), 3)}
        return ran, outputs, unescape(summary.read_text())

    return run


@pytest.mark.parametrize(
    ("argv", "broken", "id_", "words"),
    [
        (["--surface", "crate:nope"], False, "config", 'no surface is "crate:nope"'),
        (["--waive", "nope"], False, "config", '"nope" is no check of the gate'),
        (["--wait", "long"], False, "usage", "long"),
        (["--surfaces", "crate:app"], False, "usage", "no such option '--surfaces'"),
        ([], True, "config", 'unknown key "change-log"'),
    ],
)
def test_what_cannot_be_meant_lets_nothing_proceed_and_shows_in_the_run(
    project, step, argv, broken, id_, words
):
    if broken:
        file = project.root / "release-tools.toml"
        file.write_text(file.read_text().replace("changelog", "change-log"))
    ran, outputs, summary = step(*argv)
    assert ran.code == 2, ran.out + ran.err
    assert outputs.pop("proceed") == "false"
    assert set(outputs.values()) == {""}
    (line,) = ran.out.splitlines()
    assert line.startswith("::error ")
    assert f"title={id_}::" in line
    for told in (line, summary, ran.err):
        assert words in told
    assert ("file=release-tools.toml,line=2" in line) is broken


@pytest.mark.parametrize("argv", [["--surface", "crate:nope"], ["--nope"]])
def test_a_report_for_programs_stays_one_while_nothing_may_proceed(step, argv):
    ran, outputs, summary = step(*argv, "--format", "json")
    assert (ran.code, outputs["proceed"], summary) == (2, "false", "")
    assert ran.ids == ["config" if argv[0] == "--surface" else "usage"]


def test_outputs_that_cannot_be_written_hide_no_error(step, tmp_path):
    ran, _, summary = step("--surface", "crate:nope", output=tmp_path / "nowhere" / "output")
    assert ran.code == 2
    assert 'error[config] no surface is "crate:nope"' in ran.err
    assert "crate:nope" in summary


def test_a_bug_lets_nothing_proceed(monkeypatch, tmp_path, capsys):
    from release_tools.cli import stepping

    output = tmp_path / "output"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_OUTPUT", str(output))
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    with pytest.raises(ZeroDivisionError):
        stepping.guarded("gate", None, lambda: 1 // 0, {"proceed": "false"})
    assert "\nfalse\n" in output.read_text()
    assert "title=internal-error::ZeroDivisionError" in capsys.readouterr().out


def test_outside_of_actions_nothing_is_handed_to_a_run(project, tmp_path):
    output = tmp_path / "output"
    ran = project.run("gate", "--surface", "crate:nope", env={"GITHUB_OUTPUT": str(output)})
    assert (ran.code, ran.out) == (2, "")
    assert not output.exists()
