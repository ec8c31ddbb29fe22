"""How GitHub is asked: limits, waits, lost answers, ETags, addresses."""

from __future__ import annotations

import io
import time

import pytest

from release_tools.adapters import github_address
from release_tools.adapters.github_api import Api
from release_tools.adapters.github_connect import connect
from release_tools.adapters.github_faults import HiddenError, LostError, ShapeError
from release_tools.adapters.github_terms import Terms
from release_tools.errors import RefusedError, UnreadableError, UsageError
from tests.servers.github import (
    BROKEN,
    BROKEN_AFTER,
    DROPPED,
    LOST,
    TRUNCATED,
    Fault,
    too_fast,
    used_up,
)

READ = ("read", "contents: read")
WRITE = ("write", "contents: write")


@pytest.fixture
def api(hub):
    hub.repository.commit()
    return Api(hub.repository.name, hub.url, hub.token())


@pytest.fixture
def slept(monkeypatch):
    """Let no time pass, and return what would have been slept."""
    naps: list[float] = []
    monkeypatch.setattr("release_tools.adapters.github_api.time.sleep", naps.append)
    return naps


def read(api, path="releases"):
    with api.asking(*READ):
        return api.get(path)[1]


def write(api, tag="v1.0.0"):
    with api.asking(*WRITE, changes=True):
        return api.post("releases", {"tag_name": tag, "draft": True})


# Limits


def test_the_same_question_costs_nothing_of_the_limit(hub, api):
    hub.repository.release("v1.0.0")
    first = read(api)
    left = hub.remaining
    assert read(api) == first
    assert hub.remaining == left
    hub.repository.release("v1.0.1")
    assert len(read(api)) == 2


@pytest.mark.parametrize(
    "limit", [lambda: too_fast(3), lambda: too_fast(3, 429), lambda: used_up(2)]
)
@pytest.mark.parametrize("ask", [read, write])
def test_a_limit_is_waited_for_by_those_who_have_patience(hub, slept, limit, ask):
    hub.fail("GET" if ask is read else "POST", "/releases", limit())
    patient = Api(hub.repository.name, hub.url, hub.token(), Terms(patience=10))
    assert ask(patient) is not None
    assert len(slept) == 1
    assert 2 <= slept[0] <= 4
    assert len(hub.repository.releases) == (ask is write)


def test_patience_has_an_end(hub, slept):
    hub.fail("GET", "/releases", too_fast(3), times=9)
    patient = Api(hub.repository.name, hub.url, hub.token(), Terms(patience=7))
    with pytest.raises(UnreadableError, match="rate limit") as caught:
        read(patient)
    assert slept == [3, 3]
    assert "wait 3 seconds" in caught.value.hint


def test_no_wait_goes_beyond_the_deadline(hub, slept):
    hub.fail("GET", "/releases", too_fast(30), times=9)
    terms = Terms(patience=60, deadline=time.monotonic() + 20)
    with pytest.raises(UnreadableError, match="rate limit"):
        read(Api(hub.repository.name, hub.url, hub.token(), terms))
    assert slept == []


def test_a_secondary_limit_without_headers_is_no_missing_permission(hub, api, slept):
    message = "You have exceeded a secondary rate limit. Please wait."
    hub.fail("GET", "/releases", Fault(403, message=message))
    with pytest.raises(UnreadableError) as caught:
        read(api)
    assert not isinstance(caught.value, HiddenError)
    assert "some minutes" in caught.value.hint
    hub.fail("GET", "/releases", Fault(403, message=message))
    assert read(Api(hub.repository.name, hub.url, hub.token(), Terms(patience=60))) == []
    assert slept == [60]


def test_what_decides_nothing_is_asked_for_once(hub, slept):
    hub.fail("GET", "/releases", BROKEN)
    with pytest.raises(UnreadableError):
        read(Api(hub.repository.name, hub.url, hub.token(), Terms(tries=1)))
    assert (len(hub.calls), slept) == (1, [])


def test_after_the_deadline_nothing_is_asked(hub):
    late = Api(hub.repository.name, hub.url, hub.token(), Terms(deadline=time.monotonic()))
    for ask in (read, write):
        with pytest.raises(UnreadableError, match="the time to ask GitHub is over"):
            ask(late)
    assert hub.calls == []


def test_reading_has_a_budget_and_writing_has_not(hub):
    api = Api(hub.repository.name, hub.url, hub.token(), Terms(budget=2))
    read(api)
    read(api)
    with pytest.raises(UnreadableError, match="2 requests"):
        read(api)
    assert write(api)["draft"] is True


# What goes wrong


@pytest.mark.parametrize("fault", [DROPPED, BROKEN, TRUNCATED])
def test_a_stumble_while_reading_is_forgiven(hub, api, slept, fault):
    hub.fail("GET", "/releases", fault, times=2)
    assert read(api) == []
    assert len(slept) == 2


