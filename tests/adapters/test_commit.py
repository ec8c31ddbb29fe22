"""A commit holds exactly the plan, whatever stands around it and whatever the hooks do."""

from __future__ import annotations

import subprocess

import pytest

from release_tools.adapters import commit as committing
from release_tools.adapters import state
from release_tools.adapters.git import Repository
from release_tools.adapters.transaction import Transaction
from release_tools.errors import RefusedError, UnreadableError
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
        str(path.relative_to(root)): (
            path.readlink() if path.is_symlink() else path.read_bytes(),
            path.lstat().st_mode,
        )
        for path in root.rglob("*")
        if not path.is_dir() and ".git" not in path.parts
    }
    refs = git(root, "for-each-ref")
    index = git(root, "ls-files", "-s"), git(root, "diff", "--raw")
    return files, refs, index, git(root, "status", "--porcelain")


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


# What cannot be undone is not begun


def conflict(root, *command):
    """Two branches that say different things in ``other``, and a command that joins them."""
    git(root, "commit", "-q", "-m", "staged")
    git(root, "restore", "staged")
    git(root, "switch", "-q", "-c", "theirs")
    (root / "other").write_text("theirs\n")
    git(root, "commit", "-q", "-a", "-m", "theirs")
    git(root, "switch", "-q", "-")
    (root / "other").write_text("ours\n")
    git(root, "commit", "-q", "-a", "-m", "ours")
    argv = ["git", "-C", str(root), *command]
    assert subprocess.run(argv, check=False, capture_output=True).returncode
    (root / "other").write_text("half resolved\n")
    (root / "staged").write_text("edited\n")


def refused(root, **options):
    """The refusal of a commit that leaves all but the plan's files alone, byte for byte."""
    before = look(root)
    with pytest.raises(RefusedError) as ready:
        committing.check_ready(Repository.around(str(root)))
    assert look(root) == before
    hook(root, "pre-commit", "echo formatted >> other; git add other; exit 1")
    with pytest.raises(RefusedError) as caught:
        bump(root, **options)
    assert look(root) == before
    assert ready.value.id == caught.value.id == "commit-failed"
    assert (caught.value.message, caught.value.hint) == (ready.value.message, ready.value.hint)
    assert "kept in" not in caught.value.hint
    return caught.value


@pytest.mark.parametrize("resolved", [False, True])
@pytest.mark.parametrize(
    "command",
    [("merge", "theirs"), ("cherry-pick", "theirs"), ("rebase", "theirs"), ("revert", "theirs")],
    ids=lambda command: command[0],
)
def test_in_the_midst_of_something_nothing_is_committed_and_the_way_out_is_said(
    root, command, resolved
):
    conflict(root, *command)
    if resolved:
        git(root, "add", "other")
    error = refused(root)
    assert f"a {command[0]} is not finished" in error.message
    assert f"git {command[0]} --abort" in error.hint


def test_git_am_is_told_from_a_rebase(root):
    conflict(root, "merge", "theirs")
    git(root, "merge", "--abort")
    patch = git(root, "format-patch", "-1", "--stdout", "theirs")
    git(root, "restore", "staged")
    argv = ["git", "-C", str(root), "am", "-q"]
    assert subprocess.run(argv, input=patch, text=True, check=False, capture_output=True).returncode
    assert "git am --abort" in refused(root).hint


def test_an_unmerged_file_is_named_where_nothing_else_says_so(root):
    conflict(root, "merge", "-q", "--squash", "theirs")
    assert not (root / ".git/MERGE_HEAD").exists()
    error = refused(root)
    assert "other is not merged" in error.message
    assert "git add other" in error.hint


def test_an_announced_file_is_named_and_what_is_not_committed_elsewhere_survives(root):
    (root / "new.txt").write_text("new\n")
    git(root, "add", "-N", "new.txt")
    (root / "other").write_text("a day of work\n")
    error = refused(root)
    assert "new.txt is announced" in error.message
    git(root, "add", "new.txt")
    (root / ".git/hooks/pre-commit").unlink()
    bump(root)
    assert (root / "other").read_text() == "a day of work\n"


def test_where_git_can_keep_no_copy_nothing_is_begun(root):
    (root / "other").write_text("a day of work\n")
    (root / ".git/index.lock").touch()
    before = look(root)
    with pytest.raises(RefusedError, match=r"index\.lock") as caught:
        bump(root)
    assert caught.value.id == "commit-failed"
    assert look(root) == before


