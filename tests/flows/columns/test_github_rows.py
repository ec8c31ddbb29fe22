"""The rows of the git tag and of the GitHub Release, against a real remote and a strict GitHub."""

from __future__ import annotations

import pytest

from release_tools.adapters import gitrun
from release_tools.adapters.git import Repository
from release_tools.adapters.github_api import Api
from release_tools.adapters.github_releases import Releases
from release_tools.flows.columns import github_rows
from release_tools.flows.columns.github_rows import OURS
from release_tools.model import Verdict
from release_tools.reading import Absent, Found, Unknown
from release_tools.streams import Stream
from release_tools.version import Nightly, Version
from tests.servers.github import BROKEN

TAG = "v0.3.0"
STREAM = Stream("main", latest=True, nightly="nightly-{date}")
OTHER = Stream("main", latest=False)
FILES = {name: name.encode() for name in (*OURS, "app.whl")}
MARK = "Notes\n\n<!-- release-tools: run 7 -->"


@pytest.fixture
def releases(hub):
    hub.repository.commit()
    return Releases(Api(hub.repository.name, hub.url, hub.token()))


@pytest.fixture
def clone(hub, releases, make_repo):
    """Return a clone whose origin is the repository that the hub serves."""
    assert releases
    made = make_repo({"VERSION": "0.3.0\n"})
    made.git("remote", "add", "origin", hub.repository.git.folder)
    return Repository.around(str(made.root))


@pytest.fixture
def judged(releases):
    """Judge the release of a version; return its cell and the ids of what is said."""

    def judge(version="0.3.0", stream=STREAM, *, released=True, asked=releases):
        made = github_rows.rows(stream, Version.parse(version), None, asked, released=released)
        (_, _), (surface, cell) = made.rows
        assert (surface.id, surface.kind) == ("github-release", "github-release")
        return cell, [f.id for f in made.findings if f.surface == "github-release"]

    return judge


# The tag


def test_the_tag_is_read_from_the_remote(hub, clone):
    commit = hub.repository.tag(TAG)
    made = github_rows.rows(STREAM, Version.parse("0.3.0"), clone, None)
    surface, cell = made.rows[0]
    assert (surface.id, surface.name, cell.verdict) == ("git-tag", TAG, Verdict.AGREES)
    assert isinstance(cell.reading, Found)
    assert cell.reading.notes == {"commit": commit, "annotated": "true"}
    assert made.findings == ()


def test_a_lightweight_tag_is_warned_of_and_not_judged(hub, clone):
    hub.repository.tag(TAG, annotated=False)
    made = github_rows.rows(STREAM, Version.parse("0.3.0"), clone, None)
    assert made.rows[0][1].verdict is Verdict.UNCHECKED
    assert [one.id for one in made.findings] == ["tag-lightweight"]


def test_a_tag_that_only_the_clone_has_is_missing(clone):
    gitrun.ask(clone.top, ["tag", TAG])
    made = github_rows.rows(STREAM, Version.parse("0.3.0"), clone, None)
    assert made.rows[0][1].verdict is Verdict.MISSING
    assert isinstance(made.rows[0][1].reading, Absent)
    assert [one.id for one in made.findings] == ["tag-missing"]


def test_a_remote_that_does_not_answer_is_unknown(clone, tmp_path):
    gitrun.ask(clone.top, ["remote", "set-url", "origin", str(tmp_path / "gone.git")])
    made = github_rows.rows(STREAM, Version.parse("0.3.0"), clone, None)
    assert made.rows[0][1].verdict is Verdict.UNKNOWN
    assert isinstance(made.rows[0][1].reading, Unknown)
    assert [one.id for one in made.findings] == ["registry-unknown"]


def test_without_a_remote_the_tag_is_unchecked_and_it_is_said_why(make_repo):
    repo = Repository.around(str(make_repo({"VERSION": "0.3.0\n"}).root))
    for repository, reason in ((repo, "no remote origin"), (None, "no git repository")):
        made = github_rows.rows(STREAM, Version.parse("0.3.0"), repository, None)
        cell = made.rows[0][1]
        assert cell.verdict is Verdict.UNCHECKED
        assert reason in (cell.reason or "")
        assert made.findings == ()


@pytest.mark.parametrize(
    ("stream", "version"), [(STREAM, None), (OTHER, Nightly.parse("nightly-20260115"))]
)
def test_what_has_no_tag_is_unchecked(stream, version):
    made = github_rows.rows(stream, version, None, None, released=True)
    assert [cell.verdict for _, cell in made.rows] == [Verdict.UNCHECKED] * 2
    assert all(cell.reason for _, cell in made.rows)


