"""What a walk through workflows hands on, and what it knows at each step."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.discovery.values import Values


@dataclass(frozen=True, slots=True)
class Act:
    """One step of some workflow: a command (``words``) or an action (``uses`` and ``inputs``).

    ``folder`` is where it runs, ``workflow`` the file that holds it, ``starts`` the files that
    start it, itself included; ``releases`` says whether it can run for a release.
    """

    uses: str
    words: tuple[Values, ...]
    inputs: Mapping[str, Values]
    folder: str
    workflow: str
    starts: tuple[str, ...]
    releases: bool
    text: str = ""

    @property
    def program(self) -> str:
        """The name of the command, without its folder and without a version at its end."""
        name = self.words[0][0].rsplit("/", 1)[-1] if self.words else ""
        return re.sub(r"[-_@]v?\d[\w.]*$|-\0$", "", name)

    @property
    def argv(self) -> tuple[str, ...]:
        """The first alternative of each word."""
        return tuple(word[0] for word in self.words)


@dataclass(slots=True)
class Scope:
    """Where a walk is: the contexts that ``${{ }}`` can ask for."""

    path: str
    starts: tuple[str, ...]
    releases: bool
    inputs: dict[str, Values] = field(default_factory=dict)
    env: dict[str, Values] = field(default_factory=dict)
    matrix: dict[str, Any] = field(default_factory=dict)
    jobs: dict[str, Any] = field(default_factory=dict)
    steps: dict[str, Mapping[str, Values]] = field(default_factory=dict)
    needs: dict[tuple[str, str], Values] = field(default_factory=dict)
    folder: str = ""
    depth: int = 0