def test_nothing_is_said_to_be_kept_where_no_hook_made_anything(root):
    (root / "other").write_text("a day of work\n")
    hook(root, "pre-commit", "exit 1")
    before = look(root)
    with pytest.raises(RefusedError) as caught:
        bump(root)
    assert caught.value.id == "hook-failed"
    assert "kept" not in caught.value.hint
    assert look(root) == before


def test_what_a_hook_made_of_edited_files_is_kept_as_it_was_left(root):
    (root / "other").write_text("a day of work\n")
    hook(root, "pre-commit", "echo formatted >> other; echo formatted >> a; exit 1")
    before = look(root)
    with pytest.raises(RefusedError) as caught:
        bump(root)
    assert look(root) == before
    kept = caught.value.hint.rpartition(" ")[2]
    assert git(root, "show", f"{kept}:other") == "a day of work\nformatted\n"
    assert git(root, "show", f"{kept}:a").endswith("2\nformatted\n")


# Files that a hook takes into its commit, or puts in the place of ours


@pytest.mark.parametrize("how", ["ignored", "staged", "in a new folder"])
def test_a_file_that_stood_there_before_is_not_deleted_with_the_commit(root, how):
    path = "new/file" if how == "in a new folder" else "file"
    (root / path).parent.mkdir(exist_ok=True)
    (root / path).write_text("mine\n")
    if how == "ignored":
        (root / ".git/info/exclude").write_text("file\n")
    elif how == "staged":
        git(root, "add", path)
    before = look(root)
    hook(root, "pre-commit", f"git add -f {path}")
    with pytest.raises(RefusedError) as caught:
        bump(root)
    assert caught.value.id == "hook-changed-files"
    assert look(root) == before


@pytest.mark.parametrize("target", ["mine", "other", "../outside"])
def test_a_link_that_a_hook_put_in_place_of_a_file_is_not_written_through(root, target):
    (root.parent / "outside").write_text("outside\n")
    before = look(root)
    hook(root, "pre-commit", f"ln -sf {target} a; exit 1")
    with pytest.raises(RefusedError):
        bump(root)
    assert look(root) == before
    assert (root.parent / "outside").read_text() == "outside\n"


def test_a_branch_that_a_hook_switched_to_is_not_moved(root):
    git(root, "branch", "else")
    git(root, "commit", "-q", "-m", "staged")
    refs = git(root, "rev-parse", "else")
    hook(root, "pre-commit", "git symbolic-ref HEAD refs/heads/else; exit 1")
    with pytest.raises(UnreadableError, match="another branch"):
        bump(root)
    assert git(root, "rev-parse", "else") == refs


# Links


@pytest.fixture
def linked(root):
    (root / "sub/V").write_text(OLD, newline="")
    (root / "VERSION").symlink_to("sub/V")
    (root / "folder").symlink_to("sub")
    git(root, "add", "VERSION", "sub/V", "folder")
    git(root, "commit", "-q", "-m", "link", "--only", "VERSION", "sub/V", "folder")
    return root


LINKED = [FileChange("VERSION", OLD, NEW, ()), FileChange("folder/b", OLD, NEW, ())]


def test_what_a_link_leads_to_is_committed_where_it_stands(linked):
    made = bump(linked, plan=LINKED)
    assert Repository.around(str(linked)).changed_paths(made) == ("sub/V", "sub/b")
    assert (linked / "sub/V").read_bytes() == NEW.encode()
    assert (linked / "VERSION").is_symlink()


def test_a_project_in_a_folder_commits_what_its_links_lead_to(root):
    (root / "sub/VERSION").symlink_to("b")
    git(root, "add", "sub/VERSION")
    git(root, "commit", "-q", "-m", "link", "--only", "sub/VERSION")
    made = bump(root, "sub", [FileChange("VERSION", OLD, NEW, ())])
    assert Repository.around(str(root)).changed_paths(made) == ("sub/b",)


