"""``verify-surfaces`` as a process: exit codes, formats, GitHub Actions; and it never writes."""

from __future__ import annotations

import json

import pytest


def test_agreement_exits_0_and_disagreement_1_with_the_line_that_is_odd(project):
    assert project.run("verify-surfaces").code == 0
    ran = project.run("verify-surfaces", "0.3.0")
    assert ran.code == 1
    assert "py/pyproject.toml:3:12" in ran.out
    assert "release-tools bump 0.3.0" in ran.out
    assert ran.err == ""


def test_the_odd_one_out_is_named(odd):
    odd.write("extra.txt", "0.2.0\n")
    config = odd.read("release-tools.toml") + '[[surfaces]]\nkind = "file"\npath = "extra.txt"\n'
    odd.write("release-tools.toml", config)
    ran = odd.run("verify-surfaces")
    assert ran.code == 1
    assert "rs/Cargo.toml:3" in ran.out
    assert "py/pyproject.toml:3" not in ran.out


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["verify-surfaces"], 0),
        (["verify-surfaces", "0.3.0"], 1),
        (["verify-surfaces", "--tag", "v0.2.0"], 0),
        (["verify-surfaces", "--tag", "sim-v1.0.0"], 0),
        (["verify-surfaces", "--tag", "other-v1"], 2),
        (["verify-surfaces", "--stream", "sim", "1.0.0"], 0),
        (["verify-surfaces", "--stream", "none"], 2),
        (["verify-surfaces", "0.3.0", "--tag", "v0.3.0"], 2),
        (["verify-surfaces", "nonsense"], 2),
        (["verify-surfaces", "--ref", "HEAD"], 0),
        (["verify-surfaces", "--ref", "no-such-ref"], 2),
        (["verify-surfaces", "--frobnicate"], 2),
        (["verify-surfaces", "1", "2"], 2),
        (["verify-surfaces", "nightly-20260115"], 3),
        (["-C", "nowhere", "verify-surfaces"], 2),
        (["--config", "nowhere.toml", "verify-surfaces"], 2),
    ],
)
def test_json_is_one_valid_document_alone_on_every_exit_code(project, argv, code):
    ran = project.run(*argv, "--format", "json")
    assert (ran.code, ran.err) == (code, "")
    report = ran.report()
    assert report["command"] == "verify-surfaces"
    assert (report["verdict"] == "agrees") == (code == 0)
    assert bool(report["findings"]) == (code != 0)


def test_a_broken_configuration_is_reported_in_json_with_its_line(project):
    project.write("release-tools.toml", "[streams.main]\ntagg = 1\n")
    ran = project.run("verify-surfaces", "--format", "json")
    (finding,) = ran.report()["findings"]
    assert (ran.code, finding["id"]) == (2, "config")
    assert (finding["path"], finding["line"]) == ("release-tools.toml", 2)
    assert "tag" in finding["hint"]


def test_a_file_that_cannot_be_read_is_unknown_and_exits_3(project):
    config = '[[surfaces]]\nkind = "file"\npath = "loop"\n'
    project.write("release-tools.toml", config)
    (project.root / "loop").symlink_to("/etc/hostname")
    ran = project.run("verify-surfaces", "--format", "json")
    assert (ran.code, ran.report()["verdict"]) == (3, "unknown")


@pytest.mark.parametrize("format_", ["text", "json", "markdown", "github", "sarif"])
def test_every_format_keeps_the_exit_code_and_standard_error_clean(odd, format_):
    ran = odd.run("verify-surfaces", "--format", format_)
    assert (ran.code, ran.err) == (1, "")
    assert "Cargo.toml" in ran.out
    if format_ == "sarif":
        assert json.loads(ran.out)["version"] == "2.1.0"


def test_nothing_is_written_not_even_by_git(odd):
    before = odd.everything()
    for argv in ([], ["0.3.0"], ["--ref", "HEAD"], ["--format", "json"]):
        odd.run("verify-surfaces", *argv)
    assert odd.everything() == before


