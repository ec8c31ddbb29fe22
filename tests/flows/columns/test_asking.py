from __future__ import annotations

import pytest

from release_tools.adapters.addresses import Addresses
from release_tools.adapters.http import Http
from release_tools.errors import ConfigError
from release_tools.flows.columns.asking import Asking
from release_tools.kinds import image
from release_tools.model import Surface


def surface(name, registry="ghcr.io/org", kind="image"):
    return Surface(f"{kind}:{name}", kind, name, "main", "", {"registry": registry})


@pytest.fixture
def expected(monkeypatch):
    """Return a function that returns the connections which surfaces make begin."""
    told: list[tuple[str, int]] = []
    monkeypatch.setattr(Http, "expect", lambda _, url, count: told.append((url, count)))

    def expect(*surfaces):
        Asking(Http(), Addresses({}, {}, ".")).expect(surfaces)
        return told

    return expect


def test_each_surface_is_expected_to_take_a_connection_to_its_registry(expected):
    surfaces = surface("a"), surface("b"), surface("c", "example.com")
    assert expected(*surfaces) == [("https://ghcr.io", 2), ("https://example.com", 1)]


def test_no_more_connections_are_begun_than_are_used_at_once(expected):
    assert expected(*(surface(str(number)) for number in range(500))) == [("https://ghcr.io", 80)]


def test_what_cannot_be_asked_is_left_to_the_question(expected, monkeypatch):
    def published(*_):
        raise ConfigError("no address")

    monkeypatch.setattr(image, "published", published)
    assert expected(surface("a"), surface("v", kind="file")) == []
