"""``bump --commit --tag --push``: killed before and after each program that it starts, and where
git itself finds the disk full."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests import killing
from tests.faults.test_disk import FULL
from tests.faults.test_kill import told

ARGV = ("bump", "0.4.0", "--commit", "--tag", "--push")
LEAST = 20
"""Programs that are started at least: a kill before one is a kill after the one before it."""


class Repository:
    """A work tree with its remote, laid anew for each cell."""

    def __init__(self, files, folder):
        self.files, self.kept = files, folder / "kept"
        self.git("init")
        self.git("add", ".")
        self.git("commit", "-m", "Start")
        self.git("clone", "--bare", ".", "../origin.git")
        self.git("remote", "add", "origin", "../origin.git")
        self.git("fetch", "origin")
        self.git("branch", "--set-upstream-to", "origin/main")
        shutil.copytree(files.top, self.kept)

    def git(self, *argv, cwd=None):
        return subprocess.run(
            ["git", *argv],
            cwd=cwd or self.files.root,
            check=True,
            capture_output=True,
            encoding="utf-8",
        ).stdout

    def lay(self):
        shutil.rmtree(self.files.top)
        shutil.copytree(self.kept, self.files.top)

    @property
    def refs(self):
        """What the remote has, by name and by what its commit says."""
        origin = self.files.top / "origin.git"
        listed = self.git("for-each-ref", "--format=%(refname)", cwd=origin).split()
        return {ref: self.git("show", f"{ref}:VERSION", cwd=origin)[-6:-1] for ref in listed}


@pytest.fixture
def repository(files, tmp_path):
    return Repository(files, tmp_path)


OLD = {"refs/heads/main": "0.3.0"}
NEW = {"refs/heads/main": "0.4.0", "refs/tags/v0.4.0": "0.4.0"}


def test_killed_at_any_program_no_ref_or_all_have_moved_and_the_next_run_finishes(repository, mill):
    root = repository.files.root
    done = mill.run(ARGV, cwd=root, programs=True)
    assert done.code == 0, done.out + done.err
    assert repository.refs == NEW
    for stop in range(1, len(done.calls) + 1):
        repository.lay()
        assert mill.run(ARGV, cwd=root, programs=True, stop=stop).code is None
        assert repository.refs in (OLD, NEW)
        again = mill.run(ARGV, cwd=root)
        if "interrupted-bump" in again.err:
            assert mill.run(told(again), cwd=root).code == 0
            again = mill.run(ARGV, cwd=root)
        assert again.code == 0, f"program {stop}: {again.err}"
        assert repository.refs == NEW
        assert repository.git("status", "--porcelain") == ""
        assert repository.git("rev-list", "--count", "HEAD") == "2\n"
    assert len(done.calls) >= LEAST


def test_where_git_finds_the_disk_full_no_ref_moves_and_nothing_is_changed(repository):
    root = repository.files.root
    for number in range(100):
        (root / f"more-{number}").touch()
    repository.git("add", ".")
    repository.git("commit", "--quiet", "-m", "Let the index be larger than any file of a bump")
    before, head = repository.files.all(), repository.git("rev-parse", "HEAD")
    environ = {**os.environ, "PYTHONPATH": killing.ROOT, "PYTHONDONTWRITEBYTECODE": "1"}
    argv = [sys.executable, "-c", FULL, "4000", "bump", "0.4.0", "--commit", "--tag"]
    done = subprocess.run(argv, cwd=root, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode in {1, 3}, done.stderr
    assert repository.files.all() == before
    assert repository.git("rev-parse", "HEAD") == head
    assert repository.git("tag") == ""
    assert repository.git("status", "--porcelain") == ""
