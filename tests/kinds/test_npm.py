from __future__ import annotations

import json

import pytest

HERE = '[[surfaces]]\nkind = "npm"\npath = "."\n'


def package(name="app", version="1.0.0", **more):
    return json.dumps({"name": name, "version": version, **more}, indent=2) + "\n"


def lock(lockfile, packages, version="1.0.0", **more):
    data = {"name": "app", "version": version, "lockfileVersion": lockfile, **more}
    if lockfile > 1:
        data["packages"] = packages
    return json.dumps(data, indent=2) + "\n"


def test_the_version_is_a_place(seen):
    column = seen({"package.json": package()}, HERE, "1.0.0")
    assert column.marks("npm:app") == ["package.json:3 1.0.0 agrees"]


@pytest.mark.parametrize("stale", ["1.1.0", "nightly", "0.15.3-dev0", "0.22.3-dev.0"])
def test_a_place_is_found_by_where_it_stands_whatever_it_says(seen, stale):
    column = seen({"package.json": package(version=stale)}, HERE, "1.7.0")
    assert column.marks("npm:app") == [f"package.json:3 {stale} differs"]


@pytest.mark.parametrize(("lockfile", "lines"), [(1, [3]), (2, [3, 8]), (3, [3, 8])])
@pytest.mark.parametrize("name", ["package-lock.json", "npm-shrinkwrap.json"])
def test_lock_files_of_every_version_repeat_it(seen, lockfile, lines, name):
    packages = {
        "": {"name": "app", "version": "1.0.0"},
        "node_modules/x": {"version": "1.0.0"},
    }
    files = {"package.json": package(), name: lock(lockfile, packages)}
    column = seen(files, HERE, "2.0.0")
    assert column.marks("npm:app")[1:] == [f"{name}:{line} 1.0.0 differs" for line in lines]


WORKSPACE = {
    "package.json": package("root", private=True, workspaces=["packages/*"]),
    "packages/a/package.json": package("@org/a"),
    "packages/b/package.json": package(
        "@org/b",
        dependencies={"@org/a": "^0.9.0", "left-pad": "1.0.0"},
        peerDependencies={"@org/a": "*"},
        devDependencies={"@org/a": "file:../a"},
    ),
    "packages/c/package.json": package("c", "1.1.0", private=True, dependencies={"@org/a": "1.x"}),
    "package-lock.json": lock(
        3,
        {
            "": {"name": "root", "version": "1.0.0"},
            "packages/a": {"name": "@org/a", "version": "0.9.0"},
            "packages/b": {"version": "1.0.0", "dependencies": {"@org/a": "^0.9.0"}},
        },
    ),
}


def test_a_workspace_gives_its_published_members(seen):
    assert list(seen(WORKSPACE, HERE, "1.0.0").rows) == ["npm:@org/a", "npm:@org/b"]


def test_internal_ranges_and_their_mirror_in_the_lock_are_requirements(seen):
    config = '[[surfaces]]\nkind = "npm"\npath = "packages/a"\n'
    assert seen(WORKSPACE, config, "1.0.0").marks("npm:@org/a") == [
        "packages/a/package.json:3 1.0.0 agrees",
        "package-lock.json:12 0.9.0 differs",
        "packages/b/package.json:5 ^0.9.0 differs",
        "package-lock.json:17 ^0.9.0 differs",
        "packages/b/package.json:9 * agrees",
        "packages/c/package.json:6 1.x agrees",
    ]


def test_the_private_root_that_states_a_version_is_a_place_of_the_first(seen):
    marks = seen(WORKSPACE, HERE, "1.0.0").marks("npm:@org/a")
    assert "package.json:3 1.0.0 agrees" in marks
    assert "package-lock.json:8 1.0.0 agrees" in marks


def test_private_members_of_another_version_are_left_alone(seen):
    column = seen(WORKSPACE, HERE, "1.0.0")
    assert not any("1.1.0" in mark for id_ in column.rows for mark in column.marks(id_))


def test_a_pnpm_workspace_protocol_range_is_admitted(seen):
    files = {
        "package.json": package("root", private=True),
        "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
        "packages/a/package.json": package("a"),
        "packages/b/package.json": package("b", dependencies={"a": "workspace:*"}),
    }
    config = '[[surfaces]]\nkind = "npm"\npath = "packages/a"\n'
    assert seen(files, config, "1.0.0").marks("npm:a") == [
        "packages/a/package.json:3 1.0.0 agrees",
        "packages/b/package.json:5 workspace:* agrees",
    ]


def test_a_private_package_alone_still_counts(seen):
    column = seen({"package.json": package(private=True)}, HERE, "1.0.0")
    assert column.marks("npm:app") == ["package.json:3 1.0.0 agrees"]


def test_a_lock_of_our_own_without_our_version_is_missing_it(seen):
    text = '{\n  "name": "app",\n  "lockfileVersion": 3,\n  "packages": {}\n}\n'
    column = seen({"package.json": package(), "package-lock.json": text}, HERE, "1.0.0")
    assert column.marks("npm:app")[1:] == ["package-lock.json missing"]


def test_a_repository_of_many_packages_is_read_once_each(lay, monkeypatch):
    from release_tools.adapters.disk import DiskTree
    from release_tools.kinds import base, npm

    def looks(count):
        files = {f"w{count}/p{i}/package.json": package(f"p{i}") for i in range(count)}
        files[f"w{count}/package.json"] = package("root", private=True, workspaces=["*"])
        tree = DiskTree(str(lay(files)))
        calls = []
        real = npm._data

        def counted(tree, folder):
            calls.append(folder)
            return real(tree, folder)

        monkeypatch.setattr(npm, "_data", counted)
        entry = base.Entry("npm", "main", (f"w{count}",), (), {})
        for surface in npm.expand(entry, tree):
            npm.places(surface, tree)
        monkeypatch.undo()
        return len(calls)

    assert looks(40) < 5 * looks(10)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ('{"name": "app"\n', "file-malformed package.json:"),
        (
            '{"name": "app",\n"version": "1.0.0",\n"version": "1.0.0"}',
            "file-malformed package.json:3",
        ),
        ('{"name": "app",\n"version": 1}', "file-malformed package.json:2"),
        ('{"name": "app"}', "surface-missing package.json:None"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_named(seen, text, finding):
    column = seen({"package.json": text}, HERE, "1.0.0")
    assert [found[: len(finding)] for found in column.findings] == [finding]
    assert column.table.exit_code == 1
