from __future__ import annotations

import selectors
import socket
import threading
import time

import pytest

from release_tools.errors import UnreachableError
from tests.servers import fault, tls


@pytest.fixture
def secured(certificate):
    with fault.serving(tls=certificate) as proxy:
        proxy.always(fault.page(b"here"))
        yield proxy


def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(secured, client, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with pytest.raises(UnreachableError, match="has a certificate that is not trusted: self") as e:
        client(secured).get(secured.url)
    assert "SSL_CERT_FILE" in e.value.hint
    assert secured.requests == []
    assert secured.connections == 1


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_certificate_that_the_environment_names_is_trusted(secured, client, monkeypatch, name):
    monkeypatch.setenv(name, str(secured.certificate.path))
    assert client(secured).get(secured.url).body == b"here"


def test_a_certificate_of_another_host_is_refused(tmp_path, client, monkeypatch):
    theirs = tls.certificate(tmp_path, "example.com")
    monkeypatch.setenv("SSL_CERT_FILE", str(theirs.path))
    with fault.serving(tls=theirs) as proxy:
        with pytest.raises(UnreachableError, match="not trusted: IP address mismatch"):
            client(proxy).get(proxy.url)
        assert proxy.requests == []


def test_certificates_that_cannot_be_read_are_named(secured, client, monkeypatch, tmp_path):
    monkeypatch.setenv("CURL_CA_BUNDLE", str(tmp_path / "none"))
    with pytest.raises(UnreachableError, match="CURL_CA_BUNDLE names certificates that cannot"):
        client(secured).get(secured.url)


def test_a_server_without_tls_is_not_asked_where_tls_is_expected(client):
    def answer(listening):
        for _ in range(4):
            wire, _ = listening.accept()
            with wire:
                wire.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                wire.recv(1 << 16)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer, args=(listening,))
        thread.start()
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        with pytest.raises(UnreachableError, match="does not speak TLS as it should: WRONG_VERS"):
            client(private_hosts=[host]).get(f"https://{host}/")
        thread.join()


def test_an_answer_without_a_length_that_is_cut_is_not_believed(secured, client, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(secured.certificate.path))

    def answer(turn):  # closes without TLS's good-bye
        turn.wire.sendall(b"HTTP/1.1 200 -\r\nConnection: close\r\n\r\nhalf of it")
        return False

    secured.always(answer)
    with pytest.raises(UnreachableError, match="closes the connection before the answer is whole"):
        client(secured).get(secured.url)


def test_a_name_that_leads_to_this_machine_is_refused_before_anything_is_sent(server, client):
    """A public name with a private address is how DNS rebinding begins."""
    url = f"http://localhost:{server.port}/"
    with pytest.raises(UnreachableError, match=r"localhost:\d+ has a private address, (127|::1)"):
        client(plain_http=[f"localhost:{server.port}"], private_hosts=["127.0.0.1"]).get(url)
    time.sleep(0.01)
    assert server.connections == 0
    client(plain_http=[f"localhost:{server.port}"], private_hosts=["localhost"]).get(url)
    assert server.connections == 1


def test_a_name_is_looked_up_once_so_that_its_address_cannot_change(server, client, monkeypatch):
    looked_up = []
    real = socket.getaddrinfo

    def look_up(host, *rest, **options):
        looked_up.append(host)
        return real(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    host = f"localhost:{server.port}"
    server.always(fault.status(200, {"Connection": "close"}))
    http = client(plain_http=[host], private_hosts=[host])
    for number in range(3):
        http.get(f"http://{host}/{number}")
    assert looked_up == [b"localhost"]


def test_a_name_that_does_not_exist_is_told_at_once(client):
    began = time.monotonic()
    with pytest.raises(UnreachableError, match=r"the name of nobody\.invalid cannot be looked up"):
        client().get("https://nobody.invalid/")
    assert time.monotonic() - began < 6


def test_a_look_up_that_hangs_ends(client, monkeypatch):
    ended = threading.Event()

    def look_up(*_, **__):
        ended.wait(5)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(UnreachableError, match="cannot be looked up: no answer in time"):
        client(connect=0.02).get("https://example.com/")
    ended.set()


def test_a_connection_that_is_not_answered_ends(client):
    """A full queue of connections is as good as a host that drops what it is sent."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        host = f"127.0.0.1:{full.getsockname()[1]}"
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.settimeout(0)
            one.connect_ex(full.getsockname())
        http = client(plain_http=[host], private_hosts=[host], connect=0.05)
        with pytest.raises(UnreachableError, match=r"does not answer within 0\.05 s"):
            http.get(f"http://{host}/")
        for one in waiting:
            one.close()


def tunnel(turn):
    """What a proxy does when it is told to connect."""
    host, _, port = turn.request.path.rpartition(":")
    with socket.create_connection((host, int(port))) as there, selectors.DefaultSelector() as both:
        turn.wire.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        both.register(turn.wire, selectors.EVENT_READ, (turn.wire, there))
        both.register(there, selectors.EVENT_READ, (there, turn.wire))
        while True:
            for key, _ in both.select():
                source, sink = key.data
                data = source.recv(1 << 16)
                if not data:
                    return False
                sink.sendall(data)


def test_a_proxy_connects_us_through_and_sees_nothing(secured, client, server, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(secured.certificate.path))
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:canary%21@{server.host}")
    server.always(tunnel)
    http = client(secured)
    assert http.get(f"{secured.url}/1").body == b"here"
    assert http.get(f"{secured.url}/2").body == b"here"
    (asked,) = server.requests
    assert (asked.method, asked.path) == ("CONNECT", secured.host)
    assert server.saw("me:canary!")
    assert not secured.saw("canary")


def test_a_proxy_is_asked_for_whole_addresses_without_tls(client, server, monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://me:canary@{server.host}")
    server.always(fault.page(b"proxied"))
    http = client(plain_http=["example.com"])
    assert http.get("http://example.com/a?b").body == b"proxied"
    (asked,) = server.requests
    assert asked.path == "http://example.com/a?b"
    assert asked.headers["host"] == "example.com"
    assert server.saw("me:canary")


def test_no_proxy_is_heeded(client, server, other, monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://{server.host}")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    client(other).get(other.url)
    assert server.requests == []
    assert len(other.requests) == 1


def test_private_names_are_refused_behind_a_proxy_too(client, server, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://{server.host}")
    with pytest.raises(UnreachableError, match="private address"):
        client().get("https://localhost/")
    assert server.connections == 0


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (fault.status(407), "is behind the proxy 127.0.0.1:PORT, which answers 407"),
        (fault.garbage(), "answers with what is not HTTP"),
        (fault.close(), "closes the connection"),
    ],
)
def test_a_proxy_that_refuses_is_named_without_its_password(
    client, server, monkeypatch, answer, said
):
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:canary@{server.host}")
    server.always(answer)
    with pytest.raises(UnreachableError) as caught:
        client().get("https://example.com/")
    assert said.replace("PORT", str(server.port)) in str(caught.value)
    assert "canary" not in str(caught.value)


def test_a_proxy_of_another_kind_is_told(client, monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks5://me:canary@127.0.0.1:1")
    with pytest.raises(UnreachableError, match="a proxy of the kind 'socks5'") as caught:
        client().get("https://example.com/")
    assert "canary" not in str(caught.value)
