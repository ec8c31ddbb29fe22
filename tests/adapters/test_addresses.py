from __future__ import annotations

import os
import subprocess
import sys

import pytest

from release_tools.adapters.addresses import Addresses
from release_tools.errors import ConfigError, UnreadableError

REGISTRIES = ("pypi", "crates", "npm", "github")


@pytest.fixture
def addresses(tmp_path):
    """Return a function that makes the addresses of a project in an empty home."""
    for name in ("home/.cargo", "home/.pip", "root/.cargo"):
        (tmp_path / name).mkdir(parents=True)
    home = str(tmp_path / "home")

    def make(table=None, files=None, **environ):
        for name, text in (files or {}).items():
            (tmp_path / name).write_text(text)
        environ = {"HOME": home, "XDG_CONFIG_DIRS": home, "PATH": ""} | environ
        return Addresses.from_environment(table or {}, environ, str(tmp_path / "root"))

    return make


def test_what_nobody_configured_is_where_everybody_looks(addresses):
    """Libraries know; nothing here writes these addresses down."""
    from pypi_simple import PYPI_SIMPLE_ENDPOINT

    found = addresses()
    assert found.of("pypi") == PYPI_SIMPLE_ENDPOINT
    assert found.of("github").startswith("https://api.")
    assert found.of("npm").startswith("https://registry.")
    assert found.of("crates").startswith("https://index.")
    assert found.trusted == frozenset()


def test_the_configuration_comes_first(addresses):
    table = {
        "pypi": "https://a/simple/",
        "crates": "sparse+https://b/index/",
        "npm": "http://127.0.0.1:4873/",
        "github": "https://github.example.com/api/v3",
    }
    found = addresses(table, PIP_INDEX_URL="https://no/", GITHUB_API_URL="https://no/")
    assert [found.of(name) for name in REGISTRIES] == [
        "https://a/simple/",
        "https://b/index/",
        "http://127.0.0.1:4873/",
        "https://github.example.com/api/v3",
    ]


def test_the_users_own_clients_come_second_and_are_trusted(addresses):
    found = addresses(
        files={
            "home/.npmrc": "registry=http://127.0.0.1:4873/\n",
            "home/.cargo/config.toml": '[source.crates-io]\nreplace-with = "m"\n'
            '[source.m]\nregistry = "sparse+https://crates.internal/"\n',
        },
        PIP_INDEX_URL="https://me:canary@pypi.internal/simple",
        PIP_EXTRA_INDEX_URL="https://more.internal/simple file:///srv/simple",
        GITHUB_API_URL="https://github.internal/api/v3",
    )
    assert [found.of(name) for name in REGISTRIES] == [
        "https://pypi.internal/simple",
        "https://crates.internal/",
        "http://127.0.0.1:4873/",
        "https://github.internal/api/v3",
    ]
    assert found.trusted == {
        "https://pypi.internal/simple",
        "https://more.internal/simple",
        "https://crates.internal/",
        "http://127.0.0.1:4873/",
    }


def test_what_the_tree_says_is_an_address_and_no_trust(addresses):
    found = addresses(
        files={
            "root/.npmrc": "registry=http://169.254.169.254/\n",
            "root/.cargo/config.toml": '[source.crates-io]\nreplace-with = "m"\n'
            '[source.m]\nregistry = "sparse+https://10.0.0.1/"\n',
        }
    )
    assert found.of("npm") == "http://169.254.169.254/"
    assert found.of("crates") == "https://10.0.0.1/"
    assert found.trusted == frozenset()


@pytest.mark.parametrize("registry", REGISTRIES)
def test_credentials_in_the_configuration_are_refused_and_not_shown(addresses, registry):
    with pytest.raises(ConfigError, match=f"registries.{registry} holds credentials") as caught:
        addresses({registry: "https://me:canary@a/"}).of(registry)
    assert "canary" not in str(caught.value) + caught.value.hint


@pytest.mark.parametrize(
    "url", ["", "a", "file:///x", "https://", "https://[", "https://a:b/", "https://a\x1b/"]
)
def test_what_is_no_address_is_refused(addresses, url):
    with pytest.raises(ConfigError, match=r"registries\.pypi is no URL of http or https"):
        addresses({"pypi": url}).of("pypi")


def test_a_client_with_an_address_of_another_kind_is_told(addresses):
    with pytest.raises(UnreadableError, match="pip is configured with an address that is no URL"):
        addresses(PIP_INDEX_URL="file:///canary").of("pypi")


def test_a_client_that_cannot_be_read_is_an_error_where_it_is_needed(addresses):
    found = addresses(files={"home/.pip/pip.conf": "nonsense"}, GITHUB_API_URL="https://g/")
    assert found.trusted == frozenset()
    assert found.of("github") == "https://g/"
    with pytest.raises(UnreadableError, match="cannot be read"):
        found.of("pypi")


def test_an_unknown_registry_is_told(addresses):
    with pytest.raises(UnreadableError, match="the address of maven is not known"):
        addresses().of("maven")


def test_a_host_is_asked_by_tls_unless_it_is_named(addresses):
    found = addresses({"plain-http": ["127.0.0.1:5000", "Plain.example"]})
    assert found.of_host("127.0.0.1:5000") == "http://127.0.0.1:5000"
    assert found.of_host("127.0.0.1:5001") == "https://127.0.0.1:5001"
    assert found.of_host("plain.example") == "http://plain.example"
    assert found.of_host("ghcr.io") == "https://ghcr.io"


@pytest.mark.parametrize("host", ["docker.io", "index.docker.io", "registry-1.docker.io"])
def test_docker_hub_is_served_elsewhere(addresses, host):
    assert addresses().of_host(host) == "https://registry-1.docker.io"


def test_addresses_are_cheap_where_everything_is_configured(tmp_path):
    """What libraries know is only imported where nobody else says."""
    code = (
        "import sys\nfrom release_tools.adapters.addresses import Addresses\n"
        "a = Addresses.from_environment({'pypi': 'https://a/', 'github': 'https://b/'}, "
        f"{{'HOME': {str(tmp_path)!r}}}, '.')\n"
        "a.of('pypi'), a.of('github'), a.trusted, a.of_host('ghcr.io')\n"
        "print([m for m in ('packageurl', 'github', 'requests', 'ssl', 'http.client', 'pathlib')"
        " if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "[]"
