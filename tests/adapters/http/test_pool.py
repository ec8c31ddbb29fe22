from __future__ import annotations

import gc
import socket
import threading
import time

import pytest

from release_tools.adapters.http import Http
from release_tools.errors import UnreachableError
from tests.servers import fault
from tests.servers.together import together


def test_a_connection_is_kept_for_the_next_request(server, client):
    http = client(server)
    for number in range(5):
        http.get(f"{server.url}/{number}")
    assert server.connections == 1
    assert http.requests == 5


def test_a_server_that_wants_no_further_request_gets_a_new_connection(server, client):
    server.always(fault.status(200, {"Connection": "close"}))
    http = client(server)
    http.get(f"{server.url}/1")
    http.get(f"{server.url}/2")
    assert server.connections == 2


def test_a_kept_connection_that_was_closed_does_not_count_as_a_try(server, client):
    closed = [fault.close()] * 4  # one on the connection that was kept, three tries
    server.script(fault.page(b"1"), *closed, fault.page(b"2"))
    http = client(server)
    assert http.get(f"{server.url}/1").body == b"1"
    assert http.get(f"{server.url}/2").body == b"2"
    assert server.connections == 5


def test_a_kept_connection_that_is_seen_to_be_closed_is_not_used(server, client):
    def answer_and_close(turn):
        turn.wire.sendall(b"HTTP/1.1 200 -\r\nContent-Length: 0\r\n\r\n")
        return False

    server.always(answer_and_close)
    http = client(server)
    for number in range(4):
        assert http.get(f"{server.url}/{number}").status == 200


def test_an_answer_that_follows_unasked_is_not_taken_for_the_next(server, client):
    """Two answers to one request: the second must not become that of another request."""

    read, sent = threading.Event(), threading.Event()

    def twice(turn):
        answer = b"HTTP/1.1 200 -\r\nContent-Length: 1\r\n\r\n1"
        turn.wire.sendall(answer)
        read.wait(5)
        turn.wire.sendall(answer)
        sent.set()
        return True

    server.script(twice, at="/1")
    server.always(fault.page(b"true"), at="/2")
    http = client(server)
    assert http.get(f"{server.url}/1").body == b"1"
    read.set()
    sent.wait(5)
    assert http.get(f"{server.url}/2").body == b"true"


def test_what_a_request_cannot_hold_is_refused(server, client):
    with pytest.raises(UnreachableError, match="cannot be asked like that"):
        client(server).get(server.url, accept=["a\r\nX-Injected: canary"])
    assert not server.saw("canary")


def test_a_client_that_is_let_go_closes_what_it_kept(server):
    http = Http(plain_http=[server.host], private_hosts=[server.host])
    http.get(server.url)
    del http
    gc.collect()  # an open socket would be a warning, and a warning is an error


def test_connections_that_were_begun_are_those_that_are_used(server, client):
    http = client(server)
    http.expect(server.url, 3)
    together(lambda number: http.get(f"{server.url}/{number}"), 3)
    assert server.connections == 3


def test_a_request_finds_out_what_came_of_the_connection_begun_for_it(client):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        host = f"127.0.0.1:{gone.getsockname()[1]}"
    http = client(plain_http=[host], private_hosts=[host])
    http.expect(f"http://{host}", 1)
    with pytest.raises(UnreachableError, match=r"refuses connections \(tried 4 times\)"):
        http.get(f"http://{host}/")


def test_a_begun_connection_that_was_closed_again_does_not_count_as_a_try(server, client):
    closed = [fault.close()] * 4  # one on the connection that was begun, three tries
    server.script(*closed, fault.page(b"1"))
    http = client(server)
    http.expect(server.url, 1)
    assert http.get(server.url).body == b"1"
    assert server.connections == 5


@pytest.mark.parametrize("url", ["http://127.0.0.1:{}", "https://127.0.0.1:{}", "ftp://x", "http:"])
def test_nobody_is_connected_to_who_may_not_be_asked(server, client, url):
    http = client()
    http.expect(url.format(server.port), 1)
    with pytest.raises(UnreachableError):
        http.get(url.format(server.port))
    assert server.connections == 0


def test_what_was_begun_in_vain_is_closed(server, client):
    http = client(server)
    http.expect(server.url, 2)
    http.get(server.url)
    http.close()
    deadline = time.monotonic() + 5
    while server.connections < 2 or server._open:  # it closes when the client has
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_only_get_is_ever_sent(server, client):
    with pytest.raises(TypeError):
        client(server).get(server.url, method="DELETE")
    client(server).get(server.url)
    assert {asked.method for asked in server.requests} == {"GET"}
