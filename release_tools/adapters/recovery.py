"""Ending a bump that was interrupted: forwards from its journal, or by deleting its traces."""

from __future__ import annotations

import errno
import os
import stat
import sys
from typing import TYPE_CHECKING

from release_tools.adapters.disk import DiskTree
from release_tools.adapters.durable import sync_file_system, sync_folder
from release_tools.adapters.journal import NOTHING, Journal, corrupt
from release_tools.adapters.lock import Lock
from release_tools.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from release_tools.adapters.journal import Entry

    Place = tuple[str, str]  # a temporary and its target, absolute

# A few files are synced one by one, as a sync of the file system waits for everybody's writes.
# For many that is far cheaper: 5,000 times fsync takes seconds.
_FEW = 16
_NOTHING = "no bump was interrupted"


def recover(root: str, state_dir: str) -> str:
    """Finish, or clean up after, a bump that was interrupted, and return a line that says so.

    Before the point of no return it only deletes our temporaries, after it it only puts the
    rest of the files in place.  It may be interrupted and repeated.  Raises RefusedError
    ``locked`` while a bump is at work and ``file-changed`` when a file is neither as it was
    before the bump nor as it is after, and UnreadableError for a journal that makes no sense; in
    all cases without touching anything.
    """
    if not os.path.lexists(state_dir):
        return _NOTHING
    with Lock(state_dir):
        journal = Journal(state_dir)
        tree = DiskTree(root)
        try:
            if not journal.stands:
                meant = len(discard(tree, journal))
                return (
                    f"deleted what an interrupted bump of {meant} files left" if meant else _NOTHING
                )
            entries = journal.committed()
            places = [_place(tree, journal, entry) for entry in entries]
            todo = list(zip(places, entries, strict=True))
            waiting = [place for place, entry in todo if _waits(place, entry, journal)]
            finish(journal, waiting, places)
        except OSError as error:
            raise interrupted(f"the bump could not be finished: {why(error)}") from error
        return f"finished an interrupted bump of {len(entries)} files"


def finish(journal: Journal, waiting: Iterable[Place], places: Sequence[Place]) -> None:
    """Put the waiting files in place, make all durable, and forget the journal."""
    for temporary, target in waiting:
        os.rename(temporary, target)
    for temporary, _ in places:
        if os.path.lexists(temporary):
            os.unlink(temporary)  # its target already holds the new text
    sync(places)
    journal.forget()


def discard(tree: DiskTree, journal: Journal) -> tuple[str, ...]:
    """Delete what an uncommitted bump left; return the paths of the files it had meant."""
    entries = journal.prepared()
    for temporary, _ in [_place(tree, journal, entry) for entry in entries]:
        if os.path.lexists(temporary):
            os.unlink(temporary)
    journal.forget()
    return tuple(entry.path for entry in entries)


def undo(tree: DiskTree, journal: Journal) -> None:
    """Delete every trace of a bump that failed before the point of no return."""
    try:
        journal.revoke()
        discard(tree, journal)
    except OSError as error:
        raise RefusedError(
            "write-failed",
            f"nothing was changed, but temporaries could not be deleted: {why(error)}",
            hint="run release-tools recover when the disk is well again",
        ) from error


def _place(tree: DiskTree, journal: Journal, entry: Entry) -> Place:
    """Return the temporary and the target of a journal's entry; raise if they are not inside."""
    try:
        target = tree.real(entry.path)
    except UsageError as error:
        raise corrupt(journal.path, f"{entry.path[:200]!a} leaves the project") from error
    if not target:
        raise _astray(entry, journal)
    return os.path.join(os.path.dirname(target), entry.temporary), target


def _waits(place: Place, entry: Entry, journal: Journal) -> bool:
    """Say whether a file is still as before the bump, and its new text stands ready."""
    temporary, target = place
    found = _hash_of(target)
    if found == entry.after:
        return False
    if entry.before == NOTHING:
        found = found or (None if os.path.lexists(target) else NOTHING)
    if found == entry.before and _hash_of(temporary) == entry.after:
        return True
    raise _astray(entry, journal)


def one_by_one(places: Sequence[Place]) -> bool:
    """Say whether so few files are synced one by one."""
    return len(places) <= _FEW or sys.platform != "linux"


def sync(places: Sequence[Place]) -> None:
    """Make the names beside ``places`` durable; for many of them, all that they hold as well."""
    folders = {os.path.dirname(target) for _, target in places}
    if one_by_one(places):
        for folder in folders:
            sync_folder(folder)
        return
    for folder in {os.lstat(folder).st_dev: folder for folder in folders}.values():
        sync_file_system(folder)


def _hash_of(path: str) -> str | None:
    """Return the hash of a regular file, None for what is none or no longer there."""
    import hashlib

    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO}:
            return None
        raise
    with open(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        return hashlib.file_digest(file, "sha256").hexdigest()


def why(error: OSError) -> str:
    """Return the system's reason, for the middle of a sentence."""
    return (error.strerror or str(error)).lower()


def interrupted(message: str) -> RefusedError:
    """Return the error that names ``recover``."""
    hint = "run release-tools recover; it finishes that bump"
    return RefusedError("interrupted-bump", message, hint=hint)


def _astray(entry: Entry, journal: Journal) -> RefusedError:
    return RefusedError(
        "file-changed",
        "is neither as it was before the interrupted bump nor as it is after; nothing was touched",
        hint=f"restore it, for example with git checkout, or delete {journal.path} to give up",
        path=entry.path,
    )
