"""The real transport, for tests that need more than a plain GET."""

from __future__ import annotations

import base64
import json

import pytest

from release_tools.adapters.http import Http
from tests.servers.registry import PASSWORD


@pytest.fixture
def http(tmp_path):
    """Make transports for loopback: ``http(user)`` has logged in at the hosts given."""
    made = []

    def make(*hosts, user=None, **bounds):
        encoded = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
        auths = {host: {"auth": encoded} for host in hosts} if user else {}
        (tmp_path / "config.json").write_text(json.dumps({"auths": auths}))
        environ = {"DOCKER_CONFIG": str(tmp_path)}
        # Tokens come from another port of the same host.
        plain = (*hosts, *bounds.pop("plain", ()))
        transport = Http(plain_http=plain, private_hosts=("127.0.0.1",), environ=environ, **bounds)
        made.append(transport)
        return transport

    yield make
    for transport in made:
        transport.close()
