"""Fixtures of everything that runs client programs: a PATH of its own, a cluster to read."""

from __future__ import annotations

import os

import pytest

from release_tools.adapters.process import Process
from release_tools.model import Ran
from tests.servers import kubernetes, programs


@pytest.fixture(params=["helm", "helm3"])
def helm(request, path):
    """Put one major of Helm on PATH, as ``helm``."""
    path.put("helm", request.param)
    return request.param


class OwnPath:
    """A folder that PATH consists of."""

    def __init__(self, folder, whole, monkeypatch):
        self.folder = folder
        self._whole = whole
        self._monkeypatch = monkeypatch

    def find(self, program):
        """Return the path of a program, as it is found outside; skip where it is missing."""
        with self._monkeypatch.context() as patch:
            patch.setenv("PATH", self._whole)
            return programs.find(program)

    def put(self, name, program):
        """Let ``name`` be ``program``."""
        (self.folder / name).symlink_to(self.find(program))

    def fake(self, name, said):
        """Let ``name`` be a program that says ``said``: for versions that are not to be had."""
        file = self.folder / name
        file.write_text(f"#!/bin/sh\necho '{said}'\n")
        file.chmod(0o755)


class Says:
    """A runner of programs that all end in the same way; ``asked`` is every argv."""

    def __init__(self, out="", err="", code=0):
        self.ran = Ran(code, out, err)
        self.asked = []

    def run(self, argv, *, stdin=b"", timeout=60.0):
        del stdin, timeout
        self.asked.append(tuple(argv))
        return self.ran


@pytest.fixture
def says():
    return Says


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A PATH on which nothing is found but what a test puts there."""
    folder = tmp_path / "bin"
    folder.mkdir()
    own = OwnPath(folder, os.environ["PATH"], monkeypatch)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path))
    return own


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """An empty cluster that the current context of kubectl and helm names."""
    with kubernetes.serving() as here:
        monkeypatch.setenv("KUBECONFIG", here.kubeconfig(tmp_path))
        yield here


@pytest.fixture
def runner():
    return Process(os.getcwd())