# The release


def test_the_release_waits_until_it_is_asked_for(hub, judged):
    cell, said = judged(released=False)
    assert (cell.verdict, said) == (Verdict.WAITS, [])
    assert isinstance(cell.reading, Absent)
    hub.repository.release(TAG, draft=True)
    assert judged(released=False)[0].verdict is Verdict.WAITS
    hub.fail("GET", "/releases", BROKEN, times=9)
    cell, said = judged(released=False)
    assert (cell.verdict, said) == (Verdict.WAITS, [])
    assert isinstance(cell.reading, Unknown)


def test_a_whole_release_agrees_and_shows_its_files(hub, judged):
    hub.repository.release(TAG, files=FILES, body=MARK)
    cell, said = judged()
    assert (cell.verdict, said) == (Verdict.AGREES, [])
    assert isinstance(cell.reading, Found)
    assert cell.reading.notes == {
        "draft": "false",
        "prerelease": "false",
        "immutable": "false",
        "latest": "true",
    }
    assert [file.name for file in cell.reading.files] == list(FILES)
    assert all((file.digest or "").startswith("sha256:") for file in cell.reading.files)


def test_no_release_is_missing(judged):
    cell, said = judged()
    assert (cell.verdict, said) == (Verdict.MISSING, ["release-missing"])


@pytest.mark.parametrize(("number", "said"), [(1, "release-draft"), (2, "release-two-drafts")])
def test_a_draft_is_no_release(hub, judged, number, said):
    for _ in range(number):
        hub.repository.release(TAG, draft=True)
    assert (judged()[0].verdict, judged()[1]) == (Verdict.DIFFERS, [said])


def test_a_token_that_sees_no_drafts_says_so(hub, judged):
    blind = Releases(Api(hub.repository.name, hub.url, hub.token("contents: read")))
    hub.repository.release(TAG, draft=True)
    cell, said = judged(asked=blind)
    assert (cell.verdict, said) == (Verdict.MISSING, ["release-missing"])
    assert "drafts do not show" in cell.reason


@pytest.mark.parametrize(
    ("version", "prerelease", "said"),
    [
        ("0.3.0", True, ["release-flags", "release-flags"]),  # and so it is not "Latest"
        ("0.3.0-rc.1", False, ["release-flags", "release-flags"]),
        ("0.3.0-rc.1", True, []),
    ],
)
def test_a_pre_release_is_marked_as_one(hub, judged, version, prerelease, said):
    hub.repository.release(f"v{version}", prerelease=prerelease)
    assert judged(version)[1] == said


def test_latest_belongs_to_the_highest_published_release_of_its_stream(hub, judged):
    lower = hub.repository.release("v0.2.1")
    hub.repository.release(TAG)
    hub.repository.release("v0.4.0", draft=True)
    assert judged()[1] == []
    hub.repository.latest = lower.id
    assert judged()[1] == ["release-flags"]
    assert judged("0.2.1")[1] == ["release-flags"]
    assert judged("0.2.1", OTHER)[1] == ["release-flags"]
    hub.repository.latest = None
    assert judged("0.3.0", OTHER)[1] == ["release-flags"]


def test_a_release_of_ours_that_lacks_a_file_differs(hub, judged):
    made = hub.repository.release(TAG, files={OURS[0]: b"x"}, body=MARK)
    assert (judged()[0].verdict, judged()[1]) == (Verdict.DIFFERS, ["release-incomplete"])
    made.body = "By hand"
    assert judged()[1] == []
    made.assets[0].starter = -1
    assert judged()[1] == ["release-incomplete"]


def test_files_without_a_digest_show_none(hub, judged):
    hub.digests = False
    hub.repository.release(TAG, files=FILES, body=MARK)
    assert {file.digest for file in judged()[0].reading.files} == {None}


def test_a_github_that_does_not_answer_is_unknown(hub, judged):
    hub.fail("GET", "/releases", BROKEN, times=9)
    assert (judged()[0].verdict, judged()[1]) == (Verdict.UNKNOWN, ["registry-unknown"])
    assert judged(asked=None)[0].verdict is Verdict.UNKNOWN
    assert judged(asked=None, released=False)[0].verdict is Verdict.WAITS


def test_reading_the_rows_changes_nothing(hub, judged):
    hub.repository.release(TAG)
    judged()
    assert hub.changes == []
