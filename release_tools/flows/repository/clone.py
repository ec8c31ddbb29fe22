"""The clone that a project's files stand in, and which repository on GitHub it is one of."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from release_tools.adapters.git import Repository
from release_tools.adapters.remotes import repository_from
from release_tools.errors import UsageError
from release_tools.version import Version

if TYPE_CHECKING:
    from release_tools.config import Project
    from release_tools.streams import Stream


def of(project: Project) -> Repository | None:
    """Return the repository that the project's files stand in, if any."""
    root = getattr(project.tree, "root", None)
    return None if root is None else Repository.find(root)


def highest_tagged(repo: Repository, stream: Stream) -> Version | None:
    """Return the highest version that a local tag of the stream names; nightlies do not count."""
    prefix = stream.tag.partition("{")[0]
    matched = (stream.match(tag) for tag in repo.tags() if tag.startswith(prefix))
    return max((v for v in matched if isinstance(v, Version) and not v.is_dev), default=None)


def github_name(project: Project, repo: Repository, remote: str = "origin") -> str:
    """Return ``owner/name``: configured, of the run, or the remote's; raises UsageError."""
    name = known_name(project, repo, remote)
    if name is None:
        raise UsageError(
            "the repository on GitHub is not known",
            hint='set repository = "OWNER/NAME" in release-tools.toml',
        )
    return name


def known_name(project: Project, repo: Repository, remote: str = "origin") -> str | None:
    """Return ``owner/name`` as ``github_name`` does, None where nothing says it."""
    name = project.repository or os.environ.get("GITHUB_REPOSITORY")
    return name or repository_from(repo.remote_url(remote) or "")
