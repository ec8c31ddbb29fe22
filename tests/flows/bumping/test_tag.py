"""Tagging the head of the remote's branch: what the remote says, never the local guess."""

from __future__ import annotations

import pytest

from release_tools.errors import ConfigError, RefusedError, ReleaseToolsError, UsageError
from release_tools.flows.bumping import tag
from release_tools.model import Verdict
from release_tools.rules.findings import from_error
from tests.servers.github import Fault

READY = {
    "python/pyproject.toml": '[project]\nname = "app"\nversion = "0.3.0"\n',
    "rust/Cargo.toml": '[package]\nname = "app"\nversion = "0.3.0"\n',
    "rust/Cargo.lock": 'version = 4\n\n[[package]]\nname = "app"\nversion = "0.3.0"\n',
    "CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n## [0.3.0] - 2026-01-15\n",
}


@pytest.fixture
def merged(other):
    """Merge the bump on the remote, and return that commit; our clone knows nothing of it."""
    commit = other.commit("Bump", READY)
    other.git("push", "--quiet")
    return commit


def candidate(repo, version=None, **asked):
    return tag.candidate(str(repo.root), version, **asked)


def made(repo, version=None, *, sign=False, push=False, checks=False, **asked):
    return list(tag.make(candidate(repo, version, **asked), sign=sign, push=push, checks=checks))


def refused(repo, *args, **asked):
    before = repo.git("tag")
    with pytest.raises(ReleaseToolsError) as caught:
        made(repo, *args, **asked)
    assert repo.git("tag") == before
    assert from_error(caught.value).hint
    return caught.value


def test_the_remote_branch_is_tagged_although_the_clone_is_behind(repo, merged):
    head = repo.head
    said = made(repo)
    assert said == [
        f"made the tag v0.3.0 on {merged[:12]}, the head of main",
        "publish it with: git push origin refs/tags/v0.3.0",
    ]
    assert repo.git("rev-parse", "v0.3.0^{commit}") == merged
    assert repo.git("cat-file", "-t", "v0.3.0") == "tag"
    assert "0.3.0" in repo.git("tag", "--list", "--format=%(contents:subject)", "v0.3.0")
    assert repo.head == head


def test_a_clone_that_is_ahead_is_not_what_gets_tagged(repo, remote, merged):
    repo.git("pull", "--quiet")
    repo.bump("0.9.0", commit=True)
    assert candidate(repo).commit == merged
    made(repo, push=True)
    assert remote.git("rev-parse", "v0.3.0^{commit}") == merged


def test_the_tag_is_pushed_and_repeating_is_a_no_op(repo, remote, merged):
    assert made(repo, push=True)[-1] == "pushed the tag v0.3.0 to origin"
    assert remote.git("rev-parse", "v0.3.0^{commit}") == merged
    assert made(repo, push=True) == [f"origin has the tag v0.3.0 on {merged[:12]} already"]
    repo.git("tag", "--delete", "v0.3.0")
    assert made(repo, push=True) == [f"origin has the tag v0.3.0 on {merged[:12]} already"]


def test_a_tag_that_was_made_and_not_pushed_is_pushed_by_repeating(repo, remote, merged):
    made(repo)
    assert made(repo, push=True) == ["pushed the tag v0.3.0 to origin"]
    assert remote.git("rev-parse", "v0.3.0^{commit}") == merged


def test_a_tree_that_disagrees_is_no_candidate_to_make(repo, other):
    other.commit("Half", {"rust/Cargo.toml": READY["rust/Cargo.toml"]})
    other.git("push", "--quiet")
    assert candidate(repo).table.verdict is Verdict.DISAGREES


def test_the_version_that_is_named_has_to_stand_there(repo, merged):
    assert candidate(repo, "0.3.0").commit == merged
    assert candidate(repo, "0.4.0").table.verdict is Verdict.DISAGREES


@pytest.mark.parametrize("where", ["remote", "clone"])
def test_a_tag_that_stands_elsewhere_is_refused(repo, remote, merged, where):
    (remote if where == "remote" else repo).git("tag", "v0.3.0", repo.head)
    assert repo.head != merged
    error = refused(repo, push=True)
    assert error.id == "tag-exists"
    assert ("origin" if where == "remote" else "this clone") in error.message


@pytest.mark.usefixtures("other")
def test_a_development_version_is_no_release(repo):
    repo.bump(next_="0.3.0-dev.0", commit=True, push=True)
    assert refused(repo).id == "development-version"
    assert made(repo, "0.3.0-dev.0")


