"""The files of a folder on disk, read safely: nothing outside the folder, nothing that blocks."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from release_tools.adapters import index
from release_tools.adapters.content import decode, slurp
from release_tools.adapters.gitdir import locate
from release_tools.errors import AbsentError, UnreadableError, UsageError

if TYPE_CHECKING:
    from release_tools.errors import ReleaseToolsError

MAX_PATH = 4096

# O_NONBLOCK: opening a FIFO must not wait for a writer.  O_NOFOLLOW: a link is resolved by us,
# after its target was found to lie inside the root.  Windows has none of these.
FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_ABSENT = (errno.ENOENT, errno.ENOTDIR)


class DiskTree:
    """The files below ``root``; satisfies ``model.Tree``.

    Nothing is touched before the first question.  Texts, folders and listings are remembered, so
    one tree shows one state of the files; make a new one after writing.  Symbolic links are
    followed as long as they stay below ``root``.
    """

    __slots__ = ("_files", "_folders", "_index", "_texts", "root")

    def __init__(self, root: str = ".") -> None:
        """Look at the folder ``root`` (absolute, or relative to the working directory)."""
        self.root = root
        self._texts: dict[str, str] = {}
        self._folders: dict[str, str] = {}  # relative -> real path with a slash; "" is absent
        self._files: dict[str, tuple[str, ...]] = {}  # folder prefix -> candidates for globs
        self._index: tuple[str, bytes] | None = None  # the work tree's top and its git index

    def read(self, path: str) -> str:
        """Return the text of ``path``; see ``model.Tree.read`` for what is raised."""
        text = self._texts.get(path)
        if text is None:
            text = self._texts[path] = decode(self.read_bytes(path), path)
        return text

    def exists(self, path: str) -> bool:
        """Say whether a regular file stands at ``path``.

        Raises UnreadableError where that cannot be told: no permission, or a link that leaves
        the root.
        """
        where = self.real(path)
        if not where:
            return False
        try:
            mode = os.lstat(where).st_mode
            if stat.S_ISLNK(mode):
                mode = os.lstat(self._follow(where, path)).st_mode
        except OSError as error:
            if error.errno in _ABSENT:
                return False
            raise _named(error, path) from error
        except ValueError as error:
            raise bad_path(path) from error
        return stat.S_ISREG(mode)

    def glob(self, pattern: str) -> tuple[str, ...]:
        """Return the files that match, sorted; see ``model.Tree.glob`` and ``globs.compile``."""
        from release_tools.adapters import globs

        if not globs.is_magic(pattern):
            return (pattern,) if self.exists(pattern) else ()
        prefix, matches = globs.compile(pattern)
        if not self._folder(prefix.removesuffix("/")):
            return ()
        found = [path for path in self._candidates(prefix) if matches(path)]
        return tuple(sorted(path for path in found if self._may_stand(path)))

    def named(self, name: str) -> tuple[str, ...]:
        """Return the tracked files called ``name``; see ``model.Tree.named``."""
        if self._index is None:
            top, git_dir = locate(self.root) or ("", "")
            self._index = top, (git_dir and index.load(git_dir)) or b""
        top, data = self._index
        tracked = index.named(data, name) if data else None
        if tracked is None:
            return self.glob(f"**/{name}")
        prefix = self._folder("").removeprefix(top + os.sep).replace(os.sep, "/")
        found = (path.removeprefix(prefix) for path in tracked if path.startswith(prefix))
        return tuple(sorted(path for path in found if self._may_stand(path)))

    def real(self, path: str) -> str:
        """Return where ``path`` stands, its folders resolved; empty when its folder is absent.

        The last name is not looked at.  Raises UsageError for a path that is absolute, climbs
        with ``..`` or holds ``.``, an empty name, a backslash or a NUL, and UnreadableError when
        a folder on the way leaves the root.
        """
        folder, slash, name = path.rpartition("/")
        if name in {"", ".", ".."} or "\\" in name or "\0" in name or len(path) > MAX_PATH:
            raise bad_path(path)
        if slash and not folder:
            raise bad_path(path)
        prefix = self._folders.get(folder)
        if prefix is None:
            prefix = self._folder(folder, path)
        return prefix and prefix + name

    @property
    def top(self) -> str:
        """The real path of the root, with a slash at its end."""
        return self._folder("")

    def target(self, path: str) -> str:
        """Return the real path of the file at ``path``, with every link resolved; raises as read.

        It is below ``top``.
        """
        where = self.real(path)
        try:
            if where and stat.S_ISLNK(os.lstat(where).st_mode):
                where = self._follow(where, path)
        except OSError as error:
            raise _named(error, path) from error
        if not where:
            raise _absent(path)
        return where

    def read_bytes(self, path: str) -> bytes:
        """Return the bytes of ``path``, whatever they are, not remembered; raises as ``read``."""
        where = self.real(path)
        if not where:
            raise _absent(path)
        try:
            try:
                handle = os.open(where, FLAGS)
            except OSError as error:
                if error.errno != errno.ELOOP:
                    raise
                handle = os.open(self._follow(where, path), FLAGS)
            try:
                return slurp(handle, path)
            finally:
                os.close(handle)
        except OSError as error:
            raise _named(error, path) from error
        except ValueError as error:  # a name that this file system cannot express
            raise bad_path(path) from error

    def _follow(self, where: str, path: str) -> str:
        """Return the target of the link at ``where``; raise unless it is below the root."""
        target = os.path.realpath(where, strict=True)
        if not target.startswith(self.top):
            raise outside(path)
        return target

    def _folder(self, folder: str, path: str = "") -> str:
        """Resolve a folder, each step once; see ``real``."""
        prefix = self._folders.get("")
        if prefix is None:
            prefix = self._folders[""] = os.path.realpath(self.root).rstrip(os.sep) + os.sep
        if not folder:
            return prefix
        if len(folder) > MAX_PATH or folder.startswith("/"):
            raise bad_path(path or folder)
        known = ""
        for name in folder.split("/"):
            known = f"{known}/{name}" if known else name
            step = self._folders.get(known)
            if step is None:
                if name in {"", ".", ".."} or "\\" in name or "\0" in name:
                    raise bad_path(path or folder)
                step = self._folders[known] = self._enter(prefix + name, path or folder)
            if not step:
                return ""
            prefix = step
        return prefix

    def _enter(self, where: str, path: str) -> str:
        try:
            mode = os.lstat(where).st_mode
            if stat.S_ISLNK(mode):
                where = self._follow(where + os.sep, path)
                mode = os.lstat(where).st_mode
        except OSError as error:
            if error.errno in _ABSENT:
                return ""
            raise _named(error, path) from error
        except ValueError as error:
            raise bad_path(path) from error
        return where + os.sep if stat.S_ISDIR(mode) else ""

    def _candidates(self, prefix: str) -> tuple[str, ...]:
        """List the files below ``prefix``, from the listing of a folder above it if there is one.

        One folder is listed alone, as that is cheap; who asks for a second one gets the whole
        tree listed, once.
        """
        from release_tools.adapters.listing import VENDORED, list_files

        # Where no git says what is ours, a listing leaves vendored folders below it out: a
        # pattern that names one gets a listing of its own.
        if VENDORED.isdisjoint(prefix.split("/")):
            for known, files in self._files.items():
                if prefix.startswith(known):
                    return files
            if self._files:
                prefix = ""
        elif prefix in self._files:
            return self._files[prefix]
        real = self._folder(prefix.removesuffix("/"))
        files = self._files[prefix] = list_files(self.top, prefix, real)
        return files

    def _may_stand(self, path: str) -> bool:
        try:
            return self.exists(path)
        except UnreadableError:
            return True  # reading it will say why; leaving it out would be silence


def bad_path(path: str) -> UsageError:
    """Return the error for a path that cannot name a file of the tree."""
    return UsageError(
        f"{path[:200]!r} is no path inside the project",
        hint="write it relative to the root, with forward slashes, without . and .. and //",
    )


def _absent(path: str) -> AbsentError:
    return AbsentError("is not there", hint="correct the path, or create the file", path=path)


def outside(path: str) -> UnreadableError:
    """Return the error for a link that leads out of the tree."""
    return UnreadableError(
        "is reached by a symbolic link that leaves the project; it is not read",
        hint="name the file itself, or replace the link by a file",
        path=path,
    )


def _named(error: OSError, path: str) -> ReleaseToolsError:
    if error.errno in _ABSENT:
        return _absent(path)
    why = (error.strerror or str(error)).lower()
    return UnreadableError(
        f"cannot be read: {why}", hint="check the permissions and the disk", path=path
    )
