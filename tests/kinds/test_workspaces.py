from __future__ import annotations

import fnmatch
import time
from typing import TYPE_CHECKING

import pytest

from release_tools.errors import AbsentError, MalformedError
from release_tools.kinds import workspaces

if TYPE_CHECKING:
    from collections.abc import Mapping


class DictTree:
    """A tree in memory; counts what is read."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = dict(files)
        self.reads: list[str] = []

    def read(self, path: str) -> str:
        self.reads.append(path)
        if path not in self.files:
            raise AbsentError("not there", path=path)
        return self.files[path]

    def exists(self, path: str) -> bool:
        return path in self.files

    def glob(self, pattern: str) -> tuple[str, ...]:
        return tuple(sorted(path for path in self.files if _matches(path, pattern)))

    def named(self, name: str) -> tuple[str, ...]:
        return tuple(sorted(path for path in self.files if path.rpartition("/")[2] == name))


def _matches(path: str, pattern: str) -> bool:
    parts, globs = path.split("/"), pattern.split("/")

    def match(i: int, j: int) -> bool:
        if j == len(globs):
            return i == len(parts)
        if globs[j] == "**":
            return any(match(k, j + 1) for k in range(i, len(parts) + 1))
        return i < len(parts) and fnmatch.fnmatchcase(parts[i], globs[j]) and match(i + 1, j + 1)

    return match(0, 0)


def crate(name: str, extra: str = "") -> str:
    return f'[package]\nname = "{name}"\nversion.workspace = true\n{extra}'


def test_a_crate_finds_the_workspace_above_it() -> None:
    tree = DictTree(
        {"Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n', "crates/a/Cargo.toml": crate("a")}
    )
    assert workspaces.cargo_root(tree, "crates/a") == ""


def test_a_stand_alone_crate_has_no_root() -> None:
    tree = DictTree({"Cargo.toml": crate("top"), "a/Cargo.toml": crate("a")})
    assert workspaces.cargo_root(tree, "a") is None
    assert workspaces.cargo_root(tree, "") is None


def test_an_excluded_crate_does_not_belong_to_the_workspace_above_it() -> None:
    tree = DictTree(
        {
            "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\nexclude = ["bindings/py"]\n',
            "bindings/py/Cargo.toml": crate("py"),
        }
    )
    assert workspaces.cargo_root(tree, "bindings/py") is None


def test_a_crate_with_its_own_workspace_is_its_own_root() -> None:
    tree = DictTree(
        {
            "Cargo.toml": '[workspace]\nmembers = ["a"]\n',
            "a/Cargo.toml": crate("a", "[workspace]\n"),
        }
    )
    assert workspaces.cargo_root(tree, "a") == "a"


def test_the_workspace_key_of_a_package_points_at_its_root() -> None:
    tree = DictTree(
        {
            "ws/Cargo.toml": '[workspace]\nmembers = ["../a"]\n',
            "a/Cargo.toml": crate("a", 'workspace = "../ws"\n'),
        }
    )
    assert workspaces.cargo_root(tree, "a") == "ws"


def test_cargo_members_are_globs_literals_and_the_root_package() -> None:
    tree = DictTree(
        {
            "Cargo.toml": crate("top", '[workspace]\nmembers = ["crates/*", "tool"]\n'),
            "crates/a/Cargo.toml": crate("a"),
            "crates/b/Cargo.toml": crate("b"),
            "crates/b/deep/Cargo.toml": crate("deep"),
            "tool/Cargo.toml": crate("tool"),
        }
    )
    assert workspaces.cargo_members(tree, "") == ("", "crates/a", "crates/b", "tool")


def test_exclude_takes_a_globbed_crate_away_but_not_one_that_is_listed() -> None:
    tree = DictTree(
        {
            "Cargo.toml": '[workspace]\nmembers = ["c/*", "x/y"]\nexclude = ["c/b", "x"]\n',
            "c/a/Cargo.toml": crate("a"),
            "c/b/Cargo.toml": crate("b"),
            "x/y/Cargo.toml": crate("y"),
        }
    )
    assert workspaces.cargo_members(tree, "") == ("c/a", "x/y")


def test_path_dependencies_inside_the_root_are_members_transitively() -> None:
    tree = DictTree(
        {
            "Cargo.toml": '[workspace]\nmembers = ["a"]\n',
            "a/Cargo.toml": crate("a", '[dependencies]\nb = { path = "../b" }\n'),
            "b/Cargo.toml": crate("b", "[dependencies.c]\npath = '../c'\n"),
            "c/Cargo.toml": crate("c"),
            "other/Cargo.toml": crate("other"),
        }
    )
    assert workspaces.cargo_members(tree, "") == ("a", "b", "c")


def test_a_thousand_members_cost_one_parse_and_no_read_of_a_member() -> None:
    files = {f"crates/c{i}/Cargo.toml": crate(f"c{i}") for i in range(1000)}
    tree = DictTree({"Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n', **files})
    for _ in range(3):
        assert len(workspaces.cargo_members(tree, "")) == 1000
    assert tree.reads == ["Cargo.toml"]


def test_a_root_that_is_no_toml_is_named() -> None:
    tree = DictTree({"Cargo.toml": "[workspace\n", "a/Cargo.toml": crate("a")})
    with pytest.raises(MalformedError) as caught:
        workspaces.cargo_root(tree, "a")
    assert caught.value.path == "Cargo.toml"


@pytest.mark.parametrize("globs", ['["packages/*", "!packages/x"]', '{"packages": ["packages/a"]}'])
def test_npm_workspaces_are_a_list_or_a_table(globs: str) -> None:
    tree = DictTree(
        {
            "package.json": f'{{"private": true, "workspaces": {globs}}}',
            "packages/a/package.json": "{}",
            "packages/x/package.json": "{}",
        }
    )
    assert workspaces.npm_members(tree, "") == ("", "packages/a")
    assert workspaces.npm_root(tree, "packages/a") == ""
    assert workspaces.npm_root(tree, "packages/x") is None


def test_pnpm_workspaces_are_read_and_node_modules_are_not() -> None:
    tree = DictTree(
        {
            "ui/package.json": "{}",
            "ui/pnpm-workspace.yaml": "packages:\n  - '**'\n  - '!**/test/**'\n",
            "ui/a/package.json": "{}",
            "ui/a/test/b/package.json": "{}",
            "ui/a/node_modules/c/package.json": "{}",
        }
    )
    assert workspaces.npm_members(tree, "ui") == ("ui", "ui/a")
    assert workspaces.npm_root(tree, "ui/a") == "ui"


def test_uv_members_are_globs_less_the_excluded_and_the_root() -> None:
    tree = DictTree(
        {
            "pyproject.toml": '[tool.uv.workspace]\nmembers = ["p/*"]\nexclude = ["p/b"]\n',
            "p/a/pyproject.toml": '[project]\nname = "a"\n',
            "p/b/pyproject.toml": '[project]\nname = "b"\n',
        }
    )
    assert workspaces.uv_members(tree, "") == ("", "p/a")
    assert workspaces.uv_root(tree, "p/a") == ""
    assert workspaces.uv_root(tree, "p/b") is None


def test_a_pattern_that_leaves_the_tree_finds_nothing() -> None:
    tree = DictTree({"Cargo.toml": '[workspace]\nmembers = ["../x/*", "../y"]\n'})
    assert workspaces.cargo_members(tree, "") == ()


def test_a_pnpm_workspace_without_packages_is_one_all_the_same() -> None:
    tree = DictTree({"package.json": "{}", "pnpm-workspace.yaml": "catalog:\n  x: 1.0.0\n"})
    assert workspaces.npm_root(tree, "") == ""
    assert workspaces.npm_members(tree, "") == ("",)


def _bomb() -> str:
    text = "a0: &a0 {x: y}\n"
    for i in range(1, 40):
        text += f"a{i}: &a{i}\n  <<: [*a{i - 1}, *a{i - 1}]\n"
    return text + "packages: [a]\n"


def test_a_bomb_of_aliases_in_a_pnpm_workspace_costs_nothing() -> None:
    tree = DictTree({"package.json": "{}", "a/package.json": "{}", "pnpm-workspace.yaml": _bomb()})
    start = time.process_time()
    assert workspaces.npm_members(tree, "") == ("", "a")
    assert time.process_time() - start < 1


@pytest.mark.parametrize("text", ["packages: [a\n", "packages:\n" + "- 'x/y'\n" * 900_000])
def test_a_pnpm_workspace_that_cannot_be_used_is_named_in_less_than_two_seconds(text: str) -> None:
    tree = DictTree({"package.json": "{}", "pnpm-workspace.yaml": text})
    start = time.process_time()
    with pytest.raises(MalformedError) as caught:
        workspaces.npm_members(tree, "")
    assert caught.value.path == "pnpm-workspace.yaml"
    assert time.process_time() - start < 5


def test_folders_out_of_the_tree_are_nobodys_root() -> None:
    tree = DictTree({"a/Cargo.toml": crate("a", 'workspace = "../../elsewhere"\n')})
    assert workspaces.cargo_root(tree, "a") is None


def test_a_workspace_of_too_many_globs_is_refused_at_once() -> None:
    globs = ", ".join(f'"a{i}*"' for i in range(40_000))
    files = {f"a{i}/Cargo.toml": crate("x") for i in range(1000)}
    tree = DictTree({"Cargo.toml": f"[workspace]\nmembers = [{globs}]\n", **files})
    start = time.process_time()
    with pytest.raises(MalformedError, match="more than 200 globs") as caught:
        workspaces.cargo_members(tree, "")
    assert caught.value.path == "Cargo.toml"
    assert time.process_time() - start < 5
