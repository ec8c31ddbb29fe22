"""Committing exactly the files of a plan, and putting everything back when a hook interferes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from release_tools.adapters import gitrun, restore
from release_tools.adapters.disk import DiskTree
from release_tools.adapters.process import legible
from release_tools.errors import RefusedError, ReleaseToolsError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.adapters.git import Repository
    from release_tools.adapters.restore import Own, Row
    from release_tools.model import FileChange

_HOOKS = ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit")
_HOOK_TIME = 3600.0  # seconds; a hook may run a test suite
_SHOWN = 5

# What stands in the git directory while a command waits to be continued.
_UNFINISHED = (
    ("MERGE_HEAD", "merge"),
    ("CHERRY_PICK_HEAD", "cherry-pick"),
    ("REVERT_HEAD", "revert"),
    ("rebase-merge", "rebase"),
    ("rebase-apply/applying", "am"),
    ("rebase-apply", "rebase"),
)


def check_ready(repository: Repository, *, keep: bool = True) -> None:
    """Raise RefusedError ``commit-failed`` where a commit of some files alone has to fail.

    Or where it could not be undone: in the midst of a merge, a cherry-pick, a revert, a rebase
    or git am, with unmerged files or such as ``git add --intent-to-add`` announced, and wherever
    git cannot keep a copy of what is not committed.  To be asked before the files are written;
    it changes no ref and no file.  Trying the copy adds to git's objects; ``keep`` false leaves
    that out.
    """
    for name, what in _UNFINISHED:
        if os.path.lexists(os.path.join(repository.git_dir, name)) or (
            name.endswith("_HEAD") and repository.resolve(name)  # where refs are no files
        ):
            raise RefusedError(
                "commit-failed",
                f"a {what} is not finished, and a bump is no part of it",
                hint=f"finish it with git {what} --continue, or leave it with git {what} --abort",
            )
    argv = ["diff-files", "-z", "--name-status", "--no-renames", "--diff-filter=AU"]
    fields = restore.split(gitrun.ask(repository.top, argv))
    if fields:
        letter, name = fields[:2]
        shown = legible(name, 200)
        why, way = f"{shown} is announced to git, but not added", f"git add {shown}, or git reset"
        if letter == "U":
            why, way = f"{shown} is not merged", "resolve the conflict, then git add"
        raise RefusedError(
            "commit-failed",
            f"{why}: git can keep no copy of what is not committed, should a hook refuse",
            hint=f"{way} {shown}, then run the command again",
        )
    if keep:
        restore.keep(repository)


def commit(
    repository: Repository, changes: Sequence[FileChange], message: str, *, sign: bool = False
) -> str:
    """Commit the files of ``changes``, which stand written on the disk, and return the commit.

    A file that is reached by a link is committed where it really stands.  What else is staged
    stays staged.  Afterwards the commit is compared with the plan.  Where ``check_ready``, git
    or a hook refused, or a hook changed more or something else, HEAD and index are put back as
    they were, the files of the plan as they were before the bump, the other tracked ones as they
    were before the commit, and RefusedError is raised: ``hook-failed``, ``commit-failed`` (no
    hook is to blame) or ``hook-changed-files``.
    """
    own = restore.own_files(repository, changes)
    try:
        check_ready(repository)
        before = restore.take_snapshot(repository)
    except BaseException:
        restore.restore_own(repository, own, repository.head())
        raise
    try:
        return _commit(repository, own, message, before.head, sign=sign)
    except BaseException as error:
        said = restore.put_back(repository, own, before)
        if said and isinstance(error, ReleaseToolsError):
            error.hint = f"{error.hint}; {said}"
        raise


def _commit(
    repository: Repository, own: Sequence[Own], message: str, head: str | None, *, sign: bool
) -> str:
    names = [file.name for file in own]
    wanted = _blobs(repository, names)
    argv = ["commit", "--only", "--quiet", "-m", message, *(["--gpg-sign"] if sign else [])]
    argv += ["--pathspec-from-file=-", "--pathspec-file-nul"]
    stdin = b"\0".join(map(os.fsencode, names))
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
    if made is None or made == head:
        raise UnreadableError("git said that it committed, but HEAD has not moved")
    rows = restore.diff(repository, head, made)
    wrong = [
        name
        for name in sorted(rows.keys() | wanted.keys())
        if name not in rows or name not in wanted or not _as_planned(rows[name], wanted[name])
    ]
    tree = DiskTree(os.path.join(repository.top, repository.prefix))
    if not wrong:
        wrong = [f.name for f in own if tree.read_bytes(f.path) != f.change.after.encode()]
    if wrong:
        raise _changed(wrong, hooks)
    return made


def _as_planned(row: Row, blob: str) -> bool:
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


def _active_hooks(repository: Repository) -> str:
    folder = repository.git_path("hooks")
    return ", ".join(name for name in _HOOKS if os.access(os.path.join(folder, name), os.X_OK))
