"""Where hostile input is looked at: a process of its own for each case, measured and watched.

``python -m tests.hostile.cell FOLDER`` reads lines of JSON, ``[name of a case, HOST]``, and answers
each with the fields of a ``Seen``.  Everything is imported once; a case is a fork of that, so that
the kernel counts its time and memory alone, and so that many of them take little time.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import resource
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import release_tools
from release_tools import cli
from tests.hostile.case import HOST, Seen
from tests.hostile.corpus import CASES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.hostile.case import Case

_CEILING = 2 << 30  # of addresses: a bomb that got past every check ends here
_PATIENCE = 30  # seconds of processor time, for the same reason
_UNTOUCHED = ("root", "home", "tmp", "origin.git")
_GIT = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_DATE": "2026-01-15T00:00:00Z"}


def warm() -> None:
    """Import all that a case may need."""
    for module in pkgutil.walk_packages(release_tools.__path__, "release_tools."):
        if module.name != "release_tools.__main__":
            importlib.import_module(module.name)
    for name in ("click", "github", "pypi_simple", "yaml"):
        importlib.import_module(name)


def run(case: Case, folder: Path, host: str) -> Seen:
    """Lay the case down in the empty ``folder``, run it, and say what it came to."""
    environ = lay(case, folder, host)
    before = snapshot(folder)
    out, err, log = (folder / name for name in ("out", "err", "log"))
    argv = [word.replace(HOST, host) for word in case.argv]
    pid = os.fork()
    if pid == 0:
        _child(argv, environ, folder)
    _, status, used = os.wait4(pid, 0)
    events = [json.loads(line) for line in log.read_text().splitlines()]
    return Seen(
        os.waitstatus_to_exitcode(status),
        out.read_bytes().decode(errors="backslashreplace"),
        err.read_bytes().decode(errors="backslashreplace"),
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / 1024,
        (folder / "output").read_bytes().decode(errors="backslashreplace"),
        (folder / "summary").read_bytes().decode(errors="backslashreplace"),
        sorted(str(path) for path, _ in before ^ snapshot(folder)),
        [what for kind, what in events if kind == "ran"],
        [what for kind, what in events if kind == "asked" and what != host],
    )


def lay(case: Case, folder: Path, host: str) -> dict[str, str]:
    """Write the files of a case, and return its environment."""
    root = folder / "root"
    for name in ("root", "home", "tmp"):
        (folder / name).mkdir()
    files = {
        path: content.replace(HOST, host).encode("utf-8", "surrogateescape")
        if isinstance(content, str)
        else content
        for path, content in case.files.items()
    }
    if case.git:
        shutil.copytree(_repository(tuple(files.items())), folder, dirs_exist_ok=True)
    else:
        write(root, files)
    for name in ("output", "summary", "log"):
        (folder / name).touch()
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "GIT_CONFIG_GLOBAL": os.environ["GIT_CONFIG_GLOBAL"],
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        **_GIT,
        **{name: value.replace(HOST, host) for name, value in case.environ.items()},
    }
    if case.make is not None:
        _apart(case.make, root)
    return environ


def _apart(make: Callable[[Path], None], root: Path) -> None:
    """Let a bomb be made by a process of its own: this one's memory is where each case begins."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            make(root)
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(pid, 0)[1] == 0


def write(root: Path, files: Mapping[str, bytes]) -> None:
    """Write files below ``root``."""
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


@cache
def _repository(files: tuple[tuple[str, bytes], ...]) -> Path:
    """Commit the files, tag that v1.0.0, let a bare remote have it; return the folder of both."""
    folder = Path(tempfile.mkdtemp(dir=sys.argv[1]))
    root, origin = folder / "root", folder / "origin.git"
    write(root, dict(files))
    for argv in (
        ["init", "--quiet", "--template="],
        ["add", "--all"],
        ["commit", "--quiet", "--allow-empty", "-m", "Start"],
        ["tag", "v1.0.0"],
        ["clone", "--quiet", "--bare", "--template=", ".", str(origin)],
        ["remote", "add", "origin", "../origin.git"],
    ):
        subprocess.run(["git", *argv], cwd=root, check=True, env={**os.environ, **_GIT})
    return folder


def snapshot(folder: Path) -> set[tuple[Path, object]]:
    """Return everything that a refusal must leave as it is."""
    found = set()
    for path in (path for name in _UNTOUCHED for path in (folder / name).rglob("*")):
        state = path.lstat()
        about: object = (state.st_mode, state.st_size)
        if path.is_symlink():
            about = (about, path.readlink())
        elif path.is_file() and state.st_size < 1 << 20:
            about = (about, path.read_bytes())
        found.add((path.relative_to(folder), about))
    return found


def _child(argv: list[str], environ: dict[str, str], folder: Path) -> None:
    """Be the program, and never return."""
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT, 0o600), number)
    log = os.open(folder / "log", os.O_WRONLY | os.O_APPEND)
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(folder / "root")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdin = os.fdopen(0, "r", encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    sys.argv = ["release-tools", *argv]
    resource.setrlimit(resource.RLIMIT_AS, (_CEILING, _CEILING))
    resource.setrlimit(resource.RLIMIT_CPU, (_PATIENCE, _PATIENCE))
    sys.addaudithook(lambda event, args: _watch(log, event, args))
    code = 99
    try:
        cli.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stderr.flush()
        os._exit(code)


def _watch(log: int, event: str, args: tuple[object, ...]) -> None:
    """Note what programs are started, and who is asked."""
    if event == "subprocess.Popen":
        note = ("ran", [os.fsdecode(word) for word in args[1]])  # type: ignore[attr-defined]
    elif event in {"os.system", "os.exec", "os.posix_spawn", "pty.spawn", "os.startfile"}:
        note = ("ran", [event, repr(args[0])])
    elif event == "socket.connect" and isinstance(args[1], tuple):
        note = ("asked", f"{args[1][0]}:{args[1][1]}")  # type: ignore[assignment]
    else:
        return
    os.write(log, json.dumps(note).encode() + b"\n")


def main() -> None:
    """Serve cases until nobody asks any more."""
    warm()
    here = Path(sys.argv[1])
    for number, line in enumerate(sys.stdin):
        name, host = json.loads(line)
        folder = here / str(number)
        folder.mkdir()
        sys.stdout.write(f"{json.dumps(run(CASES[name], folder, host))}\n")
        sys.stdout.flush()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
