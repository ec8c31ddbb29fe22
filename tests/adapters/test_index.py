"""git itself is the oracle: the files that it lists are the files that are found."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from release_tools.adapters import index
from release_tools.adapters.disk import DiskTree

if TYPE_CHECKING:
    from pathlib import Path

NAME = "Cargo.toml"
FOLDERS = st.lists(
    st.text("ab/p0r-é ", min_size=1, max_size=140)
    .map(lambda text: "/".join(part for part in text.split("/") if part.strip()))
    .filter(lambda text: text and max(len(part.encode()) for part in text.split("/")) < 250),
    max_size=12,
    unique=True,
)


def git(folder: Path, *argv: str, stdin: bytes = b"") -> bytes:
    ran = subprocess.run(["git", *argv], cwd=folder, input=stdin, capture_output=True, check=True)
    return ran.stdout


def listed(folder: Path, name: str) -> list[str]:
    rows = git(folder, "ls-files", "-z", "--stage").split(b"\0")[:-1]
    found = {os.fsdecode(row.partition(b"\t")[2]) for row in rows if not row.startswith(b"160000")}
    return sorted(path for path in found if path.rpartition("/")[2] == name)


def named(folder: Path, name: str = NAME) -> list[str] | None:
    data = index.load(str(folder / ".git"))
    found = None if data is None else index.named(data, name)
    return None if found is None else sorted(found)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    return tmp_path


def stage(folder: Path, *paths: str, mode: str = "100644") -> None:
    """Put paths into the index, without files."""
    blob = git(folder, "hash-object", "-w", "--stdin", stdin=b"x").decode().strip()
    rows = b"".join(os.fsencode(f"{mode} {blob}\t{path}\0") for path in paths)
    git(folder, "update-index", "-z", "--index-info", stdin=rows)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(FOLDERS)
def test_every_file_of_the_name_is_found_and_no_other(repository: Path, folders: list[str]):
    git(repository, "read-tree", "--empty")
    paths = [f"{folder}/{name}" for folder in folders for name in (NAME, f"x{NAME}", f"{NAME}.in")]
    stage(repository, *dict.fromkeys([*paths, NAME]))
    assert named(repository) == listed(repository, NAME)


def test_the_longest_path_that_git_takes_is_found(repository: Path):
    path = "/".join(["d" * 250] * 16) + f"/{NAME}"
    stage(repository, path)
    assert named(repository) == [path] or named(repository) is None


def test_a_file_that_is_only_meant_to_be_added_is_found(repository: Path):
    (repository / "new").mkdir()
    (repository / "new" / NAME).write_text("x")
    git(repository, "add", "--intent-to-add", f"new/{NAME}")  # an entry of version 3
    assert named(repository) == [f"new/{NAME}"]


def test_links_count_and_submodules_do_not(repository: Path):
    stage(repository, f"link/{NAME}", mode="120000")
    stage(repository, f"module/{NAME}", mode="160000")
    assert named(repository) == [f"link/{NAME}"]


@pytest.mark.parametrize(
    "argv", [("--index-version", "4"), ("--split-index",)], ids=["version 4", "split"]
)
def test_a_layout_that_is_not_read_leaves_the_answer_to_git(
    repository: Path, argv: tuple[str, ...]
):
    stage(repository, NAME)
    git(repository, "update-index", *argv)
    assert named(repository) is None


def test_a_truncated_or_missing_index_leaves_the_answer_to_git(repository: Path):
    assert named(repository) is None
    (repository / ".git" / "index").write_bytes(b"DIRC\0\0")
    assert named(repository) is None


def test_a_tree_gives_the_same_answer_whoever_reads_the_index(repository: Path):
    for folder in ("a", "b/c"):
        (repository / folder).mkdir(parents=True)
        (repository / folder / NAME).write_text("x")
    git(repository, "add", ".")
    quick = DiskTree(str(repository)).named(NAME)
    git(repository, "update-index", "--index-version", "4")
    assert DiskTree(str(repository)).named(NAME) == quick == (f"a/{NAME}", f"b/c/{NAME}")
    below = DiskTree(str(repository / "b"))
    assert below.named(NAME) == (f"c/{NAME}",)


def test_what_was_deleted_from_the_disk_is_not_named(repository: Path):
    (repository / NAME).write_text("x")
    git(repository, "add", ".")
    (repository / NAME).unlink()
    assert DiskTree(str(repository)).named(NAME) == ()
