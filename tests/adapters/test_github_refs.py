"""Refs of a strict GitHub over a real bare repository."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from release_tools.adapters.github_api import Api
from release_tools.adapters.github_faults import HiddenError, LostError
from release_tools.adapters.github_refs import Comparison, Refs
from release_tools.errors import RefusedError, UnreadableError, UsageError
from tests.servers.github import BROKEN, LOST

LOCK = "refs/release-tools/lock/v0.3.0"


@pytest.fixture
def repo(hub):
    hub.repository.commit()
    return hub.repository


@pytest.fixture
def refs(hub, repo):
    return Refs(Api(repo.name, hub.url, hub.token()))


def test_a_tag_is_peeled_and_says_whether_it_is_annotated(repo, refs):
    commit = repo.tag("v0.3.0", message="Release 0.3.0")
    repo.tag("v0.3.0-light", annotated=False)
    found, light = refs.tag("v0.3.0"), refs.tag("v0.3.0-light")
    assert (found.commit, found.annotated, found.message) == (commit, True, "Release 0.3.0")
    assert found.object != commit
    assert (light.commit, light.object, light.annotated) == (commit, commit, False)
    assert refs.tag("v0.3") is None


def test_a_tag_of_a_tag_is_peeled_and_not_endlessly(repo, refs):
    commit = repo.tag("v0.3.0")
    for number in range(4):
        repo.git.update("refs/tags/v0.3.0", repo.git.tag("t", refs.tag("v0.3.0").object, "m"))
        if number < 3:
            assert refs.tag("v0.3.0").commit == commit
    with pytest.raises(UnreadableError, match="names no commit"):
        refs.tag("v0.3.0")


def test_a_ref_that_cannot_be_read_is_not_absent(hub, repo, refs):
    hub.fail("GET", "/matching-refs/", BROKEN, times=9)
    with pytest.raises(UnreadableError):
        refs.tag("v0.3.0")
    hub.mend()
    repo.private = True
    with pytest.raises(HiddenError):
        Refs(Api(repo.name, hub.url, hub.token("checks: read"))).tag("v0.3.0")


def test_of_many_that_make_a_ref_one_does(hub, repo, refs):
    commit = repo.commit()
    everyone = [Refs(Api(repo.name, hub.url, hub.token())) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda one: one.create(LOCK, commit), everyone))
    assert sorted(made) == [False] * 7 + [True]
    assert refs.matching("refs/release-tools/") == {LOCK: commit}
    assert refs.delete(LOCK)
    assert not refs.delete(LOCK)


def test_of_many_that_move_a_ref_on_one_does(hub, repo, refs):
    first = refs.create_commit("run 1", refs.commit(repo.commit()).tree)
    assert refs.create(LOCK, first)
    tree = refs.commit(first).tree
    everyone = [Refs(Api(repo.name, hub.url, hub.token())) for _ in range(4)]
    claims = [refs.create_commit(f"run {number}", tree, first) for number in range(2, 6)]
    with ThreadPoolExecutor(4) as pool:
        moved = list(pool.map(lambda one, claim: one.advance(LOCK, claim), everyone, claims))
    assert sorted(moved) == [False, False, False, True]
    holder = refs.commit(refs.get(LOCK).commit)
    assert holder.id == claims[moved.index(True)]
    assert (holder.message, holder.parents) == (f"run {moved.index(True) + 2}", (first,))
    assert not refs.advance("refs/release-tools/lock/gone", first)


def test_a_lost_answer_is_told(hub, repo, refs):
    commit = repo.commit()
    hub.fail("POST", "/git/refs", LOST)
    with pytest.raises(LostError):
        refs.create(LOCK, commit)
    assert refs.get(LOCK).commit == commit
    assert not refs.create(LOCK, commit)


def test_what_github_has_is_what_git_has(repo, refs, tmp_path):
    commit = repo.commit()
    tag = refs.create_tag_object("nightly-20260115", commit, "Nightly")
    assert refs.create("refs/tags/nightly-20260115", tag)
    out = subprocess.check_output(["git", "ls-remote", repo.git.folder], encoding="utf-8")
    assert f"{commit}\trefs/tags/nightly-20260115^{{}}" in out
    subprocess.run(["git", "clone", "--quiet", repo.git.folder, tmp_path / "work"], check=True)
    work = ["git", "-C", str(tmp_path / "work")]
    subprocess.run([*work, "tag", "-a", "-m", "m", "v1.0.0"], check=True)
    subprocess.run([*work, "push", "--quiet", "origin", "v1.0.0"], check=True)
    assert refs.tag("v1.0.0").commit == commit


def test_a_rule_of_the_repository_is_named(repo, refs):
    repo.forbidden = ("tags/nightly-*",)
    with pytest.raises(RefusedError) as caught:
        refs.create("refs/tags/nightly-20260115", repo.commit())
    assert caught.value.id == "ref-rule"


def test_what_is_no_ref_or_names_nothing_is_refused(refs):
    with pytest.raises(UsageError):
        refs.create("refs/tags/a..b", "0" * 40)
    with pytest.raises(RefusedError, match="Object does not exist"):
        refs.create("refs/tags/v1.0.0", "1" * 40)


def test_two_ends_are_compared(repo, refs):
    old = repo.commit()
    new = repo.commit()
    repo.git.update("refs/heads/release/0.2", old)
    other = repo.commit(branch="release/0.2")
    assert refs.compare(old, "main") == Comparison("ahead", 1, 0)
    assert refs.compare("main", old) == Comparison("behind", 0, 1)
    assert refs.compare(new, "main") == Comparison("identical", 0, 0)
    assert refs.compare(other, "main") == Comparison("diverged", 1, 1)
    assert refs.compare("release/0.2", other).contains_base
    assert not refs.compare(other, "main").contains_base
    assert refs.compare("0" * 40, "main") is None


@pytest.mark.parametrize("given", ["checks: read", "checks: none"])
def test_without_permission_nothing_is_compared(hub, repo, given):
    repo.private = True
    with pytest.raises(HiddenError):
        Refs(Api(repo.name, hub.url, hub.token(given))).compare("main", "main")


def test_branches_are_found_by_their_patterns(repo, refs):
    head = repo.commit()
    for name in ("release/0.2", "release/0.3", "feature/x"):
        repo.git.update(f"refs/heads/{name}", head)
    repo.protected["main"] = ["ci"]
    found = refs.branches(("main", "release/*", "m*"))
    assert [one.name for one in found] == ["main", "release/0.2", "release/0.3"]
    assert [one.protected for one in found] == [True, False, False]
    assert {one.commit for one in found} == {head}
