"""Writing so that it survives a loss of power."""

from __future__ import annotations

import os
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
    """Make ``path`` a file of ``data``, or leave it as it is; raises UnreadableError."""
    folder, name = os.path.split(path)
    half = os.path.join(folder, f".{name}.{os.urandom(4).hex()}")
    try:
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        try:
            with open(handle, "wb", buffering=0) as file:
                write_all(file.fileno(), data)
                os.fsync(file.fileno())
            os.rename(half, path)
        except OSError:
            os.unlink(half)
            raise
        sync_folder(folder or ".")
    except OSError as error:
        raise _failed(error, path, "written") from error


def create(path: str, data: bytes) -> bool:
    """Make a file of ``data``, whole or not at all; False where something stands there already.

    Of two that create the same file at once one gets False.  Raises UnreadableError.
    """
    folder, name = os.path.split(path)
    half = os.path.join(folder, f".{name}.{os.urandom(4).hex()}")
    try:
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        try:
            with open(handle, "wb", buffering=0) as file:
                write_all(file.fileno(), data)
                os.fsync(file.fileno())
            os.link(half, path)  # a rename would replace what stands there
        finally:
            os.unlink(half)
        sync_folder(folder or ".")
    except FileExistsError:
        return False
    except OSError as error:
        raise _failed(error, path, "written") from error
    return True


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
