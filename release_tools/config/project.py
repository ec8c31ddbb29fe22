"""What a configuration comes to: a tree, its streams, its surfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.errors import ConfigError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.model import Surface, Tree
    from release_tools.streams import Stream


class Project(NamedTuple):
    """A tree and what its configuration, or discovery, says of it.

    ``config`` is the path of the file that was read, None where the surfaces were discovered.
    ``tables`` holds the checked tables that other commands read: registries, gate, deployments.
    ``root`` is the folder on disk, also where the tree is a commit's.
    """

    tree: Tree
    config: str | None
    repository: str | None
    streams: tuple[Stream, ...]
    surfaces: tuple[Surface, ...]
    tables: Mapping[str, Any]
    root: str = "."

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

    def surface(self, name: str) -> Surface:
        """Return the surface of that id, or of that name where it is the only one called so.

        Raises ConfigError, suggesting the nearest.
        """
        found = [one for one in self.surfaces if one.id == name]
        found = found or [one for one in self.surfaces if one.name == name]
        if len(found) == 1:
            return found[0]
        ids = [one.id for one in found or self.surfaces]
        what = f'"{name}" is the name of several surfaces' if found else f'no surface is "{name}"'
        hint = (not found and nearest(name, ids)) or "the surfaces are: " + ", ".join(ids)
        raise ConfigError(what, hint=hint)

    def on(self, tree: Tree) -> Project:
        """Return the same project over another tree of the same files."""
        return self._replace(tree=tree)
