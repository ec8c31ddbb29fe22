from __future__ import annotations

import time
from email.utils import formatdate

import pytest

from release_tools.adapters.http import retry
from release_tools.errors import UnreachableError
from release_tools.reading import Answer
from tests.servers import fault


@pytest.mark.parametrize(
    "broken",
    [
        *map(fault.status, (429, 500, 502, 503, 504)),
        fault.reset(),
        fault.close(),
        fault.garbage(),
        fault.truncate(),
        fault.reset(after=70),
        fault.status(103),
    ],
)
def test_what_may_pass_is_asked_again(client, broken):
    from tests.servers import site

    with (
        site.serving(lambda _: site.Said(200, b"x" * 99)) as behind,
        fault.serving(behind.url) as s,
    ):
        s.script(broken, broken, broken)
        assert client(s).get(s.url).body == b"x" * 99
        assert [asked.method for asked in s.requests] == ["GET"] * 4


@pytest.mark.parametrize("status", [200, 204, 400, 401, 403, 404, 410, 501])
def test_what_will_not_pass_is_told_at_once(server, client, status):
    server.always(fault.status(status))
    assert client(server).get(server.url).status == status
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_does_not_pass_is_given_up(server, client, status):
    server.always(fault.status(status))
    with pytest.raises(UnreachableError) as caught:
        client(server).get(f"{server.url}/a?secret=canary")
    assert str(caught.value) == f"{server.host} answers {status} (tried 4 times)"
    assert caught.value.id == "unreachable"
    assert caught.value.exit_code == 3


def test_the_wish_to_wait_is_heeded(server, client, monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    server.script(
        fault.status(429, {"Retry-After": "7"}),
        fault.status(503, {"Retry-After": formatdate(time.time() + 9, usegmt=True)}),
        fault.page(b"here"),
    )
    assert client(server).get(server.url).body == b"here"
    first, second = slept
    assert 7 <= first <= 7.7
    assert 7.5 <= second <= 9.9


@pytest.mark.parametrize(
    "wish",
    ["3600", formatdate(time.time() + 3600, usegmt=True), "9" * 40],
    ids=["seconds", "a date", "for ever"],
)
def test_a_wish_to_wait_for_longer_than_there_is_time_ends_at_once(server, client, wish):
    server.always(fault.status(429, {"Retry-After": wish}))
    began = time.monotonic()
    with pytest.raises(UnreachableError, match=r"answers 429 and asks to wait \d+ s; of this run"):
        client(server).get(server.url)
    assert time.monotonic() - began < 5
    assert len(server.requests) == 1


def test_a_server_that_always_wants_a_little_more_time_is_given_up(server, client):
    server.always(fault.status(429, {"Retry-After": "0"}))
    with pytest.raises(UnreachableError, match="tried 8 times"):
        client(server).get(server.url)


@pytest.mark.parametrize(
    ("wish", "date", "seconds"),
    [
        ("", "", None),
        ("soon", "", None),
        ("-5", "", None),
        ("\u0661", "", None),
        ("12", "", 12),
        ("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 07:27:30 GMT", 30),
        ("Wed, 21 Oct 2015 07:28:00 GMT", "", 0),
        ("Wed, 99 Oct 2015 07:28:00 GMT", "", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(wish, date, seconds):
    answer = Answer(429, "", {"retry-after": wish, "date": date}, b"")
    assert retry.retry_after(answer) == seconds


@pytest.mark.parametrize(
    "stuck", [fault.hang(), fault.drip(0.02), fault.endless(), fault.slow(0.05)]
)
def test_every_wait_ends_with_the_run(client, stuck):
    from tests.servers import site

    with (
        site.serving(lambda _: site.Said(200, b"x" * 999)) as behind,
        fault.serving(behind.url) as s,
    ):
        s.always(stuck)
        http = client(s, total=0.4)
        began = time.monotonic()
        with pytest.raises(UnreachableError, match="for all requests are over"):
            http.get(s.url, limit=1 << 40)
        assert time.monotonic() - began < 1
        with pytest.raises(UnreachableError, match="are over"):
            http.get(f"{s.url}/another")
        assert len(s.requests) == 1


def test_a_server_that_says_nothing_is_tried_again(server, client):
    server.script(fault.hang(), fault.page(b"here"))
    assert client(server, read=0.05).get(server.url).body == b"here"


def test_a_host_that_was_never_reached_is_given_up_for_all_its_requests(
    server, client, monkeypatch
):
    monkeypatch.setattr(retry, "_PAUSE", 0.02)
    http = client(server)
    server.stop()
    with pytest.raises(UnreachableError, match=r"refuses connections \(tried 4 times\)"):
        http.get(f"{server.url}/1")
    began = time.monotonic()
    for number in range(20):
        with pytest.raises(UnreachableError, match="refuses connections"):
            http.get(f"{server.url}/a{number}")
    assert time.monotonic() - began < 2
    http.renew()
    assert not http._retry._dead


def test_a_host_that_has_answered_is_not_given_up(server, client):
    server.always(fault.status(200, {"Connection": "close"}))
    http = client(server)
    http.get(f"{server.url}/1")
    server.stop()
    with pytest.raises(UnreachableError, match=r"refuses connections \(tried 4 times\)"):
        http.get(f"{server.url}/2")
    assert not http._retry._dead
