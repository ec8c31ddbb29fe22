from __future__ import annotations

import json

import pytest

from release_tools import kinds, schemas
from release_tools.adapters.disk import DiskTree
from release_tools.errors import ConfigError, MalformedError
from release_tools.kinds import base


def entry(*paths, exclude=(), **options):
    return base.Entry("pypi", "main", paths, exclude, options)


@pytest.fixture
def tree(lay):
    names = ("a/m", "b/m", "b/c/m", "m", "a/other")
    return DiskTree(str(lay(dict.fromkeys(names, "x"))))


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        ((".",), ("",)),
        (("m",), ("",)),
        (("a",), ("a",)),
        (("a/m",), ("a",)),
        (("./a/",), ("a",)),
        (("a", "a/m", "a/"), ("a",)),
        (("*",), ("a", "b")),
        (("*/m",), ("a", "b")),
        (("**",), ("", "a", "b", "b/c")),
        (("b", "*"), ("b", "a")),
        (("gone",), ("gone",)),
        (("./*",), ("a", "b")),
        (("./b/../a/",), ("a",)),
    ],
)
def test_paths_name_folders_with_a_manifest(tree, paths, found):
    assert set(base.folders(entry(*paths), tree, "m")) == set(found)


@pytest.mark.parametrize("exclude", ["b", "b/", "./b", "b*", "b/**"])
def test_an_exclude_is_a_path_a_glob_or_a_folder_above(tree, exclude):
    found = base.folders(entry("**", exclude=(exclude,)), tree, "m")
    assert "b/c" not in found
    assert "a" in found


def test_nothing_found_is_an_error(tree):
    for each in (entry(), entry("x/*"), entry("*", exclude=("*",)), entry("a", exclude=("a",))):
        with pytest.raises(ConfigError):
            base.folders(each, tree, "m")


def test_files_say_whether_a_glob_found_them(tree):
    assert base.files(entry("a/m", "*/m"), tree) == (("a/m", False), ("b/m", True))
    assert base.files(entry("./a/m/", "./*/m"), tree) == (("a/m", False), ("b/m", True))


@pytest.mark.parametrize(
    ("folder", "relative", "found"),
    [("a", "../b", "b"), ("a", "..", ""), ("a", "../..", None), ("", "/etc", None), ("", "x", "x")],
)
def test_a_relative_path_never_leaves_the_root(folder, relative, found):
    assert base.within(folder, relative) == found


def test_ancestors_are_named_up_to_the_root():
    assert base.ancestors("a/b") == ("a/b", "a", "")
    assert base.ancestors("") == ("",)


@pytest.mark.parametrize(
    ("path", "folder", "found"),
    [("a/b", "a", True), ("a", "a", True), ("ab", "a", False), ("a", "", True), ("", "a", False)],
)
def test_a_path_is_inside_its_folder_and_those_above(path, folder, found):
    assert base.inside(path, folder) is found


def test_an_error_without_a_path_is_given_one_and_keeps_its_own():
    with pytest.raises(MalformedError) as caught, base.naming("a"):
        raise MalformedError("broken", line=3)
    assert caught.value.where == "a:3"
    with pytest.raises(MalformedError) as caught, base.naming("a"):
        raise MalformedError("broken", path="b")
    assert caught.value.where == "b"


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (base.text, ["x", "a b"], ["", 1, None, "a\nb", "a\x1bb", True]),
        (base.texts, ["x", ["x", "y"]], [[], [""], [1], {}, 1]),
        (base.flag, [True, False], [1, "true", None]),
        (base.affixed, ["{version}", "v{version}"], ["v", "{version}{version}", 1]),
        (base.one_of("a", "b"), ["a"], ["c", ["a"], 1]),
        (base.per_name, [{"a": "x"}, ["x"], "x"], [{"a": 1}, {"": "x"}, 1]),
        (base.project, ["a/b", "a-b/c.d_e"], ["a", "a/", "/b", "a/b/c", "a b/c", "\u00e4/b"]),
        (base.repository, ["ghcr.io/a/b", "r.io:5000/a"], ["oci://x", "a@b", "/", ""]),
    ],
)
def test_checks_accept_what_is_meant_and_nothing_else(check, good, bad):
    for value in good:
        check(value)
    for value in bad:
        with pytest.raises(ValueError, match=r"\w"):
            check(value)


def test_every_kind_of_the_table_keeps_the_protocol():
    for name in kinds.NAMES:
        kind = kinds.find(name)
        assert kind is not None
        assert callable(kind.expand)
        assert callable(kind.places)
        assert all(callable(check) for check in kind.KEYS.values())
        assert not set(kind.KEYS) & set(base.COMMON)


def test_the_schema_of_the_configuration_knows_every_kind():
    definitions = json.loads(schemas.load("config"))["$defs"]
    assert definitions["surface"]["properties"]["kind"]["enum"] == list(kinds.NAMES)
    listed = [each["$ref"] for each in definitions["surface"]["oneOf"]]
    assert listed == [f"#/$defs/{name}" for name in kinds.NAMES]
    assert set(kinds.NAMES) <= set(definitions)


def test_an_unknown_kind_is_none():
    assert kinds.find("maven") is None
