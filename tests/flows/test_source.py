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


CONFLICT = "<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> theirs\n"


@pytest.mark.parametrize(
    ("kind", "path", "text"),
    [
        ("crate", "Cargo.toml", '[package]\nname = "a"\nversion = "1.0.0"\n'),
        ("pypi", "pyproject.toml", '[project]\nname = "a"\nversion = "1.0.0"\n'),
        ("chart", "Chart.yaml", "name: a\nversion: 1.0.0\n"),
    ],
)
def test_a_merge_conflict_far_from_the_version_is_none_the_less_one(lay, kind, path, text):
    config = f'[[surfaces]]\nkind = "{kind}"\npath = "."\n'
    files = {"release-tools.toml": config, path: text + CONFLICT}
    project = release_tools.load(str(lay(files)))
    (sight,) = source.look(project, project.streams[0])
    assert [(str(error), error.id) for error in sight.errors] == [
        (f"{path}:{text.count(chr(10)) + 1}: holds a merge conflict", "file-malformed")
    ]


def test_a_lock_file_with_a_merge_conflict_is_refused(lay):
    lock = '[[package]]\nname = "a"\nversion = "1.0.0"\n'
    files = {
        "release-tools.toml": '[[surfaces]]\nkind = "crate"\npath = "."\n',
        "Cargo.toml": '[package]\nname = "a"\nversion = "1.0.0"\n',
        "Cargo.lock": lock + CONFLICT,
    }
    project = release_tools.load(str(lay(files)))
    (sight,) = source.look(project, project.streams[0])
    assert [str(error) for error in sight.errors] == ["Cargo.lock:4: holds a merge conflict"]


@pytest.mark.parametrize("readme", [f"app:1.0.0\n{CONFLICT}", "app:1.0.0 <<<<<<< x\n>>>>>>> y\n"])
def test_prose_may_show_a_conflict(sights, readme):
    assert [sight.errors for sight in sights({"README.md": readme})] == [(), ()]


def test_arrows_within_lines_are_no_conflict(sights):
    broken, _ = sights({"VERSION": "# <<<<<<< a\n1.0.0\n>>>>>>> b\n"})
    assert "merge conflict" not in " ".join(map(str, broken.errors))
