from __future__ import annotations

import pytest

from release_tools.model import Finding, Severity, Surface, Verdict
from release_tools.reading import Absent, Found, Unknown
from release_tools.reports import doctor, steps
from release_tools.steps import (
    HERE,
    Check,
    Diagnosis,
    Ended,
    Looked,
    Outcome,
    Plan,
    Remedy,
    Seen,
    Step,
    option,
    shell,
)

EVIL = "a b\n::error::x\x1b[31m`|<b>"
APP = Surface("image:app", "image", "app", "main", "", {})
TOOL = Surface("pypi:tool", "pypi", "tool", "main", "", {})
ERROR = Finding("step-failed", Severity.ERROR, "it broke", "mend it")
STEP = Step(
    "Set it",
    ("kubectl", "set", "image", "deployment/app", "main=x; rm -rf /"),
    "so that it runs",
    (Check("rolled out", ("kubectl", "rollout", "status", "deployment/app")),),
    (("kubectl", "set", "image", "deployment/app", "main=old"),),
)
LOOK = Step("Look", ("helm", "show", "chart", "x"), "first", (Check("a name", says=("name",)),))


def seen(surface, reading):
    return Seen(surface, "production", reading)


BEFORE = (seen(APP, Found("v0.1.0", "here")), seen(TOOL, Absent("env", "not installed")))
AFTER = (seen(APP, Found("v0.2.0", "here")), seen(TOOL, Absent("env", "not installed")))
PLAN = Plan("upgrade", "production", "kubectl", "0.2.0", (LOOK, STEP), BEFORE)


def test_a_plan_reads_from_top_to_bottom():
    assert (
        steps.as_text(PLAN, colour=False)
        == """\
upgrade of production (kubectl) to 0.2.0

deployed now
  image:app  v0.1.0  here

1. Look
     $ helm show chart x
     why    first
     check  it prints a name

2. Set it
     $ kubectl set image deployment/app 'main=x; rm -rf /'
     why    so that it runs
     check  kubectl rollout status deployment/app: rolled out
     undo   kubectl set image deployment/app main=old
"""
    )


def test_an_outcome_says_what_was_done_what_changed_and_how_to_undo_it():
    ended = (Ended(LOOK, good=True), Ended(STEP, good=False, said="no"))
    good = Outcome((ended[0], Ended(STEP, good=True)), AFTER)
    assert (
        steps.outcome_as_text(PLAN, good, colour=False)
        == """\
done    1. Look
done    2. Set it

what changed
  image:app  v0.1.0 -> v0.2.0
"""
    )
    bad = Outcome(ended, BEFORE, (ERROR,))
    assert (
        steps.outcome_as_text(PLAN._replace(steps=(LOOK, STEP, LOOK)), bad, colour=False)
        == """\
done    1. Look
FAILED  2. Set it
        1 step not run

what changed
  nothing

error[step-failed] it broke
    help: mend it

undo
  kubectl set image deployment/app main=old
"""
    )


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (BEFORE, BEFORE, []),
        (BEFORE, AFTER, ["image:app  v0.1.0 -> v0.2.0"]),
        ((), AFTER, ["image:app  \N{EN DASH} -> v0.2.0"]),
        (AFTER, (), ["image:app  v0.2.0 -> \N{EN DASH}"]),
        (
            BEFORE,
            (*BEFORE, *AFTER),
            ["image:app  v0.1.0 -> v0.1.0, v0.2.0"],
        ),
        (BEFORE, (seen(APP, Unknown("here", "no")),), ["image:app  v0.1.0 -> ?"]),
    ],
)
def test_the_difference_is_a_line_for_each_surface_that_is_not_as_it_was(before, after, lines):
    assert steps.difference(before, after) == lines


def test_the_values_hold_every_word_apart():
    data = steps.data(PLAN)
    assert data["steps"][1]["command"][-1] == "main=x; rm -rf /"
    assert data["steps"][0]["checks"] == [
        {"command": ["helm", "show", "chart", "x"], "expects": "a name"}
    ]
    assert [one["state"] for one in data["before"]] == ["found", "absent"]
    assert (data["executed"], data["after"]) == (False, None)
    assert data["undo"] == [list(STEP.undo[0])]
    ended = (Ended(LOOK, good=True), Ended(STEP, good=False, said="no"))
    data = steps.data(PLAN, Outcome(ended, AFTER, (ERROR,)))
    assert [(one["result"], one["said"]) for one in data["steps"]] == [
        ("done", None),
        ("failed", "no"),
    ]
    assert data["difference"] == ["image:app  v0.1.0 -> v0.2.0"]


def test_nothing_foreign_starts_a_line_or_leaves_a_block():
    surface = APP._replace(id=EVIL)
    step = Step(EVIL, (EVIL, "```"), EVIL, (Check(EVIL, (EVIL,)),), ((EVIL,),))
    plan = Plan("upgrade", EVIL, "helm", EVIL, (step,), (seen(surface, Found(EVIL, EVIL)),))
    looked = Looked(EVIL, Verdict.DIFFERS, EVIL, EVIL)
    sick = Diagnosis((looked,), (), (Remedy(EVIL, EVIL, (step,)),))
    outcome = Outcome((Ended(step, good=False, said=EVIL),), (), (ERROR,))
    for text in (
        steps.as_text(plan, colour=False),
        steps.outcome_as_text(plan, outcome, colour=False),
        steps.as_markdown(plan, outcome),
        doctor.as_text(sick, colour=False),
        doctor.as_markdown(sick),
    ):
        assert "\x1b" not in text
        assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]
    for text in (steps.as_markdown(plan, outcome), doctor.as_markdown(sick)):
        blocks = text.split("```")
        assert len(blocks) % 2 == 1
        assert "<b>" not in "".join(blocks[::2])


def test_a_diagnosis_is_a_line_for_each_look_then_what_is_wrong_and_the_way_out():
    found = Diagnosis(
        (
            Looked("helm", Verdict.AGREES, "4.2.3"),
            Looked("release app", Verdict.DIFFERS, "failed, 0.3.0", "production"),
        ),
        (ERROR,),
        (Remedy("go back", "production", (STEP,)),),
    )
    assert doctor.as_text(found, colour=False).splitlines()[:8] == [
        "agrees   helm                     4.2.3",
        "differs  production: release app  failed, 0.3.0",
        "",
        "error[step-failed] it broke",
        "    help: mend it",
        "",
        "production: go back",
        "  1. Set it",
    ]
    data = doctor.data(found)
    assert [one["verdict"] for one in data["checks"]] == ["agrees", "differs"]
    assert data["remedies"][0]["steps"][0]["result"] is None


def test_a_command_and_a_name_are_quoted_for_a_shell():
    assert shell(("a", "b c", "$(id)")) == "a 'b c' '$(id)'"
    assert option("pro d") == " --deployment 'pro d'"
    assert option(HERE) == ""
