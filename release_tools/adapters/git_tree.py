"""The files of a commit, read without checking it out."""

from __future__ import annotations

import os
import weakref
from typing import TYPE_CHECKING, Self

from release_tools.adapters import gitrun, globs, process
from release_tools.adapters.content import MAX_BYTES, decode, too_large
from release_tools.adapters.disk import MAX_PATH, bad_path, outside
from release_tools.errors import AbsentError, MalformedError, UnreadableError, UsageError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping

    from release_tools.adapters.git import Repository

_LINK = "120000"
_FILES = frozenset({"100644", "100755", "100664"})
_MAX_LINKS = 40
_PATIENCE = 60.0  # seconds; a partial clone may have to fetch the object first


class CommitTree:
    """The project's files as they stand in the commit that ``ref`` names; see ``model.Tree``.

    ``commit`` is its full id.  Paths are relative to the project's folder in the repository.
    Symbolic links are followed as long as they stay in that folder; submodules are no files.
    One git process answers all reads: close the tree, or use it in a ``with`` statement.
    """

    def __init__(self, repository: Repository, ref: str) -> None:
        """Look ``ref`` up; raises UsageError when the repository does not have it."""
        commit = repository.resolve(ref)
        if commit is None:
            raise _unknown(repository, ref)
        self.commit = commit
        self.ref = ref
        self._repository = repository
        self._entries: Mapping[str, tuple[str, str]] | None = None
        self._texts: dict[str, str] = {}
        self._objects = _Objects(repository.top)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the git process; reading again starts another."""
        self._objects.close()

    def read(self, path: str) -> str:
        """Return the text of ``path`` in the commit; see ``model.Tree.read``."""
        text = self._texts.get(path)
        if text is None:
            text = self._texts[path] = decode(self.read_bytes(path), path)
        return text

    def read_bytes(self, path: str) -> bytes:
        """Return the bytes of ``path`` as git stores them, of any content; raises as ``read``."""
        found = self._find(path)
        if found is None:
            raise AbsentError(
                f"is not there in {self.ref} ({self.commit[:12]})",
                hint="correct the path, or choose another ref",
                path=path,
            )
        mode, identity = found
        if mode not in _FILES:
            raise MalformedError(
                f"is a submodule in {self.ref}, expected a regular file",
                hint="verify the submodule's own repository",
                path=path,
            )
        return self._objects.read(identity, path)

    def exists(self, path: str) -> bool:
        """Say whether a regular file stands at ``path`` in the commit."""
        found = self._find(path)
        return found is not None and found[0] in _FILES

    def glob(self, pattern: str) -> tuple[str, ...]:
        """Return the files of the commit that match, sorted; see ``globs.compile``."""
        if not globs.is_magic(pattern):
            return (pattern,) if self.exists(pattern) else ()
        _, matches = globs.compile(pattern)
        found = [path for path in self._list() if matches(path)]
        return tuple(sorted(path for path in found if self._may_stand(path)))

    def named(self, name: str) -> tuple[str, ...]:
        """Return the files called ``name``; see ``model.Tree.named``."""
        return self.glob(f"**/{name}")

    def _may_stand(self, path: str) -> bool:
        try:
            return self.exists(path)
        except UnreadableError:
            return True  # reading it will say why; leaving it out would be silence

    def _list(self) -> Mapping[str, tuple[str, str]]:
        """Return mode and object of every entry, folders left out."""
        if self._entries is None:
            prefix = self._repository.prefix
            argv = ["ls-tree", "-r", "-z", "--full-tree", self.commit, "--", prefix or "."]
            entries = {}
            for line in os.fsdecode(gitrun.ask(self._repository.top, argv)).split("\0")[:-1]:
                about, _, path = line.partition("\t")
                mode, _, identity = about.split(" ")
                entries[path.removeprefix(prefix)] = (mode, identity)
            self._entries = entries
        return self._entries

    def _find(self, path: str) -> tuple[str, str] | None:
        """Return mode and object at ``path``, links followed; None when nothing is there."""
        entries = self._list()
        found = entries.get(path)
        if found is not None and found[0] != _LINK:
            return found
        waiting = path.split("/")
        if not {"", ".", ".."}.isdisjoint(waiting) or "\\" in path or len(path) > MAX_PATH:
            raise bad_path(path)
        waiting.reverse()
        at: list[str] = []
        links = 0
        while waiting:
            at = _step(at, waiting.pop(), path)
            found = entries.get("/".join(at))
            if found is None:
                continue
            if found[0] == _LINK:
                links += 1
                target = self._objects.read(found[1], path)
                waiting.extend(reversed(_target(target, path, links)))
                at.pop()
            elif waiting:
                return None  # a file, or a submodule, in the middle of a path
        return entries.get("/".join(at))


class _Objects:
    """A running ``git cat-file --batch``, started by the first read."""

    def __init__(self, top: str) -> None:
        self._top = top
        self._child: subprocess.Popen[bytes] | None = None
        self._heard = bytearray()

    def read(self, identity: str, path: str) -> bytes:
        """Return the bytes of the blob ``identity``."""
        if self._child is None:
            argv = [*gitrun.GIT, "cat-file", "--batch"]
            self._child = process.spawn(argv, self._top, stdin=True, stderr=False)
            # When this object goes, or before the interpreter does: __del__ would come too late.
            self._end = weakref.finalize(self, process.end, self._child, group=True)
        try:
            return self._ask(self._child, identity, path)
        except BaseException:
            self.close()  # whatever it still has to say belongs to this question
            raise

    def close(self) -> None:
        if self._child is not None:
            self._end()
            self._child = None
            self._heard.clear()

    def _ask(self, child: subprocess.Popen[bytes], identity: str, path: str) -> bytes:
        if child.stdin is not None:
            os.write(child.stdin.fileno(), f"{identity}\n".encode())
        while (end := self._heard.find(b"\n")) < 0:
            self._hear(child, path)
        header = self._heard[:end].decode(errors="replace").split(" ")
        if header[1:2] != ["blob"]:
            raise UnreadableError(
                f"git cannot read its object: {process.legible(' '.join(header), 200)}",
                hint="run git fsck; in a partial clone, see that the remote can be reached",
                path=path,
            )
        size = int(header[2])
        if size > MAX_BYTES:
            raise too_large(path, size)
        end += 1
        while len(self._heard) < end + size + 1:
            self._hear(child, path)
        data = bytes(self._heard[end : end + size])
        del self._heard[: end + size + 1]
        return data

    def _hear(self, child: subprocess.Popen[bytes], path: str) -> None:
        import select

        if child.stdout is None or not select.select([child.stdout], [], [], _PATIENCE)[0]:
            raise UnreadableError(f"git did not answer within {_PATIENCE:g} s", path=path)
        data = os.read(child.stdout.fileno(), 1 << 20)
        if not data:
            raise UnreadableError(
                "git ended in the middle of its answer", hint="run git fsck", path=path
            )
        self._heard += data


def _step(at: list[str], name: str, path: str) -> list[str]:
    if name in {"", "."}:
        return at
    if name != "..":
        return [*at, name]
    if not at:
        raise outside(path)
    return at[:-1]


def _target(data: bytes, path: str, links: int) -> list[str]:
    """Return the names of a link's target; ``links`` is how many were followed before."""
    target = os.fsdecode(data)
    if target.startswith("/"):
        raise outside(path)
    if links > _MAX_LINKS or len(target) > MAX_PATH:
        raise UnreadableError("is reached by a loop of symbolic links", path=path)
    return target.split("/")


def _unknown(repository: Repository, ref: str) -> UsageError:
    known = process.legible(ascii(ref), 200)
    if repository.is_shallow():
        hint = "this clone is shallow: fetch the ref, or run git fetch --unshallow --tags"
    else:
        hint = "fetch it first, for example git fetch origin tag NAME"
    return UsageError(f"{known} names no commit of this repository", hint=hint)
