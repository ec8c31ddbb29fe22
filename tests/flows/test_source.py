from __future__ import annotations

import pytest

import release_tools
from release_tools.flows import source
from release_tools.formats import toml
from release_tools.version import Version

CONFIG = """\
[[surfaces]]
kind = "file"
path = "VERSION"
[[surfaces]]
kind = "file"
path = "README.md"
template = "app:{version}"
match = "current"
"""
FILES = {"VERSION": "1.0.0\n", "README.md": "app:1.0.0 app:0.9.0\n", "release-tools.toml": CONFIG}


@pytest.fixture
def sights(lay):
    def look(files=()):
        project = release_tools.load(str(lay({**FILES, **dict(files)})))
        return source.look(project, project.streams[0])

    return look


def test_everything_that_the_places_say_is_seen(sights):
    version, readme = sights()
    assert [spot.text for _, spot in version.spots] == ["1.0.0"]
    assert [spot.text for _, spot in readme.spots] == ["1.0.0", "0.9.0"]


def test_current_templates_have_no_vote(sights):
    assert source.present(sights({"README.md": "app:0.9.0 app:0.9.0\n"})) == Version.parse("1.0.0")


def test_only_current_versions_are_kept(sights):
    readme = sights()[1]
    kept = source.only_current(readme, (Version.parse("1.0.0"), None))
    assert [spot.text for _, spot in kept.spots] == ["1.0.0"]
    assert kept.empty == ()


def test_a_place_that_loses_all_its_texts_is_empty(sights):
    readme = source.only_current(sights()[1], (Version.parse("7.0.0"),))
    assert (readme.spots, [place.path for place in readme.empty]) == ((), ["README.md"])


def test_a_surface_without_current_templates_is_left_as_it_is(sights):
    version = sights()[0]
    assert source.only_current(version, ()) is version


def test_one_broken_file_does_not_hide_the_others(sights):
    version, readme = sights({"VERSION": b"\xff"})
    assert [error.path for error in version.errors] == ["VERSION"]
    assert len(readme.spots) == 2


def test_an_address_that_two_surfaces_share_is_located_once(lay, monkeypatch):
    member = '[package]\nname = "{}"\nversion.workspace = true\n'
    files = {
        "Cargo.toml": '[workspace]\nmembers = ["*"]\n[workspace.package]\nversion = "1.0.0"\n',
        **{f"{name}/Cargo.toml": member.format(name) for name in "abcde"},
        "release-tools.toml": '[[surfaces]]\nkind = "crate"\npath = "."\n',
    }
    project = release_tools.load(str(lay(files)))
    asked = []
    real = toml.locate

    def locate(text, at):
        asked.append(at)
        return real(text, at)

    monkeypatch.setattr(toml, "locate", locate)
    assert len(source.look(project, project.streams[0])) == 5
    assert asked.count(("workspace", "package", "version")) == 1
