"""What a work tree was like before a commit, and putting it back when the commit is not to be.

Only three kinds of files are ever written: those of the plan, where they really stand; tracked
files that differ from a snapshot which git made of them; and files that only the undone commit
added.  Whatever else stands in the work tree is not touched.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from release_tools.adapters import gitrun
from release_tools.adapters.disk import DiskTree
from release_tools.adapters.durable import write_all
from release_tools.adapters.git_status import real_paths
from release_tools.adapters.process import legible
from release_tools.adapters.state import state_dir
from release_tools.adapters.transaction import Transaction
from release_tools.errors import ReleaseToolsError, UnreadableError
from release_tools.model import FileChange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.adapters.git import Repository


class Own(NamedTuple):
    """A file of the plan: ``path`` is where it really stands below the root, links resolved.

    ``name`` is the same place from the top of the work tree, as git calls it.
    """

    path: str
    name: str
    mode: int
    change: FileChange


class Snapshot(NamedTuple):
    """What a repository was like before a commit.

    ``head`` is None before the first commit, ``branch`` where HEAD is detached, ``index_bytes``
    where there is no index.  ``files`` is a commit that holds the tracked files as they stood on
    the disk; it is None before the first commit, and only then.  ``known`` are the names of all
    files, tracked or not; a folder with nothing tracked in it stands for its files, with a slash.
    """

    head: str | None
    branch: str | None
    index_bytes: bytes | None
    files: str | None
    known: frozenset[str]

    def knew(self, name: str) -> bool:
        """Say whether a file of that name may have stood there."""
        parts = name.split("/")
        folders = ("/".join(parts[:count]) + "/" for count in range(1, len(parts)))
        return name in self.known or any(folder in self.known for folder in folders)


def own_files(repository: Repository, changes: Sequence[FileChange]) -> list[Own]:
    """Return the files of ``changes``, which stand written on the disk."""
    paths = real_paths(repository, (change.path for change in changes))
    names = [repository.prefix + path for path in paths]
    modes = [stat.S_IMODE(os.lstat(os.path.join(repository.top, name)).st_mode) for name in names]
    return [Own(*fields) for fields in zip(paths, names, modes, changes, strict=True)]


def take_snapshot(repository: Repository) -> Snapshot:
    """Remember HEAD, the index and the files.  Changes no ref and no file; raises as ``keep``."""
    head, branch = repository.head(), repository.branch()
    try:
        with open(repository.git_path("index"), "rb") as file:
            index = file.read()
    except FileNotFoundError:
        index = None
    argv = ["ls-files", "-z", "--cached", "--others", "--directory", "--no-empty-directory"]
    known = frozenset(split(gitrun.ask(repository.top, argv)))
    return Snapshot(head, branch, index, keep(repository), known)


def keep(repository: Repository) -> str | None:
    """Keep index and tracked files in a commit that no ref names, and return it.

    It is HEAD where nothing differs from it, and None before the first commit.  Raises
    RefusedError ``commit-failed`` where git cannot do it, which says nothing about the files.
    """
    head = repository.head()
    if head is None:
        return None
    # In a copy of a work tree every file looks touched: stash finds no difference, and fails.
    gitrun.run(repository.top, ["update-index", "-q", "--refresh"])
    code, out, err = gitrun.run(repository.top, ["stash", "create"])
    if code:
        what = "git can keep no copy of what is not committed, so no commit could be undone"
        locked = os.path.lexists(repository.git_path("index") + ".lock")
        why = b"index.lock is there" if locked else b"git stash create failed"
        raise gitrun.refused("commit-failed", what, err or out or why)  # git may not say it
    return out.decode().strip() or head


def put_back(repository: Repository, own: Sequence[Own], before: Snapshot) -> str:
    """Put HEAD, index and files back; return what to say of what hooks made, or nothing.

    Files of the plan get their old bytes and modes.  Other tracked files that differ from the
    snapshot are restored, as git writes them, once what stands in them is kept in a commit;
    submodules are left alone.  Files that only the undone commit added are deleted.
    """
    now = repository.head()
    if repository.branch() != before.branch:
        raise UnreadableError(
            "a hook switched to another branch: nothing was put back",
            hint="git reflog shows what it did; the files of the bump are as it left them",
        )
    added: list[str] = []
    kept: list[str] = []
    if now is not None and now != before.head:
        rows = diff(repository, before.head, now).items()
        added = [name for name, row in rows if row.status == "A" and not before.knew(name)]
        kept.append(now)
        _move_head(repository, now, before.head)
    _restore_index(repository, before.index_bytes)
    try:
        rescued = keep(repository)
    except ReleaseToolsError:
        rescued = None
    others = sorted(_differing(repository, before).difference(file.name for file in own))
    meddled = others or any(_standing(repository, file) != file.change.after for file in own)
    restore_own(repository, own, before.head)
    if rescued is not None:
        if meddled and rescued != before.head:
            kept.append(rescued)
        _checkout(repository, before.files, others)
        others = []
    for name in added:
        _remove(os.path.join(repository.top, name))
    # It only brings the index's notes about the files up to date; whatever it says is no matter.
    gitrun.run(repository.top, ["update-index", "-q", "--refresh"])
    said = [f"these files stand as the hooks left them: {legible(' '.join(others), 500)}"]
    said = said if others else []
    if kept:
        said.append(f"what the hooks made is kept in commit {' and '.join(kept)}")
    return "; ".join(said)


def restore_own(repository: Repository, own: Sequence[Own], head: str | None) -> None:
    """Write the old bytes of the plan's files, all or none, and mend their modes."""
    root = _root(repository)
    back = []
    for file in own:
        present = _standing(repository, file)
        if present is None:  # a hook deleted it, or made it something else
            _checkout(repository, head, [file.name])
            present = _standing(repository, file)
        if present is None:
            raise UnreadableError(
                "cannot be put back",
                hint=f"git restore {legible(file.name, 200)}",
                path=file.change.path,
            )
        os.chmod(os.path.join(repository.top, file.name), file.mode)
        back.append(FileChange(file.path, present, file.change.before, ()))
    Transaction(root, state_dir(root)).apply(back)


