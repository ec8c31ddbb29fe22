"""Replacing many files at once: all of them or none, wherever it is interrupted.

Every new file is written beside the old one and made durable, then the journal is committed,
then all are renamed.  Before that commit only our own temporaries exist; after it the rest can
always be done, by ``recover`` if need be.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from release_tools.adapters.disk import DiskTree
from release_tools.adapters.durable import write_all
from release_tools.adapters.journal import MARK, NOTHING, Entry, Journal
from release_tools.adapters.lock import Lock
from release_tools.adapters.recovery import (
    discard,
    finish,
    interrupted,
    one_by_one,
    recover,
    sync,
    undo,
    why,
)
from release_tools.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from release_tools.adapters.recovery import Place
    from release_tools.model import FileChange

__all__ = ["Transaction", "recover"]

_MAX_NAME = 255


@dataclass(frozen=True, slots=True)
class _Write:
    place: Place
    entry: Entry
    data: bytes
    status: os.stat_result | None  # None where the file is made anew


class Transaction:
    """Writes below ``root``, with lock and journal in ``state_dir`` (see ``state.state_dir``)."""

    def __init__(self, root: str, state_dir: str) -> None:
        self._root = root
        self._state = state_dir

    def apply(self, changes: Sequence[FileChange]) -> None:
        """Make every change, or none.

        Modes are kept, owners where the system allows it; a file reached by a link inside the
        root is replaced where it really stands; a file that is ``new`` is made.  Raises, with
        nothing changed and nothing left behind: RefusedError ``locked``, ``interrupted-bump``,
        ``file-changed`` (it does not hold ``before`` any more, or is there although it is new) or
        ``write-failed`` (disk full, read-only), and what ``DiskTree.read`` raises.  Raises
        RefusedError ``interrupted-bump`` when the files could not all be put in place after the
        point of no return.
        """
        with Lock(self._state):
            journal = Journal(self._state)
            if journal.stands:
                raise interrupted("an earlier bump was interrupted; nothing was changed")
            try:
                places = _stage(DiskTree(self._root), journal, changes)
            except OSError as error:
                raise _unwritten(why(error)) from error
            try:
                finish(journal, places, places)
            except OSError as error:
                raise interrupted(f"the bump could not be finished: {why(error)}") from error


def _stage(tree: DiskTree, journal: Journal, changes: Iterable[FileChange]) -> list[Place]:
    """Do everything up to the point of no return; leave no trace when something fails."""
    discard(tree, journal)
    writes = _plan(tree, changes)
    if not writes:
        return []
    try:
        journal.prepare([write.entry for write in writes])
        _write(writes)
        _check_unchanged(writes)
        journal.commit()
    except BaseException:
        undo(tree, journal)
        raise
    return [write.place for write in writes]


def _plan(tree: DiskTree, changes: Iterable[FileChange]) -> list[_Write]:
    token = os.urandom(4).hex()
    writes = [
        _prepare(tree, change, token, index)
        for index, change in enumerate(changes)
        if change.before != change.after
    ]
    if len({write.place[1] for write in writes}) < len(writes):
        raise UsageError("the plan names one file twice, perhaps by a link")
    return writes


def _prepare(tree: DiskTree, change: FileChange, token: str, index: int) -> _Write:
    """Work one change out; raise unless the file still holds ``before`` and may be written."""
    if change.new:
        return _prepare_new(tree, change, token, index)
    target = tree.target(change.path)
    status = os.lstat(target)  # before reading: whoever writes after this is noticed
    before, after = change.before.encode(), change.after.encode()
    if tree.read_bytes(change.path) != before:
        raise RefusedError(
            "file-changed",
            "changed since the plan was made; nothing was written",
            hint="run the command again: it plans from what stands there now",
            path=change.path,
        )
    if not os.access(target, os.W_OK):
        # A rename would get around the file's mode, but whoever set it meant it.
        raise _unwritten("it is read-only", change.path)
    path = target.removeprefix(tree.top).replace(os.sep, "/")
    temporary = _temporary(target, token, index)
    entry = Entry(path, os.path.basename(temporary), _sha256(before), _sha256(after))
    return _Write((temporary, target), entry, after, status)


def _prepare_new(tree: DiskTree, change: FileChange, token: str, index: int) -> _Write:
    target = tree.real(change.path)
    if not target:
        raise _unwritten("there is no such folder", change.path)
    if os.path.lexists(target):
        raise RefusedError(
            "file-changed",
            "somebody else has just made it; nothing was written",
            hint="run the command again: it plans from what stands there now",
            path=change.path,
        )
    temporary, after = _temporary(target, token, index), change.after.encode()
    entry = Entry(change.path, os.path.basename(temporary), NOTHING, _sha256(after))
    return _Write((temporary, target), entry, after, None)


def _temporary(target: str, token: str, index: int) -> str:
    folder, name = os.path.split(target)
    temporary = f".{name}{MARK}{token}"
    if len(os.fsencode(temporary)) > _MAX_NAME:
        temporary = f"{MARK}{token}-{index}"
    return os.path.join(folder, temporary)


def _write(writes: Sequence[_Write]) -> None:
    """Write every temporary, durably."""
    places = [write.place for write in writes]
    each = one_by_one(places)
    for write in writes:
        try:
            _write_one(write, durably=each)
        except OSError as error:
            raise _unwritten(why(error), write.entry.path) from error
    sync(places)


def _write_one(write: _Write, *, durably: bool) -> None:
    temporary, _ = write.place
    wanted = write.status
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    handle = os.open(temporary, flags, 0o666 if wanted is None else 0o600)
    try:
        write_all(handle, write.data)
        if wanted is not None:
            _take_after(handle, wanted)
        if durably:
            os.fsync(handle)
    finally:
        os.close(handle)


def _take_after(handle: int, wanted: os.stat_result) -> None:
    """Give the new file the mode of the old one, and its owner where the system allows it."""
    status = os.fstat(handle)
    mode = stat.S_IMODE(wanted.st_mode)
    if (status.st_uid, status.st_gid) != (wanted.st_uid, wanted.st_gid):
        try:
            os.fchown(handle, wanted.st_uid, wanted.st_gid)
        except PermissionError:
            mode &= 0o777  # not on behalf of another owner
    os.fchmod(handle, mode)


def _check_unchanged(writes: Iterable[_Write]) -> None:
    """Look at every file a last time before the point of no return."""
    for write in writes:
        _, target = write.place
        try:
            found = os.lstat(target)
            same = write.status is not None and _identity(found) == _identity(write.status)
        except FileNotFoundError:
            same = write.status is None
        if not same:
            raise RefusedError(
                "file-changed",
                "changed while the new files were being written; nothing was changed by us",
                hint="run the command again: it plans from what stands there now",
                path=write.entry.path,
            )


def _sha256(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _unwritten(why: str, path: str | None = None) -> RefusedError:
    return RefusedError(
        "write-failed",
        f"cannot be written: {why}; nothing was changed",
        hint="check the permissions and the free space, then run the command again",
        path=path,
    )
