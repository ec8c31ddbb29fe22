from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from release_tools.adapters import refs
from release_tools.adapters.git import Repository

if TYPE_CHECKING:
    from pathlib import Path

TAGS = ("v0.1.0", "v0.2.0", "nested/deep/v1", "é-1", "v0.10.0-rc.1")


def git(folder: Path, *argv: str) -> str:
    ran = subprocess.run(
        ["git", *argv], cwd=folder, capture_output=True, check=True, encoding="utf-8"
    )
    return ran.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    git(folder, "init", "--quiet")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "one")
    for tag in TAGS[:3]:
        git(folder, "tag", tag)
    git(folder, "tag", "-a", TAGS[3], "-m", "annotated")
    return folder


def test_loose_packed_and_mixed_tags_are_all_found(repository: Path):
    git_dir = str(repository / ".git")
    assert refs.tag_names(git_dir) == tuple(sorted(TAGS[:4]))
    git(repository, "pack-refs", "--all")
    assert refs.tag_names(git_dir) == tuple(sorted(TAGS[:4]))
    git(repository, "tag", TAGS[4])
    git(repository, "tag", "-d", TAGS[0])
    assert refs.tag_names(git_dir) == tuple(sorted(TAGS[1:]))


def test_a_linked_work_tree_sees_the_tags_of_its_repository(repository: Path):
    git(repository, "worktree", "add", "--quiet", "../linked")
    linked = Repository.find(str(repository.parent / "linked"))
    assert linked is not None
    assert refs.tag_names(linked.git_dir) == tuple(sorted(TAGS[:4])) == linked.tags()


def test_branches_and_remote_refs_are_no_tags(repository: Path):
    git(repository, "branch", "v9.9.9")
    git(repository, "update-ref", "refs/remotes/origin/v8", "HEAD")
    git(repository, "pack-refs", "--all")
    assert refs.tag_names(str(repository / ".git")) == tuple(sorted(TAGS[:4]))


def test_other_storage_leaves_the_answer_to_git(repository: Path):
    (repository / ".git" / "reftable").mkdir()
    assert refs.tag_names(str(repository / ".git")) is None


def test_a_folder_that_is_no_repository_leaves_the_answer_to_git(tmp_path: Path):
    assert refs.tag_names(str(tmp_path)) is None
