"""Releases on a strict GitHub: found whatever hides them, made once, published whole."""

from __future__ import annotations

import pytest

from release_tools.adapters.github_api import Api
from release_tools.adapters.github_faults import HiddenError, LostError
from release_tools.adapters.github_release import LONGEST, Standing
from release_tools.adapters.github_releases import Releases
from release_tools.adapters.github_terms import Terms
from release_tools.errors import RefusedError, UnreadableError
from tests.servers.github import BROKEN_AFTER, DROPPED, HALF_UPLOADED, LOST

TAG = "v0.3.0"
HELLO = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


@pytest.fixture
def repo(hub):
    hub.repository.commit()
    hub.repository.tag(TAG)
    return hub.repository


@pytest.fixture
def connected(hub, repo):
    """Ask with a token of the permissions that are named, else of all."""
    return lambda *given, **kind: Releases(Api(repo.name, hub.url, hub.token(*given, **kind)))


@pytest.fixture
def releases(connected):
    return connected()


@pytest.fixture
def draft(releases):
    return releases.create_draft(TAG, "Notes", "run 7", prerelease=False)


# Found


def test_what_stands_for_a_tag_is_one_of_four_words(repo, releases, connected):
    reader = connected("contents: read")
    assert (releases.find(TAG, writes=True).word, reader.find(TAG).word) == ("none", "unknown")
    repo.release(TAG, draft=True)
    assert (releases.find(TAG).word, reader.find(TAG).word) == ("drafts", "unknown")
    repo.release(TAG, draft=True)
    assert len(releases.find(TAG).drafts) == 2
    repo.release(TAG)
    assert (releases.find(TAG).word, reader.find(TAG).word) == ("published", "published")


def test_drafts_show_to_a_person_who_may_push_and_this_is_known(connected):
    person = connected(installation=False)
    assert person.find(TAG) == Standing(None, (), drafts_visible=True)
    assert not connected("contents: read", installation=False).find(TAG).drafts_visible
    # GitHub tells no app's token that it may push, GITHUB_TOKEN among them.
    assert not connected().find(TAG).drafts_visible


def test_a_release_behind_the_first_page_is_found(hub, repo, releases):
    hub.page = 2
    repo.release(TAG, draft=True)
    for number in range(5):
        repo.release(f"v0.2.{number}")
    assert releases.find(TAG).word == "drafts"
    assert len(hub.asked("GET", "/releases")) == 3


@pytest.mark.parametrize("stale", ["lists", "looks"])
def test_a_published_release_is_found_though_one_of_two_answers_is_stale(repo, releases, stale):
    setattr(repo.release(TAG), stale, 1)
    assert releases.find(TAG).word == "published"


@pytest.mark.parametrize(("given", "status"), [("checks: read", 403), ("checks: none", 404)])
def test_nothing_is_absent_for_a_token_that_may_not_look(repo, connected, given, status):
    repo.private = True
    blind = connected(given)
    for ask in (lambda: blind.find(TAG), blind.latest, lambda: blind.get(1), blind.all):
        with pytest.raises(HiddenError) as caught:
            ask()
        assert "'contents: read'" in caught.value.hint
        assert caught.value.status == status


def test_a_release_that_is_provably_not_there_is_none(releases):
    assert releases.latest() is None
    assert releases.get(1) is None


def test_an_error_is_no_absence(hub, repo, releases):
    repo.release(TAG)
    hub.fail("GET", "/releases/tags/", DROPPED, times=9)
    with pytest.raises(UnreadableError, match=r"read the release v0\.3\.0"):
        releases.find(TAG)


# Drafts


def test_a_draft_carries_the_marker_of_its_run_unseen(repo, draft):
    assert (draft.draft, draft.tag, draft.marker) == (True, TAG, "run 7")
    assert draft.notes == "Notes"
    assert repo.drafts[0].body == "Notes\n\n<!-- release-tools: run 7 -->"


@pytest.mark.parametrize("body", [None, "", "Notes", "<!-- release-tools: 1 --> and more"])
def test_what_somebody_else_wrote_is_not_marked(repo, releases, body):
    repo.release(TAG, draft=True, body=body)
    assert releases.find(TAG).drafts[0].marker is None


@pytest.mark.parametrize("fault", [LOST, BROKEN_AFTER])
def test_a_lost_answer_is_found_by_listing_again(hub, repo, releases, fault):
    hub.fail("POST", "/releases$", fault)
    with pytest.raises(LostError):
        releases.create_draft(TAG, "Notes", "run 7", prerelease=False)
    assert [one.marker for one in releases.find(TAG).drafts] == ["run 7"]
    assert len(repo.releases) == 1


def test_no_commit_is_ever_named(hub, releases, draft):
    releases.publish(draft, prerelease=False, latest=True)
    assert all("target_commitish" not in (call.json or {}) for call in hub.changes)


def test_notes_that_are_too_long_are_refused(releases):
    with pytest.raises(RefusedError, match="too long"):
        releases.create_draft(TAG, "x" * LONGEST, "run 7", prerelease=False)


def test_a_token_that_may_only_read_is_told_what_it_lacks(connected):
    with pytest.raises(HiddenError) as caught:
        connected("contents: read").create_draft(TAG, "", "run 7", prerelease=False)
    assert "'contents: write'" in caught.value.hint


