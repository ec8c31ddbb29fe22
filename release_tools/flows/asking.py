"""What every flow asks the world with: one transport, one set of addresses, for a whole run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    from release_tools.adapters.addresses import Addresses
    from release_tools.adapters.http import Http
    from release_tools.config import Project

    Progress = Callable[[int, int], None]


class Asking(NamedTuple):
    """How one run asks registries: ``progress`` hears how many of how many have answered.

    As a context it closes its connections at the end.
    """

    transport: Http
    addresses: Addresses
    progress: Progress | None = None

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
