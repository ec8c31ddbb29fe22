"""Running other programs: by argv, without a shell, with bounded time and output."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from release_tools.errors import UnreadableError, UsageError
from release_tools.model import Ran

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

MAX_OUTPUT = 64 * 1024 * 1024
"""More than this from one program, on either stream, is an error."""

_GRACE = 3.0
_CHUNK = 1 << 16

# Git exports GIT_DIR, GIT_INDEX_FILE, GIT_WORK_TREE, GIT_PREFIX and more to its hooks and
# aliases, where they would turn our git to another repository or index than the folder that we
# were told (https://github.com/pre-commit/pre-commit/issues/300).  GIT_TRACE and GIT_CURL_VERBOSE
# write secrets to standard error.  So nothing of GIT_* passes but what says who the user is, how
# the remote is reached, and which configuration applies: CI images and actions/checkout hand
# safe.directory and credentials in that way.
_KEPT = frozenset(
    {
        "GIT_ALLOW_PROTOCOL",
        "GIT_ASKPASS",
        "GIT_AUTHOR_DATE",
        "GIT_AUTHOR_EMAIL",
        "GIT_AUTHOR_NAME",
        "GIT_COMMITTER_DATE",
        "GIT_COMMITTER_EMAIL",
        "GIT_COMMITTER_NAME",
        "GIT_CONFIG_COUNT",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_SYSTEM",
        "GIT_EXEC_PATH",
        "GIT_HTTP_PROXY_AUTHMETHOD",
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_SSH_VARIANT",
        "GIT_SSL_CAINFO",
        "GIT_SSL_CAPATH",
        "GIT_SSL_CERT",
        "GIT_SSL_KEY",
        "GIT_SSL_NO_VERIFY",
    }
)
_KEPT_PREFIXES = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_")


class Process:
    """Runs programs in the folder ``cwd``; satisfies ``model.Runner``.

    Each gets our environment without most of ``GIT_*``, with ``LC_ALL=C``, no terminal prompt
    of git's and a session of its own, so that it can be ended with all that it started.  With
    ``terminal`` it keeps our session: ssh and gpg may then ask for a passphrase.
    """

    __slots__ = ("cwd", "terminal")

    def __init__(self, cwd: str | None = None, *, terminal: bool = False) -> None:
        """Keep the folder; None is the working directory."""
        self.cwd = cwd
        self.terminal = terminal

    def run(self, argv: Sequence[str], *, stdin: bytes = b"", timeout: float = 60.0) -> Ran:
        """Run to the end; see ``model.Runner.run``.

        ``timeout`` is in seconds.  Raises UnreadableError as well when a stream exceeds
        ``MAX_OUTPUT``, and UsageError for an argument with a NUL.
        """
        code, out, err = self.run_bytes(argv, stdin=stdin, timeout=timeout)
        return Ran(code, out.decode(errors="replace"), err.decode(errors="replace"))

    def run_bytes(
        self, argv: Sequence[str], *, stdin: bytes = b"", timeout: float = 60.0
    ) -> tuple[int, bytes, bytes]:
        """Run like ``run``, but return exit code and both streams as they came."""
        child = spawn(argv, self.cwd, stdin=bool(stdin), session=not self.terminal)
        try:
            out, err = _talk(child, stdin, timeout)
            return child.wait(_GRACE), out, err
        except _OverrunError as overrun:
            message = f"{argv[0]} {overrun}: {legible(' '.join(argv[:8]), 300)}"
            raise UnreadableError(message, hint="run it by hand to see what it does") from None
        finally:
            end(child, group=not self.terminal)


class _OverrunError(Exception):
    """A program that took too long or said too much."""


def spawn(
    argv: Sequence[str],
    cwd: str | None,
    *,
    stdin: bool,
    stderr: bool = True,
    session: bool = True,
) -> subprocess.Popen[bytes]:
    """Start ``argv`` with pipes for its output, and for its other streams if asked for.

    Raises UnreadableError when the program or the folder is not there, UsageError for a NUL.
    """
    import subprocess

    try:
        return subprocess.Popen(
            list(argv),
            cwd=cwd,
            env=environment(),
            bufsize=0,
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if stderr else subprocess.DEVNULL,
            start_new_session=session,
        )
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise UnreadableError(
            f"{argv[0]} cannot be started: {why}",
            hint=f"install {argv[0]}, and see that it is on PATH",
        ) from error
    except ValueError as error:
        raise UsageError(f"{argv[0]}: an argument holds a NUL character") from error


def end(child: subprocess.Popen[bytes], *, group: bool) -> None:
    """Make sure that ``child`` has ended, with its whole group if ``group``, and close its pipes.

    It is asked first: a killed git leaves its lock files behind.
    """
    import signal
    import subprocess

    for number in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        if child.returncode is not None:
            break
        if group and hasattr(os, "killpg"):
            os.killpg(child.pid, number)
        else:
            child.send_signal(number)
        try:
            child.wait(_GRACE)
        except subprocess.TimeoutExpired:
            continue
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe is not None:
            pipe.close()


def environment() -> dict[str, str]:
    """Return the environment that other programs get; see ``Process``."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name in _KEPT or name.startswith(_KEPT_PREFIXES)
    }
    kept.pop("LANGUAGE", None)
    return kept | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}


def legible(text: str | bytes, limit: int = 2000) -> str:
    """Return foreign text fit for a message.

    Credentials in URLs are masked, control and invisible characters become spaces, lines are
    joined, and no more than ``limit`` characters remain.
    """
    if isinstance(text, bytes):
        text = text[: 64 * 1024].decode(errors="replace")
    words = (_masked(word) for word in text.split())
    plain = "".join(char if char.isprintable() else " " for char in " ".join(words))
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"


def _masked(word: str) -> str:
    """Hide what stands between ``://`` and the last ``@`` of a word."""
    head, scheme, rest = word.partition("://")
    at = rest.rfind("@")
    return word if at < 0 else f"{head}{scheme}***{rest[at:]}"


def _talk(child: subprocess.Popen[bytes], stdin: bytes, timeout: float) -> tuple[bytes, bytes]:
    """Feed ``child`` and read both its streams until it closes them."""
    import selectors
    from time import monotonic

    deadline = monotonic() + timeout
    unsent = memoryview(stdin)
    out, err = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        for pipe, buffer in ((child.stdout, out), (child.stderr, err)):
            if pipe is not None:
                selector.register(pipe, selectors.EVENT_READ, buffer)
        if child.stdin is not None:
            selector.register(child.stdin, selectors.EVENT_WRITE)
        while selector.get_map():
            ready = selector.select(max(deadline - monotonic(), 0))
            if not ready:
                raise _OverrunError(f"did not end within {timeout:g} s")
            for key, _ in ready:
                if key.data is not None:
                    open_still = _hear(key.fd, key.data)
                else:
                    unsent = _send(key.fd, unsent)
                    open_still = bool(unsent)
                if not open_still:
                    selector.unregister(key.fileobj)
                    if child.stdin is key.fileobj:
                        child.stdin.close()
    return bytes(out), bytes(err)


def _hear(handle: int, buffer: bytearray) -> bool:
    data = os.read(handle, _CHUNK)
    buffer += data
    if len(buffer) > MAX_OUTPUT:
        raise _OverrunError(f"wrote more than {MAX_OUTPUT:,} bytes")
    return bool(data)


def _send(handle: int, unsent: memoryview) -> memoryview:
    try:
        return unsent[os.write(handle, unsent[:512]) :]  # PIPE_BUF: a ready pipe takes this whole
    except BrokenPipeError:
        return unsent[:0]  # it does not want to hear the rest; its exit code will tell
