"""One bump at a time: a lock that its holder's end frees, however it ends."""

from __future__ import annotations

import os
from typing import Self

from release_tools.adapters.process import legible
from release_tools.errors import RefusedError

_LOCK = "lock"
_TRIES = 100


class Lock:
    """An exclusive flock(2) on ``lock`` in ``folder``, which is made, and removed when empty.

    The kernel frees it when the process dies, so there is no stale lock to be judged by a process
    id that may be another's by now.  The file names the holder, for the message.  Entering
    raises RefusedError ``locked`` at once when another process holds it, ``write-failed`` when
    the folder cannot be written and ``unsupported-platform`` where there is no flock.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._path = os.path.join(folder, _LOCK)
        self._handle = -1

    def __enter__(self) -> Self:
        try:
            import fcntl
        except ImportError:  # pragma: no cover - Windows
            raise RefusedError(
                "unsupported-platform", "this command writes on Linux and macOS only"
            ) from None
        for _ in range(_TRIES):
            handle = self._open()
            if handle < 0:
                continue
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self._is_ours(handle):
                    self._sign(handle)
                    self._handle = handle
                    return self
            except BlockingIOError:
                raise self._locked(handle) from None
            except OSError as error:
                raise _unwritable(self._path, error) from error
            finally:
                if self._handle < 0:
                    os.close(handle)
        raise RefusedError("locked", "other bumps come and go in this tree without end")

    def __exit__(self, *_: object) -> None:
        os.unlink(self._path)
        os.close(self._handle)
        self._handle = -1
        try:
            os.rmdir(self._folder)
        except OSError:
            return  # a journal, or the lock of the next one, stands in it

    def _open(self) -> int:
        try:
            os.makedirs(self._folder, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            return os.open(self._path, flags, 0o644)
        except FileNotFoundError:
            return -1  # the holder before us has just removed the folder
        except OSError as error:
            stands = os.path.lexists(self._folder) and not os.path.isdir(self._folder)
            if isinstance(error, FileExistsError) and not stands:
                return -1  # the same, in the midst of makedirs
            raise _unwritable(self._path, error) from error

    def _is_ours(self, handle: int) -> bool:
        """Say whether the path still names what was opened: a holder unlinks it when done."""
        try:
            return os.path.samestat(os.fstat(handle), os.lstat(self._path))
        except FileNotFoundError:
            return False

    @classmethod
    def refuse_held(cls, folder: str) -> None:
        """Raise RefusedError ``locked`` while another process holds the lock; make none."""
        lock = cls(folder)
        try:
            import fcntl

            handle = os.open(lock._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except (ImportError, OSError):
            return  # what cannot be opened is held by nobody
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise lock._locked(handle) from None
        finally:
            os.close(handle)

    @staticmethod
    def _sign(handle: int) -> None:
        os.ftruncate(handle, 0)
        os.write(handle, f"process {os.getpid()} on {os.uname().nodename}\n".encode())

    def _locked(self, handle: int) -> RefusedError:
        holder = legible(os.pread(handle, 300, 0), 200) or "another process"
        return RefusedError(
            "locked",
            f"another bump is at work here: {holder}",
            hint="wait for it to end, then run the command again",
            path=self._path,
        )


def _unwritable(path: str, error: OSError) -> RefusedError:
    why = (error.strerror or str(error)).lower()
    return RefusedError(
        "write-failed",
        f"the lock cannot be taken: {why}; nothing was changed",
        hint="check the permissions and the disk",
        path=path,
    )
