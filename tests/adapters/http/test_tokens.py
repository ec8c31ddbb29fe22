from __future__ import annotations

import base64
import json
import time
from urllib.parse import parse_qs, urlsplit

import pytest

from release_tools.adapters.http import tokens
from release_tools.errors import UnreachableError
from tests.servers import fault
from tests.servers.guard import Guard

SCOPE = "repository:org/app:pull"


@pytest.fixture
def guard(server, other):
    return Guard(server, other)


def log_in(home, host, user="me", password="canary", **more):
    auth = base64.b64encode(f"{user}:{password}".encode()).decode()
    config = home / ".docker"
    config.mkdir(exist_ok=True)
    (config / "config.json").write_text(json.dumps({"auths": {host: {"auth": auth, **more}}}))


def asked(realm):
    return [parse_qs(urlsplit(one.path).query) for one in realm.requests]


def test_a_challenge_is_answered_by_a_token_for_our_scope(server, other, guard, client):
    guard.challenge += ',scope="repository:victim/secret:pull,push"'
    answer = client(server, other).get(f"{server.url}/v2/", scope=SCOPE)
    assert answer.body == b"Bearer token-1"
    assert asked(other) == [{"a": ["b"], "service": ["the service"], "scope": [SCOPE]}]
    assert "authorization" not in other.requests[0].headers


@pytest.mark.usefixtures("guard")
def test_one_token_is_fetched_for_each_scope_and_unasked_from_the_second_on(server, other, client):
    http = client(server, other)
    for number in range(3):
        http.get(f"{server.url}/{number}", scope=SCOPE)
    http.get(f"{server.url}/x", scope="repository:org/other:pull")
    assert [one["scope"] for one in asked(other)] == [[SCOPE], ["repository:org/other:pull"]]
    refused = [one for one in server.requests if "authorization" not in one.headers]
    assert len(refused) == 1


@pytest.mark.usefixtures("guard")
def test_many_at_once_share_one_token(server, other, client):
    from tests.servers.together import together

    http = client(server, other)
    answers = together(lambda n: http.get(f"{server.url}/{n}", scope=SCOPE), 50)
    assert {answer.status for answer in answers} == {200}
    assert len(other.requests) == 1


def test_a_token_that_the_registry_no_longer_takes_is_fetched_anew_once(
    server, other, guard, client
):
    http = client(server, other)
    http.get(f"{server.url}/1", scope=SCOPE)
    guard.valid.clear()
    assert http.get(f"{server.url}/2", scope=SCOPE).body == b"Bearer token-2"
    assert len(other.requests) == 2


def test_a_token_that_is_never_taken_ends_in_the_refusal(server, other, guard, client):
    server.always(fault.status(401, {"WWW-Authenticate": guard.challenge}))
    http = client(server, other)
    assert http.get(f"{server.url}/1", scope=SCOPE).status == 401
    assert len(server.requests) == 2


@pytest.mark.usefixtures("guard")
def test_a_token_that_is_over_is_fetched_anew(server, other, client, monkeypatch):
    http = client(server, other)
    http.get(f"{server.url}/1", scope=SCOPE)
    now = time.monotonic()
    monkeypatch.setattr(tokens, "monotonic", lambda: now + 296)
    http.get(f"{server.url}/2", scope=SCOPE)
    assert len(other.requests) == 2
    assert len(server.requests) == 3  # nobody had to refuse


@pytest.mark.usefixtures("guard")
@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_token_that_is_refused_leaves_the_registrys_refusal(server, other, client, status):
    other.always(fault.status(status))
    http = client(server, other)
    assert http.get(f"{server.url}/1", scope=SCOPE).status == 401
    assert http.get(f"{server.url}/2", scope=SCOPE).status == 401
    assert len(other.requests) == 1  # told once, for all of the repository


@pytest.mark.usefixtures("guard")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"token": 7}',
        b'{"token": ""}',
        b'{"token": "a b"}',
        b'{"token": "a\\r\\nX-Injected: 1"}',
        b'{"token": "a", "expires_in": "x"}',
        b"<html>",
        b"[" * 99999,
    ],
)
def test_what_is_no_token_is_an_error_that_names_its_server(server, other, client, body):
    other.always(fault.page(body))
    with pytest.raises(UnreachableError, match=f"{other.host}, asked for a token, answers with"):
        client(server, other).get(server.url, scope=SCOPE)


