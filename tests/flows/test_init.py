"""Proposing a configuration, and writing it once."""

from __future__ import annotations

import os
import tomllib

import pytest

import release_tools
from release_tools.errors import ConfigError, RefusedError, ReleaseToolsError, UsageError
from release_tools.flows import init

WORKFLOW = """\
on:
  push:
    tags: ["v*"]
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: python -m build py
      - uses: pypa/gh-action-pypi-publish@release/v1
        with:
          packages-dir: py/dist
"""

FILES = {
    "py/pyproject.toml": '[project]\nname = "app"\nversion = "0.2.0"\n'
    '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
    "CHANGELOG.md": "## Unreleased\n\n## 0.2.0\n",
    ".github/workflows/release.yml": WORKFLOW,
}


@pytest.fixture
def bare(make_repo):
    repo = make_repo(FILES, "bare")
    repo.git("tag", "v0.2.0")
    repo.git("remote", "add", "origin", "git@github.com:octo-org/app.git")
    return repo


def test_the_proposal_is_a_configuration_that_works(bare):
    text = init.propose(str(bare.root))
    data = tomllib.loads(text)
    assert data["repository"] == "octo-org/app"
    assert next(iter(data["streams"].values()))["tag"] == "v{version}"
    assert [(entry["kind"], entry["path"]) for entry in data["surfaces"]] == [("pypi", "py")]
    assert not (bare.root / "release-tools.toml").exists()


def test_it_is_written_at_the_root_and_never_over_another(bare):
    path = init.write(str(bare.root / "py"))
    assert path == str(bare.root / "release-tools.toml")
    text = bare.read("release-tools.toml")
    assert text == init.propose(str(bare.root))
    project = release_tools.load(str(bare.root))
    assert project.config == "release-tools.toml"
    assert release_tools.verify(project).exit_code == 0
    with pytest.raises(RefusedError) as caught:
        init.write(str(bare.root))
    assert (caught.value.id, caught.value.path) == ("file-exists", "release-tools.toml")
    assert bare.read("release-tools.toml") == text


def test_a_table_in_pyproject_toml_is_a_configuration_too(bare):
    bare.write({"pyproject.toml": '[tool.release-tools]\nrepository = "o/a"\n'})
    with pytest.raises(RefusedError) as caught:
        init.write(str(bare.root))
    assert caught.value.path == "pyproject.toml"
    assert not (bare.root / "release-tools.toml").exists()


@pytest.mark.parametrize("target", ["nowhere", "notes.txt"])
def test_a_link_is_not_written_through(bare, target, tmp_path):
    outside = tmp_path / target
    if target == "notes.txt":
        outside.write_text("mine")
    os.symlink(outside, bare.root / "release-tools.toml")
    with pytest.raises(ReleaseToolsError):
        init.write(str(bare.root))
    assert (outside.read_text() if outside.exists() else "mine") == "mine"


def test_a_folder_that_cannot_be_written_is_refused(bare, monkeypatch):
    real = os.open

    def read_only(path, flags, *args, **named):
        if flags & os.O_CREAT:
            raise PermissionError(13, "Permission denied")
        return real(path, flags, *args, **named)

    monkeypatch.setattr(os, "open", read_only)
    with pytest.raises(RefusedError) as caught:
        init.write(str(bare.root))
    assert caught.value.id == "write-failed"


def test_without_a_configuration_the_surfaces_are_discovered(bare):
    project = release_tools.load(str(bare.root))
    assert project.config is None
    assert "pypi:app" in {surface.id for surface in project.surfaces}


def test_a_repository_that_releases_nothing_says_so(make_repo):
    empty = make_repo({"README.md": "x"}, "empty")
    with pytest.raises(ConfigError) as caught:
        release_tools.load(str(empty.root))
    assert caught.value.hint


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UsageError, match="gone"):
        init.propose(str(tmp_path / "gone"))
