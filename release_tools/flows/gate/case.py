"""One tag that somebody wants to publish, and what is known of it: what the gate's checks share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from release_tools.adapters.git import Repository
    from release_tools.adapters.ls_remote import RemoteRefs
    from release_tools.config import Project
    from release_tools.flows.repository.hub import Hub
    from release_tools.model import Surface
    from release_tools.rules.gate import Waiver
    from release_tools.streams import Stream
    from release_tools.version import Version


class Case(NamedTuple):
    """One tag that somebody wants to publish, and what is known of it."""

    project: Project
    repository: Repository
    github: Hub | None
    stream: Stream
    version: Version
    tag: str
    facts: RemoteRefs
    surface: Surface | None = None
    built: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()

    @property
    def commit(self) -> str:
        """The commit that the remote's tag peels to; empty where it has no such tag."""
        found = self.facts.tags.get(self.tag)
        return found.commit if found else ""
