"""Workflows run by the real ``act`` on this machine, without Docker and without GitHub.

Our own action runs from this checkout; every other one is a stand-in of ``standins/`` that calls
the real client against the servers of the test.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pipeline.conftest import HERE
from tests.pipeline.polyglot import REPOSITORY
from tests.servers import programs

EXAMPLES = Path(HERE) / "examples" / "semantic-router" / "workflows"
STANDINS = Path(__file__).parent / "standins"
PYTHON = sys.executable
_USES = re.compile(r"uses: (\S+?/\S+?)@([0-9a-f]{40})")
_OURS = "OWNER/release-tools"
_SHIPPED = ("action.yml", "scripts", "locks", "release_tools")


def packages():
    """Return a folder that holds what the action installs, so that no run installs it again."""
    kept = Path(HERE) / ".cache" / "action"
    kept.mkdir(parents=True, exist_ok=True)
    install = runpy.run_path(f"{HERE}/scripts/action")["environment"]
    with (kept / "lock").open("w") as lock, pytest.MonkeyPatch.context() as patch:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of the tests that run beside this one
        patch.setenv("RUNNER_TEMP", str(kept))
        for name in ("source", "full"):
            install(f"{HERE}/locks/{name}.txt")
    return kept


class Act:
    """A machine that runs the workflows of one project."""

    def __init__(self, project, folder):
        self.project, self.folder = project, folder
        # act takes the name of the repository from a remote; nobody asks this one.
        project.git("remote", "add", "github", f"https://github.com/{REPOSITORY}")
        self.bin = folder / "bin"
        self.bin.mkdir(parents=True)
        config = folder / "config" / "act"
        config.mkdir(parents=True)
        (config / "actrc").touch()
        self.action = folder / "release-tools"
        self.action.mkdir()
        for name in _SHIPPED:
            source = Path(HERE) / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, self.action / name)
        self._shim("python3", f'RUNNER_TEMP="{packages()}" exec "{PYTHON}" "$@"')
        helm = programs.find("helm")
        plain = 'case $1 in push) set -- "$@" --plain-http;; esac'
        self._shim("helm", f'{plain}\nexec "{helm}" "$@"')
        hooks = "import sys, os, hatchling.build as b; out = os.path.abspath(sys.argv[1]); "
        hooks += "os.makedirs(out, exist_ok=True); os.chdir(sys.argv[2]); "
        hooks += "b.build_sdist(out); b.build_wheel(out)"
        self._shim(
            "pipx",
            f'''[ "$1 $2 $4 $5" = "run --spec pyproject-build --outdir" ]
exec "{PYTHON}" -c '{hooks}' "$6" "$7"''',
        )

    def _shim(self, name, script):
        path = self.bin / name
        path.write_text(f"#!/bin/bash\nset -e\n{script}\n")
        path.chmod(0o755)

    def push(self, tag, workflow, **more):
        """Run what a workflow does for a pushed tag."""
        return self.run("push", {"ref": f"refs/tags/{tag}"}, workflow, **more)

    def run(self, name, event, workflow, *, images=(), code=0):
        """Run a workflow for an event, of the matrix only these images; return the log."""
        file = self.folder / "event.json"
        file.write_text(json.dumps(event))
        argv = [programs.find("act"), name, "--eventpath", str(file), "--no-cache-server"]
        argv += ["--workflows", f".github/workflows/{workflow}", "--remote-name", "github"]
        argv += ["-P", "ubuntu-24.04=-self-hosted", "-s", f"GITHUB_TOKEN={self.project.token}"]
        argv += self._options()
        for image in images:
            argv += ["--matrix", f"image:{image}"]
        done = subprocess.run(
            argv,
            cwd=self.project.root,
            env=self._environment(),
            check=False,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
        )
        log = done.stdout + done.stderr
        assert done.returncode == code, log
        return log

    def _options(self):
        given = {
            "GITHUB_API_URL": self.project.hub.url,
            "STANDIN_PYTHON": PYTHON,
            "STANDIN_ROOT": HERE,
            "STANDIN_INDEX": f"{self.project.index.url}/",
            "STANDIN_ARTIFACTS": str(self.folder / "artifacts"),
        }
        workflows = self.project.root / ".github" / "workflows"
        used = {m for file in workflows.glob("*.yml") for m in _USES.findall(file.read_text())}
        for name, ref in sorted(used):
            at = self.action if name == _OURS else STANDINS / name
            if at.is_dir():
                yield from ("--local-repository", f"{name}@{ref}={at}")
        for pair in given.items():
            yield from ("--env", "=".join(pair))

    def _environment(self):
        return {
            **self.project.environment(),
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
        }
