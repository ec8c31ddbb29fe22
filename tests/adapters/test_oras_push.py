"""Attaching a document to an image, in the real registry and in front of one that goes wrong."""

from __future__ import annotations

import base64
import http.client
import json
import os
from contextlib import suppress

import pytest

from release_tools.adapters import oras_push
from release_tools.adapters.oras_push import ARTIFACT_TYPE, Image
from release_tools.errors import UnreadableError
from tests.servers import fault, layout, registry

DATA = b'{"schema": 1}\n'
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


@pytest.fixture(autouse=True)
def nobody(monkeypatch, tmp_path):
    """Nobody is logged in anywhere, and no proxy of the machine has a say."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("DOCKER_CONFIG", "HTTP_PROXY", "http_proxy", "ORAS_USER", "ORAS_PASS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def log_in(monkeypatch, tmp_path):
    """Log in to a host, as docker's configuration would have it."""

    def write(host, user=registry.PUSHER, password=registry.PASSWORD):
        folder = tmp_path / "docker"
        folder.mkdir()
        secret = base64.b64encode(f"{user}:{password}".encode()).decode()
        (folder / "config.json").write_text(json.dumps({"auths": {host: {"auth": secret}}}))
        monkeypatch.setenv("DOCKER_CONFIG", str(folder))

    return write


@pytest.fixture
def here(tmp_path):
    with registry.serving(tmp_path) as running:
        yield running


def get(here, path, kind):
    connection = http.client.HTTPConnection(here.host, timeout=10)
    try:
        connection.request("GET", f"/v2/{path}", headers={"Accept": kind})
        answer = connection.getresponse()
        return json.loads(answer.read()) if answer.status == 200 else None
    finally:
        connection.close()


def referrers(here, digest):
    """Return what refers to the digest, by the tag that stands in for the list."""
    index = get(here, f"org/app/manifests/{digest.replace(':', '-')}", INDEX)
    return [] if index is None else index["manifests"]


def test_the_document_refers_to_the_index(here):
    digest = here.push_index("org/app", "v1.2.3")
    where = oras_push.attach(Image(here.url, "org/app", digest), DATA, "release.json")
    host, _, own = where.partition("/org/app@")
    assert host == here.host
    manifest = get(here, f"org/app/manifests/{own}", MANIFEST)
    assert manifest["artifactType"] == ARTIFACT_TYPE
    assert manifest["subject"]["digest"] == digest
    assert manifest["subject"]["mediaType"] == INDEX
    (layer,) = manifest["layers"]
    assert layer["digest"] == layout.digest(DATA)
    assert layer["mediaType"] == "application/json"
    assert layer["annotations"] == {"org.opencontainers.image.title": "release.json"}
    assert get(here, f"org/app/blobs/{layer['digest']}", "*/*") == json.loads(DATA)
    (listed,) = referrers(here, digest)
    assert (listed["digest"], listed["artifactType"]) == (own, ARTIFACT_TYPE)


def test_a_second_time_changes_nothing(here):
    digest = here.push_index("org/app", "v1.2.3")
    with fault.serving(here.url) as proxy:
        image = Image(proxy.url, "org/app", digest)
        first = oras_push.attach(image, DATA, "release.json")
        asked = len(proxy.requests)
        assert oras_push.attach(image, DATA, "release.json") == first
        assert {request.method for request in proxy.requests[asked:]} == {"GET"}
    assert len(referrers(here, digest)) == 1


def test_another_document_stands_beside_the_first(here):
    digest = here.push_index("org/app", "v1.2.3")
    image = Image(here.url, "org/app", digest)
    made = {oras_push.attach(image, data, "x.json").rpartition("@")[2] for data in (b"{}", b"[]")}
    assert {one["digest"] for one in referrers(here, digest)} == made
    assert len(made) == 2


@pytest.mark.parametrize("step", range(13))
def test_what_broke_off_at_any_request_is_finished_by_the_next_call(here, step):
    digest = here.push_index("org/app", "v1.2.3")
    with fault.serving(here.url) as proxy:
        proxy.script(*(None for _ in range(step)), fault.status(500))
        image = Image(proxy.url, "org/app", digest)
        with suppress(UnreadableError):
            oras_push.attach(image, DATA, "release.json")
        oras_push.attach(image, DATA, "release.json")
    (listed,) = referrers(here, digest)
    assert get(here, f"org/app/manifests/{listed['digest']}", MANIFEST) is not None


