from __future__ import annotations

import pytest

HERE = '[[surfaces]]\nkind = "crate"\npath = "."\n'


def crate(name="app", version='version = "1.0.0"', more=""):
    return f'[package]\nname = "{name}"\n{version}\n{more}'


def lock(*packages, foreign=()):
    text = "version = 4\n"
    for name, version in packages:
        text += f'\n[[package]]\nname = "{name}"\nversion = "{version}"\n'
    for name, version in foreign:
        text += f'\n[[package]]\nname = "{name}"\nversion = "{version}"\n'
        text += 'source = "registry+https://example.com"\n'
    return text


def test_the_package_version_and_its_lock_entry_are_places(seen):
    files = {
        "Cargo.toml": crate(),
        "Cargo.lock": lock(("app", "0.9.0"), foreign=[("serde", "1.0.0"), ("tool", "0.9.0")]),
    }
    column = seen(files, HERE, "1.0.0")
    assert column.marks("crate:app") == ["Cargo.toml:3 1.0.0 agrees", "Cargo.lock:5 0.9.0 differs"]
    assert column.findings == ["lock-behind Cargo.lock:5"]


def test_a_third_party_crate_of_the_same_name_is_no_place(seen):
    files = {
        "Cargo.toml": crate(),
        "Cargo.lock": lock(("app", "1.0.0"), foreign=[("app", "0.4.0")]),
    }
    assert seen(files, HERE, "1.0.0").marks("crate:app")[1:] == ["Cargo.lock:5 1.0.0 agrees"]


@pytest.mark.parametrize("stale", ["1.1.0", "0.22.3-dev.0", "0.15.3-dev0", "nightly"])
def test_a_place_is_found_by_where_it_stands_whatever_it_says(seen, stale):
    column = seen({"Cargo.toml": crate(version=f'version = "{stale}"')}, HERE, "0.23.1")
    assert column.marks("crate:app") == [f"Cargo.toml:3 {stale} differs"]


def test_a_spelling_that_cargo_refuses_differs_whatever_it_means(seen):
    column = seen({"Cargo.toml": crate(version='version = "1.0.0rc1"')}, HERE, "1.0.0-rc.1")
    assert column.findings == ["spelling-illegal Cargo.toml:3"]
    assert column.table.exit_code == 1


WORKSPACE = {
    "Cargo.toml": (
        '[workspace]\nmembers = ["crates/*"]\n[workspace.package]\nversion = "1.0.0"\n'
        '[workspace.dependencies]\na = { path = "crates/a", version = "=1.0.0" }\n'
        'b = { path = "crates/b", version = "0.9" }\nserde = "1"\n'
    ),
    "crates/a/Cargo.toml": crate("a", "version.workspace = true", "[dependencies]\nb = {}\n"),
    "crates/b/Cargo.toml": crate("b", "version = { workspace = true }"),
    "crates/c/Cargo.toml": crate("c", "version.workspace = true", "publish = false\n"),
    "Cargo.lock": lock(("a", "1.0.0"), ("b", "1.0.0"), ("c", "0.9.0")),
}


def test_a_workspace_gives_its_publishable_members_and_the_shared_version(seen):
    column = seen(WORKSPACE, HERE, "1.0.0")
    assert list(column.rows) == ["crate:a", "crate:b"]
    assert column.marks("crate:b") == [
        "Cargo.toml:4 1.0.0 agrees",
        "Cargo.lock:9 1.0.0 agrees",
        "Cargo.toml:7 0.9 differs",
    ]
    assert "requirement-excludes Cargo.toml:7" in column.findings


def test_private_members_that_inherit_are_places_of_the_first_surface(seen):
    assert seen(WORKSPACE, HERE, "1.0.0").marks("crate:a") == [
        "Cargo.toml:4 1.0.0 agrees",
        "Cargo.lock:5 1.0.0 agrees",
        "Cargo.toml:6 =1.0.0 agrees",
        "Cargo.lock:13 0.9.0 differs",
    ]


