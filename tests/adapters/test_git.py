"""Asking and changing real repositories, local and over a remote."""

from __future__ import annotations

import os
import subprocess

import pytest

from release_tools.adapters import gitrun
from release_tools.adapters.git import Repository
from release_tools.errors import RefusedError, UnreadableError, UsageError


class Clone:
    """A real repository in a folder, driven by the git command."""

    def __init__(self, path):
        self.path = path
        path.mkdir(exist_ok=True)
        self("init", "-q")

    def __call__(self, *argv):
        done = subprocess.run(
            ["git", "-C", str(self.path), *argv], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def write(self, path, text="x\n"):
        (self.path / path).parent.mkdir(parents=True, exist_ok=True)
        (self.path / path).write_text(text)

    def commit(self, path="f", text="x\n"):
        self.write(path, text)
        self("add", "-f", path)
        self("commit", "-q", "-m", f"change {path}")
        return self("rev-parse", "HEAD")


@pytest.fixture
def clone(tmp_path):
    return Clone(tmp_path / "clone")


@pytest.fixture
def repo(clone):
    return Repository.around(str(clone.path))


@pytest.fixture
def remote(clone, tmp_path):
    """A bare remote named origin that has the clone's first commit on main."""
    bare = tmp_path / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", str(bare)], check=True)
    clone("remote", "add", "origin", str(bare))
    clone.commit()
    clone("push", "-q", "-u", "origin", "main")
    return bare


def test_a_repository_is_found_from_below_and_paths_are_the_projects(clone):
    clone.commit("sub/dir/f", "one\n")
    clone.commit("outer", "one\n")
    repo = Repository.around(str(clone.path / "sub/dir"))
    assert (repo.top, repo.prefix) == (os.path.realpath(clone.path), "sub/dir/")
    clone.write("sub/dir/f", "two\n")
    clone.write("outer", "two\n")
    assert repo.status(["f", "outer"]) == ("f",)
    assert repo.blob("HEAD", "f") == b"one\n"
    assert repo.changed_paths("HEAD~1") == ("f",)
    assert repo.changed_paths("HEAD") == ("/outer",)


def test_no_repository_is_none(tmp_path):
    assert Repository.find(str(tmp_path)) is None
    (tmp_path / ".git").mkdir()
    assert Repository.find(str(tmp_path)) is None, "git passes over an empty .git, so do we"
    (tmp_path / ".git").rmdir()
    (tmp_path / ".git").write_text("not a pointer")
    assert Repository.find(str(tmp_path)) is None


def test_work_trees_and_submodules_are_repositories_of_their_own(clone, tmp_path):
    clone.commit()
    clone("worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    Clone(tmp_path / "other").commit()
    clone("submodule", "add", "-q", str(tmp_path / "other"), "sub")
    for path in (tmp_path / "tree", clone.path / "sub"):
        repo = Repository.around(str(path))
        assert repo.top == os.path.realpath(path)
        argv = ["git", "-C", str(path), "rev-parse", "--absolute-git-dir"]
        assert repo.git_dir == subprocess.check_output(argv, text=True).strip()
        assert repo.head() is not None


def test_git_variables_of_a_hook_do_not_lead_elsewhere(clone, repo, tmp_path, monkeypatch):
    commit = clone.commit()
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "nowhere"))
    assert repo.head() == commit
    assert repo.status(["f"]) == ()


def test_before_the_first_commit_there_is_a_branch_and_no_head(repo):
    assert (repo.head(), repo.branch(), repo.upstream(), repo.tags()) == (None, "main", None, ())


def test_a_detached_head_is_on_no_branch(clone, repo):
    commit = clone.commit()
    clone("switch", "-q", "--detach")
    assert (repo.head(), repo.branch(), repo.upstream()) == (commit, None, None)


def test_status_names_staged_unstaged_and_untracked_among_the_paths(clone, repo):
    for path in ("same", "staged", "unstaged", "other", "gone"):
        clone.commit(path)
    for path in ("staged", "unstaged", "other", "new dir/new", "ignored"):
        clone.write(path, "changed\n")
    clone.write(".git/info/exclude", "ignored\n")
    (clone.path / "gone").unlink()
    clone("add", "staged")
    asked = ["same", "staged", "unstaged", "new dir/new", "gone", "ignored", "missing"]
    assert repo.status(asked) == ("gone", "new dir/new", "staged", "unstaged")
    assert repo.status([]) == ()
    assert repo.status([*asked, *map(str, range(300))]) == repo.status(asked)


