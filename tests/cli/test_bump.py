"""``bump`` as a process: what it prints, and its JSON on every exit code."""

from __future__ import annotations

import pytest


def test_the_dry_run_shows_table_and_diff_and_writes_nothing(project):
    before = project.everything()
    ran = project.run("bump", "--dry-run", "0.3.0")
    assert (ran.code, ran.err) == (0, "")
    assert '-version = "0.2.0"\n+version = "0.3.0"\n' in ran.out
    assert "--- a/py/pyproject.toml\n+++ b/py/pyproject.toml\n@@" in ran.out
    assert "py/pyproject.toml:3  0.2.0 -> 0.3.0\n" in ran.out
    assert ran.out.endswith("3 values in 3 files would change, nothing else\n")
    assert project.everything() == before


def test_the_diff_of_a_dry_run_is_what_the_bump_does(project):
    ran = project.run("bump", "--dry-run", "0.3.0")
    diff = ran.out[ran.out.index("--- a/") : ran.out.index("\n3 values")]
    project.write("../plan.diff", diff + "\n")
    project.run("bump", "0.3.0")
    done = {path: project.read(path) for path in ("py/pyproject.toml", "CHANGELOG.md")}
    project.git("checkout", "--quiet", ".")
    project.git("apply", "../plan.diff")
    assert {path: project.read(path) for path in done} == done


def test_a_bump_counts_what_it_changed_and_repeating_says_that_nothing_is_to_do(project):
    ran = project.run("bump", "0.3.0")
    assert (ran.code, ran.out) == (0, "3 values in 3 files changed, nothing else\n")
    before = project.everything()
    ran = project.run("bump", "0.3.0")
    assert (ran.code, ran.out) == (0, "nothing to change: every place says this version already\n")
    assert project.everything() == before


def test_commit_and_tag_say_what_they_did(project):
    ran = project.run("bump", "minor", "sim=patch", "--tag")
    assert ran.code == 0
    assert ran.out.splitlines()[1:3] == ["tagged v0.3.0", "tagged sim-v1.0.1"]
    assert project.git("status", "--porcelain") == ""
    again = project.run("bump", "0.3.0", "sim=1.0.1", "--tag")
    assert "already" in again.out


@pytest.mark.parametrize(
    ("argv", "code", "id_"),
    [
        (["0.1.0"], 1, "lower-version"),
        (["0.3.0.post1"], 1, "not-expressible"),
        (["rc"], 2, "usage"),
        ([], 2, "usage"),
        (["x"], 2, "usage"),
        (["0.3.0", "--stream", "none"], 2, "config"),
        (["0.3.0", "sim=1", "sim=2"], 2, "usage"),
        (["0.3.0", "main=0.4.0"], 2, "usage"),
        (["0.3.0", "--push", "--tag"], 2, "usage"),
        (["0.3.0", "--sign"], 2, "usage"),
        (["0.3.0", "--frobnicate"], 2, "usage"),
        (["0.3.0", "--format=json", "--next"], 2, "usage"),
        (["sim="], 2, "usage"),
    ],
)
def test_a_refusal_in_json_is_one_valid_document_and_nothing_is_written(project, argv, code, id_):
    before = project.git("status", "--porcelain"), project.read("py/pyproject.toml")
    ran = project.run("bump", "--format", "json", *argv)
    assert (ran.code, ran.ids, ran.err) == (code, [id_], "")
    report = ran.report()
    assert (report["verdict"], report["data"]) == ("unknown", {})
    assert report["findings"][0]["hint"]
    assert (project.git("status", "--porcelain"), project.read("py/pyproject.toml")) == before


def taken(project):
    project.git("tag", "-a", "v0.3.0", "-m", "Release 0.3.0")


def taken_elsewhere(project):
    project.run("bump", "0.3.0", "--tag")
    project.git("commit", "--quiet", "--allow-empty", "-m", "More")


def lightweight(project):
    project.run("bump", "0.3.0", "--commit")
    project.git("tag", "v0.3.0")


def merging(project):
    project.write(".git/MERGE_HEAD", project.git("rev-parse", "HEAD") + "\n")


def remote(project):
    origin = project.root.parent / "origin.git"
    project.git("init", "--quiet", "--bare", str(origin))
    project.git("remote", "add", "origin", str(origin))


def behind(project):
    remote(project)
    project.git("commit", "--quiet", "--allow-empty", "-m", "More")
    project.git("push", "--quiet", "origin", "HEAD")
    project.git("reset", "--quiet", "--hard", "HEAD~1")


