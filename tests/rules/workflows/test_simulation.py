"""Which steps a tag reaches, and what gates, needs and reusable workflows make of it."""

from __future__ import annotations

import pytest

from release_tools.errors import MalformedError
from release_tools.formats import nodes
from release_tools.model import Surface
from release_tools.rules.workflows import simulation, workflow

HEAD = "on:\n  push:\n    tags: ['v*', 'sim-v*']\njobs:\n"

OWN_GATE = """\
on:
  push:
    tags: ['*v*']
jobs:
  gate:
    outputs:
      proceed: ${{ steps.gate.outputs.proceed }}
      version: ${{ steps.gate.outputs.version }}
    steps:
      - id: gate
        run: release-tools gate --stream router
  publish:
    needs: gate
    if: needs.gate.outputs.proceed == 'true'
    steps:
      - run: twine upload dist/*
"""


def marks(look, text, *, files=(), **options):
    return look({"a.yml": text, **dict(files)}, **options).marks("a.yml")


def test_a_gate_holds_the_tags_of_other_streams_and_of_its_own(look):
    assert marks(look, OWN_GATE) == {
        "v1.2.3": "gated",
        "v1.2.3-rc.1": "gated",
        "nightly-20260115": "not-started",
        "sim-v1.2.3": "gated",
        "sim-v1.2.3-rc.1": "gated",
    }


@pytest.mark.parametrize(
    ("change", "router", "sim"),
    [
        (("    if: needs.gate.outputs.proceed == 'true'\n", ""), "gated", "crosses"),
        (("proceed == 'true'", "proceed"), "gated", "crosses"),  # the text false is true
        (("proceed == 'true'", "version != ''"), "gated", "gated"),
        (("needs: gate\n", "\n"), "gated", "gated"),  # and never published: proceed is null
        (("if: needs", "if: always() && needs"), "gated", "gated"),
        (("if: needs.gate.outputs.proceed == 'true'", "if: always()"), "publishes", "crosses"),
        (("--stream router", "--stream sim"), "gated", "gated"),
        (("--stream router", "--surface pypi:app"), "gated", "gated"),
        (("release-tools gate --stream router", "release-tools gate"), "gated", "gated"),
        (("release-tools gate", "python -m release_tools gate"), "gated", "gated"),
        (("release-tools gate", "release-tools verify-surfaces"), "publishes", "publishes"),
        (("id: gate", "id: other"), "gated", "crosses"),
        (("id: gate\n", "id: gate\n        continue-on-error: true\n"), "gated", "gated"),
    ],
)
def test_a_gate_counts_as_far_as_its_answer_is_used(look, change, router, sim):
    assert change[0] in OWN_GATE
    surfaces = [Surface("pypi:app", "pypi", "app", "router", ".", {})]
    found = marks(look, OWN_GATE.replace(*change), surfaces=surfaces)
    assert (found["v1.2.3"], found["sim-v1.2.3"]) == (router, sim)


def test_a_nightly_is_not_for_the_gate_of_releases(look):
    every = OWN_GATE.replace("'*v*'", "'*'")
    assert marks(look, every)["nightly-20260115"] == "gated"
    deaf = every.replace("    if: needs.gate.outputs.proceed == 'true'\n", "")
    assert marks(look, deaf)["v1.2.3"] == "gated"
    assert marks(look, deaf)["nightly-20260115"] == "publishes"


@pytest.mark.parametrize("uses", ["octo-org/release-tools@0123", "./", "$/"])
def test_the_action_is_a_gate_too(look, uses):
    step = f"uses: {uses}\n        with: {{command: gate, args: --stream router}}"
    text = OWN_GATE.replace("run: release-tools gate --stream router", step)
    found = marks(look, text)
    assert (found["v1.2.3"], found["sim-v1.2.3"]) == ("gated", "gated")


def test_a_gate_in_the_same_job_holds_the_steps_behind_it(look):
    text = HEAD + (
        "  publish:\n    steps:\n      - id: gate\n        run: release-tools gate\n"
        "      - if: steps.gate.outputs.proceed == 'true'\n        run: twine upload dist/*\n"
    )
    assert marks(look, text)["v1.2.3"] == "gated"
    early = HEAD + (
        "  publish:\n    steps:\n      - run: twine upload dist/*\n"
        "      - run: release-tools gate\n"
    )
    assert marks(look, early)["v1.2.3"] == "publishes"


