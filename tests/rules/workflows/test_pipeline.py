"""What the events other than a tag make a workflow publish, and whose gate is whose."""

from __future__ import annotations

import pytest

from release_tools.model import Surface
from release_tools.rules.workflows.gates import Gate
from release_tools.streams import Stream

STEPS = """\
jobs:
  a:
    steps:
      - {if: github.event_name == 'push', run: twine upload push}
      - {if: github.event_name == 'create', run: twine upload create}
      - {if: github.event_name == 'schedule', run: twine upload schedule}
      - {if: github.event_name == 'workflow_dispatch', run: twine upload hand}
      - {if: github.event.release.prerelease == true, run: twine upload pre}
      - if: github.event_name == 'release' && !github.event.release.prerelease
        run: twine upload final
      - {if: vars.X, run: twine upload maybe}
      - run: if x; then twine upload tested; fi
"""


def done(acts):
    return [act.deed.words[-1] for act in acts if act.certain]


def one(look, on, **options):
    looked = look({"a.yml": f"on: {on}\n{STEPS}"}, **options)
    (file,) = looked.pipeline.workflows.values()
    return looked.pipeline, file


def test_only_what_nothing_stands_before_is_certain(look):
    pipeline, file = one(look, "push")
    acts = pipeline.on_tag(file, pipeline.facts.tags[0])
    assert {act.deed.words[2]: act.certain for act in acts} == {
        "push": True,
        "maybe": False,
        "tested": False,
    }
    assert {act.path for act in acts} == {".github/workflows/a.yml"}


@pytest.mark.parametrize(
    ("on", "acts"),
    [
        ("push", ["push"]),
        ("{push: {branches: [main]}}", ["push"]),
        ("{push: {tags: ['*']}}", []),
        ("{schedule: [{cron: '0 0 * * *'}]}", ["schedule"]),
        ("workflow_dispatch", ["hand"]),
        ("[schedule, workflow_dispatch, push]", ["schedule", "hand", "push"]),
        ("release", []),
    ],
)
def test_without_a_tag_it_runs_by_the_clock_by_hand_or_on_a_branch(look, on, acts):
    pipeline, file = one(look, on)
    assert done(pipeline.elsewhere(file)) == acts


def test_a_release_tells_whether_it_is_a_prerelease(look):
    pipeline, file = one(look, "release")
    final, pre, *_ = pipeline.facts.tags
    assert done(pipeline.on_release(file, final)) == ["final"]
    assert done(pipeline.on_release(file, pre)) == ["pre"]
    assert pipeline.on_tag(file, final) == ()
    assert pipeline.steps_on_tag(file, final) == ()
    assert done(pipeline.everything(file)) == ["final", "pre", "final", "final", "pre"]


def test_everything_is_by_a_tag_by_its_release_or_without_one(look):
    pipeline, file = one(look, "{push: {tags: ['v*']}, release: , workflow_dispatch: }")
    found = done(pipeline.everything(file))
    assert found == ["push", "push", "final", "pre", "final", "final", "pre", "hand"]


GATED = """\
on: {push: {tags: ['*v*']}, release: , schedule: [{cron: '0 0 * * *'}]}
jobs:
  a:
    steps:
      - {id: g, run: release-tools gate}
      - {if: steps.g.outputs.proceed == 'true', run: twine upload known}
      - {if: "steps.g.outputs.version == '1'", run: twine upload perhaps}
      - {if: "always() && steps.g.outputs.proceed == 'false'", run: twine upload else}
"""


def test_an_open_gate_lets_its_stream_through_and_what_its_version_is_stays_open(look):
    looked = look({"a.yml": GATED})
    pipeline, (file,) = looked.pipeline, looked.pipeline.workflows.values()
    mine, _, _, other, _ = pipeline.facts.tags
    for acts in (
        pipeline.on_tag(file, mine),
        pipeline.on_release(file, mine),
        pipeline.on_schedule(file),
    ):
        assert [(act.deed.words[2], act.certain) for act in acts] == [
            ("known", True),
            ("perhaps", False),
        ]
    assert [at.step.id for at in pipeline.steps_on_tag(file, mine)] == ["g", "", ""]
    assert pipeline.on_tag(file, mine, closed=True) == ()
    assert done(pipeline.on_tag(file, other)) == ["else"]


def test_a_tag_is_created_once_or_pushed(look):
    pipeline, file = one(look, "{create: , push: {branches: [main]}}")
    assert done(pipeline.on_tag(file, pipeline.facts.tags[0])) == ["create"]
    assert pipeline.on_release(file, pipeline.facts.tags[0]) == ()
    assert pipeline.on_schedule(file) == ()


@pytest.mark.parametrize(
    ("branches", "started"),
    [
        ("", ["v1.2.3", "v1.2.3-rc.1", "sim-v1.2.3", "sim-v1.2.3-rc.1"]),
        (", branches: ['v*']", ["v1.2.3", "v1.2.3-rc.1"]),
        (", branches: ['!v*']", []),
        (", branches: ['x', 's*']", ["sim-v1.2.3", "sim-v1.2.3-rc.1"]),
    ],
)
def test_a_run_behind_another_one_may_name_the_tag_as_its_branch(look, branches, started):
    first = "name: First\non: {push: {tags: ['*v*']}}\njobs: {a: {}}\n"
    other = "name: Other\non: {push: {branches: [main]}}\njobs: {a: {}}\n"
    behind = f"on: {{workflow_run: {{workflows: [First, Other]{branches}}}}}\njobs: {{a: {{}}}}\n"
    looked = look({"a.yml": first, "b.yml": behind, "c.yml": other})
    file = looked.pipeline.workflows[".github/workflows/b.yml"]
    found = {tag.name: looked.pipeline.start(file, tag) for tag in looked.pipeline.facts.tags}
    assert [name for name, start in found.items() if start] == started
    assert {(s.event, s.line, s.column) for s in found.values() if s} <= {("workflow_run", 1, 6)}


@pytest.mark.parametrize(
    ("gate", "stream"),
    [
        (Gate(None, None), "router"),
        (Gate("router", None), "router"),
        (Gate("sim", None), "sim"),
        (Gate("$X", None), None),
        (Gate(None, "pypi:b"), "sim"),
        (Gate(None, "b"), "sim"),
        (Gate("router", "b"), "sim"),
        (Gate("router", "odd"), None),
    ],
)
def test_a_gate_is_its_surfaces_or_its_streams_or_the_first(look, gate, stream):
    surfaces = [
        Surface("pypi:a", "pypi", "a", "router", ".", {}),
        Surface("pypi:b", "pypi", "b", "sim", ".", {}),
    ]
    pipeline, _ = one(look, "push", surfaces=surfaces)
    found = pipeline.stream_of(gate)
    assert (found and found.name) == stream


@pytest.mark.parametrize(
    ("branches", "branch"),
    [((), "main"), (("release/*", "trunk", "dev"), "trunk"), (("*",), "main")],
)
def test_the_default_branch_is_the_first_that_is_spelled_out(look, branches, branch):
    pipeline, _ = one(look, "push", streams=[Stream("a", "v{version}", branches=branches)])
    assert pipeline.facts.branch == branch
