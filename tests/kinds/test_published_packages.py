"""Where packages are published, and what a release has to have put there."""

from __future__ import annotations

import datetime as dt

import pytest

import release_tools
from release_tools.errors import VersionError
from release_tools.kinds import stages
from release_tools.model import Surface
from release_tools.reading import Coordinates, Wanted
from release_tools.registries import crates, npm, pypi
from release_tools.version import Nightly, Version


class Addresses:
    """Every registry at its own host."""

    def of(self, registry):
        return f"https://{registry}.example.com"

    def of_host(self, host):
        return f"https://{host}"


def surface(kind, name="My.App", **options):
    return Surface(f"{kind}:{name}", kind, name, "main", "", options)


def publishing(kind):
    found = stages.publishing(kind)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("kind", "registry", "base", "name"),
    [
        ("pypi", pypi, "https://pypi.example.com", "my-app"),
        ("crate", crates, "https://crates.example.com", "My.App"),
        ("npm", npm, "https://npm.example.com", "My.App"),
    ],
)
def test_a_package_is_looked_up_at_the_address_of_its_registry(kind, registry, base, name):
    asked = publishing(kind).published(surface(kind), Addresses())
    assert asked == (registry, Coordinates(base, name))


@pytest.mark.parametrize("kind", ["crate", "npm"])
def test_a_private_package_is_published_nowhere(kind):
    assert publishing(kind).published(surface(kind, private=True), Addresses()) is None


@pytest.mark.parametrize(
    ("kind", "path", "text"),
    [
        ("crate", "Cargo.toml", '[package]\nname = "app"\nversion = "0.3.0"\npublish = false\n'),
        ("npm", "package.json", '{"name": "app", "version": "0.3.0", "private": true}'),
    ],
)
def test_a_manifest_that_says_private_is_believed(lay, kind, path, text):
    config = f'[[surfaces]]\nkind = "{kind}"\npath = "."\n'
    project = release_tools.load(str(lay({path: text, "release-tools.toml": config})))
    (only,) = project.surfaces
    assert publishing(kind).published(only, Addresses()) is None


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("crate", '[package]\nname = "app"\nversion = "0.3.0"\n'),
        ("npm", '{"name": "app", "version": "0.3.0"}'),
    ],
)
def test_a_manifest_that_says_nothing_is_published(lay, kind, text):
    path = {"crate": "Cargo.toml", "npm": "package.json"}[kind]
    config = f'[[surfaces]]\nkind = "{kind}"\npath = "."\n'
    project = release_tools.load(str(lay({path: text, "release-tools.toml": config})))
    (only,) = project.surfaces
    assert publishing(kind).published(only, Addresses()) is not None


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("pypi", "0.3.0rc1+build.5"),
        ("crate", "0.3.0-rc.1+build.5"),
        ("npm", "0.3.0-rc.1"),  # npm publish drops the build
    ],
)
def test_the_version_is_spelled_as_its_ecosystem_does(kind, text):
    version = Version.parse("0.3.0-rc.1+build.5")
    wanted = publishing(kind).wanted(surface(kind), version, ("0.3.0-rc1",))
    assert wanted == Wanted(version, text, ("0.3.0-rc1",))


def test_the_files_that_a_python_package_must_have_are_those_configured():
    version = Version.parse("0.3.0")
    wanted = publishing("pypi").wanted(surface("pypi", files=["wheel", "sdist"]), version, ())
    assert wanted.files == ("wheel", "sdist")


@pytest.mark.parametrize("kind", ["pypi", "crate", "npm"])
def test_a_nightly_has_a_version_only_with_its_base(kind):
    nightly = Nightly(dt.date(2026, 1, 15))
    with pytest.raises(VersionError):
        publishing(kind).wanted(surface(kind), nightly, ())
    version = nightly.version(Version.parse("0.4.0"))
    text = {"pypi": "0.4.0.dev20260115"}.get(kind, "0.4.0-nightly.20260115")
    assert publishing(kind).wanted(surface(kind), version, ()).text == text


@pytest.mark.parametrize("kind", ["crate", "npm"])
def test_a_version_that_the_ecosystem_cannot_express_is_refused(kind):
    with pytest.raises(VersionError):
        publishing(kind).wanted(surface(kind), Version.parse("0.3.0.post1"), ())