def test_a_draft_of_ours_is_deleted(repo, releases, draft):
    releases.delete_draft(draft)
    releases.delete_draft(draft)
    assert repo.releases == []


@pytest.mark.parametrize("change", ["published", "other"])
def test_what_is_not_our_draft_any_more_is_left_alone(repo, releases, draft, change):
    if change == "published":
        repo.releases[0].draft = False
    else:
        repo.releases[0].body = "Mine now"
    with pytest.raises(RefusedError) as caught:
        releases.delete_draft(draft)
    assert caught.value.id == "release-foreign-draft"
    assert len(repo.releases) == 1


# Files


def test_a_file_is_uploaded_and_read_back(tmp_path, releases, draft):
    (tmp_path / "a.txt").write_bytes(b"hello")
    made = releases.upload(draft, "a.txt", str(tmp_path / "a.txt"))
    assert (made.name, made.size, made.state, made.digest) == ("a.txt", 5, "uploaded", HELLO)
    assert releases.upload_bytes(draft, "b.txt", b"b").name == "b.txt"
    assert [one.name for one in releases.assets(draft)] == ["a.txt", "b.txt"]


def test_a_github_below_a_path_takes_files_beside_that_path(hub, repo):
    below = Releases(Api(repo.name, hub.url + "/api/v3", hub.token()))
    made = below.create_draft(TAG, "Notes", "run 7", prerelease=False)
    assert below.upload_bytes(made, "a.txt", b"hello").digest == HELLO
    assert hub.calls[-1].full_path.startswith("/api/uploads/")


def test_a_file_of_the_same_name_is_refused_by_name(releases, draft):
    releases.upload_bytes(draft, "a.txt", b"hello")
    with pytest.raises(RefusedError) as caught:
        releases.upload_bytes(draft, "a.txt", b"other")
    assert caught.value.id == "asset-exists"


def test_half_an_upload_is_seen_and_can_be_replaced(hub, releases, draft):
    hub.fail("POST", "/assets", HALF_UPLOADED)
    with pytest.raises(LostError):
        releases.upload_bytes(draft, "a.txt", b"hello")
    (half,) = releases.assets(draft)
    assert (half.state, half.digest) == ("starter", None)
    releases.delete_asset(half)
    assert releases.upload_bytes(draft, "a.txt", b"hello").digest == HELLO


def test_an_asset_may_need_some_reads_to_be_whole(hub, releases, draft):
    hub.starter = 2
    releases.upload_bytes(draft, "a.txt", b"hello")
    states = [releases.assets(draft)[0].state for _ in range(3)]
    assert states == ["starter", "starter", "uploaded"]


def test_the_digest_of_what_github_tells_none_of_is_computed(hub, releases, draft):
    hub.digests, hub.redirects = False, True
    made = releases.upload_bytes(draft, "a.txt", b"hello")
    assert made.digest is None
    assert releases.digest(made) == HELLO
    assert releases.content(made, 5) == b"hello"
    with pytest.raises(UnreadableError, match=r"download a\.txt"):
        releases.content(made, 4)


# Published


def test_one_request_publishes_and_says_what_is_latest(hub, repo, releases, draft):
    repo.release("v0.2.0")
    before = len(hub.changes)
    made = releases.publish(draft, prerelease=False, latest=True)
    assert (made.draft, made.prerelease) == (False, False)
    assert len(hub.changes) == before + 1
    assert hub.changes[-1].json == {"draft": False, "prerelease": False, "make_latest": "true"}
    assert releases.latest() == made


def test_a_candidate_is_published_and_moves_no_latest(repo, releases):
    repo.release("v0.2.0")
    made = releases.create_draft("v0.3.0-rc.1", "", "run 7", prerelease=True)
    assert releases.publish(made, prerelease=True, latest=False).prerelease
    assert releases.latest().tag == "v0.2.0"


def test_github_publishes_one_release_of_a_tag(repo, releases, draft):
    repo.release(TAG)
    with pytest.raises(RefusedError) as caught:
        releases.publish(draft, prerelease=False, latest=True)
    assert caught.value.id == "release-exists"
    assert repo.releases[0].draft


def test_an_immutable_release_takes_nothing_any_more(repo, releases, draft):
    repo.immutable = True
    made = releases.publish(draft, prerelease=False, latest=True)
    assert made.immutable
    with pytest.raises(RefusedError):
        releases.upload_bytes(made, "late.txt", b"x")
    with pytest.raises(RefusedError):
        releases.publish(made, prerelease=True, latest=False)


def test_notes_are_generated(releases):
    assert f"v0.2.0...{TAG}" in releases.generated_notes(TAG, "v0.2.0")
    assert TAG in releases.generated_notes(TAG, None)


def test_the_polls_of_a_run_stay_within_the_budget(hub, repo):
    releases = Releases(Api(repo.name, hub.url, hub.token(), Terms(budget=9)))
    left = hub.remaining
    for _ in range(3):
        releases.find(TAG)
    with pytest.raises(UnreadableError, match="9 requests"):
        releases.find(TAG)
    assert left - hub.remaining < 9  # what did not change cost nothing
