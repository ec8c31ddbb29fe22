"""Whole processes, measured: interleaved, wall time as the median, memory as the highest."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import venv
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]

# The child's memory counts from the fork on, so it is started by as small a process as there is.
RUNNER = """
import os, sys, time
null = os.open(os.devnull, os.O_RDWR)
files = [(os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1)]
start = time.perf_counter()
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=files)
_, status, usage = os.wait4(pid, 0)
wall = time.perf_counter() - start
print(wall, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
"""


@dataclass
class Case:
    """One command to measure, and what came of it."""

    name: str
    tool: str
    argv: list[str]
    cwd: Path
    codes: tuple[int, ...] = (0,)
    after: Callable[[], object] | None = None
    environ: dict[str, str] = field(default_factory=dict)
    rounds: int | None = None
    walls: list[float] = field(default_factory=list)
    rss: float = 0.0
    fault: str = ""

    @property
    def wall(self) -> float:
        """The median, in seconds."""
        return statistics.median(self.walls)


def environment() -> dict[str, str]:
    """Return what every run gets: nothing of a workflow run, and compiled modules are kept."""
    kept = ("PATH", "HOME", "TMPDIR", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
    known = {name: os.environ[name] for name in kept if name in os.environ}
    git = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_NAME": "Bench" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_EMAIL": "bench@example.com" for who in ("AUTHOR", "COMMITTER")},
    }
    return {**known, **git, "LC_ALL": "C.UTF-8"}


def call(*argv: str | Path, cwd: Path | None = None) -> str:
    """Run a command that has to succeed and return what it prints."""
    command = [str(arg) for arg in argv]
    done = subprocess.run(
        command, cwd=cwd, env=environment(), check=False, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"bench: {' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def installed(cache: Path, tool: str, *what: str) -> Path:
    """Make the environment of ``tool`` if it is not there, and return its folder of programs."""
    folder = cache / "env" / tool
    if not (folder / "complete").exists():
        say(f"installing {tool}")
        venv.create(folder, clear=True, with_pip=True)
        # Indexes and certificates are the caller's business: pip gets the whole environment.
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *what]
        environ = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        subprocess.run(pip, env=environ, check=True)
        (folder / "complete").touch()
    return folder / "bin"


def say(text: str) -> None:
    """Tell how far we are, beside the table."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


def run_once(case: Case) -> None:
    """Measure one process; anything but an expected exit code ends the case."""
    command = [sys.executable, "-I", "-S", "-c", RUNNER, *case.argv]
    environ = environment() | case.environ
    done = subprocess.run(
        command, cwd=case.cwd, env=environ, check=False, capture_output=True, text=True
    )
    if case.after:
        case.after()
    if done.returncode:
        case.fault = done.stderr.strip().rpartition("\n")[2]
        return
    wall, rss, code = done.stdout.split()
    if int(code) not in case.codes:
        case.fault = f"exit {code}: {' '.join(done.stderr.split())[-200:]}"
        return
    case.walls.append(float(wall))
    unit = 2**20 if sys.platform == "darwin" else 2**10
    case.rss = max(case.rss, int(rss) / unit)


def measure(cases: list[Case], rounds: int) -> None:
    """Run every case once to warm up, then ``rounds`` times, interleaved.

    A case with ``rounds`` of its own is slow: it has no warm-up and only so many.
    """
    for number in range(rounds + 1):
        say(f"round {number} of {rounds}, {len(cases)} commands")
        for case in cases:
            if case.fault or (case.rounds is not None and not 0 < number <= case.rounds):
                continue
            run_once(case)
            if number == 0:
                case.walls.clear()
