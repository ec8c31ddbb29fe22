from __future__ import annotations

import gzip
import tracemalloc

import pytest

from release_tools.adapters.http import body
from release_tools.errors import UnreachableError
from tests.servers import fault

TEXT = b'{"name": "app"}' * 1000


def packed(content, **headers):
    return fault.page(content, {"Content-Encoding": "gzip", **headers})


def test_a_packed_body_is_unpacked_and_its_length_told(server, client):
    server.always(packed(gzip.compress(TEXT)))
    answer = client(server).get(server.url)
    assert answer.body == TEXT
    assert answer.headers["content-length"] == str(len(TEXT))
    assert "content-encoding" not in answer.headers


def test_packed_members_may_follow_one_another(server, client):
    server.always(packed(gzip.compress(TEXT) + gzip.compress(b"") + gzip.compress(b"end")))
    assert client(server).get(server.url).body == TEXT + b"end"


def test_incompressible_bytes_survive_being_packed(server, client):
    import random

    content = random.Random(7).randbytes(1 << 20)
    server.always(packed(gzip.compress(content)))
    assert client(server).get(server.url).body == content


@pytest.mark.parametrize(
    "content", [gzip.compress(TEXT)[:-9], b"no gzip", gzip.compress(TEXT) + b"x"]
)
def test_a_packed_body_that_is_not_whole_is_asked_for_again_and_given_up(server, client, content):
    server.always(packed(content))
    with pytest.raises(UnreachableError, match="cut short"):
        client(server).get(server.url)
    assert len(server.requests) == 4


def test_a_bomb_is_refused_in_little_memory(server, client):
    server.always(fault.bomb())
    tracemalloc.start()
    try:
        with pytest.raises(UnreachableError, match="more than 1,000,000 bytes"):
            client(server).get(server.url, limit=1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_empty_members_without_end_are_refused(server, client):
    def answer(turn):
        turn.wire.sendall(b"HTTP/1.1 200 -\r\nContent-Encoding: gzip\r\n\r\n")
        while True:
            turn.wire.sendall(gzip.compress(b"") * 1000)

    server.always(answer)
    with pytest.raises(UnreachableError, match="more than 1,000,000 bytes"):
        client(server).get(server.url, limit=1_000_000)


def test_an_endless_body_is_refused(server, client):
    server.always(fault.endless())
    with pytest.raises(UnreachableError, match="more than 16,777,216 bytes"):
        client(server).get(server.url)
    assert len(server.requests) == 1


def test_a_body_that_says_to_be_too_large_is_not_read(server, client):
    server.always(fault.page(b"", {"Content-Length": "999999999999"}))
    with pytest.raises(UnreachableError, match="more than 5 bytes"):
        client(server).get(server.url, limit=5)


def test_a_body_of_just_the_limit_is_fine(server, client):
    server.always(fault.page(b"12345"))
    assert client(server).get(server.url, limit=5).body == b"12345"


def test_another_packing_is_refused(server, client):
    server.always(fault.page(b"x", {"Content-Encoding": "br"}))
    with pytest.raises(UnreachableError, match="'br'"):
        client(server).get(server.url)


def test_a_header_sent_twice_is_joined(server, client):
    def answer(turn):
        turn.wire.sendall(b"HTTP/1.1 200 -\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 0\r\n\r\n")
        return True

    server.always(answer)
    assert client(server).get(server.url).headers["x-a"] == "1, 2"


def test_the_limit_is_what_the_contract_says():
    assert body._CHUNK < 1 << 20


@pytest.mark.parametrize("length", ["-1", "2, 3", "x", "0x2"])
def test_a_length_that_is_none_is_refused_at_once(server, client, length):
    server.always(fault.page(b"{}", {"Content-Length": length}))
    with pytest.raises(UnreachableError, match="no proper length"):
        client(server).get(server.url)
