"""What discovery proposes: values only, each with the reason that speaks for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class ProposedStream:
    """A line of versions: its name in the configuration, its tag pattern, and what shows it.

    ``changelog`` is the path of the changelog that is kept for it, ``""`` for none.
    """

    name: str
    tag: str
    evidence: str
    changelog: str = ""


@dataclass(frozen=True, slots=True)
class ProposedSurface:
    """One thing that the repository seems to release.

    ``path`` is the manifest's folder, relative to the root and ``""`` at the top; None for an
    image, and the file itself for a ``file``.  ``registry`` is what stands in the configuration
    (``oci://…``, ``https://…``, the part of an image's name before its last component), or None
    for the public registry.  ``options`` are further configuration keys, ``because`` is a
    sentence, and ``version`` what the manifest states, where it states one.
    """

    kind: str
    name: str
    path: str | None
    stream: str
    because: str
    registry: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    version: str | None = None

    @property
    def id(self) -> str:
        """``kind:name``, as in reports."""
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A candidate that was looked at and left out, with the reason."""

    kind: str
    name: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything that discovery found; the first stream is the default one.

    ``workspaces`` are the folders that are the root of a workspace, by kind: as a path in the
    configuration, such a folder stands for its members.
    """

    repository: str
    streams: tuple[ProposedStream, ...]
    surfaces: tuple[ProposedSurface, ...]
    skipped: tuple[Skipped, ...]
    workspaces: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A surface before the streams are known: who publishes it decides between them.

    ``guessed`` says that nothing was seen that publishes it: only its manifest speaks for it.
    """

    kind: str
    name: str
    path: str | None
    because: str
    workflows: tuple[str, ...] = ()
    version: str | None = None
    registry: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    guessed: bool = False
