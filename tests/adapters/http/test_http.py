from __future__ import annotations

import time

import pytest

from release_tools.adapters.http import LIMIT
from release_tools.errors import UnreachableError
from tests.servers import fault
from tests.servers.guard import Guard
from tests.servers.together import together

SCOPE = "repository:org/app:pull"


def test_an_answer_is_status_address_headers_and_body(server, client):
    server.always(fault.page(b"here", {"X-Odd": "yes"}, 203))
    answer = client(server).get(f"{server.url}/a?b=c", accept=["text/a", "text/b"])
    assert answer == (203, f"{server.url}/a?b=c", answer.headers, b"here")
    assert answer.headers["x-odd"] == "yes"
    assert server.requests[0].headers == {
        "host": server.host,
        "user-agent": "release-tools",
        "accept": "text/a, text/b",
        "accept-encoding": "gzip",
    }


def test_bytes_that_a_digest_is_made_of_are_not_packed(server, client):
    client(server).get(server.url, scope=SCOPE)
    assert server.requests[0].headers["accept-encoding"] == "identity"


def test_the_same_is_asked_once_by_however_many(server, client):
    server.always(fault.page(b"here"))
    http = client(server)
    together(lambda _: http.get(server.url, accept=["a"]), 50)
    http.get(server.url, accept=["a"])
    assert len(server.requests) == 1
    http.get(server.url, accept=["b"])
    http.get(server.url, accept=["a"], scope=SCOPE)
    http.get(server.url, accept=["a"], limit=9)
    assert len(server.requests) == 4


def test_200_are_asked_side_by_side(server, client):
    """Over a round trip of 20 ms they would take 4 s one after the other."""
    server.latency = 0.02
    server.always(fault.page(b"here"))
    http = client(server)
    began = time.monotonic()
    answers = together(lambda number: http.get(f"{server.url}/{number}"), 200)
    assert time.monotonic() - began < 2
    assert {answer.body for answer in answers} == {b"here"}
    assert http.requests == 200


def test_a_failure_is_not_repeated_either(server, client):
    server.always(fault.status(503))
    http = client(server)
    for _ in range(3):
        with pytest.raises(UnreachableError, match="answers 503"):
            http.get(server.url)
    assert len(server.requests) == 4


def test_a_poll_asks_anew_for_what_has_changed(server, client):
    server.script(fault.page(b"old", {"ETag": '"1"'}), fault.status(304), at="/a")
    server.script(fault.status(404), fault.page(b"new"), at="/b")
    http = client(server)
    first = http.get(f"{server.url}/a"), http.get(f"{server.url}/b")
    http.renew()
    second = http.get(f"{server.url}/a"), http.get(f"{server.url}/b")
    assert [one.body for one in (*first, *second)] == [b"old", b"", b"old", b"new"]
    assert second[0].status == 200
    assert [asked.headers.get("if-none-match") for asked in server.requests] == [
        None,
        None,
        '"1"',
        None,
    ]
    http.renew()
    server.script(fault.page(b"newer", {"ETag": '"2"'}), at="/a")
    assert http.get(f"{server.url}/a").body == b"newer"
    assert server.requests[-1].headers["if-none-match"] == '"1"'


def test_an_etag_is_only_shown_to_the_address_that_gave_it(server, client):
    server.always(fault.redirect("/b"), at="/a")
    server.always(fault.page(b"b", {"ETag": '"1"'}), at="/b")
    http = client(server)
    http.get(f"{server.url}/a")
    http.renew()
    server.always(fault.status(304), at="/b")
    assert http.get(f"{server.url}/a").body == b"b"
    shown = [(asked.path, asked.headers.get("if-none-match")) for asked in server.requests[2:]]
    assert shown == [("/a", None), ("/b", '"1"')]


def test_an_unchanged_answer_that_nobody_remembers_is_handed_on(server, client):
    server.always(fault.status(304))
    assert client(server).get(server.url).status == 304


def test_a_poll_has_its_own_time(server, client):
    server.always(fault.page(b"here"))
    http = client(server, total=0.05)
    http.get(f"{server.url}/1")
    time.sleep(0.06)
    with pytest.raises(UnreachableError, match=r"the 0\.05 s for all requests are over"):
        http.get(f"{server.url}/2")
    http.renew(5)
    assert http.get(f"{server.url}/2").body == b"here"


def test_a_poll_tries_again_what_was_given_up(server, client):
    server.script(*[fault.close()] * 4)
    http = client(server)
    with pytest.raises(UnreachableError):
        http.get(server.url)
    http.renew()
    assert http.get(server.url).status == 404