@pytest.mark.usefixtures("remote")
def test_a_branch_that_the_remote_lacks_is_refused(repo):
    error = refused(repo, branch="gone")
    assert error.id == "remote-differs"
    assert "gone" in error.message


def test_another_branch_can_be_named(repo, other):
    other.git("switch", "--quiet", "--create", "release/0.3")
    commit = other.commit("Bump", READY)
    other.git("push", "--quiet", "origin", "release/0.3")
    assert candidate(repo, branch="release/0.3").commit == commit
    repo.git("switch", "--quiet", "--create", "release/0.3")
    assert candidate(repo).commit == commit


def test_another_stream_has_its_own_tag(repo, remote):
    assert (
        made(repo, stream="internal", push=True)[-1] == "pushed the tag internal-v1.4.0 to origin"
    )
    assert remote.git("tag") == "internal-v1.4.0"


def test_a_remote_of_another_name_can_be_named(repo, merged):
    repo.git("remote", "rename", "origin", "upstream")
    assert candidate(repo, remote="upstream").commit == merged


def test_an_address_can_stand_in_the_place_of_a_remote(repo, remote, merged):
    repo.git("remote", "remove", "origin")
    assert candidate(repo, remote=str(remote.root), branch="main").commit == merged


def test_without_a_remote_it_is_said_as_bump_says_it(repo):
    of_bump, of_tag = repo.refused("0.3.0", commit=True, push=True), refused(repo)
    assert isinstance(of_tag, UsageError)
    assert (of_tag.message, of_tag.hint) == (of_bump.message, of_bump.hint)
    assert of_tag.hint == "git remote add origin URL"
    assert "nowhere" in refused(repo, remote="nowhere").message


def test_without_a_configuration_nothing_is_tagged(make_repo):
    bare = make_repo({"VERSION": "1.0.0\n"}, "bare")
    with pytest.raises(ConfigError):
        candidate(bare)


def test_a_remote_that_does_not_answer_is_unknown_and_not_missing(repo, remote):
    repo.git("remote", "set-url", "origin", str(remote.root) + "-gone")
    with pytest.raises(ReleaseToolsError) as caught:
        candidate(repo)
    assert caught.value.exit_code == 3


def test_a_shallow_clone_fetches_what_it_lacks(repo, remote, merged, tmp_path):
    remote.git("clone", "--quiet", "--depth=1", f"file://{remote.root}", str(tmp_path / "shallow"))
    shallow = type(repo)(tmp_path / "shallow")
    assert candidate(shallow).commit == merged


@pytest.mark.usefixtures("merged")
def test_signing_without_a_key_makes_no_tag(repo, monkeypatch, tmp_path):
    (tmp_path / "gnupg").mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(tmp_path / "gnupg"))
    assert refused(repo, sign=True).id == "tag-failed"


def test_a_push_that_is_refused_leaves_the_tag_here_for_the_next_time(repo, remote, merged):
    hook = remote.root / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(RefusedError) as caught:
        made(repo, push=True)
    assert caught.value.id == "push-rejected"
    assert caught.value.hint.endswith("the tag stays here: the same command, repeated, pushes it")
    hook.unlink()
    made(repo, push=True)
    assert remote.git("rev-parse", "v0.3.0^{commit}") == merged


def test_a_version_that_no_tag_can_say_is_not_tagged(make_repo, tmp_path):
    files = {
        "release-tools.toml": '[[surfaces]]\nkind = "pypi"\npath = "."\n',
        "pyproject.toml": '[project]\nname = "app"\nversion = "0.3.0.post1"\n',
    }
    post = make_repo(files, "post")
    post.git("remote", "add", "origin", str(tmp_path / "post"))
    assert candidate(post).table.verdict is Verdict.AGREES
    assert "could be tagged" in refused(post).message


# Required checks


@pytest.fixture
def checks(github, merged):
    """Let GitHub require ``ci`` on main, and answer with the states that the test gives."""

    def serve(*runs, required=("ci",), rules_status=200):
        github.repository.require("main", *required)
        if rules_status != 200:
            github.fail("GET", "/rules/branches/", Fault(rules_status, message="no"))
        for name, status, end in runs:
            github.repository.check(name, merged, end, status=status)

    return serve


def test_green_checks_let_the_tag_pass(repo, checks):
    checks(("ci", "completed", "success"), ("other", "completed", "failure"))
    said = made(repo, checks=True)
    assert said[0] == "required checks are green: ci"
    assert said[1].startswith("made the tag v0.3.0")


