"""The journal of a bump: which files it replaces, by which temporaries.

It is written before the first temporary, under a name that promises nothing, so that these can
always be found and deleted.  Renaming it to its real name is the one moment that decides: from
then on the bump can only be finished.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from release_tools.adapters.durable import sync_folder, write_all
from release_tools.adapters.state import JOURNAL
from release_tools.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Sequence

MARK = ".release-tools-"
"""Stands in the name of every temporary: ``.NAME.release-tools-XXXX``."""

NOTHING = ""
"""What stands for the hash of a file that is not there."""

_PREPARED = "prepared.json"
_VERSION = 1
_MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its path below the root, links resolved, and its SHA-256 before and after.

    ``temporary`` is the name of the new file beside it; ``before`` is NOTHING for one that is
    made anew.
    """

    path: str
    temporary: str
    before: str
    after: str


class Journal:
    """The journal in the folder ``state``."""

    def __init__(self, state: str) -> None:
        self._state = state
        self.path = os.path.join(state, JOURNAL)
        self._prepared = os.path.join(state, _PREPARED)

    @property
    def stands(self) -> bool:
        """Whether a bump is past the point of no return."""
        return os.path.lexists(self.path)

    def prepare(self, entries: Sequence[Entry]) -> None:
        """Write down durably what is going to be done."""
        import json

        content = {"version": _VERSION, "entries": [asdict(entry) for entry in entries]}
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        handle = os.open(self._prepared, flags, 0o644)
        try:
            write_all(handle, json.dumps(content, indent=1).encode())
            os.fsync(handle)
        finally:
            os.close(handle)
        sync_folder(self._state)
        sync_folder(os.path.dirname(self._state))

    def commit(self) -> None:
        """Pass the point of no return, durably."""
        os.rename(self._prepared, self.path)
        sync_folder(self._state)

    def revoke(self) -> None:
        """Take back a ``commit`` that failed half-way."""
        if self.stands:
            os.rename(self.path, self._prepared)
            sync_folder(self._state)

    def prepared(self) -> tuple[Entry, ...]:
        """Return what was prepared and not committed; empty when there is nothing whole.

        Half a file means that it was being written, and so that no temporary exists yet.
        """
        try:
            return _read(self._prepared)
        except UnreadableError:
            return ()

    def committed(self) -> tuple[Entry, ...]:
        """Return what a standing journal says; raises UnreadableError when it makes no sense."""
        return _read(self.path)

    def forget(self) -> None:
        """Remove what was prepared or committed."""
        for path in (self._prepared, self.path):
            try:
                os.unlink(path)
            except FileNotFoundError:
                continue


def _read(path: str) -> tuple[Entry, ...]:
    import json

    try:
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(path, flags)
        with open(handle, "rb") as file:
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise corrupt(path, "it is too large")
        content = json.loads(data)
    except OSError as error:
        raise corrupt(path, (error.strerror or str(error)).lower()) from error
    except (ValueError, RecursionError) as error:
        raise corrupt(path, "it is no JSON") from error
    if not isinstance(content, dict) or content.get("version") != _VERSION:
        raise corrupt(path, f"its version is not {_VERSION}")
    listed = content.get("entries")
    if not isinstance(listed, list):
        raise corrupt(path, "it has no list of entries")
    entries = tuple(_entry(path, value) for value in listed)
    if len({entry.path for entry in entries}) < len(entries):
        raise corrupt(path, "it names a file twice")
    return entries


def _entry(journal: str, value: Any) -> Entry:
    names = ("path", "temporary", "before", "after")
    if not isinstance(value, dict) or set(value) != set(names):
        raise corrupt(journal, "an entry has other keys than it should")
    if not all(isinstance(part, str) for part in value.values()):
        raise corrupt(journal, "an entry holds something else than texts")
    entry = Entry(**value)
    temporary = entry.temporary
    if not temporary.startswith(".") or MARK not in temporary or "/" in temporary:
        raise corrupt(journal, f"{temporary[:100]!a} is no name of a temporary")
    return entry


def corrupt(path: str, why: str) -> UnreadableError:
    """Return the error for a journal that makes no sense."""
    return UnreadableError(
        f"the journal of an interrupted bump cannot be used: {why}; nothing was touched",
        hint="compare the files with git diff, mend them by hand, then delete the journal",
        path=path,
    )
