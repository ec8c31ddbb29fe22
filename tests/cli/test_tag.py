"""``tag`` as a process."""

from __future__ import annotations

import pytest


@pytest.fixture
def pushed(project, tmp_path):
    project.git("init", "--quiet", "--bare", str(tmp_path / "origin.git"))
    project.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    project.git("push", "--quiet", "--set-upstream", "origin", "main")
    return project


def test_it_tags_what_the_remote_says_and_repeats_as_a_no_op(pushed):
    ran = pushed.run("tag", "0.2.0", "--push")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("pushed the tag v0.2.0 to origin\n")
    again = pushed.run("tag", "--push")
    assert (again.code, again.out.count("\n")) == (0, 1)
    assert "already" in again.out


def test_checks_that_nobody_was_asked_for_are_not_green(pushed):
    github = {"GITHUB_REPOSITORY": "octo-org/app", "GITHUB_TOKEN": "", "GH_TOKEN": ""}
    ran = pushed.run("tag", "--push", env=github)
    assert (ran.code, ran.out) == (3, "")
    assert "help: set GITHUB_TOKEN" in ran.err
    assert pushed.git("tag") == pushed.git("ls-remote", "--tags", "origin") == ""
    assert pushed.run("tag", "--push", "--no-checks", env=github).code == 0


def test_a_tree_that_disagrees_is_shown_and_not_tagged(pushed):
    ran = pushed.run("tag", "0.3.0", "--push")
    assert ran.code == 1
    assert "py/pyproject.toml:3:12" in ran.out
    assert "not tagged: origin/main does not agree" in ran.err
    assert pushed.git("tag") == ""


def test_what_cannot_be_found_out_exits_3(pushed, tmp_path):
    (tmp_path / "origin.git").rename(tmp_path / "gone.git")
    ran = pushed.run("tag")
    assert ran.code == 3
    assert "error[" in ran.err


def test_without_a_configuration_it_refuses(pushed):
    (pushed.root / "release-tools.toml").unlink()
    ran = pushed.run("tag")
    assert ran.code == 2
    assert "release-tools init" in ran.err
