"""The tags and branches of a remote, as the remote itself tells them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from release_tools.adapters import gitrun
from release_tools.adapters.process import legible
from release_tools.errors import UnreadableError

if TYPE_CHECKING:
    from release_tools.adapters.git import Repository

_TIMEOUT = 30.0
_TAGS, _HEADS = "refs/tags/", "refs/heads/"


class RemoteTag(NamedTuple):
    """One tag: the object that it names, and the commit behind that.

    They differ for an annotated tag; a lightweight one names the commit itself.
    """

    object: str
    commit: str

    @property
    def annotated(self) -> bool:
        """Whether the tag is an object of its own, with an author, a date and a message."""
        return self.object != self.commit


class RemoteRefs(NamedTuple):
    """What a remote has: tags by name, and the commit at the head of each branch by name.

    Where they are not ``peeled``, the commit of a tag is not known: it repeats the object.
    """

    tags: dict[str, RemoteTag]
    heads: dict[str, str]
    peeled: bool = True


def read(repository: Repository, remote: str = "origin") -> RemoteRefs:
    """Ask the remote; raises UnreadableError where it does not answer."""
    argv = ["ls-remote", "--quiet", "--tags", "--heads", "--", gitrun.check_remote(remote)]
    ran = gitrun.run(repository.top, argv, timeout=_TIMEOUT, terminal=True)
    tags: dict[str, RemoteTag] = {}
    heads: dict[str, str] = {}
    for line in os.fsdecode(gitrun.checked(argv, ran)).splitlines():
        identity, _, ref = line.partition("\t")
        if not gitrun.is_id(identity):
            raise UnreadableError(f"{remote} answered no list of refs: {legible(line, 200)}")
        if ref.startswith(_HEADS):
            heads[ref.removeprefix(_HEADS)] = identity
        elif ref.endswith("^{}"):  # the peeled commit comes after the tag object
            name = ref.removeprefix(_TAGS).removesuffix("^{}")
            tags[name] = tags[name]._replace(commit=identity)
        elif ref.startswith(_TAGS):
            tags[ref.removeprefix(_TAGS)] = RemoteTag(identity, identity)
    return RemoteRefs(tags, heads)
