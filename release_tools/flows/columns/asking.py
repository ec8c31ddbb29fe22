"""What every flow asks the world with: one transport, one set of addresses, for a whole run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple, Self

from release_tools.errors import ReleaseToolsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from release_tools.adapters.addresses import Addresses
    from release_tools.adapters.http import Http
    from release_tools.config import Project
    from release_tools.model import Surface

    Progress = Callable[[int, int], None]


class Asking(NamedTuple):
    """How one run asks registries: ``progress`` hears how many of how many have answered.

    As a context it closes its connections at the end.
    """

    transport: Http
    addresses: Addresses
    progress: Progress | None = None

    def expect(self, surfaces: Iterable[Surface]) -> None:
        """Begin to connect to all who will be asked for ``surfaces``, and do not wait for it.

        A connection takes as long as two requests; meanwhile the source is read.  Where nobody
        can be asked, the question says so.
        """
        from release_tools.adapters.side_by_side import MOST
        from release_tools.kinds import stages

        found: dict[str, int] = {}
        for surface in surfaces:
            kind = stages.publishing(surface.kind)
            try:
                where = kind.published(surface, self.addresses) if kind else None
            except ReleaseToolsError:
                continue
            if where is not None and sum(found.values()) < MOST:
                found[where[1].base] = found.get(where[1].base, 0) + 1
        for base, count in found.items():
            self.transport.expect(base, count)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close what is still connected."""
        self.transport.close()


def of_project(project: Project, progress: Progress | None = None) -> Asking:
    """Return the transport and the addresses that the project's configuration says.

    Nothing is asked yet.
    """
    from release_tools.adapters.addresses import Addresses
    from release_tools.adapters.http import Http

    table = project.tables.get("registries", {})
    addresses = Addresses.from_environment(table, os.environ, project.root)
    transport = Http(
        plain_http=table.get("plain-http", ()),
        private_hosts=table.get("private-hosts", ()),
        trusted=addresses.trusted,
    )
    return Asking(transport, addresses, progress)
