"""The checks together."""

from __future__ import annotations

from release_tools.rules.findings import FINDINGS
from release_tools.rules.table_lint import LINT


def test_every_finding_of_lint_is_in_the_table():
    assert set(LINT) <= set(FINDINGS)
