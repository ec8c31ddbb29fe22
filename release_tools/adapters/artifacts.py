"""Folders of built artifacts: what lies in them, opened without following or waiting."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from release_tools.adapters.content import kind_of
from release_tools.adapters.disk import FLAGS
from release_tools.errors import MalformedError, UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from release_tools.errors import ReleaseToolsError

MOST = 20_000
"""No folder with more names is looked through."""

_LAYOUT = "oci-layout"


class Item(NamedTuple):
    """One file of a folder, or a folder in it that holds an image layout.

    ``path`` is how it is reported: the folder as it was named, and the name.
    """

    path: str
    name: str
    is_layout: bool = False


def look(folder: str) -> tuple[Item, ...]:
    """Return what lies directly in ``folder``, sorted: files of any type, and image layouts.

    A folder that is an image layout itself is the one item.  Raises UsageError where there is no
    such folder, UnreadableError where it cannot be listed.
    """
    try:
        with os.scandir(folder) as entries:
            found = dict(sorted(_entries(entries, folder)))
        if _LAYOUT in found:
            name = os.path.basename(os.path.abspath(folder))
            return (Item(folder, name, is_layout=True),)
        return tuple(_items(folder, found))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(
            f"there is no folder {folder!a}", hint="build into it first, or correct the path"
        ) from error
    except OSError as error:
        raise _unreadable(error, folder) from error


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """Open a regular file to read.

    Raises MalformedError for a link, a FIFO or a device, UnreadableError where it cannot be read,
    then or later.
    """
    try:
        with os.fdopen(_open(path), "rb") as file:
            yield file
    except OSError as error:
        raise _unreadable(error, path) from error


class LayoutFolder:
    """The small members of an image layout in a folder; satisfies ``artifacts.base.Members``."""

    def __init__(self, path: str, limit: int) -> None:
        """Look at the layout at ``path``, and return no member of over ``limit`` bytes.

        Raises MalformedError where anything in it is neither file nor folder.
        """
        self._path = path
        self._limit = limit
        try:
            for folder in ("", "blobs", "blobs/sha256", "blobs/sha512"):
                self._refuse_odd(folder)
        except OSError as error:
            raise _unreadable(error, path) from error

    def get(self, path: str, /) -> bytes | None:
        """Return a member, None where it is not there; see ``artifacts.base.Members``."""
        where = os.path.join(self._path, *path.split("/"))
        try:
            with opened(where) as file:
                data = file.read(self._limit + 1)
        except UnreadableError as error:
            if isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
                return None
            raise
        return data if len(data) <= self._limit else None

    def _refuse_odd(self, folder: str) -> None:
        where = os.path.join(self._path, *folder.split("/"))
        if not os.path.isdir(where):
            return
        with os.scandir(where) as entries:
            for count, entry in enumerate(entries):
                mode = entry.stat(follow_symlinks=False).st_mode
                if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) or count > MOST:
                    raise _odd(mode, entry.path)


def _entries(entries: Iterator[os.DirEntry[str]], folder: str) -> Iterator[tuple[str, bool]]:
    """Yield each name, with whether it is a folder."""
    for count, entry in enumerate(entries):
        if count >= MOST:
            raise UsageError(
                f"{folder!a} holds more than {MOST:,} names",
                hint="name the folder that holds the built artifacts, and nothing else",
            )
        yield entry.name, entry.is_dir(follow_symlinks=False)


def _items(folder: str, found: Mapping[str, bool]) -> Iterator[Item]:
    for name, is_folder in found.items():
        path = os.path.join(folder, name)
        if not is_folder:
            yield Item(path, name)
        elif os.path.lexists(os.path.join(path, _LAYOUT)):
            yield Item(path, name, is_layout=True)


def _open(path: str) -> int:
    try:
        handle = os.open(path, FLAGS)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _odd(stat.S_IFLNK, path) from error
        if error.errno == errno.ENXIO:  # a socket
            raise _odd(stat.S_IFSOCK, path) from error
        raise
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode):
        return handle
    os.close(handle)
    raise _odd(mode, path)


def _odd(mode: int, path: str) -> MalformedError:
    kind = "symbolic link" if stat.S_ISLNK(mode) else kind_of(mode)
    return MalformedError(
        f"is a {kind}, expected a regular file", hint="put the file itself there", path=path
    )


def _unreadable(error: OSError, path: str) -> ReleaseToolsError:
    why = (error.strerror or str(error)).lower()
    return UnreadableError(
        f"cannot be read: {why}", hint="check the permissions and the disk", path=path
    )
