"""Tags that start what is not meant for them."""

from __future__ import annotations

import pytest

from tests.rules.workflows.checks.conftest import GATE, ON_V, TWINE, job, push
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
    spelled = look({"a.yml": ON_V + TWINE}, streams=VSIM, declared=False)
    assert spelled.found("workflow-crosses-streams")[0].split()[1] == "error"


def test_a_workflow_that_shows_nothing_may_cross_as_well(look):
    looked = look({"a.yml": ON_V + job("run: make publish")}, streams=VSIM)
    (found,) = (one for one in looked.findings if one.id == "workflow-crosses-streams")
    assert found.message == (
        "the pattern 'v*' lets the tag vsim-v1.2.3 of stream sim start this workflow "
        "of stream router, which publishes nothing that is known"
    )
    assert found.hint == (
        "begin with `release-tools gate --stream router` and let the other jobs wait for its "
        "proceed, or add '!vsim-v*' below the pattern"
    )


def test_what_one_workflow_does_hides_nothing_of_the_next(look):
    looked = look({"a.yml": "on: push\n" + TWINE, "b.yml": ON_V + TWINE}, streams=VSIM)
    assert looked.found("starts-on-every-tag", "workflow-crosses-streams") == [
        "starts-on-every-tag warning a.yml:1",
        "workflow-crosses-streams error b.yml:1",
    ]


@pytest.mark.parametrize(
    ("on", "why"),
    [
        ("on: {push: {paths: [a]}}\n", "has only paths, which are not looked at for tags"),
        ("on: push\n", "names neither branches nor tags"),
        ("on: {push: {branches: [main]}}\n", None),
    ],
)
def test_a_publisher_of_branches_without_filter_starts_on_every_tag(look, on, why):
    looked = look({"a.yml": on + job(push("ghcr.io/o/a:latest"))})
    assert looked.found() == (["starts-on-every-tag warning a.yml:1"] if why else [])
    assert looked.messages("starts-on-every-tag") == (
        [f"the push trigger {why}: every tag starts this workflow, which publishes image"]
        if why
        else []
    )


def test_all_that_some_tag_publishes_is_named(look):
    twine = "{if: \"!contains(github.ref, '-rc')\", run: twine upload x}"
    helm = "{if: \"!contains(github.ref, '3')\", run: helm push a b}"
    looked = look({"a.yml": "on: push\n" + job(push("ghcr.io/o/a:1"), twine, helm)})
    assert looked.messages("starts-on-every-tag") == [
        (
            "the push trigger names neither branches nor tags: every tag starts this workflow, "
            "which publishes image, pypi, chart"
        )
    ]


@pytest.mark.parametrize("jobs", [job("run: make test"), GATE])
def test_what_publishes_nothing_or_asks_first_may_start_on_every_tag(look, jobs):
    assert look({"a.yml": "on: push\n" + jobs}).found() == []


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
