"""The checks together."""

from __future__ import annotations

from release_tools.rules.findings import FINDINGS
from release_tools.rules.table_lint import LINT
from tests.rules.workflows.checks.conftest import ON_V, TWINE, job


def test_every_finding_of_lint_is_in_the_table():
    assert set(LINT) <= set(FINDINGS)


def test_findings_come_in_the_order_of_files_and_lines(look):
    late = ON_V + "\n" * 9 + TWINE
    early = ON_V + job("run: pip install twine", "run: twine upload x")
    looked = look({"b.yml": early, "a.yml": late, "c.yml": "concurrency: a\n" + early})
    assert looked.found() == [
        "publish-without-gate warning a.yml:14",
        "unpinned-install warning b.yml:5",
        "publish-without-gate warning b.yml:6",
        "concurrency-drops-pending warning c.yml:1",
        "unpinned-install warning c.yml:6",
        "publish-without-gate warning c.yml:7",
    ]
