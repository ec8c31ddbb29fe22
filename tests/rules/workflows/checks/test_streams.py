"""Tags that start what is not meant for them."""

from __future__ import annotations

import pytest

from tests.rules.workflows.checks.conftest import ON_V, TWINE, job, push
from tests.rules.workflows.conftest import ROUTER, SIM, surface


def test_a_pattern_that_lets_in_a_tag_of_another_stream_crosses(look):
    streams = (ROUTER, SIM._replace(tag="vllm-sr-sim-v{version}"))
    looked = look({"a.yml": ON_V + TWINE}, streams=streams)
    assert looked.marks("a.yml")["vllm-sr-sim-v1.2.3"] == "crosses"
    assert looked.found("workflow-crosses-streams") == ["workflow-crosses-streams error a.yml:1"]
    assert looked.messages("workflow-crosses-streams") == [
        (
            "the pattern 'v*' lets the tag vllm-sr-sim-v1.2.3 of stream sim start this workflow "
            "of stream router, which would publish pypi"
        )
    ]


VSIM = (ROUTER, SIM._replace(tag="vsim-v{version}"))


@pytest.mark.parametrize(
    ("text", "severities"),
    [
        (ON_V + TWINE, ["error"]),
        (ON_V + job("{if: vars.OURS, run: twine upload x}"), ["warning"]),
        (ON_V + job("run: make publish"), ["note"]),
        (ON_V + job("{if: \"startsWith(github.ref_name, 'v1')\", run: twine upload x}"), []),
        ("on: {push: {tags: ['v[0-9]+.*']}}\n" + TWINE, []),
        ("on: {push: {tags: ['v*', '!vsim-*']}}\n" + TWINE, []),
        ("on: {push: {tags: ['v*', 'vsim-v*']}}\n" + TWINE, []),  # both are spelled out
        ("on: {push: {tags: ['*']}}\n" + TWINE, []),  # meant for all
        ("on: {push: {tags: ['v[0-9]+.*', 'v[a-z]+-*']}}\n" + TWINE, []),  # for all such streams
    ],
)
def test_only_what_may_publish_for_a_stream_that_is_not_meant_crosses(look, text, severities):
    found = look({"a.yml": text}, streams=VSIM).found("workflow-crosses-streams")
    assert [line.split()[1] for line in found] == severities


def test_a_surface_that_names_a_workflow_says_whose_it_is(look):
    text = "on: {push: {tags: ['*']}}\n" + TWINE
    surfaces = [surface("pypi:app", workflow="a.yml")]
    looked = look({"a.yml": text}, surfaces=surfaces)
    assert looked.marks("a.yml")["sim-v1.2.3"] == "crosses"
    assert looked.found("workflow-crosses-streams")[0].split()[1] == "error"
    guessed = look({"a.yml": text}, surfaces=surfaces, declared=False)
    assert guessed.found("workflow-crosses-streams")[0].split()[1] == "warning"


@pytest.mark.parametrize(
    ("on", "ids"),
    [
        ("on: {push: {paths: [a]}}\n", ["starts-on-every-tag warning a.yml:1"]),
        ("on: push\n", ["starts-on-every-tag warning a.yml:1"]),
        ("on: {push: {branches: [main]}}\n", []),
    ],
)
def test_a_publisher_of_branches_without_filter_starts_on_every_tag(look, on, ids):
    looked = look({"a.yml": on + job(push("ghcr.io/o/a:latest"))})
    assert looked.found() == ids


def test_a_job_for_tags_alone_needs_no_filter(look):
    text = "on: push\n" + job("{if: \"github.ref_type == 'tag'\", run: twine upload x}")
    looked = look({"a.yml": text})
    assert looked.found("starts-on-every-tag") == []
    assert looked.marks("a.yml")["v1.2.3"] == "publishes"


def test_a_nightly_tag_must_not_start_a_release(look):
    star = look({"a.yml": "on: {push: {tags: ['*']}}\n" + TWINE})
    assert star.found("nightly-starts-publisher") == ["nightly-starts-publisher warning a.yml:1"]
    own = look({"a.yml": "on: {push: {tags: ['nightly-*']}}\n" + TWINE})
    assert own.found("nightly-starts-publisher") == []
