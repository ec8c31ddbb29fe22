from __future__ import annotations

import fnmatch

import pytest

from release_tools.discovery import discover
from release_tools.errors import AbsentError


class DictTree:
    """A tree in memory."""

    def __init__(self, files):
        self.files = dict(files)

    def read(self, path):
        if path not in self.files:
            raise AbsentError("not there", path=path)
        return self.files[path]

    def exists(self, path):
        return path in self.files

    def glob(self, pattern):
        return tuple(sorted(path for path in self.files if _matches(path, pattern)))

    def named(self, name):
        return tuple(sorted(path for path in self.files if path.rpartition("/")[2] == name))


def _matches(path, pattern):
    parts, globs = path.split("/"), pattern.split("/")

    def match(i, j):
        if j == len(globs):
            return i == len(parts)
        if globs[j] == "**":
            return any(match(k, j + 1) for k in range(i, len(parts) + 1)) or j == len(globs) - 1
        return i < len(parts) and fnmatch.fnmatchcase(parts[i], globs[j]) and match(i + 1, j + 1)

    return match(0, 0)


class Found:
    """A proposal, as plain values that read well in an assertion."""

    def __init__(self, proposal):
        self.proposal = proposal
        self.surfaces = {each.id: each for each in proposal.surfaces}
        self.ids = sorted(each.id for each in proposal.surfaces)
        self.images = sorted(
            f"{each.registry}/{each.name}" for each in proposal.surfaces if each.kind == "image"
        )
        self.tags = [each.tag for each in proposal.streams]
        self.why_not = {each.name: each.reason for each in proposal.skipped}

    def tag_of(self, surface):
        streams = {each.name: each.tag for each in self.proposal.streams}
        return streams[self.surfaces[surface].stream]


@pytest.fixture
def tree_of():
    """Make a tree in memory from {path: text}."""
    return DictTree


@pytest.fixture
def find():
    """Discover in files given as {path: text}, with tags, for the repository acme/rocket."""

    def run(files, tags=("v1.0.0", "v1.1.0"), repository="acme/rocket"):
        return Found(discover(DictTree(files), tags, repository=repository))

    return run


@pytest.fixture
def on_tag():
    """Make a workflow that runs on tags from the YAML of its steps."""

    def make(steps, *, tags="v*", extra="", job=""):
        lines = "\n".join("      " + line for line in steps.strip("\n").splitlines())
        return (
            f"name: Release\non:\n  push:\n    tags: ['{tags}']\n{extra}\n"
            f"jobs:\n  publish:\n    runs-on: ubuntu-latest\n{job}\n    steps:\n{lines}\n"
        )

    return make
