from __future__ import annotations

import os

import pytest

from release_tools.adapters.http import Http, retry
from tests.servers import fault, tls


@pytest.fixture(autouse=True)
def at_home(monkeypatch, tmp_path):
    """A home without any client's configuration, no proxies, and no patience."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith(("PIP_", "npm_", "NPM_", "CARGO_")):
            monkeypatch.delenv(name)
    for name in ("DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "NETRC"):
        monkeypatch.delenv(name, raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("_PAUSE", "_PAUSE_TOO_MANY", "_LEAST_TOLD"):
        monkeypatch.setattr(retry, name, 0.001)
    return home


@pytest.fixture
def server():
    """A server that says what it is told, and 404 to all else."""
    with fault.serving() as proxy:
        yield proxy


@pytest.fixture
def other():
    """Another one, on another host as far as credentials go."""
    with fault.serving() as proxy:
        yield proxy


@pytest.fixture
def client():
    """Return a function that makes a client which may ask these servers, and closes it."""
    made = []

    def make(*servers, **options):
        hosts = [one.host for one in servers]
        options = {"plain_http": hosts, "private_hosts": hosts} | options
        made.append(Http(**options))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return tls.certificate(tmp_path_factory.mktemp("tls"))
