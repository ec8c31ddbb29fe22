"""The tags and branches of the project's remote: from git where it answers, else from GitHub.

Never from the clone: a checkout makes annotated tags lightweight and has no other tags.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.adapters import ls_remote
from release_tools.adapters.ls_remote import RemoteRefs, RemoteTag
from release_tools.errors import UnreadableError

if TYPE_CHECKING:
    from release_tools.adapters.git import Repository
    from release_tools.flows.repository.hub import Hub


def refs(repository: Repository, hub: Hub | None, remote: str = "origin") -> RemoteRefs:
    """Return the refs of the remote.

    In a workflow that keeps no credentials git may not read a private repository: then GitHub's
    API is asked, which lists tags without the commits behind them (see ``peeled``).  Raises
    UnreadableError where neither answers.
    """
    if repository.remote_url(remote) is not None:
        try:
            return ls_remote.read(repository, remote)
        except UnreadableError:
            if hub is None:
                raise
    if hub is None:
        raise UnreadableError(
            f"there is no remote {remote}, and the repository on GitHub is not known",
            hint=f"git remote add {remote} URL",
        )
    tags = hub.refs.matching("refs/tags/")
    heads = hub.refs.matching("refs/heads/")
    return RemoteRefs(
        {ref.removeprefix("refs/tags/"): RemoteTag(at, at) for ref, at in tags.items()},
        {ref.removeprefix("refs/heads/"): at for ref, at in heads.items()},
        peeled=False,
    )


def peeled(repository: Repository, hub: Hub | None, facts: RemoteRefs, name: str) -> RemoteRefs:
    """Return the refs with the commit behind the tag ``name`` known, where there is that tag."""
    if facts.peeled or name not in facts.tags:
        return facts
    found = tag(repository, hub, name)
    return facts if found is None else facts._replace(tags={**facts.tags, name: found})


def tag(
    repository: Repository, hub: Hub | None, name: str, remote: str = "origin"
) -> RemoteTag | None:
    """Return one tag as it stands there now, peeled; None where it is provably not there."""
    if repository.remote_url(remote) is not None:
        try:
            return ls_remote.read(repository, remote).tags.get(name)
        except UnreadableError:
            if hub is None:
                raise
    if hub is None:
        raise UnreadableError(f"there is no remote {remote}", hint=f"git remote add {remote} URL")
    found = hub.refs.tag(name)
    return None if found is None else RemoteTag(found.object, found.commit)