@pytest.mark.parametrize("fault", [DROPPED, LOST, BROKEN, BROKEN_AFTER, TRUNCATED, Fault(503)])
def test_a_change_whose_answer_is_lost_is_sent_once_and_called_lost(hub, api, fault):
    hub.fail("POST", "/releases", fault)
    with pytest.raises(LostError, match="may have been done all the same") as caught:
        write(api)
    assert len(hub.asked("POST")) == 1
    assert caught.value.exit_code == 3


def test_a_change_is_not_sent_again_to_a_server_that_was_busy(hub, slept):
    hub.fail("POST", "/releases", Fault(503, (("Retry-After", "1"),), after=True))
    with pytest.raises(LostError):
        write(Api(hub.repository.name, hub.url, hub.token(), Terms(patience=9)))
    assert len(hub.repository.releases) == 1
    assert slept == []


def test_what_is_declined_was_not_lost(hub, api):
    hub.repository.private = True
    reader = Api(hub.repository.name, hub.url, hub.token("contents: read"))
    with pytest.raises(HiddenError, match="Resource not accessible by integration") as caught:
        write(reader)
    assert "'contents: write'" in caught.value.hint
    with pytest.raises(RefusedError, match="valid tag"):
        write(api, "a..b")


def test_an_endless_body_is_given_up(hub, api, monkeypatch):
    from release_tools.adapters import github_wire

    hub.repository.release("v1.0.0", body="x" * 10_000)
    monkeypatch.setattr(github_wire, "_CAP", 5_000)
    with pytest.raises(UnreadableError, match="sends a longer answer"):
        read(api)


# Files


def test_an_upload_goes_to_the_address_that_the_release_names(hub, api):
    made = write(api)
    with api.asking(*WRITE, changes=True):
        api.upload(made["upload_url"], "a b.txt", io.BytesIO(b"hello"), 5)
    assert [(one.name, one.content) for one in hub.repository.releases[0].assets] == [
        ("a.b.txt", b"hello")
    ]


@pytest.mark.parametrize(
    "url", ["http://192.0.2.1/{?name}", "https://127.0.0.1/x", "http://127.0.0.1:1/x"]
)
def test_an_upload_goes_to_no_other_host(hub, api, url):
    with (
        pytest.raises(UnreadableError, match="for uploads") as caught,
        api.asking(*WRITE, changes=True),
    ):
        api.upload(url, "a.txt", io.BytesIO(b"hello"), 5)
    assert not isinstance(caught.value, LostError)
    assert hub.calls == []


@pytest.mark.parametrize("redirects", [True, False])
def test_a_download_is_bounded_and_shows_no_token_to_the_storage(hub, api, redirects):
    hub.redirects = redirects
    asset = hub.repository.release("v1.0.0", files={"a": b"12345"}).assets[0]
    path = f"releases/assets/{asset.id}"
    with api.asking(*READ):
        assert b"".join(api.download(path, 5)) == b"12345"
    with pytest.raises(UnreadableError, match="sends a longer answer"), api.asking(*READ):
        list(api.download(path, 4))


@pytest.mark.parametrize(
    "location",
    ["http://192.0.2.1/", "https://10.0.0.1/", "https://localhost/", "ftp://x", "/x", ""],
)
def test_a_download_is_not_led_just_anywhere(location):
    with pytest.raises(ShapeError, match="leads"):
        github_address.led(location, "https://api.github.com", (), ())


# Addresses


def test_the_configuration_says_where_github_is_before_the_environment_does(hub):
    registries = {"github": hub.url, "plain-http": ["git.example.com"]}
    there = connect("octo-org/app", {"GITHUB_API_URL": "https://x.example.com"}, registries)
    assert read(there) == []
    assert there._hosts == (("git.example.com",), ())


@pytest.mark.parametrize(
    ("url", "registries", "allowed"),
    [
        ("https://api.github.com", {}, True),
        ("https://github.example.com/api/v3", {}, True),
        ("http://127.0.0.1:1234/github", {}, True),
        ("http://github.example.com/api/v3", {}, False),
        ("http://github.example.com/api/v3", {"plain-http": ["github.example.com"]}, True),
        ("http://github.example.com:81/api", {"plain-http": ["github.example.com:80"]}, False),
        ("http://github.example.com:81/api", {"plain-http": ["github.example.com:81"]}, True),
        ("https://10.1.2.3/api/v3", {}, False),
        ("https://10.1.2.3/api/v3", {"private-hosts": ["10.1.2.3"]}, True),
        ("https://[fd00::1]/api/v3", {}, False),
        ("https://169.254.169.254/", {}, False),
        ("https://user:secret@github.example.com", {}, False),
        ("ftp://github.example.com", {}, False),
        ("https://[::1", {}, False),
    ],
)
def test_only_allowed_addresses_are_asked(url, registries, allowed):
    if allowed:
        connect("octo-org/app", {}, {"github": url, **registries})
        return
    with pytest.raises(UsageError) as caught:
        connect("octo-org/app", {}, {"github": url, **registries})
    assert "secret" not in str(caught.value)


def test_an_api_below_a_path_is_asked_below_that_path(hub):
    below = Api(hub.repository.name, hub.url + "/api/v3", hub.token())
    assert read(below) == []
    assert hub.calls[-1].full_path == "/api/v3/repos/octo-org/app/releases"
