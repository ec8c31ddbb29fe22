"""Committing exactly the files of a plan, and putting everything back when a hook interferes."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from release_tools.adapters import gitrun
from release_tools.adapters.disk import DiskTree
from release_tools.adapters.durable import write_all
from release_tools.adapters.process import legible
from release_tools.adapters.state import state_dir
from release_tools.adapters.transaction import Transaction
from release_tools.errors import RefusedError, ReleaseToolsError, UnreadableError
from release_tools.model import FileChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from release_tools.adapters.git import Repository

_HOOKS = ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit")
_HOOK_TIME = 3600.0  # seconds; a hook may run a test suite
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """What a repository was like before a commit.

    ``head`` is None before the first commit, ``index`` None where there is none.  ``files`` is a
    commit that holds the tracked files as they stood on the disk, None when git could make none;
    ``untracked`` are the others, relative to the top; ``modes`` belong to the plan's files.
    """

    head: str | None
    index: bytes | None
    files: str | None
    untracked: frozenset[str]
    modes: tuple[int, ...]


def _take_snapshot(repository: Repository, changes: Iterable[FileChange]) -> _Snapshot:
    """Remember HEAD, the index and the files.  Changes no ref and no file."""
    head = repository.head()
    argv = ["ls-files", "--others", "--exclude-standard", "-z"]
    others = frozenset(_paths(gitrun.ask(repository.top, argv)))
    try:
        with open(repository.git_path("index"), "rb") as file:
            index = file.read()
    except FileNotFoundError:
        index = None
    tree = DiskTree(os.path.join(repository.top, repository.prefix))
    modes = tuple(stat.S_IMODE(os.lstat(tree.target(change.path)).st_mode) for change in changes)
    return _Snapshot(head, index, _stashed(repository, head), others, modes)


def commit(
    repository: Repository, changes: Sequence[FileChange], message: str, *, sign: bool = False
) -> str:
    """Commit the files of ``changes``, which stand written on the disk, and return the commit.

    What else is staged stays staged.  Afterwards the commit is compared with the plan.  Where git
    or a hook refused, or a hook changed more or something else, HEAD and index are put back as
    they were, the files as they were before the bump, and RefusedError is raised:
    ``hook-failed``, ``commit-failed`` (no hook is to blame) or ``hook-changed-files``.
    """
    before = _take_snapshot(repository, changes)
    try:
        return _commit(repository, changes, message, before, sign=sign)
    except BaseException as error:
        kept = _put_back(repository, changes, before)
        if kept and isinstance(error, ReleaseToolsError):
            error.hint = f"{error.hint}; what the hooks made is kept in commit {kept}"
        raise


def _put_back(
    repository: Repository, changes: Sequence[FileChange], before: _Snapshot
) -> str | None:
    """Put HEAD, index and files back; return a commit that keeps what is thereby lost, if any.

    Files of ``changes`` get their old bytes; other tracked files that differ from the snapshot,
    as left by a hook, are restored; files that only the undone commit added are deleted.
    """
    now = repository.head()
    rescued = _stashed(repository, now) or now
    added: set[str] = set()
    if now != before.head and now is not None:
        rows = _diff(repository, before.head, now)
        added = {path for path, row in rows.items() if row.status == "A"} - before.untracked
        _move_head(repository, now, before.head)
    _restore_index(repository, before.index)
    own = [repository.prefix + change.path for change in changes]
    _restore_own(repository, changes, before.modes)
    others = _restore_others(repository, before, own)
    for path in added.difference(own):
        _remove(os.path.join(repository.top, path))
    # It only brings the index's notes about the files up to date; whatever it says is no matter.
    gitrun.run(repository.top, ["update-index", "-q", "--refresh"])
    return rescued if others or now != before.head else None


@dataclass(frozen=True, slots=True)
class _Row:
    modes: tuple[str, str]
    blob: str
    status: str


def _commit(
    repository: Repository,
    changes: Sequence[FileChange],
    message: str,
    before: _Snapshot,
    *,
    sign: bool,
) -> str:
    paths = [repository.prefix + change.path for change in changes]
    wanted = _blobs(repository, paths)
    argv = ["commit", "--only", "--quiet", "-m", message, *(["--gpg-sign"] if sign else [])]
    argv += ["--pathspec-from-file=-", "--pathspec-file-nul"]
    stdin = b"\0".join(map(os.fsencode, paths))
    code, out, err = gitrun.run(
        repository.top, argv, stdin=stdin, timeout=_HOOK_TIME, terminal=True
    )
    hooks = _active_hooks(repository)
    if code and (not hooks or b"identity" in err or b"pathspec" in err):
        raise gitrun.refused("commit-failed", "git did not commit", err or out)
    if code:
        what = f"git did not commit; it ran the hooks {hooks}"
        raise gitrun.refused("hook-failed", what, err or out)
    made = repository.head()
    if made is None or made == before.head:
        raise UnreadableError("git said that it committed, but HEAD has not moved")
    rows = _diff(repository, before.head, made)
    wrong = [
        path
        for path in sorted(rows.keys() | wanted.keys())
        if path not in rows or path not in wanted or not _as_planned(rows[path], wanted[path])
    ]
    tree = DiskTree(os.path.join(repository.top, repository.prefix))
    wrong += [c.path for c in changes if not wrong and tree.read_bytes(c.path) != c.after.encode()]
    if wrong:
        raise _changed(wrong, hooks)
    return made


def _as_planned(row: _Row, blob: str) -> bool:
    old, new = row.modes
    return row.blob == blob and (old == new or row.status == "A")


def _changed(paths: Sequence[str], hooks: str) -> RefusedError:
    shown = ", ".join(legible(path, 200) for path in paths[:_SHOWN])
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return RefusedError(
        "hook-changed-files",
        f"a hook ({hooks or 'or another process'}) changed {shown}{more}: the commit was undone",
        hint="let the hook leave these files alone, or commit by hand after a plain bump",
        path=paths[0],
    )


def _blobs(repository: Repository, paths: Sequence[str]) -> dict[str, str]:
    """Return what git is to store for each path, its filters (line endings) applied."""
    stdin = "".join(f"{_quoted(path)}\n" for path in paths).encode("utf-8", "surrogateescape")
    out = gitrun.ask(repository.top, ["hash-object", "--stdin-paths"], stdin=stdin)
    return dict(zip(paths, out.decode().split(), strict=True))


def _quoted(path: str) -> str:
    """Write a path as git reads it from a line, quoted like a C string where need be."""
    if path.isprintable() and not path.startswith('"'):
        return path
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " else f"\\{ord(c):03o}" for c in escaped) + '"'


def _diff(repository: Repository, old: str | None, new: str) -> dict[str, _Row]:
    """Return what differs between two commits, by path from the top."""
    if old is None:
        old = gitrun.ask(repository.top, ["hash-object", "-t", "tree", "--stdin"]).decode().strip()
    argv = ["diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", old, new]
    fields = iter(_paths(gitrun.ask(repository.top, argv)))
    rows = {}
    for about, path in zip(fields, fields, strict=True):
        old_mode, new_mode, _, blob, status = about.removeprefix(":").split(" ")
        rows[path] = _Row((old_mode, new_mode), blob, status)
    return rows


def _active_hooks(repository: Repository) -> str:
    folder = repository.git_path("hooks")
    return ", ".join(name for name in _HOOKS if os.access(os.path.join(folder, name), os.X_OK))


def _stashed(repository: Repository, head: str | None) -> str | None:
    """Keep index and tracked files in a commit that no ref names; ``head`` where they are its own.

    None when git cannot, in the midst of a merge for example: that is no licence to take the
    files for those of ``head``.
    """
    code, out, _ = gitrun.run(repository.top, ["stash", "create"])
    found = out.decode().strip()
    if code:
        return None
    return found if gitrun.is_id(found) else head


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


def _restore_own(
    repository: Repository, changes: Sequence[FileChange], modes: Sequence[int]
) -> None:
    """Write the old bytes of the plan's files, all or none, and mend their modes."""
    root = os.path.join(repository.top, repository.prefix)
    tree = DiskTree(root)
    back = []
    for change in changes:
        try:
            present = tree.read(change.path)
        except ReleaseToolsError:  # a hook deleted it, or made it something else
            _checkout(repository, "HEAD", [repository.prefix + change.path])
            present = DiskTree(root).read(change.path)
        back.append(FileChange(change.path, present, change.before, ()))
    Transaction(root, state_dir(root)).apply(back)
    tree = DiskTree(root)
    for change, mode in zip(changes, modes, strict=True):
        os.chmod(tree.target(change.path), mode)


def _restore_others(repository: Repository, before: _Snapshot, own: Sequence[str]) -> list[str]:
    """Restore tracked files beside the plan's; return their paths."""
    if before.files is None:
        return []
    argv = ["diff", "-z", "--name-only", "--no-renames", "--no-ext-diff", "--ignore-submodules"]
    found = _paths(gitrun.ask(repository.top, [*argv, before.files, "--"]))
    others = sorted(set(found).difference(own))
    if others:
        _checkout(repository, before.files, others)
    return others


def _checkout(repository: Repository, commit: str, paths: Sequence[str]) -> None:
    argv = ["restore", "--quiet", f"--source={commit}", "--worktree"]
    argv += ["--pathspec-from-file=-", "--pathspec-file-nul"]
    gitrun.ask(repository.top, argv, stdin=b"\0".join(map(os.fsencode, paths)))


def _remove(path: str) -> None:
    try:
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            os.unlink(path)
    except FileNotFoundError:
        return


def _paths(out: bytes) -> list[str]:
    return os.fsdecode(out).split("\0")[:-1]