@pytest.mark.parametrize(
    ("condition", "router", "sim"),
    [
        ("startsWith(github.ref, 'refs/tags/v')", "publishes", "runs"),
        ("startsWith(github.ref, 'refs/tags/sim-v')", "runs", "publishes"),
        ("github.ref_type == 'branch'", "runs", "runs"),
        ("github.event_name == 'release'", "runs", "runs"),
        ("github.repository == 'octo-org/widgets'", "publishes", "publishes"),
        ("github.repository == 'somebody/else'", "runs", "runs"),
        ("github.repository_owner == 'octo-org'", "publishes", "publishes"),
        ("github.event.pull_request.merged == true", "runs", "runs"),
        ("steps.unknown.outputs.x == 'y'", "publishes", "publishes"),
        ("env.PUBLISH == 'yes'", "publishes", "publishes"),
        ("env.PUBLISH == 'no'", "runs", "runs"),
        ("needs.build.result == 'success'", "publishes", "publishes"),
        ("needs.off.result == 'success'", "runs", "runs"),
        ("needs.off.outputs.x == 'y'", "runs", "runs"),
        ("needs.not_needed.result == 'success'", "runs", "runs"),
    ],
)
def test_conditions_of_jobs_are_followed(look, condition, router, sim):
    text = (
        "env: {PUBLISH: 'yes'}\n" + HEAD + "  build: {steps: []}\n  off: {if: false, steps: []}\n"
        f"  publish:\n    needs: [build, off]\n    if: always() && {condition}\n    steps:\n"
        "      - run: twine upload dist/*\n"
    )
    found = marks(look, text)
    assert (found["v1.2.3"], found["sim-v1.2.3"]) == (router, sim)


def test_a_job_that_needs_a_skipped_one_does_not_run(look):
    text = HEAD + (
        "  off: {if: false, steps: []}\n"
        "  publish: {needs: off, steps: [{run: twine upload dist/*}]}\n"
    )
    assert marks(look, text)["v1.2.3"] == "runs"


CALLED = """\
on:
  workflow_call:
    inputs:
      really: {type: boolean}
      proceed: {type: string}
jobs:
  publish:
    if: inputs.really && inputs.proceed != 'false'
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: ${{ inputs.really }}
          tags: ghcr.io/o/a:1
"""


@pytest.mark.parametrize(
    ("given", "mark"),
    [
        ("{really: true}", "publishes"),
        ("{really: false}", "runs"),
        ("{}", "runs"),
        ("{really: '${{ github.ref_type == ''tag'' }}'}", "publishes"),
        ("{really: '${{ github.event_name == ''schedule'' }}'}", "runs"),
        ("{really: true, proceed: '${{ needs.x.outputs.y }}'}", "publishes"),
        ("{really: true, proceed: 'false'}", "runs"),
    ],
)
def test_reusable_workflows_are_followed_with_their_inputs(look, given, mark):
    text = HEAD + f"  call:\n    uses: ./.github/workflows/b.yml\n    with: {given}\n"
    looked = look({"a.yml": text, "b.yml": CALLED})
    assert looked.marks("a.yml")["v1.2.3"] == mark
    assert looked.marks("b.yml") == {}


def test_a_gate_above_a_call_holds_what_is_called(look):
    text = OWN_GATE.replace(
        "    steps:\n      - run: twine upload dist/*\n",
        "    uses: ./.github/workflows/b.yml\n    with: {really: true}\n",
    )
    looked = look({"a.yml": text, "b.yml": CALLED})
    assert looked.marks("a.yml")["v1.2.3"] == "gated"
    assert looked.marks("a.yml")["sim-v1.2.3"] == "gated"


def test_a_gate_inside_of_a_call_answers_through_its_outputs(look):
    gate = """\
        on:
          workflow_call:
            outputs:
              go: {value: '${{ jobs.gate.outputs.proceed }}'}
        jobs:
          gate:
            outputs: {proceed: '${{ steps.g.outputs.proceed }}'}
            steps:
              - {id: g, run: release-tools gate --stream router}
        """
    text = HEAD + (
        "  gate: {uses: ./.github/workflows/gate.yml}\n"
        "  publish:\n    needs: gate\n    if: needs.gate.outputs.go == 'true'\n"
        "    steps: [{run: twine upload dist/*}]\n"
    )
    looked = look({"a.yml": text, "gate.yml": gate})
    assert looked.marks("a.yml")["v1.2.3"] == "gated"
    assert looked.marks("a.yml")["sim-v1.2.3"] == "gated"


