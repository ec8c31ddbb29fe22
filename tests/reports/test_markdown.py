from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.model import Severity, Verdict
from release_tools.reports import markdown

if TYPE_CHECKING:
    from collections.abc import Callable

    from release_tools.model import Row, Table

EXPECTED = """\
2 places of 2 surfaces disagree with 0.3.0 (1 place could not be determined)

- **error** <code>surface-differs</code> <code>core/Cargo.toml:3:12</code> \
crate:widget-core says 0.2.0&#44; expected 0.3.0<br>help: run &#96;release-tools bump 0.3.0&#96;
- **warning** <code>reference-pinned</code> <code>values.yaml</code> a digest pins it
- **note** <code>stamped</code> chart:widget is stamped

### v0.3.0 · stream router

| surface | source |
|---|---|
| <code>pypi:widget</code> | 0.3.0 |
| <code>crate:widget-core</code> | 0.2.0 ✗ expected 0.3.0 |
| <code>npm:widget</code> | MISSING |
| <code>image:server</code> | &#63; values.yaml cannot be read |
| <code>chart:widget</code> | 0.1.0 (stamped) |
| <code>file:VERSION</code> | \N{EN DASH} |
"""


def test_the_sum_comes_first_then_the_findings_then_the_table(table: Table):
    assert markdown.render(table) == EXPECTED


def test_no_text_of_a_file_is_markup(hostile_table: Table):
    shown = markdown.render(hostile_table, discovered=True)
    bare = re.sub(r"</?code>|<br>|\*\*(error|warning|note)\*\*|&#\d+;", "", shown)
    assert not re.search(r"[<>`*\[\]@&%\\]|://|www\.", bare)
    rows = [line for line in bare.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + len(Verdict)
    assert all(row.count("|") == 4 for row in rows)
    assert not re.search(r"&#(\d|1\d|2\d|3[01]|127|823[234]|5632\d);", shown)
    assert all(line.isprintable() for line in shown.splitlines())
    assert len(bare.split("\n\n")[1].splitlines()) == len(Severity)


def test_a_summary_that_github_would_drop_is_cut_at_a_line(
    row: Callable[..., Row], table_of: Callable[..., Table]
):
    rows = [row(f"pypi:{'x' * 900}", Verdict.AGREES, "0.3.0")] * 1200
    shown = markdown.render(table_of(*rows)._replace(findings=()))
    assert 900_000 < len(shown.encode()) <= markdown.LIMIT
    *_, last, empty, note = shown.splitlines()
    assert last.endswith(" | 0.3.0 |")
    assert empty == ""
    assert note == "The rest is left out: see the log of this job."
