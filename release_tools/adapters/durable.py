"""Writing so that it survives a loss of power."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from release_tools.errors import AbsentError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

_LARGEST = 64 << 20


def write_all(handle: int, data: bytes) -> None:
    """Write all of ``data``."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def replace(path: str, data: bytes) -> None:
    """Make ``path`` a file of ``data``, or leave it as it is; raises UnreadableError.

    What a killed run left beside it goes with the next one.
    """
    try:
        if os.path.lexists(path) and not os.access(path, os.W_OK):
            # A rename would get around the file's mode, but whoever set it meant it.
            raise PermissionError(errno.EACCES, "it is read-only")
        half, handle = _begin(path)
        try:
            write_all(handle, data)
            os.fsync(handle)
            os.rename(half, path)
        except BaseException:
            _unlink(half)
            raise
        finally:
            os.close(handle)
        sync_folder(os.path.dirname(path) or ".")
    except OSError as error:
        raise _failed(error, path, "written") from error


def create(path: str, data: bytes) -> bool:
    """Make a file of ``data``, whole or not at all; False where something stands there already.

    Of two that create the same file at once one gets False.  What a killed run left beside it
    goes with the next one.  Raises UnreadableError.
    """
    try:
        half, handle = _begin(path)
        try:
            write_all(handle, data)
            os.fsync(handle)
            os.link(half, path)  # a rename would replace what stands there
        finally:
            os.close(handle)
            _unlink(half)
        sync_folder(os.path.dirname(path) or ".")
    except FileExistsError:
        return False
    except OSError as error:
        raise _failed(error, path, "written") from error
    return True


def _begin(path: str) -> tuple[str, int]:
    """Open a file beside ``path``, to be put in its place; return its name and the handle.

    It is locked as long as it is open, and its writer's end frees it, however it ends: one that
    is not locked was left by a run that was killed, and is deleted here.
    """
    folder, name = os.path.split(path)
    start = f".{name}.part-"
    with suppress(OSError):  # a folder may be closed to reading and open to writing
        for other in os.listdir(folder or "."):
            if other.startswith(start):
                _sweep(os.path.join(folder, other))
    while True:
        half = os.path.join(folder, start + os.urandom(4).hex())
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        if _lock(handle) is not False and os.fstat(handle).st_nlink:
            return half, handle
        os.close(handle)  # it was swept away before it was locked


def _sweep(half: str) -> None:
    """Delete what a killed run left, and nothing that is still being written."""
    handle = os.open(half, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if _lock(handle):
            _unlink(half)
    finally:
        os.close(handle)


def _lock(handle: int) -> bool | None:
    """Lock what is open; False where somebody else holds it, None where nothing can be locked."""
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (ImportError, OSError):
        return None
    return True


def _unlink(half: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(half)


def read(path: str) -> bytes:
    """Return what ``create`` wrote; raises AbsentError and UnreadableError, 64 MiB at most."""
    try:
        # A pipe that nobody writes to would be waited for.
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with open(handle, "rb") as file:
            data = file.read(_LARGEST + 1)
    except FileNotFoundError as error:
        raise AbsentError("there is no such file", path=path) from error
    except OSError as error:
        raise _failed(error, path, "read") from error
    if len(data) > _LARGEST:
        raise UnreadableError(f"it is larger than {_LARGEST >> 20} MiB", path=path)
    return data


def _failed(error: OSError, path: str, deed: str) -> UnreadableError:
    why = (error.strerror or str(error)).lower()
    hint = "see that the folder is there, that it may be written, and that the disk is not full"
    return UnreadableError(f"it cannot be {deed}: {why}", hint=hint, path=path)


def sync_folder(folder: str) -> None:
    """Make the names in ``folder`` durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file_system(folder: str) -> None:
    """Make everything on the file system of ``folder`` durable (Linux only).

    syncfs(2) does it for that file system alone and reports what could not be written;
    sync(2), where the C library has no syncfs, does neither.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _syncfs()(handle)
    finally:
        os.close(handle)


@cache
def _syncfs() -> Callable[[int], None]:
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "syncfs"):
        return lambda _: os.sync()

    def syncfs(handle: int) -> None:
        if library.syncfs(handle):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    return syncfs