@pytest.mark.parametrize(
    "script",
    [
        "exit 1",
        "rm VERSION; exit 1",
        "rm VERSION; echo x > VERSION; exit 1",
        "ln -sf ../other sub/V; exit 1",
        "rm sub/V; git add -A; exit 0",
        "echo formatted >> sub/V; git add sub/V",
    ],
)
def test_a_hook_leaves_links_and_what_they_lead_to_as_they_were(linked, script):
    before = look(linked)
    hook(linked, "pre-commit", script)
    with pytest.raises(RefusedError):
        bump(linked, plan=LINKED)
    assert look(linked) == before


def test_where_what_a_hook_left_cannot_be_kept_it_is_not_written_over_and_named(linked):
    """Git can make no commit of a folder that became a link."""
    before = look(linked)
    (linked / "other").write_text("a day of work\n")
    hook(linked, "pre-commit", "echo x >> other; mv sub moved; ln -s moved sub; exit 1")
    with pytest.raises(RefusedError) as caught:
        bump(linked, plan=LINKED)
    assert caught.value.hint.endswith("these files stand as the hooks left them: other")
    assert (linked / "other").read_text() == "a day of work\nx\n"
    (linked / "other").write_text("other\n")
    after = look(linked)
    assert {name: after[0][name] for name in before[0]} == before[0]
    assert after[1:3] == before[1:3]


# Repositories of other shapes


def test_a_linked_work_tree_is_put_back_alone(root, tmp_path):
    git(root, "worktree", "add", "-q", "-b", "linked", str(tmp_path / "tree"))
    tree, main = tmp_path / "tree", look(root)
    (tree / "other").write_text("edited\n")
    before = look(tree)
    hook(root, "pre-commit", "echo formatted >> other; git add other; exit 1")
    with pytest.raises(RefusedError, match="pre-commit"):
        bump(tree)
    assert look(tree) == before
    hook(root, "pre-commit", "exit 0")
    made = bump(tree)
    assert Repository.around(str(tree)).changed_paths(made) == ("a", "sub/b")
    (root / ".git/MERGE_HEAD").write_text(git(root, "rev-parse", "HEAD"))
    committing.check_ready(Repository.around(str(tree)))
    (root / ".git/MERGE_HEAD").unlink()
    assert look(root)[0] == main[0]


def test_a_submodule_beside_the_files_is_left_alone(root, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    git(source, "init", "-q")
    (source / "file").write_text("1\n")
    git(source, "add", "file")
    git(source, "commit", "-q", "-m", "x")
    git(root, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(source), "module")
    git(root, "commit", "-q", "-m", "module", "--only", ".gitmodules", "module")
    (root / "module/file").write_text("2\n")
    git(root / "module", "commit", "-q", "-a", "-m", "ahead")
    (root / "module/file").write_text("3\n")
    before = look(root)
    hook(root, "pre-commit", "echo formatted >> other; git add other; exit 1")
    with pytest.raises(RefusedError, match="pre-commit"):
        bump(root)
    assert look(root) == before
    hook(root, "pre-commit", "exit 0")
    made = bump(root)
    assert Repository.around(str(root)).changed_paths(made) == ("a", "sub/b")
    assert (root / "module/file").read_text() == "3\n"


@pytest.mark.parametrize("script", ["exit 1", "rm a; exit 1", "chmod 400 a; exit 1"])
def test_a_file_that_may_be_executed_stays_so(root, script):
    (root / "a").chmod(0o755)
    git(root, "commit", "-q", "-m", "mode", "--only", "a")
    before = look(root)
    hook(root, "pre-commit", script)
    with pytest.raises(RefusedError):
        bump(root)
    assert look(root) == before
    hook(root, "pre-commit", "exit 0")
    bump(root)
    assert git(root, "ls-files", "-s", "a").startswith("100755")


def test_line_endings_that_git_converts_are_put_back_as_they_were(root):
    git(root, "config", "core.autocrlf", "true")
    for name in ("lf", "crlf"):
        (root / name).write_text("v1\n" if name == "lf" else "v1\r\n", newline="")
    git(root, "add", "lf", "crlf")
    git(root, "commit", "-q", "-m", "x", "--only", "lf", "crlf")
    (root / "other").write_text("edited\nwith\r\nboth\n", newline="")
    before = look(root)
    hook(root, "pre-commit", "rm crlf; echo formatted >> lf; exit 1")
    plan = [FileChange("lf", "v1\n", "v2\n", ()), FileChange("crlf", "v1\r\n", "v2\r\n", ())]
    with pytest.raises(RefusedError):
        bump(root, plan=plan)
    assert look(root) == before
