"""Asking git: how it is started, what its failures mean, and which names it may be given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.adapters.process import Process, legible
from release_tools.errors import RefusedError, UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

# A file system monitor is a program that the configuration names, and git's own keeps our pipes
# open (https://github.com/pre-commit/pre-commit/issues/2046).  Paths are paths, never patterns.
GIT = ("git", "-c", "core.fsmonitor=false", "--literal-pathspecs", "--no-pager")

_FORBIDDEN = frozenset(" ~^:?*[\\\x7f")
_LONGEST = 250  # a loose ref is a file name


def run(
    cwd: str,
    argv: Sequence[str],
    *,
    stdin: bytes = b"",
    timeout: float = 60.0,
    terminal: bool = False,
) -> tuple[int, bytes, bytes]:
    """Run git in ``cwd`` and return exit code, output and error output; see ``Process``."""
    process = Process(cwd, terminal=terminal)
    return process.run_bytes([*GIT, *argv], stdin=stdin, timeout=timeout)


def checked(argv: Sequence[str], ran: tuple[int, bytes, bytes]) -> bytes:
    """Return the output of a run; raise UnreadableError with git's own words if it failed."""
    code, out, err = ran
    if code:
        raise UnreadableError(f"git {argv[0]} failed: {legible(err)}", hint=hint(err))
    return out


def ask(cwd: str, argv: Sequence[str], *, stdin: bytes = b"") -> bytes:
    """Run git on something local and return what it says; see ``checked``."""
    return checked(argv, run(cwd, argv, stdin=stdin))


def says(cwd: str, argv: Sequence[str]) -> bool:
    """Return git's answer to a question that it answers by exit code: 0 is yes, 1 is no."""
    ran = run(cwd, argv)
    if ran[0] == 1:
        return False
    checked(argv, ran)
    return True


def refused(id: str, what: str, err: bytes) -> RefusedError:  # noqa: A002 - as in errors
    """Return the error for a request that git declined, with git's own words."""
    return RefusedError(id, f"{what}: {legible(err)}", hint=hint(err))


def hint(err: bytes) -> str:
    """Return what to do about git's message ``err``, for the failures with one known way out."""
    for words, hint in (
        (b"dubious ownership", "git config --global --add safe.directory DIR, as git says"),
        (b"index.lock", "wait for the other git process; if none runs, delete the lock file"),
        (b"tell me who you are", "set user.name and user.email with git config"),
        (b"empty ident name", "set user.name and user.email with git config"),
        (b"could not read Username", "configure a credential helper or an SSH remote"),
        (b"Permission denied", "check the credentials and permissions"),
    ):
        if words in err:
            return hint
    return "run the git command by hand to see more"


def check_ref(name: str) -> str:
    """Return ``name`` if it can name a branch or tag by git-check-ref-format(1).

    Raises UsageError otherwise, and for a leading ``-`` or what is not printable.
    """
    parts = name.split("/")
    if (
        not name.isprintable()
        or not _FORBIDDEN.isdisjoint(name)
        or ".." in name
        or "@{" in name
        or name in {"@", "HEAD"}
        or name.startswith("-")
        or name.endswith(".")
        or len(name.encode()) > _LONGEST
        or any(not part or part.startswith(".") or part.endswith(".lock") for part in parts)
    ):
        raise UsageError(
            f"{legible(ascii(name), 200)} cannot name a branch or tag",
            hint="git check-ref-format says what can",
        )
    return name


def check_refspec(refspec: str) -> str:
    """Return ``refspec`` if it is ``refs/…`` or ``refs/…:refs/…``: no force, no deletion.

    The source may be the id of an object as well.
    """
    source, colon, target = refspec.partition(":")
    ends = [target] if colon and is_id(source) else [source, target] if colon else [source]
    if not all(end.startswith("refs/") and check_ref(end) for end in ends):
        raise UsageError(f"{legible(ascii(refspec), 200)} is no refspec of two full ref names")
    return refspec


def check_remote(remote: str) -> str:
    """Return ``remote`` if it can be the name or address of a remote."""
    if not remote or remote.startswith("-") or not remote.isprintable() or "::" in remote:
        raise UsageError(f"{legible(ascii(remote), 200)} is no remote")
    return remote


def is_id(text: str) -> bool:
    """Say whether ``text`` is the full id of an object, SHA-1 or SHA-256."""
    return len(text) in {40, 64} and not text.strip("0123456789abcdef")
