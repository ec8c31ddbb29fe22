"""Nightlies whose date every job computes for itself."""

from __future__ import annotations

import pytest

from tests.rules.workflows.checks.conftest import job, push

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