def test_status_of_many_paths_is_that_of_each(clone):
    names = [f"sub/f{number}" for number in range(300)]
    for name in names:
        clone.write(name, "one\n")
    clone.write(".gitignore", "sub/f7\n")
    clone("rm", "-q", "--cached", "-r", "--ignore-unmatch", "sub")
    clone("add", ".gitignore", *(name for name in names if name not in ("sub/f7", "sub/f8")))
    clone("commit", "-q", "-m", "many")
    clone.write("sub/f1", "two\n")
    clone.write("sub/f2", "two\n")
    clone("add", "sub/f2")
    (clone.path / "sub/f3").unlink()
    below = Repository.around(str(clone.path / "sub"))
    expected = ["f1", "f2", "f3", "f8"]  # f7 is ignored
    assert [*below.status([name.removeprefix("sub/") for name in names])] == expected
    assert [*below.status(["f1", "f2", "f3", "f4", "f7", "f8"])] == expected


def test_status_takes_paths_for_paths_and_writes_nothing(clone, repo):
    clone.commit("[a].toml")
    clone.commit("a.toml")
    clone.write("a.toml", "changed\n")
    before = (clone.path / ".git/index").read_bytes()
    assert repo.status(["[a].toml"]) == ()
    assert repo.status([":(glob)**"]) == ()
    assert (clone.path / ".git/index").read_bytes() == before


@pytest.mark.parametrize("name", ["v1.0", "a/b", "é", "v1.0-rc.1+b_2"])
def test_a_tag_is_annotated_and_exists_afterwards(clone, repo, name):
    commit = clone.commit()
    assert not repo.tag_exists(name)
    repo.create_tag(name, "# Release\n\nText")
    assert repo.tag_exists(name)
    assert repo.tags() == (name,)
    assert clone("cat-file", "-t", f"refs/tags/{name}") == "tag"
    assert "# Release" in clone("cat-file", "tag", f"refs/tags/{name}")
    assert repo.resolve(f"refs/tags/{name}") == commit
    with pytest.raises(RefusedError) as caught:
        repo.create_tag(name, "again")
    assert caught.value.id == "tag-exists"


def test_a_tag_that_cannot_be_signed_is_not_made(clone, repo):
    clone.commit()
    clone("config", "gpg.program", "false")
    with pytest.raises(RefusedError) as caught:
        repo.create_tag("v1", "text", sign=True)
    assert caught.value.id == "tag-failed"
    assert repo.tags() == ()


BAD = (
    *("", "-d", "--force", "a..b", "a b", "a\n", "a~1", "a^", "a:b", "a?", "a*", "a[", "a\\b"),
    *("/a", "a/", "a//b", ".a", "a/.b", "a.lock", "a.", "@", "a@{b", "a\x7f", "a\u202eb"),
    *("x" * 300, "HEAD", "a\0b"),
)


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_name_a_ref_is_refused_before_git_sees_it(repo, name):
    for ask in (
        repo.tag_exists,
        repo.create_branch,
        lambda n: repo.create_tag(n, "m"),
        lambda n: repo.remote_head("origin", n),
    ):
        with pytest.raises(UsageError):
            ask(name)


@pytest.mark.parametrize("name", [name for name in BAD if "\0" not in name and name != "HEAD"])
def test_our_rules_are_never_laxer_than_gits(name):
    argv = ["git", "check-ref-format", "--allow-onelevel", name]
    if subprocess.run(argv, capture_output=True, check=False).returncode:
        with pytest.raises(UsageError):
            gitrun.check_ref(name)


@pytest.mark.parametrize(
    "refspec",
    [
        *("+refs/heads/a:refs/heads/a", ":refs/heads/a", "refs/heads/a:", "main", "--all", "a:b"),
        *("refs/heads/*:refs/heads/*", "refs/heads/a:refs/b:refs/c", "HEAD:refs/heads/a"),
    ],
)
def test_nothing_that_forces_or_deletes_is_ever_pushed(repo, refspec):
    with pytest.raises(UsageError):
        repo.push("origin", [refspec])
    with pytest.raises(UsageError):
        repo.fetch("origin", refspec)


@pytest.mark.parametrize("name", ["--upload-pack=touch x", "-x", "", "a\nb", "ext::sh -c id"])
def test_a_remote_that_could_be_an_option_or_a_program_is_refused(repo, name):
    with pytest.raises(UsageError):
        repo.remote_tags(name)


def test_the_remote_is_asked_and_tags_are_peeled(clone, repo, remote):
    commit = repo.head()
    clone("tag", "light")
    clone("tag", "-a", "-m", "x", "heavy")
    clone("push", "-q", "origin", "--tags")
    clone("tag", "local")
    assert repo.remote_tags("origin") == {"light": commit, "heavy": commit}
    assert repo.remote_head("origin", "main") == commit
    clone("push", "-q", "origin", "main:refs/heads/x/main")
    assert repo.remote_head("origin", "x/main") == commit
    assert repo.remote_head("origin", "other") is None
    assert repo.remote_url("origin") == str(remote)
    assert repo.remote_url("other") is None


def test_a_remote_that_does_not_answer_is_unreadable_and_its_secret_unseen(clone, repo):
    clone("remote", "add", "origin", "https://user:hunter2@127.0.0.1:9/x.git")
    for ask in (repo.remote_tags, lambda name: repo.remote_head(name, "main")):
        with pytest.raises(UnreadableError, match="ls-remote failed") as caught:
            ask("origin")
        assert "hunter2" not in str(caught.value)


