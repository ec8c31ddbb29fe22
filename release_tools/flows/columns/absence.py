"""``--absent``: may this version still be published?  It is nowhere yet, or with the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.flows.columns.published import Published
from release_tools.model import Verdict
from release_tools.reading import Listing, Unknown
from release_tools.rules import published as rules
from release_tools.version import Version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from release_tools.flows.columns.asking import Asking
    from release_tools.flows.columns.published import Answered
    from release_tools.model import Cell, Finding


class Absence(Published):
    """The published column before anything is published; satisfies ``columns.Column``.

    ``built`` are the digests of what was built, by surface id: the same bytes, published by an
    earlier run, are no obstacle.
    """

    listings = True

    def __init__(
        self, ask: Asking, *, first: Sequence[str] = (), built: Mapping[str, frozenset[str]]
    ) -> None:
        super().__init__(ask, first=first)
        self._built = built

    def judge(self, answer: Answered) -> tuple[Cell, tuple[Finding, ...]]:
        """Judge that it is not there, and that nothing higher is."""
        question = answer.question
        surface, wanted = question.surface, question.wanted
        built = self._built.get(surface.id, frozenset())
        cell, findings = rules.judge_absence(surface, wanted, answer.reading, built)
        if cell.verdict is not Verdict.AGREES or not isinstance(wanted.version, Version):
            return cell, findings
        if isinstance(answer.listing, Unknown):
            return rules.judge_absence(surface, wanted, answer.listing, built)
        if isinstance(answer.listing, Listing):
            higher = rules.judge_order(surface, wanted, answer.listing)
            if higher is not None:
                return cell._replace(verdict=Verdict.DIFFERS, reason=higher.message), (higher,)
        return cell, findings
