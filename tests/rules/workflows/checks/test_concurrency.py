"""Publishers that another run cancels, running or waiting."""

from __future__ import annotations

import pytest

from tests.rules.workflows.checks.conftest import ON_V, TWINE, job


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("{group: '${{ github.ref }}', cancel-in-progress: true}", ["publisher-cancelled warning"]),
        ("{group: release, cancel-in-progress: true}", ["publisher-cancelled error"]),
        ("{group: '${{ github.workflow }}', cancel-in-progress: true}",
         ["publisher-cancelled error"]),
        ("{group: '${{ github.ref }}', cancel-in-progress: false}", []),
        ("{group: a, cancel-in-progress: '${{ github.ref_type == ''branch'' }}'}",
         ["concurrency-drops-pending warning"]),
        ("{group: '${{ github.ref }}', cancel-in-progress: '${{ vars.X }}'}", []),
        ("{group: '${{ github.ref }}', cancel-in-progress: '${{ github.ref_type == ''tag'' }}'}",
         ["publisher-cancelled warning"]),
        ("{group: '${{ github.ref }}', cancel-in-progress: '${{ github.ref_name }}'}", []),
        ("{group: '${{ github.run_id }}', cancel-in-progress: true}", []),
        ("release", ["concurrency-drops-pending warning"]),
        ("{group: release, cancel-in-progress: false}", ["concurrency-drops-pending warning"]),
        ("'${{ github.workflow }}-${{ github.ref_name }}'", []),
    ],
)  # fmt: skip
def test_a_publisher_must_not_be_cancelled_or_dropped(look, given, found):
    top = look({"a.yml": ON_V + f"concurrency: {given}\n" + TWINE})
    ids = ("publisher-cancelled", "concurrency-drops-pending")
    assert top.found(*ids) == [f"{each} a.yml:2" for each in found]
    inner = job("run: twine upload x", extra=f"    concurrency: {given}\n")
    assert [line.rsplit(" ", 1)[0] for line in look({"a.yml": ON_V + inner}).found(*ids)] == found
    harmless = look({"a.yml": ON_V + f"concurrency: {given}\n" + job("run: make test")})
    assert harmless.found(*ids) == []


@pytest.mark.parametrize(
    ("group", "whom"),
    [("all", "the run of any other tag"), ("${{ github.ref }}", "a second push of the same tag")],
)
def test_the_message_says_who_cancels_it(look, group, whom):
    text = ON_V + f"concurrency: {{group: '{group}', cancel-in-progress: true}}\n" + TWINE
    assert look({"a.yml": text}).messages("publisher-cancelled") == [
        f"{whom} cancels this publisher in the middle (group {group})"
    ]


def test_a_job_that_pushes_a_tag_first_is_still_a_publisher(look):
    text = ON_V + job("run: git push --tags", "run: twine upload x", extra="    concurrency: a\n")
    assert look({"a.yml": text}).found("concurrency-drops-pending") == [
        "concurrency-drops-pending warning a.yml:4"
    ]


def test_a_group_is_named_in_the_file_that_it_stands_in(look):
    files = {
        "a.yml": ON_V + "jobs:\n  call: {concurrency: a, uses: ./.github/workflows/b.yml}\n",
        "b.yml": "on: workflow_call\njobs:\n\n"
        "  call: {concurrency: b, uses: ./.github/workflows/c.yml}\n",
        "c.yml": "on: workflow_call\nconcurrency: d\n"
        + job("uses: ./x", extra="\n\n    concurrency: c\n"),
    }
    actions = {"x": "runs: {using: composite, steps: [{run: twine upload x}]}\n"}
    looked = look(files, actions=actions)
    assert looked.found("concurrency-drops-pending") == [
        "concurrency-drops-pending warning a.yml:3",
        "concurrency-drops-pending warning b.yml:4",
        "concurrency-drops-pending warning c.yml:2",
        "concurrency-drops-pending warning c.yml:7",
    ]