class Row(NamedTuple):
    """One file that differs between two commits: its modes, its new blob, and git's letter."""

    modes: tuple[str, str]
    blob: str
    status: str


def diff(repository: Repository, old: str | None, new: str) -> dict[str, Row]:
    """Return what differs between two commits, by path from the top; None is the empty tree."""
    if old is None:
        old = gitrun.ask(repository.top, ["hash-object", "-t", "tree", "--stdin"]).decode().strip()
    argv = ["diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", old, new]
    fields = iter(split(gitrun.ask(repository.top, argv)))
    rows = {}
    for about, path in zip(fields, fields, strict=True):
        old_mode, new_mode, _, blob, status = about.removeprefix(":").split(" ")
        rows[path] = Row((old_mode, new_mode), blob, status)
    return rows


def split(out: bytes) -> list[str]:
    """Return the names in what git wrote with ``-z``."""
    return os.fsdecode(out).split("\0")[:-1]


def _root(repository: Repository) -> str:
    return os.path.join(repository.top, repository.prefix)


def _standing(repository: Repository, file: Own) -> str | None:
    """Return the text of a file of the plan, or None where no such file stands there itself.

    A link that a hook put in its place leads to a file that is not ours to write.
    """
    tree = DiskTree(_root(repository))
    try:
        itself = tree.target(file.path) == os.path.join(repository.top, file.name)
        return tree.read(file.path) if itself else None
    except ReleaseToolsError:
        return None


def _differing(repository: Repository, before: Snapshot) -> set[str]:
    """Return the tracked files that differ from the snapshot; none where there is no snapshot."""
    if before.files is None:
        return set()
    argv = ["diff", "-z", "--name-only", "--no-renames", "--no-ext-diff", "--ignore-submodules"]
    return set(split(gitrun.ask(repository.top, [*argv, before.files, "--"])))


def _move_head(repository: Repository, now: str, head: str | None) -> None:
    """Move the branch back, unless it has moved on in the meantime."""
    target = ["-d", "HEAD", now] if head is None else ["HEAD", head, now]
    gitrun.ask(repository.top, ["update-ref", "-m", "release-tools: undo the bump", *target])


def _restore_index(repository: Repository, index: bytes | None) -> None:
    path = repository.git_path("index")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        handle = os.open(path + ".lock", flags, 0o644)  # git's own lock: its name and its way
        try:
            write_all(handle, index or b"")
        finally:
            os.close(handle)
        if index is None:
            os.unlink(path + ".lock")
            _remove(path)
        else:
            os.rename(path + ".lock", path)
    except OSError as error:
        raise UnreadableError(
            f"the index cannot be put back: {error.strerror}",
            hint="see that no other git process is at work, then run git reset",
            path=path,
        ) from error


def _checkout(repository: Repository, commit: str | None, names: Sequence[str]) -> None:
    """Write files as they are in ``commit``, never through a link; nothing where it is None."""
    if commit is None or not names:
        return
    argv = ["restore", "--quiet", f"--source={commit}", "--worktree"]
    argv += ["--pathspec-from-file=-", "--pathspec-file-nul"]
    gitrun.ask(repository.top, argv, stdin=b"\0".join(map(os.fsencode, names)))


def _remove(path: str) -> None:
    try:
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            os.unlink(path)
    except FileNotFoundError:
        return
