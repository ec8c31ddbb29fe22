"""Which streams a workflow is for, and what is written for branches alone."""

from __future__ import annotations

import pytest

from release_tools.model import Surface
from release_tools.streams import Stream

PUBLISH = "jobs: {a: {steps: [{run: twine upload x}]}}\n"


def row(look, on, jobs=PUBLISH, **options):
    looked = look({"a.yml": f"on: {on}\n{jobs}"}, **options)
    return looked.rows[0] if looked.rows else None


@pytest.mark.parametrize(
    ("on", "streams"),
    [
        ("push", ("router", "sim")),
        ("{push: {tags: ['*']}}", ("router", "sim")),
        ("{push: {tags: ['v*']}}", ("router",)),
        ("{push: {tags: ['v1.*']}}", ("router",)),
        ("{push: {tags: ['sim-v*']}}", ("sim",)),
        ("{push: {tags: ['s*']}}", ("sim",)),
        ("{push: {tags: ['v*', 'sim-v*']}}", ("router", "sim")),
        ("{push: {tags: ['nightly-*']}}", ("router",)),
        ("create", ("router", "sim")),
    ],
)
def test_a_workflow_is_for_the_streams_that_its_patterns_spell_out(look, on, streams):
    found = row(look, on)
    assert found is not None
    assert found.streams == streams


def test_a_pattern_that_lets_another_stream_through_is_not_for_it(look):
    streams = [Stream("router", "v{version}"), Stream("sim", "vllm-v{version}")]
    found = row(look, "{push: {tags: ['v*']}}", streams=streams)
    assert found is not None
    assert found.streams == ("router",)
    assert [str(cell.mark) for cell in found.cells] == ["publishes"] * 2 + ["crosses"] * 2


def test_a_pattern_of_nightlies_is_for_the_stream_that_has_them(look):
    a = Stream("a", "v{version}", nightly="nightly-{date}")
    b = Stream("b", "nightly-b-v{version}")
    found = row(look, "{push: {tags: ['nightly-*']}}", streams=[a, b])
    assert found is not None
    assert found.streams == ("a",)


def test_a_tag_without_a_prefix_is_spelled_out_by_no_pattern(look):
    streams = [Stream("bare", "{version}"), Stream("one", "1-v{version}")]
    found = row(look, "{push: {tags: ['1*']}}", streams=streams)
    assert found is not None
    assert found.streams == ("bare", "one")


@pytest.mark.parametrize(
    ("path", "streams"),
    [
        (".github/workflows/a.yml", ("sim",)),
        ("a.yml", ("sim",)),
        ("b.yml", ("router", "sim")),
    ],
)
def test_a_surface_may_name_its_workflow(look, path, streams):
    surfaces = [Surface("pypi:a", "pypi", "a", "sim", ".", {"workflow": path})]
    found = row(look, "push", surfaces=surfaces)
    assert found is not None
    assert found.streams == streams


def test_a_gate_tells_whose_workflow_it_is(look):
    jobs = "jobs: {a: {steps: [{run: release-tools gate --stream sim}]}}\n"
    found = row(look, "push", jobs)
    assert found is not None
    assert found.streams == ("sim",)
    odd = row(look, "push", jobs.replace("sim", "$X"))
    assert odd is not None
    assert odd.streams == ("router", "sim")


@pytest.mark.parametrize(
    ("on", "condition", "accidental"),
    [
        ("push", "true", True),
        ("push", "github.ref_type == 'branch'", True),
        ("push", "github.ref_type == 'tag'", False),
        ("{push: {tags: ['*']}}", "true", False),
        ("create", "true", False),
    ],
)
def test_what_is_done_for_branches_too_is_no_release(look, on, condition, accidental):
    jobs = PUBLISH.replace("{run", f'{{if: "{condition}", run')
    found = row(look, on, jobs)
    assert found is not None
    assert found.accidental is accidental


def test_rows_are_ordered_and_only_those_that_a_tag_starts(look):
    text = f"on: push\n{PUBLISH}"
    looked = look({"b.yml": text, "a.yml": text, "c.yml": text.replace("push", "release")})
    assert [one.workflow.file for one in looked.rows] == ["a.yml", "b.yml"]


@pytest.mark.parametrize(
    ("run", "mark", "kinds"),
    [
        ("twine upload x; helm push a b; twine upload y", "publishes", ["pypi", "chart"]),
        ("git push --tags; twine upload x", "publishes", ["pypi"]),
        ("git push --tags", "runs", []),
        ("release-tools gate", "gated", []),
        ("make", "runs", []),
        ("release-tools release", "gated", ["github-release"]),
    ],
)
def test_a_cell_tells_what_is_published(look, run, mark, kinds):
    found = row(look, "{push: {tags: ['v*']}}", f"jobs: {{a: {{steps: [{{run: {run}}}]}}}}\n")
    assert found is not None
    first = found.cells[0]
    assert (str(first.mark), [str(kind) for kind in first.publishes]) == (mark, kinds)
    assert first.start is not None
    assert (found.cells[2].mark, found.cells[2].start) == ("not-started", None)
