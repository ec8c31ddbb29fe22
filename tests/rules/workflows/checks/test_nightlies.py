"""Nightlies whose date every job computes for itself."""

from __future__ import annotations

import pytest

from tests.rules.workflows.checks.conftest import TWINE, job, push

NIGHTLY = "name: nightly\non: {schedule: [{cron: '0 2 * * *'}]}\n"
DATE = "run: echo tag=nightly-$(date -u +%Y%m%d) >> $GITHUB_OUTPUT"
MATRIX = "    strategy: {matrix: {a: [1, 2]}}\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (job(DATE, push("a:1"), extra=MATRIX), True),
        (job(DATE, push("a:1")), False),
        (job(DATE, push("a:1")) + f"  b:\n    steps: [{{{DATE}}}, {push('b:1')}]\n", True),
        (job(push("a:1"), extra=MATRIX) + f"  b:\n    steps: [{{{DATE}}}]\n", False),
        (job("{uses: docker/metadata-action@v5, with: {tags: 'type=schedule'}}", push("a:1"),
             extra=MATRIX), True),
        (job("run: date +%s", push("a:1"), extra=MATRIX), False),
    ],
)  # fmt: skip
def test_one_nightly_has_one_date(look, text, found):
    assert bool(look({"a.yml": NIGHTLY + text}).found("nightly-per-job")) is found


def messages(look, text):
    return look({"a.yml": NIGHTLY + text}).messages("nightly-per-job")


def test_the_jobs_that_compute_it_are_named(look):
    end = "computes the date of the nightly for itself: a run across midnight has two"
    second = f"  b:\n    steps: [{{{DATE}}}, {push('b:1')}]\n"
    assert messages(look, job(DATE, push("a:1"), extra=MATRIX)) == [f"each job of publish {end}"]
    assert messages(look, job(DATE, push("a:1")) + second) == [f"each job of publish, b {end}"]


@pytest.mark.parametrize(
    ("step", "line"),
    [
        ("run: |\n          make\n          date +%Y%m%d\n", 9),
        (("uses: docker/metadata-action@v5\n        with:\n          tags: |\n"
         "            a\n            type=schedule\n"), 11),
    ],
)  # fmt: skip
def test_the_line_that_asks_for_the_date_is_named(look, step, line):
    text = job(step, "uses: ./x", extra=MATRIX)
    actions = {"x": "runs: {using: composite, steps: [{run: twine upload x}]}\n"}
    looked = look(
        {"a.yml": "on: workflow_dispatch\n" + TWINE, "n.yml": NIGHTLY + text}, actions=actions
    )
    assert looked.found("nightly-per-job") == [f"nightly-per-job warning n.yml:{line}"]


def test_every_scheduled_workflow_is_looked_at(look):
    text = NIGHTLY + job(DATE, push("a:1"), extra=MATRIX)
    once = NIGHTLY + job(DATE, push("a:1"))
    assert look({"a.yml": once, "b.yml": text, "c.yml": text}).found("nightly-per-job") == [
        "nightly-per-job warning b.yml:7",
        "nightly-per-job warning c.yml:7",
    ]