def test_composite_actions_of_the_repository_are_followed(look):
    action = """\
        inputs: {push: {default: 'false'}}
        runs:
          using: composite
          steps:
            - if: inputs.push == 'true'
              run: helm push a.tgz oci://ghcr.io/o/charts
              shell: bash
        """
    text = HEAD + (
        "  publish:\n    steps:\n      - uses: ./.github/actions/chart\n"
        "        with: {push: '%s'}\n"
    )
    actions = {".github/actions/chart": action}
    assert marks(look, text % "true", actions=actions)["v1.2.3"] == "publishes"
    assert marks(look, text % "false", actions=actions)["v1.2.3"] == "runs"


def test_a_workflow_behind_another_one_is_started_too(look):
    first = "name: Build\n" + HEAD + "  build: {steps: []}\n"
    behind = """\
        on:
          workflow_run:
            workflows: [Build]
            types: [completed]
        jobs:
          publish:
            if: startsWith(github.event.workflow_run.head_branch, 'v')
            steps: [{run: twine upload dist/*}]
        """
    looked = look({"a.yml": first, "b.yml": behind})
    assert looked.marks("b.yml")["v1.2.3"] == "publishes"
    assert looked.marks("b.yml")["sim-v1.2.3"] == "runs"


def test_calls_that_go_in_circles_come_to_an_end(look):
    text = HEAD + "  call: {uses: ./.github/workflows/a.yml}\n"
    assert marks(look, text)["v1.2.3"] == "runs"


def test_needs_that_go_in_circles_come_to_an_end(look):
    text = HEAD + (
        "  a: {needs: b, steps: [{run: twine upload dist/*}]}\n  b: {needs: a, steps: []}\n"
    )
    assert marks(look, text)["v1.2.3"] == "publishes"


def test_calls_that_multiply_are_refused(look):
    many = "".join(f"  j{at}: {{uses: ./.github/workflows/%s.yml}}\n" for at in range(40))
    files = {
        f"{name}.yml": "on: {push: {tags: ['v*']}, workflow_call: {}}\njobs:\n"
        + many % ((nxt,) * 40)
        for name, nxt in (("a", "b"), ("b", "c"), ("c", "d"))
    }
    files["d.yml"] = "on: workflow_call\njobs: {x: {steps: [{run: a}]}}\n"
    with pytest.raises(MalformedError, match="more than 20,000 steps"):
        look(files)


@pytest.mark.parametrize(
    ("steps", "mark"),
    [
        ("- {run: release-tools gate}\n      - {if: failure(), run: twine upload x}", "publishes"),
        ("- {run: release-tools gate}\n      - {if: success(), run: twine upload x}", "gated"),
        ("- {run: release-tools gate, if: false}\n      - run: twine upload x", "publishes"),
        ("- {run: release-tools gate, if: vars.X}\n      - run: twine upload x", "gated"),
        (
            "- {id: g, run: release-tools gate}\n      - {if: '!failure()', run: gem push x}",
            "gated",
        ),
    ],
)
def test_a_gate_that_refuses_ends_the_steps_behind_it(look, steps, mark):
    assert marks(look, HEAD + f"  a:\n    steps:\n      {steps}\n")["v1.2.3"] == mark


ACTION = """\
    inputs: {Go: {default: 'no'}}
    outputs: {Went: {value: '${{ steps.g.outputs.proceed }}'}}
    runs:
      using: composite
      steps:
        - {id: g, run: release-tools gate --stream router}
        - {if: inputs.go == 'yes', run: twine upload x}
    """


@pytest.mark.parametrize(
    ("given", "behind", "router", "sim"),
    [
        ("{}", "{run: make}", "gated", "gated"),
        ("{}", "{run: twine upload y}", "gated", "crosses"),
        ("{}", "{if: steps.a.outputs.went == 'true', run: twine upload y}", "gated", "gated"),
        ("{}", "{if: always(), run: twine upload y}", "publishes", "crosses"),
        ("{Go: 'yes'}", "{run: make}", "gated", "crosses"),
    ],
)
def test_a_gate_in_a_composite_action_answers_outside(look, given, behind, router, sim):
    text = HEAD.replace("'v*', 'sim-v*'", "'*v*'") + (
        f"  a:\n    steps:\n      - {{id: A, uses: ./x, with: {given}}}\n      - {behind}\n"
    )
    found = marks(look, text, actions={"x": ACTION})
    assert (found["v1.2.3"], found["sim-v1.2.3"]) == (router, sim)


