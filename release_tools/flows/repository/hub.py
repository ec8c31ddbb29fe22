"""The project's repository on GitHub, asked through one connection for a whole run."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.adapters.git import Repository
    from release_tools.adapters.github import GitHub
    from release_tools.adapters.github_api import Api
    from release_tools.adapters.github_packages import Packages
    from release_tools.adapters.github_refs import Refs
    from release_tools.adapters.github_releases import Releases
    from release_tools.adapters.github_runs import Runs
    from release_tools.adapters.github_terms import Terms
    from release_tools.config import Project


LOOKING = 40.0
"""Seconds that may go into questions to GitHub before somebody who only looks gets an answer."""


class Hub(NamedTuple):
    """What can be asked of GitHub, sharing one memory, one budget, one patience."""

    name: str
    refs: Refs
    releases: Releases
    runs: Runs
    checks: GitHub
    api: Api

    def renew(self) -> None:
        """Let what is asked from now on take ``LOOKING`` seconds in all, as each poll may."""
        self.api.deadline = time.monotonic() + LOOKING

    def packages(self, owner: str) -> Packages:
        """Return the container packages of an owner."""
        from release_tools.adapters.github_packages import Packages

        return Packages(self.api, owner)


def of_project(
    project: Project, repository: Repository | None = None, terms: Terms | None = None
) -> Hub:
    """Return the project's repository on GitHub; nothing is asked yet.

    It is ``repository`` of the configuration, else GITHUB_REPOSITORY, else the origin remote.
    Raises UsageError where none of them says it, or the address may not be asked.
    """
    from release_tools.adapters.github import GitHub
    from release_tools.adapters.github_connect import connect
    from release_tools.adapters.github_refs import Refs
    from release_tools.adapters.github_releases import Releases
    from release_tools.adapters.github_runs import Runs

    name = project.repository or os.environ.get("GITHUB_REPOSITORY")
    if not name and repository is not None:
        from release_tools.flows.repository import clone

        name = clone.known_name(project, repository)
    if not name:
        raise UsageError(
            "the repository on GitHub is not known",
            hint='set repository = "OWNER/NAME" in release-tools.toml, or GITHUB_REPOSITORY',
        )
    api = connect(name, os.environ, project.tables.get("registries"), terms)
    return Hub(name, Refs(api), Releases(api), Runs(api), GitHub.over(api), api)


def maybe(
    project: Project, repository: Repository | None = None, terms: Terms | None = None
) -> Hub | None:
    """Return the same, None where nothing says which repository it is."""
    try:
        return of_project(project, repository, terms)
    except UsageError:
        return None


def looking(
    project: Project, repository: Repository | None = None, terms: Terms | None = None
) -> Hub | None:
    """Return the same for a command that only looks: whatever GitHub does, it comes to an end."""
    found = maybe(project, repository, terms)
    if found is not None:
        found.renew()
    return found


@contextmanager
def bounded(hub: Hub | None) -> Iterator[None]:
    """Let the questions inside come to an end; afterwards there is as much time as before."""
    if hub is None:
        yield
        return
    before = hub.api.deadline
    hub.renew()
    try:
        yield
    finally:
        hub.api.deadline = before


def needed(hub: Hub | None) -> Hub:
    """Return the repository; raises UnreadableError, with the way out, where it is not known."""
    if hub is None:
        raise UnreadableError(
            "the repository on GitHub is not known",
            hint='set repository = "OWNER/NAME" in release-tools.toml, or GITHUB_REPOSITORY',
        )
    return hub
