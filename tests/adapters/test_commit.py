"""A commit holds exactly the plan, whatever stands around it and whatever the hooks do."""

from __future__ import annotations

import subprocess

import pytest

from release_tools.adapters import commit as committing
from release_tools.adapters import state
from release_tools.adapters.git import Repository
from release_tools.adapters.transaction import Transaction
from release_tools.errors import RefusedError
from release_tools.model import FileChange

OLD, NEW = "version = 1\r\n", "version = 2\r\n"


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    git(root, "init", "-q")
    for path, text in (("a", OLD), ("sub/b", OLD), ("other", "other\n"), ("staged", "old\n")):
        (root / path).write_text(text, newline="")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "first")
    # What else is going on in the tree, and must survive:
    (root / "staged").write_text("staged\n")
    git(root, "add", "staged")
    (root / "staged").write_text("staged, and edited\n")
    (root / "mine").write_text("untracked\n")
    return root


def git(root, *argv):
    command = ["git", "-C", str(root), *argv]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def look(root):
    """Everything that a failed commit must leave as it was."""
    files = {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }
    refs = git(root, "for-each-ref")
    return files, refs, git(root, "ls-files", "-s"), git(root, "status", "--porcelain")


def changes():
    return [FileChange(path, OLD, NEW, ()) for path in ("a", "sub/b")]


def bump(root, folder="", plan=None):
    plan = plan or changes()
    where = str(root / folder)
    Transaction(where, state.state_dir(where)).apply(plan)
    return committing.commit(Repository.around(where), plan, "Bump version to 2")


def hook(root, name, script):
    path = root / ".git/hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_only_the_plan_is_committed_and_the_rest_stays_staged(root):
    index = git(root, "ls-files", "-s", "staged")
    made = bump(root)
    repo = Repository.around(str(root))
    assert made == repo.head()
    assert repo.changed_paths(made) == ("a", "sub/b")
    assert repo.blob(made, "a") == NEW.encode()
    assert git(root, "log", "-1", "--format=%B").strip() == "Bump version to 2"
    assert git(root, "ls-files", "-s", "staged") == index
    assert git(root, "status", "--porcelain") == "MM staged\n?? mine\n"


def test_a_project_in_a_folder_commits_its_own_file(root):
    made = bump(root, "sub", [FileChange("b", OLD, NEW, ())])
    assert Repository.around(str(root)).changed_paths(made) == ("sub/b",)


def test_the_first_commit_of_a_repository(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / "a").write_text(OLD, newline="")
    git(tmp_path, "add", "a")
    made = bump(tmp_path, plan=[FileChange("a", OLD, NEW, ())])
    assert Repository.around(str(tmp_path)).blob(made, "a") == NEW.encode()


def test_line_endings_that_git_converts_are_no_interference(root):
    git(root, "config", "core.autocrlf", "true")
    (root / "lf").write_text("v1\n", newline="")
    (root / "crlf").write_text("v1\r\n", newline="")
    git(root, "add", "lf", "crlf")
    git(root, "commit", "-q", "-m", "x", "--only", "lf", "crlf")
    plan = [FileChange("lf", "v1\n", "v2\n", ()), FileChange("crlf", "v1\r\n", "v2\r\n", ())]
    made = bump(root, plan=plan)
    assert Repository.around(str(root)).blob(made, "crlf") == b"v2\n"
    assert (root / "crlf").read_bytes() == b"v2\r\n"


def test_odd_file_names_are_committed_as_they_are(root):
    names = ['a"b', "new\nline", "[x]*", "é\u202e", ":(top)z", " lead"]
    for name in names:
        (root / name).write_text(OLD, newline="")
    git(root, "--literal-pathspecs", "add", "--", *names)
    git(root, "--literal-pathspecs", "commit", "-q", "-m", "x", "--only", "--", *names)
    made = bump(root, plan=[FileChange(name, OLD, NEW, ()) for name in names])
    assert sorted(Repository.around(str(root)).changed_paths(made)) == sorted(names)


