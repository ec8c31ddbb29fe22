"""A git repository: what bump and tag ask of it and do to it.  Nothing is ever forced.

Works with git 2.39 and later.  Every method may raise UnreadableError with git's own words
(credentials masked), and UsageError for a name that is no ref.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from release_tools.adapters import gitrun, refs
from release_tools.adapters.gitdir import locate
from release_tools.adapters.gitrun import check_ref, check_refspec, check_remote, is_id
from release_tools.adapters.process import legible
from release_tools.errors import RefusedError, UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

_REMOTE = 300.0
_HOOKS = 3600.0  # a commit or push runs the user's hooks, which may run a test suite


class Upstream(NamedTuple):
    """What a branch follows: the remote, the full name of its ref there, and our copy of it."""

    remote: str
    ref: str
    tracking: str


class Repository(NamedTuple):
    """A repository with a work tree.

    ``top`` is the work tree and ``git_dir`` its git directory, both real absolute paths.
    ``prefix`` is the project's folder below ``top``, empty or with a slash at its end: every
    path that goes in or comes out is relative to the project.
    """

    top: str
    git_dir: str
    prefix: str

    @staticmethod
    def find(start: str) -> Repository | None:
        """Return the repository around the folder ``start``, without starting git."""
        found = locate(start)
        if found is None:
            return None
        top, git_dir = found
        below = os.path.relpath(os.path.realpath(start), top).replace(os.sep, "/")
        return Repository(top, git_dir, "" if below == "." else f"{below}/")

    @staticmethod
    def around(start: str) -> Repository:
        """Return the repository around ``start``; raises UsageError where there is none."""
        found = Repository.find(start)
        if found is None:
            raise UsageError(f"{start} is in no git repository", hint="git init, then commit")
        return found

    # --- local facts

    def status(self, paths: Sequence[str]) -> tuple[str, ...]:
        """Return those of ``paths`` that differ from HEAD: staged, unstaged or untracked, sorted.

        Files that git ignores are not among them.
        """
        from release_tools.adapters.git_status import status

        return status(self.top, self.prefix, paths)

    def head(self) -> str | None:
        """Return the commit of HEAD, or None before the first commit."""
        return self.resolve("HEAD")

    def resolve(self, revision: str) -> str | None:
        """Return the commit that ``revision`` names (tags are peeled), or None."""
        if not revision or revision.startswith("-") or not revision.isprintable():
            raise UsageError(f"{legible(ascii(revision), 200)} is no git revision")
        argv = ["rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"]
        code, out, err = gitrun.run(self.top, argv)
        if code == 1 or (code and b"unknown revision" in err):
            return None
        return gitrun.checked(argv, (code, out, err)).decode().strip()

    def branch(self) -> str | None:
        """Return the current branch, without ``refs/heads/``; None when HEAD is detached."""
        argv = ["symbolic-ref", "--quiet", "HEAD"]
        code, out, err = gitrun.run(self.top, argv)
        if code == 1:
            return None
        return (
            os.fsdecode(gitrun.checked(argv, (code, out, err))).strip().removeprefix("refs/heads/")
        )

    def upstream(self) -> Upstream | None:
        """Return what the current branch follows, or None: detached, unborn or not configured."""
        branch = self.branch()
        if branch is None:
            return None
        fields = "%(upstream:remotename)%00%(upstream:remoteref)%00%(upstream)"
        ref = f"refs/heads/{check_ref(branch)}"
        out = os.fsdecode(self._ask(["for-each-ref", f"--format={fields}", ref]))
        remote, _, rest = out.partition("\n")[0].partition("\0")
        ref, _, tracking = rest.partition("\0")
        return Upstream(remote, ref, tracking) if remote and ref else None

    def tags(self) -> tuple[str, ...]:
        """Return the names of the local tags, sorted."""
        found = refs.tag_names(self.git_dir)
        if found is not None:
            return found
        out = os.fsdecode(self._ask(["for-each-ref", "--format=%(refname)", "refs/tags/"]))
        return tuple(line.removeprefix("refs/tags/") for line in out.splitlines())

    def tags_by_age(self) -> tuple[str, ...]:
        """Return all local tags, the oldest first, by the date of the tag or of its commit."""
        argv = ["for-each-ref", "--sort=creatordate", "--format=%(refname)", "refs/tags/"]
        out = os.fsdecode(gitrun.ask(self.top, argv))
        return tuple(line.removeprefix("refs/tags/") for line in out.splitlines())

    def tag_exists(self, name: str) -> bool:
        """Say whether the tag ``name`` exists here."""
        return self._has(f"refs/tags/{check_ref(name)}")

    def is_annotated(self, name: str) -> bool:
        """Say whether the tag ``name``, which exists here, is a tag object."""
        return self._ask(["cat-file", "-t", f"refs/tags/{check_ref(name)}"]).strip() == b"tag"

    def branch_exists(self, name: str) -> bool:
        """Say whether the branch ``name`` exists here."""
        return self._has(f"refs/heads/{check_ref(name)}")

    def remote_url(self, remote: str = "origin") -> str | None:
        """Return where ``remote`` is fetched from, or None when there is no such remote.

        The address may hold credentials: never print it.
        """
        argv = ["remote", "get-url", "--", check_remote(remote)]
        code, out, err = gitrun.run(self.top, argv)
        if b"No such remote" in err:
            return None
        return os.fsdecode(gitrun.checked(argv, (code, out, err))).strip()

    def git_path(self, name: str) -> str:
        """Return the absolute path of ``name`` in the git directory, as git places it."""
        out = os.fsdecode(self._ask(["rev-parse", "--git-path", name]))
        return os.path.join(self.top, out.removesuffix("\n"))

    def is_shallow(self) -> bool:
        """Say whether history was cut off when cloning."""
        return self._ask(["rev-parse", "--is-shallow-repository"]).strip() == b"true"

    def blob(self, commit: str, path: str) -> bytes:
        """Return the bytes of ``path`` in ``commit``, as git stores them."""
        name = f"{self._id(commit)}:{self.prefix}{path}"
        return self._ask(["cat-file", "blob", name])

    def changed_paths(self, commit: str) -> tuple[str, ...]:
        """Return what ``commit`` changes against its first parent, or adds as the first one.

        Paths outside the project's folder keep their place below ``top``, behind a ``/``.
        """
        argv = ["diff-tree", "-r", "-z", "--root", "--no-commit-id", "--name-only", "--no-renames"]
        out = os.fsdecode(self._ask([*argv, "-m", "--first-parent", self._id(commit)]))
        return tuple(self._ours(path) for path in out.split("\0")[:-1])

    # --- facts of the remote

    def remote_tags(self, remote: str) -> dict[str, str]:
        """Return the tags of ``remote`` with the commit of each, annotated ones peeled."""
        return self._ls_remote("--tags", remote, "refs/tags/")

    def remote_head(self, remote: str, branch: str) -> str | None:
        """Return the commit at the head of ``branch`` on ``remote``, None if it has no such one."""
        ref = f"refs/heads/{check_ref(branch)}"
        return self._ls_remote("--heads", remote, "refs/heads/", ref).get(branch)

    def is_ancestor(self, commit: str, of: str) -> bool:
        """Say whether ``commit`` is ``of`` or an ancestor; a commit that we lack is none."""
        later = self.resolve(of)
        if later is None or self.resolve(commit) is None:
            return False
        argv = ["merge-base", "--is-ancestor", self._id(commit), later]
        return gitrun.says(self.top, argv)

    # --- changes

    def create_branch(self, name: str) -> None:
        """Make the branch ``name`` at HEAD and stand on it; RefusedError if it exists."""
        argv = ["switch", "--quiet", "--no-guess", "--create", check_ref(name)]
        self._do(argv, "branch-exists", f"the branch {name} cannot be made")

    def drop_branch(self, name: str, back: str | None) -> None:
        """Stand on ``back`` again (None: on no branch) and delete ``name``, made at this commit."""
        target = ["--no-guess", check_ref(back)] if back else ["--detach"]
        self._ask(["switch", "--quiet", *target])
        self._ask(["update-ref", "-d", f"refs/heads/{check_ref(name)}", self._id("HEAD")])

    def create_tag(self, name: str, message: str, *, sign: bool = False, at: str = "HEAD") -> None:
        """Make the annotated tag ``name`` on the commit ``at``.

        Raises RefusedError ``tag-exists`` or ``tag-failed`` (no key to sign with, no identity).
        """
        if self.tag_exists(name):
            raise RefusedError(
                "tag-exists",
                f"the tag {name} exists already",
                hint="choose a higher version; a tag that was pushed is never moved",
            )
        commit = self.resolve(at)
        if commit is None:
            raise UsageError(f"{at} is no commit", hint="fetch it first")
        kind = "--sign" if sign else "--annotate"
        argv = ["tag", kind, "--cleanup=whitespace", "-m", message, "--", name, commit]
        self._do(argv, "tag-failed", f"the tag {name} could not be made")

    def push(self, remote: str, refspecs: Sequence[str], *, atomic: bool = True) -> None:
        """Push ``refspecs`` (``refs/…`` or ``refs/…:refs/…``), all or none of them.

        Raises RefusedError ``push-rejected`` when the remote or a hook declined, and
        UnreadableError when nobody knows: read the remote again.
        """
        argv = ["push", "--porcelain", "--no-follow-tags", "--recurse-submodules=no"]
        argv += ["--atomic"] if atomic else []
        argv += ["--", check_remote(remote), *map(check_refspec, refspecs)]
        code, out, err = gitrun.run(self.top, argv, timeout=_HOOKS, terminal=True)
        if code and any(line.startswith(b"!") for line in out.splitlines()):
            raise gitrun.refused("push-rejected", f"{remote} did not take the push", err)
        if code and b"failed to push some refs" in err:
            raise gitrun.refused("push-rejected", "the push was stopped before it began", err)
        gitrun.checked(argv, (code, out, err))

    def fetch(self, remote: str, refspec: str) -> None:
        """Fetch ``refspec`` (``refs/…`` or ``refs/…:refs/…``) and nothing beside it."""
        quiet = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"]
        argv = ["fetch", *quiet, "--recurse-submodules=no", "--"]
        argv += [check_remote(remote), check_refspec(refspec)]
        self._ask_remote(argv)

    # --- how git is asked

    @property
    def _here(self) -> str:
        return self.prefix or "."

    def _ours(self, path: str) -> str:
        return path.removeprefix(self.prefix) if path.startswith(self.prefix) else f"/{path}"

    def _has(self, ref: str) -> bool:
        return gitrun.says(self.top, ["show-ref", "--verify", "--quiet", ref])

    def _id(self, commit: str) -> str:
        found = self.resolve(commit) if not is_id(commit) else commit
        if found is None:
            raise UsageError(f"{legible(ascii(commit), 200)} is no commit here")
        return found

    def _ls_remote(self, kind: str, remote: str, prefix: str, *refs: str) -> dict[str, str]:
        argv = ["ls-remote", "--quiet", kind, "--", check_remote(remote), *refs]
        out = os.fsdecode(self._ask_remote(argv))
        found = {}
        for line in out.splitlines():
            identity, _, ref = line.partition("\t")
            if not is_id(identity) or not ref.startswith(prefix):
                raise UnreadableError(f"{remote} answered no list of refs: {legible(line, 200)}")
            found[ref.removeprefix(prefix).removesuffix("^{}")] = identity  # ^{} comes second
        return found

    def _do(self, argv: list[str], id: str, what: str) -> None:  # noqa: A002 - as in errors
        code, _, err = gitrun.run(self.top, argv, timeout=_HOOKS, terminal=True)
        if code:
            raise gitrun.refused(id, what, err)

    def _ask(self, argv: list[str]) -> bytes:
        return gitrun.ask(self.top, argv)

    def _ask_remote(self, argv: list[str]) -> bytes:
        ran = gitrun.run(self.top, argv, timeout=_REMOTE, terminal=True)
        return gitrun.checked(argv, ran)