def test_actions_that_use_one_another_come_to_an_end(look):
    action = "runs: {using: composite, steps: [{uses: ./x}, {run: twine upload x}]}"
    text = HEAD + "  a: {steps: [{uses: ./x}]}\n"
    looked = look({"a.yml": text}, actions={"x": action})
    (file,) = looked.pipeline.workflows.values()
    assert len(looked.pipeline.on_tag(file, looked.pipeline.facts.tags[0])) == 10


def test_calls_are_followed_ten_deep(look):
    text = HEAD + "  a: {uses: ./.github/workflows/a.yml}\n  b: {steps: [{run: twine upload x}]}\n"
    looked = look({"a.yml": text})
    (file,) = looked.pipeline.workflows.values()
    acts = looked.pipeline.on_tag(file, looked.pipeline.facts.tags[0])
    assert [len(act.at.above) for act in acts] == list(range(10, -1, -1))


@pytest.mark.parametrize(
    ("outer", "inner", "certain"),
    [
        ("true", "true", True),
        ("vars.X", "true", False),
        ("true", "vars.X", False),
    ],
)
def test_what_is_in_doubt_above_is_in_doubt_below(look, outer, inner, certain):
    called = f"on: workflow_call\njobs: {{b: {{steps: [{{if: {inner}, uses: ./x}}]}}}}\n"
    action = "runs: {using: composite, steps: [{run: twine upload x}]}"
    text = HEAD + f"  a: {{if: {outer}, uses: ./.github/workflows/b.yml}}\n"
    looked = look({"a.yml": text, "b.yml": called}, actions={"x": action})
    file = looked.pipeline.workflows[".github/workflows/a.yml"]
    (act,) = looked.pipeline.on_tag(file, looked.pipeline.facts.tags[0])
    assert act.certain is certain
    assert (act.at.workflow.file, act.at.job.id, act.at.above[0].id) == ("b.yml", "b", "a")


@pytest.mark.parametrize(
    ("job", "behind", "mark"),
    [
        ("{if: vars.X, steps: []}", "true", "publishes"),
        ("{if: vars.X, steps: []}", "needs.a.result == 'skipped'", "publishes"),
        ("{steps: []}", "needs.a.result == 'skipped'", "runs"),
        ("{if: false, steps: []}", "always() && needs.a.result == 'skipped'", "publishes"),
        ("{uses: o/r/w.yml@v1}", "needs.a.result == 'success'", "publishes"),
        ("{uses: ./.github/workflows/b.yml}", "needs.a.result == 'success'", "publishes"),
        ("{uses: ./.github/workflows/b.yml}", "needs.a.outputs.out == 'x'", "publishes"),
        ("{uses: ./.github/workflows/b.yml}", "needs.a.outputs.out == 'y'", "runs"),
        ("{uses: ./.github/workflows/b.yml}", "needs.a.outputs.odd == 'y'", "publishes"),
        ("{uses: ./.github/workflows/b.yml}", "needs.a.outputs.none", "runs"),
        ("{uses: ./.github/workflows/b.yml}", "needs.a.outputs.event == 'y'", "publishes"),
        ("{uses: ./.github/workflows/b.yml}", "needs.a.outputs.whole == 'y'", "publishes"),
        ("{uses: $/.github/workflows/b.yml}", "needs.a.outputs.out == 'y'", "runs"),
        ("{outputs: {Q: x}, steps: []}", "needs.a.outputs.q == 'x'", "publishes"),
        ("{outputs: {Q: x}, steps: []}", "needs.a.outputs.q == 'y'", "runs"),
    ],
)
def test_a_job_knows_how_those_that_it_needs_have_ended(look, job, behind, mark):
    called = """\
        on:
          workflow_call:
            outputs:
              out: {value: '${{ jobs.b.outputs.q }}'}
              odd: {value: '${{ jobs.b.result }}'}
              none: {value: '${{ jobs.gone.outputs.q }}'}
              event: {value: '${{ github.event.inputs.q }}'}
              whole: {value: '${{ jobs.b.outputs }}'}
        jobs: {B: {outputs: {q: x}, steps: []}}
        """
    text = HEAD + (
        f"  c: {{needs: a, if: {behind}, steps: [{{run: twine upload x}}]}}\n  A: {job}\n"
    )
    assert marks(look, text, files={"b.yml": called})["v1.2.3"] == mark