@pytest.mark.parametrize(
    "entry",
    [HERE + 'exclude = ["crates/b", "crates/c"]\n', HERE.replace('"."', '"crates/a"')],
    ids=["excluded", "not named"],
)
def test_a_member_that_inherits_follows_in_the_lock_though_it_is_no_surface(seen, entry):
    """Cargo refuses ``--locked`` where one member's entry lags behind the inherited version."""
    column = seen(WORKSPACE, entry, "1.0.0")
    assert list(column.rows) == ["crate:a"]
    assert column.findings == [
        "requirement-excludes Cargo.toml:7",
        "lock-behind Cargo.lock:13",
    ]


def test_excluded_members_with_a_version_of_their_own_are_left_out(seen):
    files = {
        "Cargo.toml": '[workspace]\nmembers = ["a", "b"]\n',
        "a/Cargo.toml": crate("a"),
        "b/Cargo.toml": crate("b", 'version = "0.1.0"'),
        "Cargo.lock": lock(("a", "1.0.0"), ("b", "0.1.0")),
    }
    column = seen(files, HERE + 'exclude = "b"\n', "1.0.0")
    assert (list(column.rows), column.findings) == (["crate:a"], [])


def test_a_private_crate_that_a_glob_matches_counts_while_it_states_the_published_version(seen):
    files = {
        "a/Cargo.toml": crate("a"),
        "bench/Cargo.toml": crate("bench", more="publish = false\n"),
        "tool/Cargo.toml": crate("tool", 'version = "0.0.0"', "publish = false\n"),
    }
    column = seen(files, HERE.replace('"."', '"*"'), "1.1.0")
    assert column.marks("crate:a") == [
        "a/Cargo.toml:3 1.0.0 differs",
        "bench/Cargo.toml:3 1.0.0 differs",
    ]
    named = seen(files, HERE.replace('"."', '["a", "tool"]'), "1.1.0")
    assert "tool/Cargo.toml:3 0.0.0 differs" in named.marks("crate:a")


@pytest.mark.parametrize(
    "table",
    [
        "dependencies",
        "dev-dependencies",
        "build-dependencies",
        "target.'cfg(unix)'.dependencies",
        "target.x86_64-pc-windows-msvc.build-dependencies",
        "workspace.dependencies",
    ],
)
@pytest.mark.parametrize(
    ("requirement", "verdict"), [("=1.0.0", "agrees"), ("1.0", "agrees"), ("0.9.0", "differs")]
)
def test_path_dependencies_with_a_version_are_requirements(seen, table, requirement, verdict):
    pin = f'[{table}]\nb = {{ path = "../b", version = "{requirement}" }}\n'
    files = {"a/Cargo.toml": crate("a", more=pin), "b/Cargo.toml": crate("b")}
    column = seen(files, '[[surfaces]]\nkind = "crate"\npath = "b"\n', "1.0.0")
    assert column.marks("crate:b") == [
        "b/Cargo.toml:3 1.0.0 agrees",
        f"a/Cargo.toml:5 {requirement} {verdict}",
    ]


def test_a_renamed_path_dependency_and_one_in_a_table_of_its_own_are_followed(seen):
    pin = '[dependencies.other]\npackage = "b"\npath = "../b"\nversion = "0.9"\n'
    files = {"a/Cargo.toml": crate("a", more=pin), "b/Cargo.toml": crate("b")}
    column = seen(files, '[[surfaces]]\nkind = "crate"\npath = "b"\n', "1.0.0")
    assert column.marks("crate:b")[1:] == ["a/Cargo.toml:7 0.9 differs"]


def test_a_path_dependency_without_a_version_is_no_place(seen):
    pin = '[dependencies]\nb = { path = "../b" }\n'
    files = {"a/Cargo.toml": crate("a", more=pin), "b/Cargo.toml": crate("b")}
    column = seen(files, '[[surfaces]]\nkind = "crate"\npath = "b"\n', "1.0.0")
    assert column.marks("crate:b") == ["b/Cargo.toml:3 1.0.0 agrees"]