REFUSING = {
    "refuses": "echo no entry >&2; exit 1",
    "formats and refuses": "echo formatted >> a; echo formatted >> other; git add a other; exit 1",
    "deletes and refuses": "rm a sub/b other; exit 1",
    "replaces by a folder": "rm a; mkdir a; exit 1",
    "writes binary": "printf '\\377' > a; exit 1",
    "unstages and refuses": "unset GIT_INDEX_FILE; git reset -q; exit 1",
}
MEDDLING = {
    "edits a file of the plan": "echo formatted >> a; git add a",
    "edits another file": "echo formatted >> other; git add other",
    "adds a file": "echo new > sub/new; git add sub/new",
    "adds the untracked one": "git add mine",
    "reverts a file of the plan": "git show HEAD:a > a; git add a",
    "changes a mode": "chmod +x a; git add a",
    "edits the disk alone": "echo formatted >> sub/b",
    "deletes a file": "git rm -q --cached other; rm other",
}


@pytest.mark.parametrize("script", REFUSING.values(), ids=REFUSING)
def test_a_hook_that_refuses_leaves_everything_as_it_was(root, script):
    before = look(root)
    hook(root, "pre-commit", script)
    with pytest.raises(RefusedError, match="pre-commit") as caught:
        bump(root)
    assert caught.value.id == "hook-failed"
    assert look(root) == before


@pytest.mark.parametrize("script", MEDDLING.values(), ids=MEDDLING)
def test_a_hook_that_commits_more_or_other_is_undone_and_named(root, script):
    before = look(root)
    hook(root, "pre-commit", script)
    with pytest.raises(RefusedError, match="pre-commit") as caught:
        bump(root)
    assert caught.value.id == "hook-changed-files"
    assert look(root) == before
    kept = caught.value.hint.rpartition(" ")[2]
    assert git(root, "cat-file", "-t", kept) == "commit\n"


def test_a_hook_that_commits_again_afterwards_is_undone(root):
    before = look(root)
    script = "[ -e .git/once ] || { touch .git/once; echo x >> other; git commit -qam more; }"
    hook(root, "post-commit", script)
    with pytest.raises(RefusedError) as caught:
        bump(root)
    assert caught.value.id == "hook-changed-files"
    assert look(root) == before


def test_in_a_repository_without_commits_a_failed_one_leaves_none(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / "a").write_text(OLD, newline="")
    (tmp_path / "b").write_text("b")
    git(tmp_path, "add", "a")
    before = look(tmp_path)
    hook(tmp_path, "pre-commit", "git add b")
    with pytest.raises(RefusedError) as caught:
        bump(tmp_path, plan=[FileChange("a", OLD, NEW, ())])
    assert caught.value.id == "hook-changed-files"
    assert look(tmp_path) == before
    assert Repository.around(str(tmp_path)).head() is None


def test_a_hook_may_shape_the_message(root):
    hook(root, "commit-msg", 'echo "Change-Id: 1" >> "$1"')
    bump(root)
    assert "Change-Id: 1" in git(root, "log", "-1", "--format=%B")


def test_a_refusal_of_gits_own_blames_no_hook(root):
    (root / ".git/MERGE_HEAD").write_text(git(root, "rev-parse", "HEAD"))
    before = look(root)
    with pytest.raises(RefusedError, match="merge") as caught:
        bump(root)
    assert caught.value.id == "commit-failed"
    assert look(root) == before


def test_a_commit_that_cannot_be_signed_is_not_made(root):
    git(root, "config", "gpg.program", "false")
    before = look(root)
    Transaction(str(root), state.state_dir(str(root))).apply(changes())
    with pytest.raises(RefusedError) as caught:
        committing.commit(Repository.around(str(root)), changes(), "x", sign=True)
    assert caught.value.id == "commit-failed"
    assert look(root) == before


def test_a_conflict_that_is_being_resolved_survives_a_commit_that_git_refuses(root):
    """``git stash create`` fails then, which must not pass for "no difference from HEAD"."""
    git(root, "commit", "-q", "-m", "staged")
    git(root, "restore", "staged")
    git(root, "switch", "-q", "-c", "theirs")
    (root / "other").write_text("theirs\n")
    git(root, "commit", "-q", "-a", "-m", "theirs")
    git(root, "switch", "-q", "-")
    (root / "other").write_text("ours\n")
    git(root, "commit", "-q", "-a", "-m", "ours")
    subprocess.run(["git", "-C", str(root), "merge", "-q", "theirs"], check=False)
    (root / "other").write_text("half resolved\n")
    before = look(root)
    with pytest.raises(RefusedError) as caught:
        bump(root)
    assert caught.value.id == "commit-failed"
    assert look(root) == before