@pytest.mark.parametrize(
    "gate", ["steps: [{run: release-tools gate}]", "uses: ./.github/workflows/g.yml"]
)
def test_a_job_whose_gate_refuses_has_failed(look, gate):
    called = "on: workflow_call\njobs: {g: {steps: [{run: release-tools gate}]}}\n"
    text = HEAD + (
        f"  a: {{{gate}}}\n"
        "  b: {needs: a, if: always() && needs.a.result == 'success', steps: [{run: gem push b}]}\n"
        "  c: {needs: a, if: always() && needs.a.result == 'failure', steps: [{run: gem push c}]}\n"
    )
    pipeline = look({"a.yml": text, "g.yml": called}).pipeline
    file, tag = pipeline.workflows[".github/workflows/a.yml"], pipeline.facts.tags[0]
    assert [act.deed.words[-1] for act in pipeline.on_tag(file, tag)] == ["b"]
    assert [act.deed.words[-1] for act in pipeline.on_tag(file, tag, closed=True)] == ["c"]


def test_as_many_steps_as_are_allowed_are_followed(look, monkeypatch):
    text = HEAD + "  a: {steps: [{run: a}, {run: b}]}\n"
    monkeypatch.setattr(simulation, "_MAX_STEPS", 2)
    assert marks(look, text)["v1.2.3"] == "runs"
    monkeypatch.setattr(simulation, "_MAX_STEPS", 1)
    with pytest.raises(MalformedError, match="more than 1 steps"):
        look({"a.yml": text})


@pytest.mark.parametrize("uses", ["./x", "$/x"])
def test_an_input_of_an_action_that_is_not_given_has_its_default(look, uses):
    action = """\
        inputs: {Push: {default: 'yes'}, other: {default: 'no'}}
        runs: {using: composite, steps: [{if: inputs.push == 'yes', run: twine upload x}]}
        """
    text = HEAD + f"  a:\n    steps: [{{uses: {uses}, with: {{other: 'yes'%s}}}}]\n"
    assert marks(look, text % "", actions={"x": action})["v1.2.3"] == "publishes"
    assert marks(look, text % ", push: 'no'", actions={"x": action})["v1.2.3"] == "runs"


def test_an_input_that_a_call_declares_has_its_default(look):
    called = """\
        on:
          workflow_call:
            inputs: {Go: {type: string, default: 'yes'}, Count: {type: number, default: 2}}
        jobs: {b: {if: inputs.go == 'yes' && inputs.count == 2, steps: [{run: twine upload x}]}}
        """
    text = HEAD + "  a:\n    uses: ./.github/workflows/b.yml\n    with: {%s}\n"
    assert marks(look, text % "", files={"b.yml": called})["v1.2.3"] == "publishes"
    assert marks(look, text % "GO: 'no'", files={"b.yml": called})["v1.2.3"] == "runs"


def test_only_by_hand_the_inputs_are_not_known(look):
    text = """\
        on: {workflow_dispatch: {inputs: {x: }}, push: {tags: ['v*']}}
        jobs: {a: {if: inputs.x, steps: [{run: twine upload x}]}}
        """
    looked = look({"a.yml": text})
    (file,) = looked.pipeline.workflows.values()
    assert looked.marks("a.yml")["v1.2.3"] == "runs"
    assert len(looked.pipeline.elsewhere(file)) == 1


def test_jobs_run_behind_those_that_they_need():
    needs = {"A": ["b", "C"], "b": ["c"], "c": [], "d": ["x"], "e": ["f"], "f": ["e"], "g": ["e"]}
    lines = "".join(f"  {name}: {{needs: {list(them)}}}\n" for name, them in needs.items())
    jobs = workflow.read("a.yml", nodes.load(f"on: push\njobs:\n{lines}")).jobs
    assert [job.id for job in simulation._ordered(jobs)] == ["c", "d", "b", "A", "e", "f", "g"]
