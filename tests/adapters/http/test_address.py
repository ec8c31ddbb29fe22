from __future__ import annotations

from ipaddress import ip_address

import pytest

from release_tools.adapters.http import address
from release_tools.adapters.http.address import Policy
from release_tools.errors import UnreachableError

PUBLIC = ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8", "203.0.113.7"]
PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%1",
    "fd00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "2002:7f00:1::",
    "64:ff9b::a00:1",
]


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_is_public(text):
    assert address.is_public(ip_address(text))


@pytest.mark.parametrize("text", PRIVATE)
def test_a_private_address_is_none(text):
    assert not address.is_public(ip_address(text))


@pytest.mark.parametrize(
    ("url", "place", "whole"),
    [
        ("https://Example.com", "example.com", "https://example.com/"),
        ("https://example.com:443/a?b=c#d", "example.com", "https://example.com/a?b=c"),
        ("http://example.com:8080/a b", "example.com:8080", "http://example.com:8080/a%20b"),
        ("http://[::1]:5000/v2/", "[::1]:5000", "http://[::1]:5000/v2/"),
        ("https://bücher.example/%2F", "xn--bcher-kva.example", None),
    ],
)
def test_a_url_is_taken_apart(url, place, whole):
    found = address.parse(url)
    assert found.place == place
    assert whole is None or found.url == whole


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "file:///etc/passwd",
        "ftp://example.com/",
        "https:///path",
        "https://example.com:99999/",
        "https://exa mple.com/",
        "https://[::1/",
        "https://[zz::1]/",
        "https://-$(id)/",
        "https://example.com/" + "a" * 9000,
    ],
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(UnreachableError):
        address.parse(url)


def test_credentials_in_an_address_are_refused_and_not_shown():
    with pytest.raises(UnreachableError) as caught:
        address.parse("https://user:canary@example.com/")
    assert "canary" not in str(caught.value) + caught.value.hint


def policy(plain=(), private=(), trusted=()):
    return Policy(plain, private, trusted)


@pytest.mark.parametrize(
    ("plain", "trusted", "url", "fine"),
    [
        ([], [], "https://a/", True),
        ([], [], "http://a/", False),
        (["a"], [], "http://a/", True),
        (["a"], [], "http://a:81/", False),
        (["a:81"], [], "http://A:81/", True),
        (["a:81"], [], "http://a/", False),
        (["a:81"], [], "http://b:81/", False),
        (["[::1]:5000"], [], "http://[::1]:5000/", True),
        ([], ["http://a:81/simple/"], "http://a:81/", True),
        ([], ["https://a:81/simple/"], "http://a:81/", False),
    ],
)
def test_without_tls_only_a_named_host_is_asked(plain, trusted, url, fine):
    told = policy(plain, (), trusted)
    if fine:
        told.admit(address.parse(url))
    else:
        with pytest.raises(UnreachableError, match="without TLS"):
            told.admit(address.parse(url))


@pytest.mark.parametrize(
    ("private", "trusted", "url", "fine"),
    [
        ([], [], "https://a/", False),
        (["a"], [], "https://a/", True),
        (["a"], [], "https://a:444/", True),
        (["a:444"], [], "https://a:444/", True),
        (["a:444"], [], "https://a/", False),
        (["b"], [], "https://a/", False),
        (["::1", "[fd00::1]:5"], [], "https://[::1]/", True),
        (["[fd00::1]:5"], [], "https://[fd00::1]:5/", True),
        ([], ["https://a/simple"], "https://a/", True),
        ([], ["https://a/simple"], "https://a:444/", False),
        (["not a host", "a/b", ":"], [], "https://a/", False),
    ],
)
def test_a_private_address_is_asked_only_for_a_named_host(private, trusted, url, fine):
    told = policy((), private, trusted)
    if fine:
        told.admit_ip(address.parse(url), "10.0.0.1")
    else:
        with pytest.raises(UnreachableError, match="private address"):
            told.admit_ip(address.parse(url), "10.0.0.1")
    told.admit_ip(address.parse(url), "8.8.8.8")


@pytest.mark.parametrize(
    "host", ["localhost", "x.localhost", "127.1", "2130706433", "0x7f.1", "10.0.0.1", "[::1]"]
)
def test_behind_a_proxy_a_name_that_is_private_is_refused(host):
    with pytest.raises(UnreachableError, match="private address"):
        policy().admit_name(address.parse(f"https://{host}/"))
    policy().admit_name(address.parse("https://example.com/"))


# What may lead where: https only to https; http to either, where http is allowed.
@pytest.mark.parametrize(
    ("at", "location", "leads"),
    [
        ("https://a/x", "/y?z", "https://a/y?z"),
        ("https://a/x/", "y", "https://a/x/y"),
        ("https://a/", "https://b/", "https://b/"),
        ("https://a/", "//b/c", "https://b/c"),
        ("https://a/", "http://b/", None),
        ("https://a/", "http://plain/", None),
        ("http://plain/", "http://plain/y", "http://plain/y"),
        ("http://plain/", "https://a/", "https://a/"),
        ("http://plain/", "http://b/", None),
        ("https://a/", "file:///etc/passwd", None),
        ("https://a/", "https://u:canary@b/", None),
        ("https://a/", "javascript:alert(1)", None),
    ],
)
def test_redirects_lead_where_they_may(at, location, leads):
    told = policy(plain=["plain"])
    if leads is not None:
        assert told.follow(address.parse(at), location).url == leads
        return
    with pytest.raises(UnreachableError) as caught:
        told.follow(address.parse(at), location)
    assert "canary" not in str(caught.value)