def test_a_registry_dependency_of_the_same_name_is_no_place(seen):
    pin = '[dependencies]\nb = "0.1.10"\n'
    files = {"a/Cargo.toml": crate("a", more=pin), "b/Cargo.toml": crate("b")}
    column = seen(files, '[[surfaces]]\nkind = "crate"\npath = "b"\n', "1.0.0")
    assert column.marks("crate:b") == ["b/Cargo.toml:3 1.0.0 agrees"]


def test_the_lock_of_a_second_excluded_workspace_follows(seen):
    files = {
        "Cargo.toml": '[workspace]\nmembers = ["lib"]\nexclude = ["fuzz"]\n',
        "lib/Cargo.toml": crate("lib"),
        "Cargo.lock": lock(("lib", "1.0.0")),
        "fuzz/Cargo.toml": crate(
            "fuzz", 'version = "0.0.0"', '[dependencies]\nlib = { path = "../lib" }\n[workspace]\n'
        ),
        "fuzz/Cargo.lock": lock(("fuzz", "0.0.0"), ("lib", "0.9.0")),
    }
    column = seen(files, HERE, "1.0.0")
    assert column.marks("crate:lib") == [
        "lib/Cargo.toml:3 1.0.0 agrees",
        "Cargo.lock:5 1.0.0 agrees",
        "fuzz/Cargo.lock:9 0.9.0 differs",
    ]


def test_a_lock_elsewhere_with_another_crate_of_the_same_name_is_no_place(seen):
    files = {
        "lib/Cargo.toml": crate("lib"),
        "old/Cargo.toml": crate("lib", 'version = "0.1.10"'),
        "old/Cargo.lock": lock(("lib", "0.1.10")),
    }
    column = seen(files, '[[surfaces]]\nkind = "crate"\npath = "lib"\n', "1.0.0")
    assert column.marks("crate:lib") == ["lib/Cargo.toml:3 1.0.0 agrees"]


def test_a_lock_above_with_another_crate_of_the_same_name_is_no_place(seen):
    files = {
        "Cargo.toml": '[workspace]\nmembers = ["lib"]\nexclude = ["tools"]\n',
        "lib/Cargo.toml": crate("lib", 'version = "0.1.10"'),
        "Cargo.lock": lock(("lib", "0.1.10")),
        "tools/lib/Cargo.toml": crate("lib"),
    }
    column = seen(files, '[[surfaces]]\nkind = "crate"\npath = "tools/lib"\n', "1.0.0")
    assert column.marks("crate:lib") == ["tools/lib/Cargo.toml:3 1.0.0 agrees"]


def test_a_lock_of_our_own_without_our_entry_is_missing_it(seen):
    files = {"Cargo.toml": crate(), "Cargo.lock": lock(("renamed", "1.0.0"))}
    column = seen(files, HERE, "1.0.0")
    assert column.marks("crate:app") == ["Cargo.toml:3 1.0.0 agrees", "Cargo.lock missing"]
    assert column.table.exit_code == 1


@pytest.mark.parametrize("publish", ["publish = false\n", "publish = []\n"])
def test_a_private_crate_alone_still_counts(seen, publish):
    column = seen({"Cargo.toml": crate(more=publish)}, HERE, "1.0.0")
    assert column.marks("crate:app") == ["Cargo.toml:3 1.0.0 agrees"]


def test_publish_is_inherited_from_the_workspace(seen):
    files = {
        "Cargo.toml": (
            '[workspace]\nmembers = ["a", "b"]\n[workspace.package]\npublish = false\n'
            'version = "1.0.0"\n'
        ),
        "a/Cargo.toml": crate("a", "version.workspace = true", "publish.workspace = true\n"),
        "b/Cargo.toml": crate("b", "version.workspace = true"),
    }
    assert list(seen(files, HERE, "1.0.0").rows) == ["crate:b"]


