from __future__ import annotations

import subprocess

import pytest

import release_tools
from release_tools.adapters.disk import DiskTree
from release_tools.errors import MalformedError
from release_tools.kinds import trees
from release_tools.model import Surface


def test_what_a_tree_says_is_read_once_and_not_kept_for_another_tree(tmp_path):
    first, second = DiskTree(str(tmp_path)), DiskTree(str(tmp_path))
    asked = []

    def read(tree, about):
        asked.append((tree, about))
        return len(asked)

    def ask(tree, about):
        return trees.once(tree, read, about)

    assert [ask(first, "a"), ask(first, "b"), ask(first, "a")] == [1, 2, 1]
    assert [ask(second, "a"), ask(second, "a"), ask(first, "a")] == [3, 3, 4]


def test_an_error_is_an_answer_too(tmp_path):
    asked = []

    def read(tree):
        asked.append(tree)
        raise MalformedError("broken")

    tree = DiskTree(str(tmp_path))
    for _ in range(3):
        with pytest.raises(MalformedError, match="broken"):
            trees.once(tree, read)
    assert len(asked) == 1


@pytest.fixture
def work(lay):
    """Lay files out in a git repository that has met only those given as tracked."""

    def make(tracked, others):
        root = lay(tracked)
        for command in (["init", "-q"], ["add", "--all"], ["commit", "-q", "-m", "Start"]):
            subprocess.run(["git", *command], cwd=root, check=True)
        return lay(others)

    return make


def surface(path, **options):
    return Surface("crate:x", "crate", "x", "main", path, options)


def test_declared_folders_and_those_above_are_looked_at_though_git_has_not_met_them(work):
    root = work(
        {"a/m": "x", "far/m": "x"}, {"m": "x", "b/m": "x", "b/c/m": "x", "d/m": "x", "e/m": "x"}
    )
    tree = DiskTree(str(root))
    trees.declare(tree, [surface("b/c", also=("d",)), surface("a"), surface("gone")])
    found = ["a/m", "b/c/m", "b/m", "d/m", "far/m", "m"]
    assert sorted(trees.manifests(tree, "m", "crate")) == found
    assert sorted(trees.manifests(tree, "m", "crate", ["e"])) == [*found[:4], "e/m", *found[4:]]
    assert sorted(trees.manifests(tree, "m", "chart")) == ["a/m", "far/m"]


def crate(name, pin=""):
    text = f'[package]\nname = "{name}"\nversion = "1.0.0"\n'
    return text + (
        f'[dependencies]\n{pin} = {{ path = "../{pin}", version = "0.9" }}\n' if pin else ""
    )


CONFIG = '[[surfaces]]\nkind = "{0}"\npath = "{1}"\n'


@pytest.mark.parametrize(
    ("root", "path"), [(None, "c/*"), ("members = ['c/*']", "."), ("members = ['c/*']", "c/a")]
)
def test_a_pin_in_a_new_crate_that_git_has_not_met_is_a_place(work, root, path):
    files = {"c/a/Cargo.toml": crate("a"), "release-tools.toml": CONFIG.format("crate", path)}
    if root:
        files["Cargo.toml"] = f"[workspace]\n{root}\n"
    folder = work(files, {"c/new/Cargo.toml": crate("new", "a")})
    table = release_tools.verify(release_tools.load(str(folder)), "1.0.0")
    found = [(finding.id, finding.path) for finding in table.findings]
    assert found == [("requirement-excludes", "c/new/Cargo.toml")]


def test_a_pin_in_a_new_chart_above_that_git_has_not_met_is_a_place(work):
    umbrella = (
        "name: u\nversion: 1.0.0\ndependencies:\n"
        "- {name: a, version: 0.9.0, repository: 'file://charts/a'}\n"
    )
    files = {
        "charts/a/Chart.yaml": "name: a\nversion: 1.0.0\n",
        "release-tools.toml": CONFIG.format("chart", "charts/a"),
    }
    folder = work(files, {"Chart.yaml": umbrella})
    table = release_tools.verify(release_tools.load(str(folder)), "1.0.0")
    assert [(f.id, f.path) for f in table.findings] == [("requirement-excludes", "Chart.yaml")]
    changed = release_tools.plan_bump(release_tools.load(str(folder)), "2.0.0").paths
    assert changed == ("Chart.yaml", "charts/a/Chart.yaml")
