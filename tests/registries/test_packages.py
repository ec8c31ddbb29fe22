"""What proves that a package is not there, told once for the three indexes of packages."""

from __future__ import annotations

import json

import pytest

from release_tools.errors import UnreadableError
from release_tools.reading import Absent, Answer, Coordinates, Found, Unknown, Wanted
from release_tools.registries import crates, npm, pypi
from release_tools.version import Spelling, Version

BASE = "https://index.example.com/x/"
WANTED = Wanted(Version.parse("0.3.0"), "0.3.0")
JSON = {"content-type": "application/vnd.pypi.simple.v1+json"}


def page(name):
    """Return the body with which each index says that there is a package and no version."""
    line = {"name": name, "vers": "0.1.0", "cksum": "a" * 64, "yanked": False}
    project = {"meta": {"api-version": "1.1"}, "name": name, "files": []}
    packument = {"name": name, "versions": {}}
    return {
        pypi: json.dumps(project).encode(),
        crates: json.dumps(line).encode() + b"\n",
        npm: json.dumps(packument).encode(),
    }


class Shelf:
    """A transport over statuses and bodies by URL; whatever else is asked for is 404."""

    def __init__(self, registry, there=(), statuses=None, errors=()):
        self.answers = {registry.address(BASE, name): page(name)[registry] for name in there}
        self.statuses = {registry.address(BASE, n): s for n, s in (statuses or {}).items()}
        self.errors = {registry.address(BASE, name) for name in errors}
        self.asked = []

    def get(self, url, *, accept=(), scope=None, limit=0):
        del accept, scope
        assert limit > 0
        self.asked.append(url)
        if url in self.errors:
            raise UnreadableError("the connection was reset", hint="try again")
        status = self.statuses.get(url, 200 if url in self.answers else 404)
        return Answer(status, url, JSON, self.answers.get(url, b"nothing"))


@pytest.fixture(params=[pypi, crates, npm], ids=["pypi", "crates", "npm"])
def registry(request):
    return request.param


FAMOUS = {pypi: "pip", crates: "serde", npm: "npm"}


def look(registry, shelf, *, first=False, known=()):
    at = Coordinates(BASE, "app", known, first)
    reading = registry.read(at, WANTED, shelf)
    listing = registry.versions(at, shelf)
    if isinstance(reading, Absent | Unknown) and isinstance(listing, Absent | Unknown):
        assert reading == listing
    assert reading.where == registry.address(BASE, "app")
    return reading


def test_a_version_is_not_there_if_the_package_is(registry):
    reading = look(registry, Shelf(registry, ["app"]))
    assert isinstance(reading, Absent)
    assert reading.reason.endswith("listed, and not this one")


def test_a_package_is_not_there_if_a_sibling_is(registry):
    shelf = Shelf(registry, ["sister"])
    reading = look(registry, shelf, known=("brother", "sister"))
    assert reading == Absent(reading.where, "there is no package app, and there is sister")
    assert registry.address(BASE, FAMOUS[registry]) not in shelf.asked


def test_a_package_is_not_there_if_a_famous_one_is(registry):
    famous = FAMOUS[registry]
    reading = look(registry, Shelf(registry, [famous]), known=("sister",))
    assert reading == Absent(reading.where, f"there is no package app, and there is {famous}")


def test_an_index_that_knows_nobody_proves_nothing(registry):
    reading = look(registry, Shelf(registry), known=("sister",))
    assert isinstance(reading, Unknown)
    assert "--first" in reading.hint


def test_a_package_does_not_vouch_for_itself(registry):
    shelf = Shelf(registry)
    assert isinstance(look(registry, shelf, known=("app",)), Unknown)
    assert shelf.asked.count(registry.address(BASE, "app")) == 2  # read, versions


def test_what_vouches_has_to_be_a_proper_document(registry):
    shelf = Shelf(registry, ["sister"])
    shelf.answers[registry.address(BASE, "sister")] = b"<!doctype html><title>Log in</title>"
    assert isinstance(look(registry, shelf, known=("sister",)), Unknown)


def test_a_sibling_that_cannot_be_asked_is_no_proof(registry):
    shelf = Shelf(registry, errors=["sister"])
    reading = look(registry, shelf, known=("sister",))
    assert reading == Unknown(reading.where, "the connection was reset", "try again")


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_is_unknown_for_private_and_missing_look_alike(registry, status):
    shelf = Shelf(registry, ["sister"], {"app": status})
    reading = look(registry, shelf, known=("sister",))
    assert isinstance(reading, Unknown)
    assert str(status) in reading.reason
    assert "--first" in reading.hint


@pytest.mark.parametrize("status", [401, 403, 404])
def test_what_was_never_published_is_not_there(registry, status):
    reading = look(registry, Shelf(registry, (), {"app": status}), first=True)
    assert isinstance(reading, Absent)
    assert f"answered {status}" in reading.reason


def test_first_does_not_hide_a_version_that_is_there():
    shelf = Shelf(crates, ["app"])
    wanted = Wanted(Version.parse("0.1.0"), "0.1.0")
    assert isinstance(crates.read(Coordinates(BASE, "app", first=True), wanted, shelf), Found)


@pytest.mark.parametrize("status", [204, 304, 400, 405, 410, 418, 429, 451, 500, 503])
@pytest.mark.parametrize("first", [False, True])
def test_any_other_answer_is_unknown(registry, status, first):
    shelf = Shelf(registry, ["sister"], {"app": status})
    reading = look(registry, shelf, known=("sister",), first=first)
    assert reading == Unknown(reading.where, f"the registry answered {status}")


def test_no_answer_is_unknown_whatever_was_said_of_first(registry):
    shelf = Shelf(registry, ["sister"], errors=["app"])
    reading = look(registry, shelf, known=("sister",), first=True)
    assert reading == Unknown(reading.where, "the connection was reset", "try again")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!DOCTYPE html><html><body>Please log in</body></html>",
        b"  \n<html></html>",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe{}",
        b'{"name": "other", "versions": {}, "files": [], "meta": {"api-version": "1.0"}}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"name": ' + b"9" * 100_000 + b"}",
        b"[" + b"{}," * 2_000_000 + b"{}]",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_a_body_that_is_no_such_document_is_unknown(registry, body):
    shelf = Shelf(registry, ["app"])
    shelf.answers[registry.address(BASE, "app")] = body
    assert isinstance(look(registry, shelf, first=True), Unknown)


@pytest.mark.parametrize(
    "name", ["", "..", "../pip", "a/../b", "a%2e", "a b", "a\n", "é", "a?b", "a#b", "@/a"]
)
def test_a_name_that_no_package_can_have_is_not_asked_for(registry, name):
    shelf = Shelf(registry)
    reading = registry.read(Coordinates(BASE, name), WANTED, shelf)
    assert isinstance(reading, Unknown)
    assert reading.where == BASE
    assert shelf.asked == []


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["0.3.0-rc.1", "0.3.0-rc1"], "0.3.0-rc.1"),
        (["0.3.0-rc1", "0.3.0-RC.1"], "0.3.0-rc1"),
        (["0.3.0-RC.1"], "0.3.0-RC.1"),
        (["0.3.0", "0.3.0-rc.2", "1", "latest", ""], None),
        (["0.3.0-rc.1+build"], None),
    ],
)
def test_the_canonical_spelling_comes_before_others_and_those_before_equal_ones(texts, found):
    from release_tools.registries import packages

    wanted = Wanted(Version.parse("0.3.0-rc.1"), "0.3.0-rc.1", ("0.3.0-rc1",))
    assert packages.pick(texts, wanted, Spelling.NPM) == found