def test_the_head_of_the_remote_is_asked_of_the_remote_not_of_our_copy(
    clone, repo, remote, tmp_path
):
    assert repo.upstream() == ("origin", "refs/heads/main", "refs/remotes/origin/main")
    assert repo.is_ancestor(repo.remote_head("origin", "main"), "HEAD")
    clone.commit("g")
    assert repo.is_ancestor(repo.remote_head("origin", "main"), "HEAD"), "ahead is not behind"
    subprocess.run(["git", "clone", "-q", str(remote), str(tmp_path / "second")], check=True)
    second = Clone(tmp_path / "second")
    pushed = second.commit("h")
    second("push", "-q", "origin", "main")
    assert repo.remote_head("origin", "main") == pushed
    assert not repo.is_ancestor(pushed, "HEAD"), "we lack it"


def test_branch_and_tag_arrive_together_or_not_at_all(clone, repo, remote):
    hook = remote / "hooks/update"
    hook.write_text("#!/bin/sh\ncase $1 in refs/tags/*) echo no tags; exit 1;; esac\n")
    hook.chmod(0o755)
    before = repo.remote_head("origin", "main")
    clone.commit("g")
    repo.create_tag("v1", "text")
    both = ["refs/heads/main:refs/heads/main", "refs/tags/v1"]
    with pytest.raises(RefusedError) as caught:
        repo.push("origin", both)
    assert caught.value.id == "push-rejected"
    assert (repo.remote_head("origin", "main"), repo.remote_tags("origin")) == (before, {})
    hook.unlink()
    repo.push("origin", both)
    assert repo.remote_head("origin", "main") == repo.head()
    assert repo.remote_tags("origin") == {"v1": repo.head()}
    repo.push("origin", both)


def test_a_push_that_lost_the_race_is_refused_and_never_forced(clone, repo, remote, tmp_path):
    subprocess.run(["git", "clone", "-q", str(remote), str(tmp_path / "second")], check=True)
    second = Clone(tmp_path / "second")
    theirs = second.commit("h")
    second("push", "-q", "origin", "main")
    clone("config", "push.followTags", "true")
    clone.commit("g")
    with pytest.raises(RefusedError, match="did not take the push"):
        repo.push("origin", ["refs/heads/main:refs/heads/main"])
    assert repo.remote_head("origin", "main") == theirs


def test_a_push_that_reached_nobody_is_unreadable(clone, repo):
    clone.commit()
    clone("remote", "add", "origin", "/no/such/repository")
    with pytest.raises(UnreadableError, match="push failed"):
        repo.push("origin", ["refs/heads/main:refs/heads/main"])


def test_fetch_brings_one_commit_and_moves_nothing(clone, repo, remote, tmp_path):
    subprocess.run(["git", "clone", "-q", str(remote), str(tmp_path / "second")], check=True)
    second = Clone(tmp_path / "second")
    theirs = second.commit("h")
    second("tag", "v9")
    second("push", "-q", "origin", "main", "v9")
    refs = clone("for-each-ref", "refs/tags", "refs/heads")
    assert repo.resolve(theirs) is None
    repo.fetch("origin", "refs/heads/main")
    assert repo.resolve(theirs) == theirs
    assert clone("for-each-ref", "refs/tags", "refs/heads") == refs


def test_a_branch_is_made_once(clone, repo):
    clone.commit()
    repo.create_branch("release/1.0")
    assert (repo.branch(), repo.branch_exists("release/1.0")) == ("release/1.0", True)
    with pytest.raises(RefusedError) as caught:
        repo.create_branch("release/1.0")
    assert caught.value.id == "branch-exists"


@pytest.mark.parametrize("revision", ["-x", "--all", "", "a\nb", "\x1b[0m"])
def test_a_revision_that_could_be_an_option_is_refused(repo, revision):
    with pytest.raises(UsageError):
        repo.resolve(revision)


def test_an_ancestor_is_told_from_what_is_unknown_or_later(clone, repo):
    first = clone.commit()
    second = clone.commit("g")
    assert repo.is_ancestor(first, "HEAD")
    assert repo.is_ancestor(second, "HEAD")
    assert not repo.is_ancestor(second, first)
    assert not repo.is_ancestor("f" * 40, "HEAD")


def test_a_foreign_owner_is_reported_with_gits_advice(clone, repo):
    if os.getuid() != 0:
        pytest.skip("only root can give a repository away")
    clone.commit()
    for folder, _, files in os.walk(clone.path):
        for name in (folder, *(os.path.join(folder, file) for file in files)):
            os.chown(name, 65534, 65534)
    with pytest.raises(UnreadableError, match="dubious ownership") as caught:
        repo.status(["f"])
    assert "safe.directory" in caught.value.hint
