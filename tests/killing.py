"""Commands that are killed where a test says, hundreds of times: each a fork of one warm process.

    with killing.warm(home) as mill:
        done = mill.run(["pin", "0.3.0", "--into", "app.yaml"], cwd=root)     # nothing is killed
        for stop in range(1, len(done.calls) + 1):
            killed = mill.run([...], cwd=root, stop=stop)                     # before that call

What is run is the whole command line, ``release_tools.cli.main``, with its requests.  The process
that is forked has imported all that the command will need, and no threads.  A kill *before* call
N is also the kill *after* call N - 1: nothing happens between two calls.
"""

from __future__ import annotations

import fcntl
import importlib
import json
import os
import pkgutil
import resource
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT = str(Path(__file__).parents[1])

CALLS = (
    *("open", "write", "fsync", "close", "rename", "replace", "link", "unlink", "rmdir", "mkdir"),
    *("makedirs", "fchmod", "fchown", "ftruncate", "lstat", "stat", "fstat", "read", "pread"),
    *("access", "listdir", "scandir", "readlink"),
)
"""Every call by which files can change, or by which it is found out what stands there."""


class Done(NamedTuple):
    """What became of a command: its exit code, None where it was killed, and what it said."""

    code: int | None
    out: str
    err: str
    calls: tuple[str, ...]

    @property
    def writes(self) -> tuple[int, ...]:
        """The numbers of those calls by which a text is written, from 1."""
        return tuple(n for n, name in enumerate(self.calls, 1) if name == "write")


class Mill:
    """The warm process.  It is asked and answers by lines of JSON."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process, self._folder = process, folder

    def run(self, argv: Sequence[str], *, cwd: Path, **order: Any) -> Done:
        """Run a command: ``stop`` is the number of the call to be killed before.

        ``programs`` counts the programs that it starts, and no other calls.  With ``torn`` a write
        that is to be killed does half of its work first; ``limit`` bounds the size of files, as a
        full disk does, and ``user`` is who runs it.
        """
        return self.finish(self.start(argv, cwd=cwd, **order))

    def start(self, argv: Sequence[str], *, cwd: Path, **order: Any) -> int:
        """Begin a command, and return its process id."""
        return int(self._ask({"argv": list(argv), "cwd": str(cwd), **order}))

    def finish(self, child: int) -> Done:
        """Wait for the end of a command that was begun."""
        said = self._ask({"wait": child})
        return Done(said["code"], said["out"], said["err"], tuple(said["calls"]))

    def _ask(self, order: dict[str, Any]) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextmanager
def warm(folder: Path, env: Mapping[str, str] | None = None) -> Iterator[Mill]:
    """Start the process that is forked; ``folder`` is its home, and keeps what commands say."""
    kept = {k: v for k, v in os.environ.items() if k.startswith(("PATH", "GIT_", "LANG"))}
    environ = {**kept, "HOME": str(folder), "PYTHONPATH": ROOT, "PYTHONWARNINGS": "error"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.killing", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**environ, **(env or {})},
        encoding="utf-8",
    ) as process:
        yield Mill(process, folder)


# What follows runs in the warm process.


def _serve(folder: str) -> None:
    import release_tools

    for found in pkgutil.walk_packages(release_tools.__path__, "release_tools."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    for line in sys.stdin:
        order = json.loads(line)
        answer = _reap(folder, order["wait"]) if "wait" in order else _fork(folder, order)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _fork(folder: str, order: dict[str, Any]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        _child(f"{folder}/said-{os.getpid()}", order)
    finally:
        os._exit(99)  # whatever went wrong here: no command exits so


def _child(said: str, order: dict[str, Any]) -> None:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(f"{said}.{name}", os.O_CREAT | os.O_WRONLY, 0o600), number)
    notes = os.open(f"{said}.calls", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    os.chdir(order["cwd"])
    if limit := order.get("limit"):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # as Python does when it starts
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    if user := order.get("user"):
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
    write, leave = os.write, os._exit
    calls: list[str] = []

    def noting(code: int) -> NoReturn:
        if not limit:
            write(notes, json.dumps([calls, sorted(sys.modules)]).encode())
        leave(code)

    os._exit = noting  # type: ignore[assignment]  # its parameter is only given by place
    if order.get("programs"):
        started = _counted(subprocess.Popen, "start", calls, order.get("stop", 0), torn=False)
        subprocess.Popen = started  # type: ignore[misc]
    else:
        count_calls(calls, order.get("stop", 0), torn=order.get("torn", False))
    sys.argv = ["release-tools", *order["argv"]]

    from release_tools.cli import main

    try:
        main()
    except SystemExit as error:
        sys.stderr.flush()
        noting(int(error.code or 0))


def count_calls(calls: list[str], stop: int, *, torn: bool) -> None:
    """Note every call from now on, and die before number ``stop``; 0 never dies."""
    for module, name in [*((os, name) for name in CALLS), (fcntl, "flock")]:
        setattr(module, name, _counted(getattr(module, name), name, calls, stop, torn=torn))


def _counted(real: Any, name: str, calls: list[str], stop: int, *, torn: bool) -> Any:
    def call(*args: Any, **named: Any) -> Any:
        calls.append(name)
        if len(calls) == stop:
            if torn and name == "write":
                real(args[0], args[1][: len(args[1]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **named)

    return call


def _reap(folder: str, child: int) -> dict[str, Any]:
    _, status = os.waitpid(child, 0)
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
    answer: dict[str, Any] = {"code": code}
    for name in ("out", "err", "calls"):
        file = Path(f"{folder}/said-{child}.{name}")
        answer[name] = file.read_text(encoding="utf-8")
        file.unlink()
    calls, modules = json.loads(answer["calls"] or "[[], []]")
    for name in set(modules) - set(sys.modules):  # the next child finds them here already
        with suppress(Exception):
            importlib.import_module(name)
    return {**answer, "calls": calls}


if __name__ == "__main__":
    _serve(sys.argv[1])
