"""``recover``, and the journal that makes every other command refuse."""

from __future__ import annotations

import pytest


def test_nothing_to_recover_says_so(project):
    ran = project.run("recover")
    assert (ran.code, ran.out, ran.err) == (0, "no bump was interrupted\n", "")


@pytest.mark.parametrize(
    "argv",
    [
        ["verify-surfaces"],
        ["verify-surfaces", "--ref", "HEAD"],
        ["bump", "0.3.0"],
        ["bump", "0.3.0", "--dry-run"],
        ["tag"],
        ["init"],
        ["init", "--write"],
        ["-C", "rs", "verify-surfaces"],
    ],
)
def test_a_pending_journal_makes_every_command_refuse_and_name_recover(project, argv):
    project.interrupt()
    ran = project.run(*argv)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error[interrupted-bump] ")
    assert "run release-tools recover" in ran.err


def test_it_refuses_in_json_as_well(project):
    project.interrupt()
    for command in (["verify-surfaces"], ["bump", "0.3.0"]):
        ran = project.run(*command, "--format", "json")
        assert (ran.code, ran.ids) == (1, ["interrupted-bump"])


def test_a_journal_that_makes_no_sense_is_left_where_it_is(project):
    project.interrupt()
    before = project.everything()
    ran = project.run("recover")
    assert ran.code == 3
    assert "delete the journal" in ran.err
    assert {k: v[0] for k, v in project.everything().items()} == {
        k: v[0] for k, v in before.items()
    }


def test_commands_without_a_project_still_answer(project):
    project.interrupt()
    for argv in (["explain", "interrupted-bump"], ["schema"], ["--version"], ["--help"]):
        assert project.run(*argv).code == 0
