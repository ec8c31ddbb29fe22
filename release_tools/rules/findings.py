"""The table of findings: every id that a report can hold, with severity, meaning and hint.

The modules ``table_*`` hold the rows, so that each stays readable: ``table_source`` what a look at
the tree can find, ``table_acting`` why a verb that writes refuses, and so on.  ``FINDINGS`` is the
whole table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import UsageError, nearest
from release_tools.model import Finding
from release_tools.rules.table_acting import ACTING
from release_tools.rules.table_built import BUILT
from release_tools.rules.table_github import GITHUB
from release_tools.rules.table_lint import LINT
from release_tools.rules.table_operators import OPERATORS
from release_tools.rules.table_packages import PACKAGES
from release_tools.rules.table_pinning import PINNING
from release_tools.rules.table_pipeline import PIPELINE
from release_tools.rules.table_published import PUBLISHED
from release_tools.rules.table_remote import REMOTE
from release_tools.rules.table_source import SOURCE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypedDict, Unpack

    from release_tools.errors import ReleaseToolsError
    from release_tools.model import Severity, Stage

    class Where(TypedDict, total=False):
        """What a finding is about, as far as it is known."""

        stream: str | None
        surface: str | None
        stage: Stage | None
        path: str | None
        line: int | None
        column: int | None


class Known(NamedTuple):
    """One row of the table: what ``explain`` prints and what a finding takes by default."""

    severity: Severity
    title: str
    meaning: str
    hint: str


_TABLES = (
    SOURCE,
    ACTING,
    PIPELINE,
    LINT,
    GITHUB,
    PUBLISHED,
    PACKAGES,
    BUILT,
    REMOTE,
    OPERATORS,
    PINNING,
)
FINDINGS: Mapping[str, Known] = {
    key: Known(*row) for table in _TABLES for key, row in table.items()
}


def finding(
    id: str,  # noqa: A002 - the word of the report
    message: str,
    *,
    hint: str | None = None,
    **where: Unpack[Where],
) -> Finding:
    """Make the finding ``id``; severity comes from the table, and the hint where none is given.

    An empty ``hint`` is kept: nothing is to be done.  An unknown id is a mistake in
    release-tools itself; the tests look up every id that the package uses.
    """
    known = FINDINGS[id]
    return Finding(id, known.severity, message, known.hint if hint is None else hint, **where)


def from_error(error: ReleaseToolsError) -> Finding:
    """Make the finding that reports an expected error, under the error's own id."""
    return finding(
        error.id, error.message, hint=error.hint or None, path=error.path, line=error.line
    )


def explain(id: str) -> str:  # noqa: A002 - the word of the report
    """Return what the finding means and what to do, as plain text of at most 100 columns.

    Raises UsageError with the nearest id when there is no such finding.
    """
    import textwrap

    known = FINDINGS.get(id)
    if known is None:
        all_of_them = "release-tools explain lists all findings"
        raise UsageError(f"there is no finding {id!r}", hint=nearest(id, FINDINGS) or all_of_them)
    head = f"{id} ({known.severity.value}): {known.title}"
    return "\n\n".join(
        textwrap.fill(text, 100, break_on_hyphens=False)
        for text in (head, known.meaning, f"help: {known.hint}")
    )
