"""What a configuration comes to: a tree, its streams, its surfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.config.words import nearest
from release_tools.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.model import Surface, Tree
    from release_tools.streams import Stream


class Project(NamedTuple):
    """A tree and what its configuration, or discovery, says of it.

    ``config`` is the path of the file that was read, None where the surfaces were discovered.
    ``tables`` holds the checked tables that other commands read: registries, gate, deployments.
    """

    tree: Tree
    config: str | None
    repository: str | None
    streams: tuple[Stream, ...]
    surfaces: tuple[Surface, ...]
    tables: Mapping[str, Any]

    def stream(self, name: str) -> Stream:
        """Return the stream called ``name``; raises ConfigError, suggesting the nearest."""
        for stream in self.streams:
            if stream.name == name:
                return stream
        names = [stream.name for stream in self.streams]
        raise ConfigError(
            f'there is no stream "{name}"',
            hint=nearest(name, names) or "the streams are: " + ", ".join(names),
        )

    def stream_or_first(self, name: str | None) -> Stream:
        """Return the stream called ``name``, the first one for None; raises as ``stream``."""
        return self.streams[0] if name is None else self.stream(name)

    def on(self, tree: Tree) -> Project:
        """Return the same project over another tree of the same files."""
        return self._replace(tree=tree)
