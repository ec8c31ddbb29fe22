from __future__ import annotations

import base64
import hashlib
import json

import pytest

from release_tools.reading import Absent, Answer, Coordinates, File, Found, Listed, Unknown, Wanted
from release_tools.registries import npm
from release_tools.version import Spelling, Version
from tests.servers import packuments
from tests.servers.asking import Plain, found, listed

BASE = "https://npm.example.com"
SHA1, SHA512 = hashlib.sha1(b"x"), hashlib.sha512(b"x")
INTEGRITY = f"sha512-{base64.b64encode(SHA512.digest()).decode()}"


def wanted(text="0.3.0", *others):
    version = Version.parse(text)
    return Wanted(version, version.spell(Spelling.NPM), others)


class Packument:
    """A transport over one packument."""

    def __init__(self, dist, **more):
        version = {"name": "app", "version": "0.3.0", "dist": dist} | more.pop("version", {})
        whole = {"name": "app", "versions": {"0.3.0": version}, "dist-tags": {}} | more
        self.answer = Answer(200, f"{BASE}/app", {}, json.dumps(whole).encode())

    def get(self, url, *, accept=(), scope=None, limit=0):
        del accept, scope, limit
        assert url == self.answer.url
        return self.answer


def read(dist=None, want=None, **more):
    page = Packument({"integrity": INTEGRITY} if dist is None else dist, **more)
    return npm.read(Coordinates(BASE, "app"), want or wanted(), page)


@pytest.fixture
def registry():
    with packuments.serving() as running:
        yield running


def test_the_digest_is_that_of_what_npm_published(registry, tmp_path):
    registry.publish(tmp_path, "@scope/app", "0.3.0")
    at = Coordinates(f"{registry.url}/", "@scope/app")
    reading = npm.read(at, wanted(), Plain())
    url = f"{registry.url}/@scope/app/-/app-0.3.0.tgz"
    digest = f"sha512:{hashlib.sha512(Plain().get(url).body).hexdigest()}"
    assert reading == Found(
        "0.3.0",
        f"{registry.url}/@scope%2Fapp",
        digest,
        (File("app-0.3.0.tgz", "npm", digest, url=url),),
        notes={"latest": "0.3.0", "dist-tags": "latest"},
    )
    assert listed(npm.versions(at, Plain())) == (Listed("0.3.0"),)
    assert isinstance(npm.read(at, wanted("0.4.0"), Plain()), Absent)


def test_npm_reads_the_registry_of_the_tests(registry, tmp_path):
    digest = registry.add("app", "0.3.0")
    said = registry.npm("view", "app@0.3.0", "dist.integrity", cwd=tmp_path).strip()
    assert base64.b64decode(said.removeprefix("sha512-")).hex() == digest
    reading = npm.read(Coordinates(registry.url, "app"), wanted(), Plain())
    assert found(reading).digest == f"sha512:{digest}"


def test_npm_publishes_without_build_metadata(registry, tmp_path):
    registry.publish(tmp_path, "app", "0.3.0+build.5")
    assert list(registry.packages["app"]["versions"]) == ["0.3.0"]


def test_the_short_form_of_the_packument_is_asked_for(registry):
    registry.add("app", "0.3.0")
    npm.read(Coordinates(registry.url, "app"), wanted(), Plain())
    assert (
        registry.site.asked[-1]
        .headers["accept"]
        .startswith("application/vnd.npm.install-v1+json, ")
    )


@pytest.mark.parametrize(
    ("dist", "digest"),
    [
        ({"integrity": INTEGRITY, "shasum": "1" * 40}, f"sha512:{SHA512.hexdigest()}"),
        ({"integrity": f"sha1-AAAA {INTEGRITY}?option"}, f"sha512:{SHA512.hexdigest()}"),
        ({"shasum": SHA1.hexdigest().upper()}, f"sha1:{SHA1.hexdigest()}"),
        (
            {"integrity": f"sha1-{base64.b64encode(SHA1.digest()).decode()}"},
            f"sha1:{SHA1.hexdigest()}",
        ),
    ],
)
def test_the_strongest_hash_is_told_in_hex(dist, digest):
    assert read(dist).digest == digest


@pytest.mark.parametrize(
    "dist",
    [
        {},
        {"integrity": "sha512-"},
        {"integrity": "sha512-AAAA"},
        {"integrity": "sha512-é"},
        {"integrity": "sha512-****"},
        {"integrity": 7, "shasum": "short"},
        [],
        "none",
    ],
)
def test_a_version_without_a_proper_hash_is_unknown(dist):
    assert isinstance(read(dist), Unknown)


@pytest.mark.parametrize(
    "more",
    [
        {"name": "other"},
        {"name": None},
        {"versions": None},
        {"versions": []},
        {"versions": {"0.3.0": 7}},
    ],
)
def test_a_packument_that_is_not_as_specified_is_unknown(more):
    assert isinstance(read(**more), Unknown)


def test_an_unpublished_package_is_unknown():
    page = Packument({})
    gone = {"name": "app", "time": {"unpublished": {"versions": ["0.3.0"]}}}
    page.answer = page.answer._replace(body=json.dumps(gone).encode())
    assert isinstance(npm.read(Coordinates(BASE, "app"), wanted(), page), Unknown)


def test_tags_and_deprecation_are_told():
    tags = {"latest": "0.4.0", "next": "0.3.0", "lts": "0.3.0", "odd": 7}
    reading = read(version={"deprecated": "x" * 1000}, **{"dist-tags": tags})
    assert reading.notes == {"latest": "0.4.0", "dist-tags": "lts, next", "deprecated": "x" * 200}
    assert reading.problems == ()


@pytest.mark.parametrize(("text", "found"), [("0.3.0", True), ("0.3.0-rc.1", False)])
def test_only_the_version_itself_is_found(text, found):
    assert isinstance(read(want=wanted(text)), Found) is found


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("app", f"{BASE}/app"),
        ("@s-1/a_b.c~d", f"{BASE}/@s-1%2Fa_b.c~d"),
        ("JSONStream", f"{BASE}/JSONStream"),
    ],
)
def test_the_slash_of_a_scope_is_encoded(name, url):
    assert npm.address(f"{BASE}/", name) == url
