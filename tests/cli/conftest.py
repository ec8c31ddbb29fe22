"""A prepared repository, and the command line as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from release_tools import schemas
from tests.servers import secrets

HERE = str(Path(__file__).parents[2])

FILES = {
    "release-tools.toml": """\
[streams.main]
changelog = "CHANGELOG.md"

[streams.sim]
tag = "sim-v{version}"

[[surfaces]]
kind = "pypi"
path = "py"

[[surfaces]]
kind = "crate"
path = "rs"

[[surfaces]]
kind = "file"
stream = "sim"
path = "VERSION"
""",
    ".github/workflows/publish.yml": (
        'name: publish\non:\n  push:\n    tags: ["v*"]\n'
        "jobs:\n  pypi:\n"
        "    runs-on: ubuntu-latest\n"
        "    steps:\n      - run: python -m build py && twine upload py/dist/*\n"
    ),
    "py/pyproject.toml": '[project]\nname = "app"\nversion = "0.2.0"\n',
    "rs/Cargo.toml": '[package]\nname = "app"\nversion = "0.2.0"\n',
    "VERSION": "1.0.0\n",
    "CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n- New\n\n## [0.2.0] - 2025-05-05\n",
}


class Ran:
    """A finished command line."""

    def __init__(self, done):
        self.code = done.returncode
        self.out, self.err = done.stdout, done.stderr

    def report(self):
        """Return the one JSON document on standard output, held against its schema."""
        report = json.loads(self.out)
        schema = json.loads(schemas.load(report["command"]))
        jsonschema.validate(report, schema)
        return report

    @property
    def ids(self):
        return [finding["id"] for finding in self.report()["findings"]]


class Project:
    """A folder and the commands that are run in it."""

    def __init__(self, root):
        self.root = root

    def environ(self, env):
        kept = {
            k: v for k, v in os.environ.items() if k.startswith(("PATH", "GIT_", "HOME", "LANG"))
        }
        own = {"PYTHONPATH": HERE, "PYTHONWARNINGS": "error"}
        return {**kept, **secrets.VARIABLES, **own, **(env or {})}

    def run(self, *argv, env=None, cwd=None):
        done = subprocess.run(
            [sys.executable, "-m", "release_tools", *argv],
            cwd=cwd or self.root,
            env=self.environ(env),
            check=False,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        secrets.refuse(done.stdout, done.stderr)
        return Ran(done)

    def git(self, *argv):
        done = subprocess.run(
            ["git", *argv], cwd=self.root, check=True, capture_output=True, encoding="utf-8"
        )
        return done.stdout.strip()

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def read(self, path):
        return (self.root / path).read_text()

    def everything(self):
        """Return every file below the root, git's own included, with its bytes and times."""
        return {
            str(path): (path.read_bytes() if path.is_file() else b"", path.lstat().st_mtime_ns)
            for path in sorted(self.root.rglob("*"))
        }

    def interrupt(self):
        """Leave the journal of an interrupted bump."""
        self.write(".git/release-tools/journal.json", "{}")


@pytest.fixture
def project(tmp_path):
    made = Project(tmp_path / "project")
    for path, text in FILES.items():
        made.write(path, text)
    made.git("init", "--quiet")
    made.git("add", "--all")
    made.git("commit", "--quiet", "-m", "Start")
    yield made
    secrets.refuse_files(tmp_path)


@pytest.fixture
def odd(project):
    """Let one place disagree."""
    project.write("rs/Cargo.toml", FILES["rs/Cargo.toml"].replace("0.2.0", "0.1.0"))
    project.git("commit", "--quiet", "--all", "-m", "Odd")
    return project
