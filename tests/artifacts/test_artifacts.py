from __future__ import annotations

import hashlib

import pytest

from release_tools import artifacts
from release_tools.artifacts import base
from release_tools.errors import MalformedError


@pytest.mark.parametrize("name", artifacts.NAMES)
def test_every_artifact_keeps_the_protocol(name):
    from importlib import import_module

    module = import_module(f"release_tools.artifacts.{name}")
    for member in ("KIND", "CONTAINERS", "HASH", "claims", "named", "keeps", "read"):
        assert hasattr(module, member), member
    assert set(module.CONTAINERS) <= {"zip", "gzip", "tar"}


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("app-1.0-py3-none-any.whl", ["wheel"]),
        ("app-1.0.tar.gz", ["sdist", "image", "image"]),
        ("app-1.0.crate", ["crate"]),
        ("app-1.0.tgz", ["chart", "npm", "image", "image"]),
        ("app.oci.tar", ["image", "image"]),
        ("app.zip", []),
        ("app", []),
    ],
)
def test_a_name_says_what_a_file_may_be(name, kinds):
    assert [module.KIND for module in artifacts.claiming(name)] == kinds


@pytest.mark.parametrize(
    "name",
    [
        *("SHA256SUMS", "checksums.txt", "app-1.0.tar.gz.sha256", "app-1.0.tar.gz.asc"),
        *("app-1.0.tgz.prov", "app-1.0.tar.gz.intoto.jsonl", "release-manifest.json"),
        *("app-1.0-py3-none-any.whl.sig", "app.sigstore.json", "app.publish.attestation"),
        *("sbom.spdx.json", "app.sbom", ".gitignore", "app-1.0-py3-none-any.whl.metadata"),
    ],
)
def test_what_accompanies_artifacts_is_known(name):
    assert artifacts.is_beside(name)


@pytest.mark.parametrize("name", ["app-1.0.tar.gz", "app.whl", "app.exe", "sums", "app.deb"])
def test_what_would_be_published_is_not_taken_for_company(name):
    assert artifacts.is_beside(name) is (name == "sums")


@pytest.mark.parametrize(
    ("name", "packages"),
    [
        ("candle-binding-0.3.0-rc.1.crate", ("candle-binding", "candle-binding-0.3.0-rc.1")),
        ("scope-app-0.3.0.tgz", ("scope-app", "scope-app-0.3.0")),
        ("app-0.0.0-nightly.20260115.tgz", ("app", "app-0.0.0-nightly.20260115")),
        ("app.tgz", ("app",)),
    ],
)
def test_a_file_name_says_whose_it_may_be(name, packages):
    module = next(iter(artifacts.claiming(name)))
    assert module.named(name) == packages


@pytest.mark.parametrize(
    ("name", "image"),
    [
        ("extproc.tar", "extproc"),
        ("extproc-rocm.oci.tar", "extproc-rocm"),
        ("extproc-rocm_v0.3.0_linux-amd64.docker.tar.gz", "extproc-rocm"),
        ("extproc-nightly-20260115.tar", "extproc"),
        ("extproc-latest.tar", "extproc"),
        ("v2ray.tar", "v2ray"),
    ],
)
def test_an_images_file_name_says_whose_it_may_be(name, image):
    module = next(one for one in artifacts.claiming(name) if one.KIND == "image")
    assert module.named(name)[0] == image


def test_versions_are_compared_as_versions():
    assert base.same_version("v0.3.0-rc.1", "0.3.0rc1")
    assert not base.same_version("0.3.0", "0.3.1")
    assert base.same_version("latest", "latest")
    assert not base.same_version("latest", "0.3.0")


def test_what_is_two_artifacts_at_once_is_refused(make, read):
    layout = {"oci-layout": '{"imageLayoutVersion": "1.0.0"}', "index.json": '{"manifests": []}'}
    members = {"app-1.0/PKG-INFO": "Name: app\nVersion: 1.0\n", "manifest.json": "[]"}
    with pytest.raises(MalformedError, match="lists no images"):
        read(make.packed(members), "app-1.0.tar.gz")
    config = '{"os": "linux", "architecture": "amd64"}'
    name = f"{hashlib.sha256(config.encode()).hexdigest()}.json"
    members |= {name: config, "manifest.json": f'[{{"Config": "{name}"}}]'}
    with pytest.raises(MalformedError, match="two artifacts in one"):
        read(make.packed(members), "app-1.0.tar.gz")
    with pytest.raises(MalformedError, match="without an image"):
        read(make.packed(members | layout), "app-1.0.tar.gz")