@pytest.mark.parametrize("auth", ["htpasswd", "token"])
def test_the_credentials_are_those_of_docker(tmp_path, log_in, auth):
    with registry.serving(tmp_path, auth) as here:
        digest = here.push_index("public/app", "v1.2.3")
        image = Image(here.url, "public/app", digest)
        with pytest.raises(UnreadableError) as caught:
            oras_push.attach(image, DATA, "release.json")
        assert "docker login" in caught.value.hint
        log_in(here.host)
        assert oras_push.attach(image, DATA, "release.json").startswith(f"{here.host}/public/app@")


def test_who_may_only_pull_is_told(tmp_path, log_in):
    with registry.serving(tmp_path, "token") as here:
        digest = here.push_index("public/app", "v1.2.3")
        log_in(here.host, registry.READER)
        with pytest.raises(UnreadableError) as caught:
            oras_push.attach(Image(here.url, "public/app", digest), DATA, "release.json")
    assert registry.PASSWORD not in str(caught.value)


def test_the_library_prints_nothing_of_a_wrong_password(tmp_path, log_in, caplog):
    with registry.serving(tmp_path, "token") as here:
        digest = here.push_index("private/app", "v1.2.3")
        log_in(here.host, password="wrong")
        with pytest.raises(UnreadableError):
            oras_push.attach(Image(here.url, "private/app", digest), DATA, "release.json")
    assert caplog.records == []


@pytest.mark.parametrize(
    ("trouble", "at", "said"),
    [
        (fault.status(500), "/v2/org/app/manifests/", "answered 500 to GET"),
        (fault.html(), "/v2/org/app/manifests/sha256:", "under sha256:"),
        (fault.reset(), "/v2/org/app/manifests/", "no answer"),
        (fault.garbage(), "/v2/org/app/manifests/", "no answer"),
        (fault.truncate(), "/v2/org/app/manifests/", "no answer"),
        (fault.endless(), "/v2/org/app/manifests/", "more than 4 MiB"),
        (fault.bomb(1 << 26), "/v2/org/app/manifests/", "more than 4 MiB"),
        (fault.status(404), "/v2/org/app/manifests/", "answered 404"),
        (fault.status(403), "/v2/org/app/blobs/", ""),
        (fault.html(), "/v2/org/app/manifests/sha256-", "no index"),
    ],
)
def test_a_registry_that_goes_wrong_is_told(here, trouble, at, said):
    digest = here.push_index("org/app", "v1.2.3")
    with fault.serving(here.url) as proxy:
        proxy.always(trouble, at=at)
        with pytest.raises(UnreadableError) as caught:
            oras_push.attach(Image(proxy.url, "org/app", digest), DATA, "release.json")
    assert said in caught.value.message


def test_a_busy_registry_is_asked_again_when_it_says(here):
    digest = here.push_index("org/app", "v1.2.3")
    with fault.serving(here.url) as proxy:
        proxy.script(fault.status(429, {"Retry-After": "0"}), fault.status(503), at="/v2/org/")
        oras_push.attach(Image(proxy.url, "org/app", digest), DATA, "release.json")
    assert len(referrers(here, digest)) == 1


def test_no_credential_goes_to_another_host(here, log_in):
    digest = here.push_index("org/app", "v1.2.3")
    with fault.serving() as thief, fault.serving(here.url) as proxy:
        log_in(proxy.host)
        away = fault.status(202, {"Location": f"{thief.url}/upload"})
        proxy.always(away, at="/v2/org/app/blobs/uploads/")
        with pytest.raises(UnreadableError) as caught:
            oras_push.attach(Image(proxy.url, "org/app", digest), DATA, "release.json")
        assert "another host" in caught.value.message
        assert thief.requests == []


def test_nothing_is_asked_of_another_host_without_tls(log_in):
    challenge = 'Bearer realm="http://other.example.com/token",service="x",scope="y"'
    with fault.serving() as proxy:
        log_in(proxy.host)
        proxy.always(fault.status(401, {"WWW-Authenticate": challenge}))
        image = Image(proxy.url, "org/app", layout.digest(b""))
        with pytest.raises(UnreadableError) as caught:
            oras_push.attach(image, DATA, "release.json")
    assert "other.example.com" in caught.value.message


def test_nothing_of_it_is_imported_by_the_flow():
    import subprocess
    import sys

    code = "import sys, release_tools.flows.ledgers.ledger; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert not {"oras", "requests", "packageurl"} & set(done.stdout.split())