def test_memory_of_answers_is_bounded(server, client):
    body = b"x" * LIMIT
    server.always(fault.page(body))
    http = client(server)
    for number in (1, 2, 3, 3, 1):
        http.get(f"{server.url}/{number}")
    assert [asked.path for asked in server.requests] == ["/1", "/2", "/3", "/1"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_three_redirects_are_followed(server, client, status):
    for number in range(3):
        server.always(fault.redirect(f"/{number + 1}?q=1", status), at=f"/{number}")
    server.always(fault.page(b"here"), at="/3")
    answer = client(server).get(f"{server.url}/0")
    assert (answer.body, answer.url) == (b"here", f"{server.url}/3?q=1")


def test_a_fourth_is_not(server, client):
    for number in range(5):
        server.always(fault.redirect(f"/{number + 1}"), at=f"/{number}")
    with pytest.raises(UnreachableError, match="redirects more than 3 times"):
        client(server).get(f"{server.url}/0")
    assert len(server.requests) == 4


def test_a_circle_is_refused(server, client):
    server.always(fault.redirect("/b"), at="/a")
    server.always(fault.redirect("/a"), at="/b")
    with pytest.raises(UnreachableError, match="in a circle"):
        client(server).get(f"{server.url}/a")
    assert len(server.requests) == 2


def test_a_redirect_without_a_location_is_an_answer(server, client):
    server.always(fault.status(302))
    assert client(server).get(server.url).status == 302


def test_a_redirect_to_a_private_address_is_refused(server, client, other):
    server.always(fault.redirect(f"http://{other.host}/"))
    http = client(plain_http=[server.host, other.host], private_hosts=[server.host])
    with pytest.raises(UnreachableError, match=f"{other.host} has a private address, 127.0.0.1"):
        http.get(server.url)
    assert other.connections == 0


def test_a_redirect_away_from_tls_is_refused(other, client, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))
    with fault.serving(tls=certificate) as secured:
        secured.always(fault.redirect(other.url))
        with pytest.raises(UnreachableError, match=f"redirects to {other.host}, without TLS"):
            client(secured, other).get(secured.url)
        assert other.connections == 0
        other.always(fault.redirect(secured.url + "/end"))
        secured.always(fault.page(b"here"), at="/end")
        assert client(secured, other).get(other.url).body == b"here"


def test_credentials_do_not_follow_to_another_host_and_do_not_come_back(
    server, client, other, at_home
):
    (at_home / ".netrc").write_text("machine 127.0.0.1 login me password canary\n")
    server.always(fault.redirect(f"{other.url}/there?signature=abc"), at="/away")
    other.always(fault.redirect(f"{server.url}/back"), at="/there")
    http = client(server, other)
    http.get(f"{server.url}/away")
    assert server.saw("me:canary")
    assert not other.saw("canary")
    assert "authorization" not in server.requests[-1].headers


def test_a_token_does_not_follow_to_another_host(server, client, other):
    Guard(server, other, inside=fault.redirect(f"{other.url}/blob?signature=abc"))
    other.always(fault.page(b"blob"), at="/blob")
    answer = client(server, other).get(f"{server.url}/v2/x", scope=SCOPE)
    assert (answer.body, answer.url) == (b"blob", f"{other.url}/blob")
    assert "authorization" in server.requests[-1].headers
    assert "authorization" not in other.requests[-1].headers


def test_a_challenge_of_another_host_is_not_answered(server, client, other):
    server.always(fault.redirect(f"{other.url}/blob"))
    challenge = f'Bearer realm="{other.url}/token"'
    other.always(fault.status(401, {"WWW-Authenticate": challenge}), at="/blob")
    assert client(server, other).get(f"{server.url}/v2/x", scope=SCOPE).status == 401
    assert [asked.path for asked in other.requests] == ["/blob"]


def test_credentials_that_no_header_can_hold_are_not_sent_and_not_shown(server, client, at_home):
    (at_home / ".npmrc").write_text(f"//{server.host}/:_authToken=canary\x07\n")
    with pytest.raises(UnreachableError, match="cannot stand in a header") as caught:
        client(server).get(server.url)
    assert "canary" not in str(caught.value)
    assert server.requests == []


def test_a_client_that_the_user_configured_is_trusted(server, client):
    server.always(fault.page(b"here"))
    assert client(trusted=[f"{server.url}/simple/"]).get(server.url).body == b"here"


def test_no_error_shows_a_query_or_a_secret(server, client, at_home):
    """Whatever goes wrong, with a secret in every place that has one."""
    (at_home / ".netrc").write_text("machine 127.0.0.1 login me password canary\n")
    wrongs = [
        fault.status(503),
        fault.status(429, {"Retry-After": "999"}),
        fault.reset(),
        fault.garbage(b"HTTP/1.1 canary\r\n"),
        fault.html(),
        fault.redirect("http://user:canary@127.0.0.1:1/"),
        fault.redirect("http://127.0.0.1:1/?canary"),
        fault.redirect("/canary"),
        fault.page(b"x" * 99, {"Content-Encoding": "canary" * 99}),
        fault.endless(),
    ]
    for number, wrong in enumerate(wrongs):
        server.always(wrong, at=f"/{number}?canary")
        server.always(fault.redirect("/canary/2"), at="/canary")
        try:
            client(server).get(f"{server.url}/{number}?canary")
        except UnreachableError as error:
            said = error.message + error.hint
            if number != 8:  # there it is the server's own word, cut short
                assert "canary" not in said
            assert "Basic" not in said
            assert said.isprintable()
            assert len(said) < 300
