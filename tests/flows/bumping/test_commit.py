"""Commit, tag and push: exactly the bump, resumable, and nothing where anything is refused."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess

import pytest

from release_tools.errors import RefusedError, ReleaseToolsError, UsageError
from tests.servers.github import BROKEN, DROPPED, Fault

NOTHING = ["nothing to commit: the files say this already"]


# The commit


def test_the_commit_holds_the_bump_and_nothing_else(repo):
    repo.write({"notes.txt": "being written\n"})
    said = repo.bump("0.3.0", commit=True)
    assert said == [f"committed {repo.head[:12]}: Bump version to 0.3.0"]
    changed = repo.git("show", "--format=", "--name-only").split("\n")
    assert changed == [
        "CHANGELOG.md",
        "python/pyproject.toml",
        "rust/Cargo.lock",
        "rust/Cargo.toml",
    ]
    assert repo.git("status", "--porcelain") == "M notes.txt"
    assert repo.done["commit"] == repo.head


def test_what_else_is_staged_stays_staged_and_out_of_the_commit(repo):
    repo.write({"notes.txt": "staged\n", "new.txt": "new\n"})
    repo.git("add", "notes.txt", "new.txt")
    repo.bump("0.3.0", commit=True)
    assert repo.git("status", "--porcelain").split("\n") == ["A  new.txt", "M  notes.txt"]
    assert repo.git("show", "HEAD:notes.txt") == "about 0.2.0"


def test_two_streams_move_in_one_commit(repo):
    said = repo.bump("minor", others={"internal": ["patch"]}, tag=True)
    assert "Bump main to 0.3.0, internal to 1.4.1" in said[0]
    assert said[1:] == ["tagged v0.3.0", "tagged internal-v1.4.1"]
    assert repo.read("VERSION") == "1.4.1\n"
    assert repo.git("rev-list", "--count", "HEAD") == "2"


def test_a_failing_hook_puts_everything_back_and_is_named(repo):
    repo.hook("pre-commit", "echo no releases on Fridays >&2; exit 1")
    error = repo.refused("0.3.0", commit=True)
    assert error.id == "hook-failed"
    assert "pre-commit" in error.message
    assert "no releases on Fridays" in error.message


def test_a_hook_that_reformats_one_of_our_files_is_undone_and_named(repo):
    script = "sed -i 's/  # ours//' python/pyproject.toml; git add python/pyproject.toml"
    repo.hook("pre-commit", script)
    error = repo.refused("0.3.0", commit=True)
    assert error.id == "hook-changed-files"
    assert "pre-commit" in error.message
    assert error.path == "python/pyproject.toml"


def test_a_hook_that_adds_another_file_is_undone_and_named(repo):
    repo.hook("pre-commit", "echo more >> notes.txt; git add notes.txt")
    error = repo.refused("0.3.0", tag=True)
    assert error.id == "hook-changed-files"
    assert "notes.txt" in error.message


def test_signing_without_a_key_puts_everything_back(repo, monkeypatch, tmp_path):
    (tmp_path / "gnupg").mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(tmp_path / "gnupg"))
    error = repo.refused("0.3.0", tag=True, sign=True)
    assert error.id == "commit-failed"


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")
def test_commit_and_tag_are_signed_with_the_key_that_git_is_told(repo, tmp_path):
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    repo.git("config", "gpg.format", "ssh")
    repo.git("config", "user.signingKey", f"{key}.pub")
    repo.bump("0.3.0", tag=True, sign=True)
    assert "gpgsig -----BEGIN SSH SIGNATURE-----" in repo.git("cat-file", "-p", "HEAD")
    assert "-----BEGIN SSH SIGNATURE-----" in repo.git("cat-file", "-p", "v0.3.0")


def test_signing_needs_something_to_sign(repo):
    error = repo.refused("0.3.0", sign=True)
    assert isinstance(error, UsageError)
    assert "--commit" in error.hint


@pytest.mark.usefixtures("make_repo")
def test_before_the_first_commit_all_files_count_as_changed(repo, tmp_path):
    fresh = tmp_path / "fresh"
    repo.git("init", "--quiet", str(fresh))
    new = type(repo)(fresh)
    new.write(repo.files)
    with pytest.raises(RefusedError) as caught:
        new.bump("0.3.0", commit=True)
    assert caught.value.id == "dirty-files"
    assert '"0.2.0"' in new.read("rust/Cargo.toml")


@pytest.mark.usefixtures("lay")
def test_outside_git_the_files_are_written_and_a_commit_is_refused_before(repo, tmp_path):
    root = tmp_path / "plain"
    root.mkdir()
    plain = type(repo)(root)
    plain.write({path: text for path, text in repo.files.items() if not path.startswith(".git/")})
    with pytest.raises(UsageError, match="no git repository"):
        plain.bump("0.3.0", commit=True)
    assert plain.files == repo.files
    assert plain.bump("0.3.0") == []
    assert '"0.3.0"' in plain.read("rust/Cargo.toml")
    assert not (root / ".release-tools").exists()


def test_a_project_below_the_top_is_committed_with_its_own_paths(make_repo, repo):
    mono = make_repo(
        {**{f"app/{path}": text for path, text in repo.files.items()}, "README.md": "x\n"}, "mono"
    )
    app = type(repo)(mono.root / "app")
    app.bump("0.3.0", tag=True)
    changed = mono.git("show", "--format=", "--name-only").split("\n")
    assert changed[0] == "app/CHANGELOG.md"
    assert len(changed) == 4
    assert mono.git("status", "--porcelain") == ""


# What is refused, with nothing written


@pytest.mark.parametrize("how", ["unstaged", "staged", "untracked"])
def test_standing_changes_in_the_files_concerned_are_refused(repo, how):
    if how == "untracked":
        repo.git("rm", "--quiet", "--cached", "rust/Cargo.toml")
        repo.git("commit", "--quiet", "-m", "Forget it")
    else:
        repo.write({"rust/Cargo.toml": repo.read("rust/Cargo.toml") + "edition = '2024'\n"})
        if how == "staged":
            repo.git("add", "rust/Cargo.toml")
    for wish in ({}, {"commit": True}):
        error = repo.refused("0.3.0", **wish)
        assert (error.id, error.path) == ("dirty-files", "rust/Cargo.toml")
        assert "commit or stash" in error.hint


@pytest.mark.parametrize("staged", [False, True])
def test_a_bump_that_is_only_written_is_committed_by_the_next_run(repo, staged):
    repo.bump("0.3.0")
    files = repo.files
    if staged:
        repo.git("add", "--all")
    repo.bump("0.3.0", tag=True)
    assert repo.files == files
    assert repo.git("status", "--porcelain") == ""
    assert repo.git("tag") == "v0.3.0"
    assert '"0.3.0"' in repo.git("show", "v0.3.0:rust/Cargo.toml")


def test_a_step_that_is_only_written_is_committed_and_not_taken_twice(repo):
    repo.bump("minor")
    repo.bump("minor", commit=True)
    assert repo.git("log", "-1", "--format=%s") == "Bump version to 0.3.0"


@pytest.mark.parametrize("path", ["rust/Cargo.toml", "CHANGELOG.md"])
def test_a_written_bump_with_anything_beside_it_is_refused(repo, path):
    """Else the tag would stand on a commit that says more than the version, or not all of it."""
    repo.bump("0.3.0")
    head = repo.head
    repo.write({path: repo.read(path) + "# 0.2.0\n"})
    for wish in ({"commit": True}, {"tag": True}):
        error = repo.refused("0.3.0", **wish)
        assert error.id == "dirty-files"
    assert repo.head == head
    assert repo.git("tag") == ""


def test_another_version_than_the_written_one_is_refused(repo):
    repo.bump("0.3.0")
    assert repo.refused("0.4.0", commit=True).id == "dirty-files"


@pytest.mark.parametrize("tag", ["v0.3.0"])
def test_an_existing_tag_is_refused(repo, tag):
    repo.git("tag", tag)
    for wish in ({}, {"commit": True}, {"tag": True}):
        error = repo.refused("0.3.0", **wish)
        assert (error.id, tag in error.message) == ("tag-exists", True)


@pytest.mark.usefixtures("remote")
def test_a_tag_that_only_the_remote_has_is_refused_when_pushing(repo, other):
    other.git("tag", "v0.3.0")
    other.git("push", "--quiet", "origin", "v0.3.0")
    error = repo.refused("0.3.0", tag=True, push=True)
    assert error.id == "tag-exists"
    assert "origin" in error.message


@pytest.mark.usefixtures("remote")
def test_a_detached_head_is_refused_when_pushing_and_only_then(repo):
    repo.git("switch", "--quiet", "--detach")
    error = repo.refused("0.3.0", commit=True, push=True)
    assert error.id == "detached-head"
    assert "git switch" in error.hint
    repo.bump("0.3.0", tag=True)


@pytest.mark.usefixtures("remote")
def test_a_branch_behind_its_upstream_is_refused_when_pushing(repo, other):
    other.commit("Theirs", {"notes.txt": "theirs\n"})
    other.git("push", "--quiet")
    error = repo.refused("0.3.0", commit=True, push=True)
    assert error.id == "behind-upstream"
    assert "git pull" in error.hint


@pytest.mark.usefixtures("remote")
def test_a_branch_without_upstream_is_held_against_its_namesake(repo, other):
    repo.git("branch", "--quiet", "--unset-upstream")
    other.commit("Theirs", {"notes.txt": "theirs\n"})
    other.git("push", "--quiet")
    assert repo.refused("0.3.0", commit=True, push=True).id == "behind-upstream"


def test_a_remote_that_is_not_there_is_refused_before_anything_is_written(repo):
    error = repo.refused("0.3.0", tag=True, push=True)
    assert "origin" in error.message


@pytest.mark.usefixtures("remote")
def test_pushing_needs_a_commit(repo):
    error = repo.refused("0.3.0", push=True)
    assert isinstance(error, UsageError)


# Tag and push


def test_branch_and_annotated_tag_are_pushed_together(repo, remote):
    said = repo.bump("0.3.0", tag=True, push=True)
    assert said[-1] == "pushed main and v0.3.0 to origin"
    assert repo.git("cat-file", "-t", "v0.3.0") == "tag"
    assert remote.git("rev-parse", "main", "v0.3.0^{commit}").split() == [repo.head, repo.head]
    assert repo.done == {
        "commit": repo.head,
        "tags": ["v0.3.0"],
        "pushed": True,
        "pull_request": None,
    }


def test_a_remote_that_refuses_the_tag_leaves_its_branch_unmoved(repo, remote):
    before = remote.git("rev-parse", "main")
    hook = remote.root / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\ncase "$1" in refs/tags/*) exit 1;; esac\n')
    hook.chmod(0o755)
    with pytest.raises(RefusedError) as caught:
        repo.bump("0.3.0", tag=True, push=True)
    assert caught.value.id == "push-rejected"
    assert remote.git("rev-parse", "main") == before
    assert remote.git("tag") == ""
    hook.unlink()
    said = repo.bump("0.3.0", tag=True, push=True)
    assert said[-1] == "pushed main and v0.3.0 to origin"
    assert remote.git("rev-parse", "main", "v0.3.0^{commit}").split() == [repo.head, repo.head]


def test_a_failing_pre_push_hook_stops_the_push_and_repeating_completes_it(repo, remote):
    before = remote.git("for-each-ref")
    repo.hook("pre-push", "echo not today >&2; exit 1")
    with pytest.raises(RefusedError, match="not today") as caught:
        repo.bump("0.3.0", tag=True, push=True)
    assert caught.value.id == "push-rejected"
    stays = "commit and tag stay here: the same command, repeated, pushes them"
    assert caught.value.hint == f"run the git command by hand to see more; {stays}"
    assert remote.git("for-each-ref") == before
    repo.hook("pre-push", "exit 0")
    repo.bump("0.3.0", tag=True, push=True)
    assert remote.git("rev-parse", "main", "v0.3.0^{commit}").split() == [repo.head, repo.head]


def test_a_commit_that_was_not_pushed_is_said_to_stay(repo, remote):
    repo.hook("pre-push", "exit 1")
    with pytest.raises(RefusedError) as caught:
        repo.bump("0.3.0", commit=True, push=True)
    assert caught.value.hint.endswith("commit stays here: the same command, repeated, pushes it")
    repo.hook("pre-push", "exit 0")
    assert repo.bump("0.3.0", commit=True, push=True)[-1] == "pushed main to origin"
    assert remote.git("rev-parse", "main") == repo.head


def test_a_linked_work_tree_is_bumped_on_its_own(repo, tmp_path):
    repo.git("worktree", "add", "--quiet", "-b", "linked", str(tmp_path / "linked"))
    linked = type(repo)(tmp_path / "linked")
    linked.bump("0.3.0", tag=True)
    assert linked.head == repo.git("rev-parse", "v0.3.0^{commit}") != repo.head
    assert '"0.2.0"' in repo.read("rust/Cargo.toml")


def test_an_upstream_of_another_name_is_not_pushed_to_unasked(repo, remote):
    repo.git("switch", "--quiet", "--create", "work", "--track", "origin/main")
    error = repo.refused("0.3.0", commit=True, push=True)
    assert isinstance(error, UsageError)
    assert "git branch --unset-upstream" in error.hint
    repo.git("branch", "--quiet", "--unset-upstream")
    repo.bump("0.3.0", commit=True, push=True)
    assert remote.git("rev-parse", "work") == repo.head != remote.git("rev-parse", "main")


def test_a_branch_that_follows_a_local_one_is_pushed_under_its_own_name(repo, remote):
    repo.git("switch", "--quiet", "--create", "work", "--track", "main")
    main = repo.head
    repo.bump("0.3.0", commit=True, push=True)
    assert repo.git("rev-parse", "main") == main
    assert remote.git("rev-parse", "work") == repo.head


# Repeating


def test_repeating_is_a_no_op_that_says_so_on_another_day_too(repo, remote, monkeypatch):
    repo.bump("0.3.0", tag=True, push=True)
    before, there = repo.state, remote.git("for-each-ref")

    class Later(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return dt.datetime(2099, 1, 1, tzinfo=tz)

    monkeypatch.setattr(dt, "datetime", Later)
    said = repo.bump("0.3.0", tag=True, push=True)
    assert said == [
        *NOTHING,
        "the tag v0.3.0 is there already",
        "origin has main and v0.3.0 already",
    ]
    assert repo.bump("0.3.0") == []
    assert not repo.steps[0].changes
    assert (repo.state, remote.git("for-each-ref")) == (before, there)


def test_a_run_interrupted_between_commit_and_tag_is_completed_by_repeating_it(repo, remote):
    repo.bump("0.3.0", commit=True)
    head = repo.head
    said = repo.bump("0.3.0", tag=True, push=True)
    assert said == [*NOTHING, "tagged v0.3.0", "pushed main and v0.3.0 to origin"]
    assert repo.head == head
    assert remote.git("rev-parse", "main", "v0.3.0^{commit}").split() == [head, head]


def test_a_run_interrupted_between_tag_and_push_is_completed_by_repeating_it(repo, remote):
    repo.bump("0.3.0", tag=True)
    head, tag = repo.head, repo.git("rev-parse", "v0.3.0")
    said = repo.bump("0.3.0", tag=True, push=True)
    assert said[-1] == "pushed main and v0.3.0 to origin"
    assert remote.git("rev-parse", "main", "v0.3.0").split() == [head, tag]


def test_a_push_that_arrived_half_is_completed(repo, remote):
    repo.bump("0.3.0", tag=True)
    repo.git("push", "--quiet", "origin", "main")
    said = repo.bump("0.3.0", tag=True, push=True)
    assert said[-1] == "pushed main and v0.3.0 to origin"
    assert remote.git("rev-parse", "v0.3.0^{commit}") == repo.head


def test_repeating_after_others_went_on_refuses_to_say_that_this_commit_is_tagged(repo):
    repo.bump("0.3.0", tag=True)
    repo.commit("More", {"notes.txt": "more\n"})
    error = repo.refused("0.3.0", tag=True)
    assert error.id == "tag-exists"
    assert "another commit" in error.message
    assert repo.bump("0.3.0", commit=True) == NOTHING


# --next


def test_next_makes_two_commits_and_the_tag_stands_on_the_first(repo, remote):
    said = repo.bump("0.3.0", next_="0.4.0-dev.0", tag=True, push=True)
    assert repo.git("log", "--format=%s", "-3").split("\n") == [
        "Bump version to 0.4.0-dev.0",
        "Bump version to 0.3.0",
        "Start",
    ]
    assert repo.git("rev-parse", "v0.3.0^{commit}") == repo.git("rev-parse", "HEAD~1")
    assert '"0.4.0-dev.0"' in repo.read("rust/Cargo.toml")
    assert '"0.4.0.dev0"' in repo.read("python/pyproject.toml")
    assert repo.git("show", "v0.3.0:CHANGELOG.md").count("## [0.3.0]") == 1
    assert "0.4.0" not in repo.read("CHANGELOG.md")
    assert remote.git("rev-parse", "main") == repo.head
    assert remote.git("tag") == "v0.3.0"
    assert said[-1] == "pushed main and v0.3.0 to origin"


@pytest.mark.parametrize("done", ["release", "tag", "next", "push"])
def test_next_beside_a_release_is_completed_from_wherever_it_stopped(repo, remote, done):
    if done == "release":
        repo.bump("0.3.0", commit=True)
    elif done == "tag":
        repo.bump("0.3.0", tag=True)
    else:
        repo.bump("0.3.0", next_="0.4.0-dev.0", tag=True, push=done == "push")
    repo.bump("0.3.0", next_="0.4.0-dev.0", tag=True, push=True)
    assert repo.git("rev-list", "--count", "HEAD") == "3"
    assert remote.git("rev-parse", "main", "v0.3.0^{commit}").split() == [
        repo.head,
        repo.git("rev-parse", "HEAD~1"),
    ]


def test_next_alone_leaves_image_references_and_release_only_places_and_the_changelog(make_repo):
    config = (
        '[streams.main]\nchangelog = "CHANGELOG.md"\n'
        '[[surfaces]]\nkind = "file"\npath = "VERSION"\n'
        '[[surfaces]]\nkind = "image"\nregistry = "ghcr.io/octo-org"\nnames = ["app"]\n'
        'references = ["values.yaml"]\n'
        '[[surfaces]]\nkind = "file"\npath = "stable.txt"\nrelease-only = true\n'
    )
    files = {
        "release-tools.toml": config,
        "VERSION": "0.3.0\n",
        "values.yaml": "image: ghcr.io/octo-org/app:v0.3.0\n",
        "stable.txt": "0.3.0\n",
        "CHANGELOG.md": "# Changelog\n\n## Unreleased\n\n- x\n\n## 0.3.0\n",
    }
    repo = make_repo(files)
    repo.bump(next_="0.4.0-dev.0", commit=True)
    assert repo.git("show", "--format=", "--name-only") == "VERSION"
    repo.bump("0.4.0", commit=True)
    assert repo.read("values.yaml") == "image: ghcr.io/octo-org/app:v0.4.0\n"
    assert repo.read("stable.txt") == "0.4.0\n"


def test_next_after_a_release_needs_a_commit_between(repo):
    error = repo.refused("0.3.0", next_="0.4.0-dev.0")
    assert isinstance(error, UsageError)
    assert "--commit" in error.message


def test_next_may_not_be_lower_than_the_release(repo):
    assert repo.refused("0.3.0", next_="0.2.9-dev.0", commit=True).id == "lower-version"


def test_next_alone_makes_no_tag_unasked_and_takes_allow_lower(repo):
    assert repo.refused(next_="0.1.0-dev.0").id == "lower-version"
    repo.bump(next_="0.1.0-dev.0", allow_lower=True)
    assert repo.read("rust/Cargo.toml").count('"0.1.0-dev.0"') == 1


def test_next_where_the_commit_before_knows_nothing_of_the_project_is_planned_afresh(make_repo):
    repo = make_repo({"README.md": "x\n"}, "young")
    config = '[[surfaces]]\nkind = "file"\npath = "VERSION"\n'
    repo.commit("Begin", {"release-tools.toml": config, "VERSION": "0.4.0-dev.0\n"})
    assert repo.refused("0.3.0", next_="0.4.0-dev.0", commit=True).id == "lower-version"


def test_next_is_for_the_stream_of_the_target(repo):
    repo.bump("patch", next_="1.5.0-dev.0", stream="internal", tag=True)
    assert repo.git("show", "internal-v1.4.1:VERSION") == "1.4.1"
    assert repo.read("VERSION") == "1.5.0-dev.0\n"
    error = repo.refused(others={"internal": ["patch"]}, next_="1.6.0-dev.0", commit=True)
    assert isinstance(error, UsageError)


# Targets


def test_another_stream_can_move_alone(repo):
    repo.bump(others={"internal": ["patch"]}, tag=True)
    assert repo.git("show", "--format=", "--name-only") == "VERSION"
    assert repo.git("tag") == "internal-v1.4.1"


def test_without_any_target_there_is_nothing_to_do(repo):
    error = repo.refused()
    assert isinstance(error, UsageError)
    assert "release-tools bump 0.3.0" in error.hint


# Pull requests


def test_a_pull_request_comes_from_a_branch_of_its_own(repo, remote, github):
    main = repo.head
    said = repo.bump("0.3.0", pr=True)
    assert said[0] == "on the new branch release/v0.3.0"
    assert said[-1] == "pull request: https://github.com/octo-org/app/pull/1"
    posted = github.asked("POST", "/pulls")[0].json
    assert (posted["head"], posted["base"]) == ("release/v0.3.0", "main")
    assert posted["title"] == "Bump version to 0.3.0"
    assert "main: 0.2.0 to 0.3.0" in posted["body"]
    assert remote.git("rev-parse", "release/v0.3.0") == repo.head
    assert remote.git("rev-parse", "main") == main == repo.git("rev-parse", "main")
    assert repo.done["pull_request"].endswith("/pull/1")


@pytest.mark.usefixtures("remote")
@pytest.mark.parametrize(
    ("method", "fault", "times"),
    [("POST", Fault(403, message="no"), 1), ("GET", BROKEN, 9), ("GET", DROPPED, 9)],
)
def test_a_pull_request_that_failed_is_opened_by_repeating(repo, github, method, fault, times):
    github.fail(method, "/pulls", fault, times=times)
    with pytest.raises(ReleaseToolsError, match="pull request") as caught:
        repo.bump("0.3.0", pr=True)
    pushed = "release/v0.3.0 is pushed: the same command, repeated, opens the pull request"
    assert caught.value.hint.endswith(f"; {pushed}")
    github.mend()
    head = repo.head
    said = repo.bump("0.3.0", pr=True)
    assert said[-1] == "pull request: https://github.com/octo-org/app/pull/1"
    assert repo.head == head


@pytest.mark.usefixtures("github")
def test_the_branch_of_a_pull_request_is_never_overwritten(repo):
    repo.git("branch", "release/v0.3.0")
    error = repo.refused("0.3.0", pr=True)
    assert error.id == "branch-exists"


@pytest.mark.usefixtures("remote")
def test_a_pull_request_without_a_token_is_refused_before_anything_is_written(repo, monkeypatch):
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    assert "token" in repo.refused("0.3.0", pr=True).message


@pytest.mark.usefixtures("github")
def test_a_tag_belongs_on_the_merged_commit_and_not_into_a_pull_request(repo):
    error = repo.refused("0.3.0", pr=True, tag=True)
    assert isinstance(error, UsageError)
    assert "release-tools tag" in error.hint


@pytest.mark.usefixtures("github")
def test_a_hook_that_fails_leaves_us_on_the_branch_where_we_were(repo):
    repo.hook("pre-commit", "exit 1")
    assert repo.refused("0.3.0", pr=True).id == "hook-failed"


def test_a_lightweight_tag_on_the_commit_is_not_taken_for_ours(repo):
    repo.bump("0.3.0", commit=True)
    repo.git("tag", "v0.3.0")
    error = repo.refused("0.3.0", tag=True)
    assert error.id == "tag-exists"
    assert "lightweight" in error.message


def test_a_development_version_is_not_tagged(repo):
    with pytest.raises(UsageError, match="nothing to tag"):
        repo.bump(next_="0.4.0-dev.0", tag=True)


@pytest.mark.usefixtures("github")
def test_a_hook_that_fails_leaves_us_on_no_branch_where_we_were_on_none(repo):
    repo.git("switch", "--quiet", "--detach")
    repo.hook("pre-commit", "exit 1")
    assert repo.refused("0.3.0", pr=True).id == "hook-failed"


@pytest.mark.usefixtures("github")
def test_the_tags_of_two_streams_name_the_branch_of_their_pull_request(repo, remote):
    repo.bump("0.3.0", others={"internal": ["patch"]}, pr=True)
    names = remote.git("branch", "--format=%(refname:short)").split()
    assert names == ["main", "release/v0.3.0-internal-v1.4.1"]
