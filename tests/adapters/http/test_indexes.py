from __future__ import annotations

import base64

import pytest

from release_tools.adapters.http import address
from release_tools.adapters.http.indexes import Indexes
from release_tools.errors import UnreadableError


def basic(text):
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.fixture
def header(tmp_path):
    """Return a function that says what is shown to a URL, in an environment with these files."""

    def find(url, files=None, **environ):
        for name, text in (files or {}).items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        environ = {"HOME": str(tmp_path), "PATH": ""} | environ
        return Indexes(environ).header(address.parse(url))

    return find


def test_nobody_is_shown_anything_without_a_reason(header):
    assert header("https://a/") is None


def test_netrc_is_for_its_machines(header):
    files = {".netrc": "machine a login me password pw\n"}
    assert header("https://a/x", files) == basic("me:pw")
    assert header("https://a:8443/x", files) == basic("me:pw")
    assert header("https://b/", files) is None


def test_the_default_of_netrc_is_for_nobody(header):
    for host in ("a", "default"):
        files = {".netrc": "default login me password canary\n"}
        assert header(f"https://{host}/", files) is None


def test_netrc_may_be_elsewhere(header, tmp_path):
    files = {"there": "machine a login me password pw\n"}
    assert header("https://a/", files, NETRC=str(tmp_path / "there")) == basic("me:pw")


def test_a_netrc_that_cannot_be_read_is_an_error_that_does_not_show_it(header):
    with pytest.raises(UnreadableError) as caught:
        header("https://a/", {".netrc": "machine a password canary rubbish\n"})
    assert "canary" not in str(caught.value)


def test_what_pip_has_in_its_urls_is_for_these_indexes(header):
    environ = {
        "PIP_INDEX_URL": "https://me:p%40w@a/pypi/simple/",
        "PIP_EXTRA_INDEX_URL": "https://you:pw@b/simple https://c/simple",
    }
    assert header("https://a/pypi/simple/app/", **environ) == basic("me:p@w")
    assert header("https://a/other/", **environ) is None
    assert header("https://a:444/pypi/simple/app/", **environ) is None
    assert header("http://a/pypi/simple/app/", **environ) is None
    assert header("https://b/simple/app/", **environ) == basic("you:pw")
    assert header("https://c/simple/app/", **environ) is None


def test_the_longest_base_counts_whole_parts_of_a_path(header):
    files = {".npmrc": "//a/:_authToken=one\n//a/npm/:_authToken=two\n"}
    assert header("https://a/x", files) == "Bearer one"
    assert header("https://a/npm/x", files) == "Bearer two"
    assert header("https://a/npm", files) == "Bearer two"
    assert header("https://a/npmx", files) == "Bearer one"


def test_cargos_tokens_are_for_the_registries_that_its_configuration_names(header):
    files = {".cargo/config.toml": '[registries.mine]\nindex = "sparse+https://a/index/"\n'}
    environ = {"CARGO_REGISTRIES_MINE_TOKEN": "tok", "CARGO_REGISTRIES_OTHER_TOKEN": "canary"}
    assert header("https://a/index/se/rd/serde", files, **environ) == "tok"
    assert header("https://b/index/se/rd/serde", files, **environ) is None


def test_the_clients_come_before_netrc(header):
    files = {".npmrc": "//a/npm/:_authToken=t\n", ".netrc": "machine a login me password pw\n"}
    assert header("https://a/npm/x", files) == "Bearer t"
    assert header("https://a/pypi", files) == basic("me:pw")


def test_a_file_that_cannot_be_read_hides_no_other(header):
    files = {".cargo/config.toml": "[", ".npmrc": "//a/:_authToken=t\n"}
    assert header("https://a/", files, PIP_CONFIG_FILE="/dev/zero") == "Bearer t"


def test_what_is_no_base_is_for_nobody(header):
    files = {".npmrc": "//a:99999/:_authToken=canary\n//:_authToken=canary\n//[/:_authToken=x\n"}
    assert header("https://a/", files) is None