@pytest.mark.parametrize(
    ("make", "argv", "code", "id_"),
    [
        (lambda p: p.write("rs/Cargo.toml", p.read("rs/Cargo.toml") + "\n"), "", 1, "dirty-files"),
        (lambda p: p.write("NEW", ""), "--tag", 0, None),
        (taken, "", 1, "tag-exists"),
        (taken_elsewhere, "--tag", 1, "tag-exists"),
        (lightweight, "--tag", 1, "tag-exists"),
        (merging, "--commit", 1, "commit-failed"),
        (lambda p: p.git("checkout", "--detach"), "--commit --push", 1, "detached-head"),
        (behind, "--commit --push", 1, "behind-upstream"),
    ],
)
def test_a_dry_run_shows_the_plan_and_refuses_what_the_run_refuses(project, make, argv, code, id_):
    make(project)
    before = project.everything()
    dry = project.run("bump", "0.3.0", "--dry-run", *argv.split())
    assert dry.code == code
    assert "would change, nothing else\n" in dry.out or "nothing to change" in dry.out
    told = project.run("bump", "0.3.0", "--dry-run", "--format=json", *argv.split())
    assert (told.code, told.ids) == (code, [id_] if id_ else [])
    assert told.report()["data"]["dry_run"]
    assert project.everything() == before
    ran = project.run("bump", "0.3.0", *argv.split())
    assert (ran.code, ran.err) == (code, dry.err)
    assert f"error[{id_}]" in ran.err or not id_


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ("--push", "--push needs --commit"),
        ("--sign", "--sign needs something"),
        ("--pr --tag", "--pr and --tag exclude each other"),
        ("--pr", "a pull request needs a token"),
    ],
)
@pytest.mark.parametrize("dry", [True, False])
def test_a_usage_error_comes_before_the_plan_and_any_refusal(project, argv, said, dry):
    remote(project)
    project.git("tag", "v0.3.0")
    project.write("py/pyproject.toml", project.read("py/pyproject.toml") + "\n")
    words = [*argv.split(), *["--dry-run"] * dry]
    ran = project.run("bump", "0.3.0", *words, env={"GH_TOKEN": "", "GITHUB_TOKEN": ""})
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error[usage] {said}")


@pytest.mark.parametrize("dry", [True, False])
def test_a_pull_request_in_an_unknown_repository_is_a_usage_error_too(project, dry):
    remote(project)
    project.git("tag", "v0.3.0")
    ran = project.run("bump", "0.3.0", "--pr", *["--dry-run"] * dry)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error[usage] the repository on GitHub is not known")


def test_a_push_of_what_is_committed_needs_no_commit(project):
    remote(project)
    project.run("bump", "0.3.0", "--commit")
    ran = project.run("bump", "0.3.0", "--push")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("pushed ")


def test_json_says_what_was_done(project):
    ran = project.run("bump", "0.3.0", "--tag", "--format", "json")
    data = ran.report()["data"]
    assert (ran.code, data["values"], data["files"]) == (0, 3, 3)
    assert (data["commit"], data["tags"]) == (project.git("rev-parse", "HEAD"), ["v0.3.0"])
    assert data["targets"] == [{"stream": "main", "from": "0.2.0", "version": "0.3.0"}]
    dry = project.run("bump", "--dry-run", "0.4.0", "--format", "json").report()["data"]
    assert (dry["dry_run"], dry["commit"], dry["tags"]) == (True, None, [])


def test_json_of_a_rejected_push_says_what_stands_by_then(project, tmp_path):
    project.git("init", "--quiet", "--bare", str(tmp_path / "origin.git"))
    project.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    hook = tmp_path / "origin.git" / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    ran = project.run("bump", "0.3.0", "--tag", "--push", "--format", "json")
    assert (ran.code, ran.ids) == (1, ["push-rejected"])
    data = ran.report()["data"]
    assert (data["tags"], data["pushed"]) == (["v0.3.0"], False)
    assert data["commit"] == project.git("rev-parse", "HEAD")


def test_a_refusal_in_text_names_finding_place_reason_and_way_out(project):
    project.write("rs/Cargo.toml", project.read("rs/Cargo.toml") + "\n")
    ran = project.run("bump", "0.3.0")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error[dirty-files] rs/Cargo.toml")
    assert "\n    help: commit or stash" in ran.err
