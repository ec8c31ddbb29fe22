from __future__ import annotations

import base64
import json

import pytest

from release_tools.adapters.http.docker import Login, Logins
from release_tools.errors import UnreadableError


def packed(user, password):
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


@pytest.fixture
def logins(tmp_path):
    """Return a function that finds a login in a configuration of docker's, or podman's."""

    def find(config, place="ghcr.io", repository="org/app", podman=None, **environ):
        environ = {"HOME": str(tmp_path)} | environ
        (tmp_path / ".docker").mkdir(exist_ok=True)
        text = config if isinstance(config, str) else json.dumps(config)
        (tmp_path / ".docker" / "config.json").write_text(text)
        if podman is not None:
            (tmp_path / "containers").mkdir()
            (tmp_path / "containers" / "auth.json").write_text(json.dumps(podman))
            environ["XDG_RUNTIME_DIR"] = str(tmp_path)
        return Logins(environ).of(place, repository)

    return find


@pytest.fixture
def helper(tmp_path, monkeypatch):
    """Return a function that installs a credential helper which keeps what it was asked."""
    import os

    def install(name, script):
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        path = folder / f"docker-credential-{name}"
        path.write_text(
            f'#!/bin/sh\ncat >> "{tmp_path}/asked"\necho >> "{tmp_path}/asked"\n{script}\n'
        )
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        return lambda: (tmp_path / "asked").read_text().split()

    return install


def test_without_a_file_nobody_is_logged_in(tmp_path):
    assert Logins({"HOME": str(tmp_path)}).of("ghcr.io", "a") is None


@pytest.mark.parametrize("key", ["ghcr.io", "https://ghcr.io", "https://ghcr.io/v2/"])
def test_a_login_is_found_under_every_key_that_clients_write(logins, key):
    assert logins({"auths": {key: packed("me", "a:b")}}) == Login("me", "a:b")


@pytest.mark.parametrize("place", ["registry-1.docker.io", "docker.io", "index.docker.io"])
def test_docker_hub_has_many_names(logins, place):
    config = {"auths": {"https://index.docker.io/v1/": packed("me", "pw")}}
    assert logins(config, place) == Login("me", "pw")


def test_a_port_belongs_to_the_host(logins):
    config = {"auths": {"127.0.0.1:5000": packed("me", "pw")}}
    assert logins(config, "127.0.0.1:5000") == Login("me", "pw")
    assert logins(config, "127.0.0.1:5001") is None
    assert logins(config, "127.0.0.1") is None


def test_podman_keeps_logins_of_parts_of_a_host(logins):
    podman = {"auths": {"ghcr.io/org": packed("part", "pw"), "ghcr.io": packed("whole", "pw")}}
    assert logins({}, podman=podman) == Login("part", "pw")


def test_the_longest_part_counts_and_no_other_repository(logins):
    config = {"auths": {"ghcr.io/org/app": packed("app", "p"), "ghcr.io/or": packed("no", "p")}}
    assert logins(config) == Login("app", "p")
    assert logins(config, repository="org/other") is None


def test_docker_config_names_another_folder(tmp_path, logins):
    (tmp_path / "config.json").write_text(json.dumps({"auths": {"ghcr.io": packed("there", "p")}}))
    found = logins({"auths": {"ghcr.io": packed("home", "p")}}, DOCKER_CONFIG=str(tmp_path))
    assert found == Login("there", "p")


def test_an_identity_token_is_a_login_without_a_name(logins):
    auth = packed("<token>", "") | {"identitytoken": "abc"}
    assert logins({"auths": {"ghcr.io": auth}}) == Login("", "abc")


@pytest.mark.parametrize(
    "config",
    [
        {},
        [],
        {"auths": []},
        {"auths": {"ghcr.io": None}},
        {"auths": {"ghcr.io": {}}},
        {"auths": {"ghcr.io": {"auth": 7}}},
        {"auths": {"ghcr.io": {"auth": "!"}}},
        {"auths": {"ghcr.io": {"auth": base64.b64encode(b"no colon").decode()}}},
        {"auths": {"ghcr.io": {"auth": base64.b64encode(b"\xff:x").decode()}}},
        {"credHelpers": {"ghcr.io": "../../bin/sh"}},
        {"credHelpers": {"ghcr.io": ["a"]}},
        {"credHelpers": {"ghcr.io": "is-not-installed"}},
        {"credsStore": "is-not-installed"},
    ],
)
def test_what_is_no_login_is_none(logins, config):
    assert logins(config) is None


def test_a_file_that_cannot_be_read_is_an_error_that_names_it(logins):
    with pytest.raises(UnreadableError, match="it is not JSON") as caught:
        logins('{"auths": {"ghcr.io": {"auth": "canary"')
    assert str(caught.value.path).endswith("config.json")
    assert "canary" not in str(caught.value)


def test_a_helper_is_asked_once_by_name(logins, helper):
    asked = helper("mine", """echo '{"ServerURL": "x", "Username": "me", "Secret": "pw"}'""")
    assert logins({"credHelpers": {"ghcr.io": "mine"}}) == Login("me", "pw")
    assert asked() == ["ghcr.io"]


def test_the_store_is_asked_once_for_all_repositories(tmp_path, helper):
    asked = helper("store", """echo '{"Username": "<token>", "Secret": "abc"}'""")
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker" / "config.json").write_text('{"credsStore": "store", "auths": {}}')
    logins = Logins({"HOME": str(tmp_path)})
    assert {logins.of("docker.io", f"org/{n}") for n in range(5)} == {Login("", "abc")}
    assert asked() == ["https://index.docker.io/v1/"]


@pytest.mark.parametrize(
    "script",
    [
        "echo 'credentials not found in native keychain'; exit 1",
        "echo '{}'",
        "echo '[]'",
        "echo nonsense",
        """echo '{"Username": 7, "Secret": 8}'""",
        """echo '{"Username": "me", "Secret": ""}'""",
    ],
)
def test_a_helper_without_an_answer_has_no_login(logins, helper, script):
    helper("mine", script)
    assert logins({"credsStore": "mine"}) is None


def test_a_helper_that_does_not_end_is_ended(logins, helper, monkeypatch):
    from release_tools.adapters.http import docker

    monkeypatch.setattr(docker, "_PATIENCE", 0.1)
    helper("mine", "sleep 60")
    assert logins({"credsStore": "mine"}) is None


def test_a_helper_is_no_path(logins, helper, tmp_path, monkeypatch):
    helper("x", """echo '{"Username": "me", "Secret": "pw"}'""")
    (tmp_path / "docker-credential-y").mkdir()
    monkeypatch.chdir(tmp_path)
    assert logins({"credsStore": "y/../bin/docker-credential-x"}) is None
    assert logins({"credsStore": "x"}) == Login("me", "pw")
