"""Versions of packages on a strict GitHub."""

from __future__ import annotations

import pytest

from release_tools.adapters.github_api import Api
from release_tools.adapters.github_faults import HiddenError, LostError
from release_tools.adapters.github_packages import Packages
from release_tools.errors import RefusedError, UnreadableError
from tests.servers.github import BROKEN, LOST, Fault, Version

NAME = "app/web"
DIGESTS = [f"sha256:{letter * 64}" for letter in "abc"]


@pytest.fixture
def stored(hub):
    made = [
        Version(DIGESTS[0], ["nightly-1"]),
        Version(DIGESTS[1], []),
        Version(DIGESTS[2], ["v1"]),
    ]
    hub.packages[f"octo-org/{NAME}"] = made
    return made


@pytest.fixture
def connected(hub):
    def make(*given, owner=""):
        return Packages(Api(hub.repository.name, hub.url, hub.token(*given)), owner)

    return make


@pytest.mark.parametrize("owner", ["octo-org", "octocat"])
def test_every_version_is_listed_with_its_tags(hub, stored, connected, owner):
    hub.packages[f"{owner}/{NAME}"] = stored
    hub.page = 2
    found = connected("packages: read", owner=owner).versions(NAME)
    assert [(one.digest, one.tags) for one in found] == [
        (DIGESTS[2], ("v1",)),
        (DIGESTS[1], ()),
        (DIGESTS[0], ("nightly-1",)),
    ]


@pytest.mark.parametrize("owner", ["octo-org", "octocat"])
def test_a_version_is_deleted_once(hub, stored, connected, owner):
    hub.packages[f"{owner}/{NAME}"] = stored
    packages = connected("packages: write", owner=owner)
    oldest = packages.versions(NAME)[-1]
    assert packages.delete(NAME, oldest)
    assert not packages.delete(NAME, oldest)
    assert [one.digest for one in stored] == DIGESTS[1:]


def test_the_last_version_stays(stored, connected):
    del stored[1:]
    packages = connected()
    with pytest.raises(RefusedError) as caught:
        packages.delete(NAME, packages.versions(NAME)[0])
    assert caught.value.id == "package-protected"
    assert len(stored) == 1


def test_a_missing_package_is_not_told_from_a_hidden_one(connected):
    with pytest.raises(HiddenError) as caught:
        connected().versions("gone")
    assert "'packages: read'" in caught.value.hint


def test_a_token_without_the_permission_is_told_so_by_the_first_answer(hub, stored, connected):
    with pytest.raises(HiddenError) as caught:
        connected("contents: read").versions(NAME)
    assert caught.value.status == 403
    assert len(hub.calls) == 1
    assert stored


def test_a_version_that_may_not_be_deleted_is_not_gone(hub, stored, connected):
    packages = connected()
    hub.fail("DELETE", "/versions/", Fault(404, message="Not Found"))
    with pytest.raises(HiddenError):
        packages.delete(NAME, packages.versions(NAME)[0])
    assert len(stored) == 3


def test_a_token_that_may_only_read_deletes_nothing(stored, connected):
    packages = connected("packages: read")
    with pytest.raises(HiddenError) as caught:
        packages.delete(NAME, packages.versions(NAME)[0])
    assert "packages: write" in caught.value.hint
    assert len(stored) == 3


def test_an_error_is_no_empty_list_and_a_lost_answer_is_told(hub, stored, connected):
    packages = connected()
    first = packages.versions(NAME)[0]
    hub.fail("DELETE", "/versions/", LOST)
    with pytest.raises(LostError):
        packages.delete(NAME, first)
    assert len(stored) == 2
    hub.fail("GET", "/versions", BROKEN, times=9)
    with pytest.raises(UnreadableError):
        packages.versions(NAME)