@pytest.mark.usefixtures("guard")
def test_a_server_of_tokens_that_fails_is_named(server, other, client):
    other.always(fault.status(503))
    with pytest.raises(UnreachableError, match=f"{other.host} answers 503"):
        client(server, other).get(server.url, scope=SCOPE)


def test_docker_calls_it_access_token_too(server, other, guard, client):
    guard.valid.add("abc")
    other.always(fault.page(b'{"access_token": "abc"}'))
    assert client(server, other).get(server.url, scope=SCOPE).body == b"Bearer abc"


@pytest.mark.usefixtures("guard")
def test_the_login_of_the_registry_goes_to_its_realm_and_nowhere_else(
    server, other, client, at_home
):
    log_in(at_home, server.host)
    client(server, other).get(server.url, scope=SCOPE)
    assert other.saw("me:canary")
    assert not server.saw("canary")


@pytest.mark.usefixtures("guard")
def test_the_login_of_another_registry_goes_nowhere(server, other, client, at_home):
    log_in(at_home, "ghcr.io")
    client(server, other).get(server.url, scope=SCOPE)
    assert not other.saw("canary")
    assert not server.saw("canary")


def test_without_tls_a_login_does_not_leave_its_host(server, client, at_home):
    """The realm is on this machine too, but by another name."""
    log_in(at_home, server.host)
    with fault.serving(address="127.0.0.2") as realm:
        Guard(server, realm)
        assert client(server, realm).get(server.url, scope=SCOPE).status == 200
        assert len(realm.requests) == 1
        assert not realm.saw("canary")


@pytest.mark.usefixtures("guard")
def test_a_realm_without_tls_is_refused_unless_it_is_named(server, other, client):
    with pytest.raises(UnreachableError, match=f"{other.host} would have to be asked without TLS"):
        client(server).get(server.url, scope=SCOPE)
    assert other.requests == []


def test_a_registry_with_tls_may_have_its_tokens_without_where_that_is_named(
    other, client, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))
    with fault.serving(tls=certificate) as registry:
        Guard(registry, other)
        assert client(registry, other).get(registry.url, scope=SCOPE).status == 200
        with pytest.raises(UnreachableError, match="without TLS"):
            client(registry).get(registry.url, scope=SCOPE)


@pytest.mark.usefixtures("guard")
def test_an_identity_token_is_exchanged(server, other, client, at_home):
    log_in(at_home, server.host, identitytoken="canary")
    assert client(server, other).get(server.url, scope=SCOPE).status == 200
    (one,) = other.requests
    assert one.method == "POST"
    assert parse_qs(one.body.decode()) == {
        "grant_type": ["refresh_token"],
        "client_id": ["release-tools"],
        "refresh_token": ["canary"],
        "service": ["the service"],
        "scope": [SCOPE],
    }
    assert not server.saw("canary")


def test_a_registry_that_wants_name_and_password_gets_its_own(server, client, at_home):
    log_in(at_home, server.host)

    def guard(turn):
        if "authorization" in turn.request.headers:
            return fault.page(b"in")(turn)
        return fault.status(401, {"WWW-Authenticate": 'Basic realm="r"'})(turn)

    server.always(guard)
    http = client(server)
    assert http.get(f"{server.url}/1", scope=SCOPE).body == b"in"
    assert http.get(f"{server.url}/2", scope=SCOPE).body == b"in"
    assert len(server.requests) == 3
    assert server.saw("me:canary")


def test_a_registry_that_wants_what_we_do_not_have_has_refused(server, client):
    for challenge in ('Basic realm="r"', "Negotiate", 'Bearer realm="', "Bearer service=x", ""):
        server.always(fault.status(401, {"WWW-Authenticate": challenge}))
        before = len(server.requests)
        assert client(server).get(server.url, scope=SCOPE).status == 401
        assert len(server.requests) == before + 1


@pytest.mark.usefixtures("guard")
def test_without_a_scope_no_challenge_is_answered(server, other, client):
    assert client(server, other).get(server.url).status == 401
    assert other.requests == []