def test_publish_to_a_named_registry_is_published(seen):
    files = {"Cargo.toml": crate(more='publish = ["internal"]\n')}
    assert list(seen(files, HERE, "1.0.0").rows) == ["crate:app"]


def test_private_members_with_a_version_of_their_own_are_left_alone(seen):
    files = {
        "Cargo.toml": '[workspace]\nmembers = ["a", "x"]\n',
        "a/Cargo.toml": crate("a"),
        "x/Cargo.toml": crate("x", 'version = "1.1.0"', "publish = false\n"),
        "Cargo.lock": lock(("a", "1.0.0"), ("x", "1.1.0")),
    }
    column = seen(files, HERE, "1.0.0")
    assert column.marks("crate:a") == ["a/Cargo.toml:3 1.0.0 agrees", "Cargo.lock:5 1.0.0 agrees"]


def test_a_root_package_is_a_member_of_its_workspace(seen):
    files = {
        "Cargo.toml": crate("root") + '[workspace]\nmembers = ["a"]\n',
        "a/Cargo.toml": crate("a"),
    }
    assert list(seen(files, HERE, "1.0.0").rows) == ["crate:root", "crate:a"]


def test_repeated_versions_in_a_locks_dependencies_are_places(seen):
    text = lock(("app", "1.0.0"), foreign=[("app", "0.4.0")])
    text += '\n[[package]]\nname = "z"\nversion = "0.1.0"\ndependencies = [\n "app 1.0.0",\n]\n'
    files = {"Cargo.toml": crate(), "Cargo.lock": text}
    assert seen(files, HERE, "1.0.0").marks("crate:app")[1:] == [
        "Cargo.lock:5 1.0.0 agrees",
        "Cargo.lock:16 1.0.0 agrees",
    ]


def test_a_stamped_crate_leaves_the_pins_on_it_unjudged_too(seen):
    pin = '[dependencies]\nb = { path = "../b", version = "0.1" }\n'
    files = {"a/Cargo.toml": crate("a", more=pin), "b/Cargo.toml": crate("b", 'version = "0.1.0"')}
    one = '[[surfaces]]\nkind = "crate"\npath = "{}"\n'
    column = seen(files, one.format("a") + one.format("b") + 'source = "stamped"\n', "1.0.0")
    assert column.marks("crate:a") == ["a/Cargo.toml:3 1.0.0 agrees"]
    assert (column.rows["crate:b"].verdict, column.verdict) == ("unchecked", "agrees")


def test_a_version_from_no_workspace_is_missing(seen):
    column = seen({"Cargo.toml": crate(version="version.workspace = true")}, HERE, "1.0.0")
    assert column.rows["crate:app"].verdict == "differs"
    assert column.findings == ["file-malformed Cargo.toml:3"]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ('[package\nname = "app"\n', "file-malformed Cargo.toml:1"),
        (crate(version='version = "1.0.0"\nversion = "1.0.0"'), "file-malformed Cargo.toml:4"),
        (crate(version="version = 1"), "file-malformed Cargo.toml:3"),
        ('[package]\nname = "app"\n', "surface-missing Cargo.toml:None"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_named_with_its_line(seen, text, finding):
    column = seen({"Cargo.toml": text}, '[[surfaces]]\nkind = "crate"\npath = "."\n', "1.0.0")
    assert column.findings == [finding]
    assert column.table.exit_code == 1


def test_a_broken_workspace_root_is_reported_in_the_rows_and_does_not_end_the_run(seen):
    files = {
        "Cargo.toml": "[workspace\n",
        "a/Cargo.toml": crate("a", "version.workspace = true"),
        "VERSION": "1.0.0\n",
    }
    entries = HERE.replace('"."', '"a"') + '[[surfaces]]\nkind = "file"\npath = "VERSION"\n'
    column = seen(files, entries, "1.0.0")
    assert {id_: str(cell.verdict) for id_, cell in column.rows.items()} == {
        "crate:a": "differs",
        "file:VERSION": "agrees",
    }
    assert column.findings == ["file-malformed Cargo.toml:1"]
