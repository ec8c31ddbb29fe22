"""One check, answered: what the gate is made of.

A check is open, closed, or cannot tell; a doubt is never taken for an open check.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Say(StrEnum):
    """The answer of one check."""

    OPEN = "open"
    CLOSED = "closed"
    UNSURE = "cannot tell"

    @property
    def of_the_gate(self) -> str:
        """The answer of all checks as words about the gate."""
        return "the gate cannot tell" if self is Say.UNSURE else f"the gate is {self}"


class Check(NamedTuple):
    """One check, answered.

    ``hard`` says that the answer decides; ``waived`` holds the reason where somebody waived it.
    """

    name: str
    say: Say
    reason: str
    hint: str = ""
    hard: bool = True
    waived: str | None = None