def test_a_folder_without_write_permission_is_enough(project):
    for path in [project.root, *project.root.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert project.run("verify-surfaces").code == 0
        assert project.run("verify-surfaces", "--ref", "HEAD").code == 0
    finally:
        for path in [project.root, *project.root.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_shallow_clone_is_enough(project, tmp_path):
    project.git("tag", "v0.2.0")
    project.git("commit", "--quiet", "--allow-empty", "-m", "More")
    shallow = tmp_path / "shallow"
    project.git("clone", "--quiet", "--depth=1", f"file://{project.root}", str(shallow))
    assert project.run("verify-surfaces", cwd=shallow).code == 0
    assert project.run("verify-surfaces", "--ref", "HEAD", cwd=shallow).code == 0
    ran = project.run("verify-surfaces", "--ref", "v0.2.0", "--format", "json", cwd=shallow)
    assert ran.code == 2


def test_ref_reads_that_tree_and_its_configuration(project):
    project.git("tag", "v0.2.0")
    project.write("release-tools.toml", '[[surfaces]]\nkind = "file"\npath = "VERSION"\n')
    project.write("py/pyproject.toml", "broken")
    project.git("commit", "--quiet", "--all", "-m", "Change")
    ran = project.run("verify-surfaces", "--ref", "v0.2.0", "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    names = [stream["name"] for stream in ran.report()["streams"]]
    assert names == ["main", "sim"]
    own = project.run("verify-surfaces", "--format", "json").report()["streams"]
    assert [stream["name"] for stream in own] == ["main"]


def test_a_configuration_elsewhere_can_be_named(project, tmp_path):
    other = tmp_path / "other.toml"
    other.write_text('[streams.other]\n[[surfaces]]\nkind = "file"\npath = "VERSION"\n')
    ran = project.run("--config", str(other), "verify-surfaces", "--format", "json")
    assert [stream["name"] for stream in ran.report()["streams"]] == ["other"]
    with_ref = project.run(
        "--config", str(other), "verify-surfaces", "--ref", "HEAD", "--format", "json"
    )
    assert [stream["name"] for stream in with_ref.report()["streams"]] == ["other"]


def test_a_subfolder_stands_for_the_project_that_it_is_part_of(project):
    for ran in (
        project.run("-C", str(project.root / "rs"), "verify-surfaces", cwd="/"),
        project.run("verify-surfaces", cwd=project.root / "rs"),
    ):
        assert ran.code == 0
        assert "pypi:app" in ran.out


def test_without_a_configuration_it_says_that_it_discovered(project):
    (project.root / "release-tools.toml").unlink()
    ran = project.run("verify-surfaces")
    assert (ran.code, ran.err) == (0, "")
    assert "no configuration: the surfaces were discovered" in ran.out


# GitHub Actions


def actions(tmp_path, ref="refs/heads/main"):
    summary = tmp_path / "summary.md"
    summary.write_text("")
    return summary, {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REF": ref,
        "GITHUB_REPOSITORY": "octo-org/app",
        "GITHUB_STEP_SUMMARY": str(summary),
    }


def test_in_actions_annotations_and_a_summary_come_unasked(odd, tmp_path):
    summary, env = actions(tmp_path)
    ran = odd.run("verify-surfaces", env=env)
    assert ran.code == 1
    assert "\n::error file=rs/Cargo.toml,line=3," in ran.out
    assert "| <code>crate:app</code> |" in summary.read_text()
    assert "release-tools bump" in ran.out


def test_in_actions_the_tag_of_the_run_is_expected(project, tmp_path):
    _, env = actions(tmp_path, "refs/tags/v0.3.0")
    assert project.run("verify-surfaces", env=env).code == 1
    _, env = actions(tmp_path, "refs/tags/v0.2.0")
    assert project.run("verify-surfaces", env=env).code == 0
    assert (
        project.run("verify-surfaces", "0.2.0", env=actions(tmp_path, "refs/tags/v9.0.0")[1]).code
        == 0
    )


def test_in_actions_a_format_that_was_asked_for_comes_alone(project, tmp_path):
    summary, env = actions(tmp_path, "refs/tags/v0.3.0")
    ran = project.run("verify-surfaces", "--format", "json", env=env)
    assert ran.report()["streams"][0]["version"] == "0.3.0"
    assert summary.read_text() == ""


def test_in_actions_an_error_is_one_of_the_run_too(project, tmp_path):
    project.write("release-tools.toml", "[streams.main]\ntagg = 1\n")
    _, env = actions(tmp_path)
    ran = project.run("verify-surfaces", env=env)
    assert ran.code == 2
    assert "::error file=release-tools.toml,line=2," in ran.out


@pytest.mark.parametrize(
    "ref", ["refs/tags/v$(id)", "refs/tags/::error::x", "refs/tags/v1\x1b[31m"]
)
def test_a_hostile_tag_is_an_error_and_does_nothing_to_the_log(project, tmp_path, ref):
    _, env = actions(tmp_path, ref)
    ran = project.run("verify-surfaces", env=env)
    assert ran.code == 2
    assert "\x1b" not in ran.out + ran.err
    commands = [line for line in (ran.out + ran.err).splitlines() if line.startswith("::")]
    assert [line[:13] for line in commands] == ["::error title"]
