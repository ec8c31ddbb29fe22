"""What a bump looks at before it touches anything."""

from __future__ import annotations

import pytest

import release_tools
from release_tools.errors import RefusedError, UsageError
from release_tools.flows.bumping import guards
from release_tools.flows.bumping.bump import plan_bump
from release_tools.flows.repository import clone
from release_tools.streams import Stream
from release_tools.version import Version


def repository(repo):
    return clone.of(repo.project())


def test_a_version_below_the_highest_tag_is_refused(repo):
    for tag in ("v0.5.0", "v0.10.0", "v0.11.0-dev.1", "internal-v9.0.0", "v99", "nightly-20260101"):
        repo.git("tag", tag)
    error = repo.refused("0.6.0")
    assert error.id == "lower-version"
    assert "0.10.0, the highest tag" in error.message
    assert "--allow-lower" in error.hint
    repo.bump("0.6.0", allow_lower=True)
    repo.git("checkout", "--quiet", ".")
    repo.bump("0.11.0")


def test_packed_tags_count_like_loose_ones(repo):
    repo.git("tag", "v0.5.0")
    repo.git("pack-refs", "--all")
    assert clone.highest_tagged(repository(repo), Stream("main")) == Version.parse("0.5.0")
    assert repo.refused("0.4.0").id == "lower-version"


def test_a_stream_without_tags_has_no_highest_one(repo):
    assert clone.highest_tagged(repository(repo), Stream("main")) is None


def test_a_file_that_git_ignores_is_not_dirty(repo):
    repo.commit("Ignore", {".gitignore": "VERSION\n"})
    repo.git("rm", "--quiet", "--cached", "VERSION")
    repo.git("commit", "--quiet", "-m", "Untrack")
    repo.bump("1.5.0", stream="internal")
    assert repo.read("VERSION") == "1.5.0\n"


def test_changes_in_other_files_do_not_matter(repo):
    repo.write({"notes.txt": "x", "VERSION": "1.4.0 \n"})
    repo.bump("0.3.0", tag=True)


def test_the_number_of_files_with_changes_is_named(repo):
    for path in ("rust/Cargo.toml", "python/pyproject.toml"):
        repo.write({path: repo.read(path) + "\n"})
    error = repo.refused("0.3.0")
    assert error.message == "python/pyproject.toml and 1 more have changes that are not committed"


@pytest.mark.parametrize(
    ("current", "branches", "expected"),
    [
        ("main", ("main",), "main"),
        ("release/1.2", ("main", "release/*"), "release/1.2"),
        ("feature", ("release/*", "main"), "main"),
    ],
)
def test_a_release_stands_on_the_current_branch_or_the_first_plain_one(
    repo, current, branches, expected
):
    if current != "main":
        repo.git("switch", "--quiet", "--create", current)
    stream = Stream("main", branches=branches)
    assert guards.release_branch(repository(repo), stream) == expected


def test_globs_alone_do_not_name_a_branch(repo):
    with pytest.raises(UsageError) as caught:
        guards.release_branch(repository(repo), Stream("main", branches=("release/*",)))
    assert "--branch" in caught.value.hint


def test_a_post_release_that_no_tag_can_say_passes_where_no_tag_is_asked_for(make_repo):
    config = '[[surfaces]]\nkind = "pypi"\npath = "."\n'
    text = '[project]\nname = "app"\nversion = "0.3.0"\n'
    repo = make_repo({"release-tools.toml": config, "pyproject.toml": text})
    repo.refused("0.3.0.post1", tag=True)
    repo.bump("0.3.0.post1", commit=True)
    assert repo.git("show", "--format=", "--name-only") == "pyproject.toml"


def test_the_tree_of_a_commit_has_no_repository_to_change(repo):
    project = release_tools.load(str(repo.root), ref="HEAD")
    plan = plan_bump(project, "0.3.0")
    assert plan.changes
    with pytest.raises(UsageError, match="commit"):
        release_tools.apply(project, plan)


def test_an_unrelated_history_upstream_is_behind(repo, remote):
    repo.git("switch", "--quiet", "--orphan", "fresh")
    repo.commit("Unrelated", {"x": "x"})
    repo.git("push", "--quiet", "--force", "origin", "fresh:main")
    repo.git("switch", "--quiet", "main")
    with pytest.raises(RefusedError) as caught:
        guards.destination(repository(repo))
    assert caught.value.id == "behind-upstream"
    assert remote.git("rev-parse", "main") != repo.head


@pytest.mark.parametrize("command", ["merge", "cherry-pick"])
def test_in_the_midst_of_a_merge_nothing_is_committed_and_no_file_touched(repo, command):
    repo.git("switch", "--quiet", "--create", "other")
    repo.commit("Theirs", {"notes.txt": "theirs\n"})
    repo.git("switch", "--quiet", "main")
    repo.commit("Ours", {"notes.txt": "ours\n"})
    repo.git(command, "other", check=False)
    assert "<<<<<<<" in repo.read("notes.txt")
    error = repo.refused("0.3.0", commit=True)
    assert error.id == "commit-failed"
    assert f"git {command} --abort" in error.hint
    repo.bump("0.3.0")
    assert '"0.3.0"' in repo.read("rust/Cargo.toml")


def test_what_git_cannot_undo_is_refused_before_a_file_is_written(repo):
    repo.write({"new.txt": "new\n", "notes.txt": "a day of work\n"})
    repo.git("add", "--intent-to-add", "new.txt")
    repo.hook("pre-commit", "exit 1")
    error = repo.refused("0.3.0", commit=True)
    assert error.id == "commit-failed"
    assert "new.txt" in error.message
    assert repo.read("notes.txt") == "a day of work\n"
    repo.bump("0.3.0")


@pytest.fixture
def linked(make_repo):
    """A project whose VERSION is a link to a file in a folder."""
    config = '[[surfaces]]\nkind = "file"\npath = "VERSION"\n'
    repo = make_repo({"release-tools.toml": config, "sub/V": "0.2.0\n"}, "linked")
    (repo.root / "VERSION").symlink_to("sub/V")
    repo.commit("Link")
    return repo


def test_a_file_that_a_link_leads_to_is_committed_or_left_as_it_was(linked):
    linked.hook("pre-commit", "exit 1")
    assert linked.refused("0.3.0", commit=True).id == "hook-failed"
    assert linked.read("sub/V") == "0.2.0\n"
    linked.hook("pre-commit", "exit 0")
    linked.bump("0.3.0", tag=True)
    assert linked.git("show", "v0.3.0:sub/V") == "0.3.0"
    assert linked.git("status", "--porcelain") == ""


@pytest.mark.parametrize("commit", [False, True])
def test_changes_in_a_file_that_a_link_leads_to_are_refused(linked, commit):
    linked.write({"sub/V": "0.2.0 \n"})
    error = linked.refused("0.3.0", commit=commit)
    assert (error.id, error.path) == ("dirty-files", "sub/V")


def test_a_link_that_is_not_committed_is_refused(linked):
    linked.write({"sub/W": "0.2.0\n"})
    linked.commit("Another")
    (linked.root / "VERSION").unlink()
    (linked.root / "VERSION").symlink_to("sub/W")
    error = linked.refused("0.3.0", commit=True)
    assert (error.id, error.path) == ("dirty-files", "VERSION")
