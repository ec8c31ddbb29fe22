"""``--ledger``: record what ``verify-surfaces --published`` found, at the commit of its tag."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from release_tools.errors import RefusedError, UsageError
from release_tools.flows.ledgers import ledger
from release_tools.flows.repository import clone, hub, remote

if TYPE_CHECKING:
    from release_tools.config import Project
    from release_tools.flows.ledgers.ledger import Recorded
    from release_tools.model import Table


def record(
    project: Project, table: Table, *, path: str | None, in_toto: str | None, attach: bool
) -> Recorded:
    """Write and attach the ledger of the one stream that was judged.

    Raises UsageError where several were, RefusedError where its published column does not agree
    or the remote has no tag of the version; and as ``ledger.record``.
    """
    if len(table.streams) != 1:
        raise UsageError(
            f"a ledger is of one stream, and {len(table.streams)} were judged",
            hint="name it: --stream NAME, or the version",
        )
    (stream,) = table.streams
    commit = _commit(project, stream.tag)
    if stream.tag is None or commit is None:
        raise RefusedError(
            "tag-missing",
            f"there is no tag {stream.tag}, so no commit can be recorded",
            hint="release-tools tag --push makes it",
        )
    name = project.repository or os.environ.get("GITHUB_REPOSITORY")
    document = ledger.of_release(stream, tag=stream.tag, commit=commit, repository=name)
    return ledger.record(document, path=path, in_toto=in_toto, attach=attach)


def _commit(project: Project, tag: str | None) -> str | None:
    """Return the commit of the remote's tag; where there is no remote, what is checked out."""
    repository = clone.of(project)
    if repository is None or tag is None:
        return None
    if repository.remote_url() is None:
        return repository.resolve(f"refs/tags/{tag}") or repository.head()
    found = remote.tag(repository, hub.maybe(project, repository), tag)
    return None if found is None else found.commit
