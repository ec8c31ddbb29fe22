"""Real repositories in temporary folders, bare remotes, and a GitHub that serves them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

import release_tools
from release_tools.errors import ReleaseToolsError
from release_tools.flows.bumping import commit as release_commit
from release_tools.rules.findings import from_error

CONFIG = """\
[streams.main]
tag = "v{version}"
branches = ["main", "release/*"]
changelog = "CHANGELOG.md"

[streams.internal]
tag = "internal-v{version}"

[[surfaces]]
kind = "pypi"
path = "python"

[[surfaces]]
kind = "crate"
path = "rust"

[[surfaces]]
kind = "file"
stream = "internal"
path = "VERSION"
"""

CHANGELOG = """\
# Changelog

## [Unreleased]

- Something new

## [0.2.0] - 2025-05-05

- Something old

[unreleased]: https://github.com/octo-org/app/compare/v0.2.0...HEAD
[0.2.0]: https://github.com/octo-org/app/releases/tag/v0.2.0
"""

FILES = {
    "release-tools.toml": CONFIG,
    "python/pyproject.toml": '[project]\nname = "app"\nversion = "0.2.0"  # ours\n',
    "rust/Cargo.toml": '[package]\nname = "app"\nversion = "0.2.0"\n',
    "rust/Cargo.lock": 'version = 4\n\n[[package]]\nname = "app"\nversion = "0.2.0"\n',
    "VERSION": "1.4.0\n",
    "CHANGELOG.md": CHANGELOG,
    "notes.txt": "about 0.2.0\n",
}


class Repo:
    """A work tree, and the bump of it without the command line."""

    def __init__(self, root):
        self.root = root
        self.done = {}

    def git(self, *argv, check=True, **env):
        done = subprocess.run(
            ["git", *argv],
            cwd=self.root,
            check=False,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, **env},
        )
        assert not check or done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, files):
        for path, text in files.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def read(self, path):
        return (self.root / path).read_bytes().decode()

    def commit(self, message="Change", files=None):
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.head

    def hook(self, name, script):
        file = self.root / ".git" / "hooks" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    @property
    def head(self):
        return self.git("rev-parse", "HEAD")

    @property
    def files(self):
        return {
            str(file.relative_to(self.root)): file.read_bytes()
            for file in self.root.rglob("*")
            if file.is_file() and ".git" not in file.relative_to(self.root).parts
        }

    @property
    def state(self):
        """Everything that a refusal must leave as it is."""
        refs = self.git("for-each-ref", "--format=%(refname) %(objectname)")
        head = self.git("symbolic-ref", "HEAD", check=False) or self.head
        left = sorted(os.listdir(self.root / ".git" / "release-tools")) if self.has_state else []
        return self.files, refs, head, self.git("ls-files", "--stage"), left

    @property
    def has_state(self):
        return (self.root / ".git" / "release-tools").exists()

    def project(self):
        return release_tools.load(str(self.root))

    def bump(self, *words, others=None, stream=None, next_=None, allow_lower=False, **wish):
        """Do what ``release-tools bump`` does; return the lines that it says."""
        project = self.project()
        wished = release_commit.Wish(
            **{**wish, "commit": bool(wish.get("commit") or wish.get("tag") or wish.get("pr"))}
        )
        request = release_commit.Request(words, stream, others or {}, next_, allow_lower)
        self.steps = release_commit.plan(project, request, wished)
        self.done = {"commit": None, "tags": [], "pushed": False, "pull_request": None}
        return list(release_commit.carry_out(project, self.steps, wished, self.done))

    def refused(self, *words, **wish):
        """Bump, and return the error; nothing at all may have changed."""
        before = self.state
        with pytest.raises(ReleaseToolsError) as caught:
            self.bump(*words, **wish)
        assert self.state == before
        assert from_error(caught.value).hint
        return caught.value


@pytest.fixture
def make_repo(tmp_path):
    """Make a repository of ``files`` with one commit."""

    def make(files, name="work"):
        root = tmp_path / name
        root.mkdir()
        repo = Repo(root)
        repo.git("init", "--quiet")
        repo.commit("Start", files)
        return repo

    return make


@pytest.fixture
def repo(make_repo):
    return make_repo(FILES)


@pytest.fixture
def remote(repo, tmp_path):
    """Give ``repo`` a bare ``origin`` that it follows, and return that."""
    root = tmp_path / "origin.git"
    repo.git("init", "--quiet", "--bare", str(root))
    repo.git("remote", "add", "origin", str(root))
    repo.git("push", "--quiet", "--set-upstream", "origin", "main")
    return Repo(root)


@pytest.fixture
def other(remote, tmp_path):
    """Return somebody else's clone of ``remote``."""
    remote.git("clone", "--quiet", str(remote.root), str(tmp_path / "other"))
    return Repo(tmp_path / "other")


@pytest.fixture
def github(hub, remote, monkeypatch):
    """Let the environment say that ``remote`` is octo-org/app on a strict GitHub."""
    hub.bind(remote.root)
    for name, value in hub.environ().items():
        monkeypatch.setenv(name, value)
    return hub


@pytest.fixture
def here():
    """Return the root of this checkout, from which a child imports the package."""
    return str(Path(__file__).parents[2])