@pytest.mark.parametrize(
    ("run", "state"),
    [
        (("ci", "completed", "failure"), "ci (failure)"),
        (("ci", "in_progress", None), "ci (in_progress)"),
        (("other", "completed", "success"), "ci (never ran)"),
    ],
)
def test_a_check_that_is_not_green_refuses_the_tag(repo, checks, run, state):
    checks(run)
    error = refused(repo, checks=True)
    assert error.id == "checks-not-green"
    assert state in error.message
    assert "--no-checks" in error.hint
    assert made(repo, checks=False)


@pytest.mark.parametrize("status", [403, 404])
def test_rules_that_github_does_not_show_are_not_none(repo, checks, status):
    checks(("ci", "completed", "success"), rules_status=status)
    error = refused(repo, checks=True)
    assert error.id == "checks-not-green"
    assert "required-checks" in error.hint


def test_checks_that_github_does_not_show_are_unknown(repo, checks, github, merged):
    checks(("ci", "completed", "success"))
    github.fail("GET", f"/commits/{merged}/check-runs", Fault(404, message="Not Found"))
    assert refused(repo, checks=True).exit_code == 3


def test_where_none_is_required_it_is_said(repo, checks):
    checks(required=())
    assert made(repo, checks=True)[0] == "required checks are green: none is required"


@pytest.mark.usefixtures("other")
def test_the_configured_checks_win_over_those_of_the_branch(repo, checks, github):
    text = repo.read("release-tools.toml").replace(
        'tag = "v{version}"', 'tag = "v{version}"\nrequired-checks = ["lint"]', 1
    )
    repo.commit("Require lint", {"release-tools.toml": text})
    checks(("ci", "completed", "success"))
    assert "lint (never ran)" in refused(repo, checks=True).message
    assert not [call for call in github.calls if "rules" in call.path]


def test_the_configuration_says_where_github_is(repo, other, github, monkeypatch):
    monkeypatch.delenv("GITHUB_API_URL")
    text = repo.read("release-tools.toml") + f'\n[registries]\ngithub = "{github.url}"\n'
    commit = other.commit("Bump", {**READY, "release-tools.toml": text})
    other.git("push", "--quiet")
    github.repository.require("main", "ci")
    github.repository.check("ci", commit)
    assert made(repo, checks=True)[0] == "required checks are green: ci"


@pytest.mark.usefixtures("merged")
def test_without_a_token_a_repository_on_github_is_not_tagged_unless_told(repo, monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "octo-org/app")
    error = refused(repo, checks=True, push=True)
    assert error.exit_code == 3
    assert "octo-org/app" in error.message
    assert "GITHUB_TOKEN" in error.hint
    assert "--no-checks" in error.hint
    assert made(repo, checks=False)


@pytest.mark.usefixtures("merged")
@pytest.mark.parametrize("token", ["", "ghp_test"])
def test_where_there_is_no_repository_on_github_it_is_said_that_nobody_was_asked(
    repo, monkeypatch, token
):
    monkeypatch.setenv("GITHUB_TOKEN", token)
    said = made(repo, checks=True)
    assert said[0] == "required checks were not asked for: origin is not on GitHub"
    assert said[1].startswith("made the tag v0.3.0")


def test_configured_checks_need_a_repository_on_github(repo, merged):
    text = repo.read("release-tools.toml").replace(
        'tag = "v{version}"', 'tag = "v{version}"\nrequired-checks = ["lint"]', 1
    )
    repo.write({"release-tools.toml": text})
    assert isinstance(refused(repo, checks=True), UsageError)
    assert merged


def test_a_pending_journal_stops_it(repo, merged):
    folder = repo.root / ".git" / "release-tools"
    folder.mkdir()
    (folder / "journal.json").write_text("{}")
    with pytest.raises(RefusedError) as caught:
        candidate(repo)
    assert caught.value.id == "interrupted-bump"
    assert "recover" in caught.value.hint
    assert merged


def test_a_lightweight_tag_that_is_here_is_not_published(repo, remote, merged):
    repo.git("fetch", "--quiet")
    repo.git("tag", "v0.3.0", merged)
    with pytest.raises(RefusedError, match="lightweight") as caught:
        made(repo, push=True)
    assert "git tag -d v0.3.0" in caught.value.hint
    assert "v0.3.0" not in remote.git("tag")
