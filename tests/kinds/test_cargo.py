from __future__ import annotations

import pytest

from release_tools.adapters.disk import DiskTree
from release_tools.kinds import cargo


def member(name, dependency=None):
    text = f'[package]\nname = "{name}"\nversion = "1.0.0"\n'
    if dependency:
        text += f'[dependencies]\n{dependency} = {{ path = "../{dependency}", version = "1" }}\n'
    return text


def entry(name):
    return f'[[package]]\nname = "{name}"\nversion = "1.0.0"\n\n'


class Counting(DiskTree):
    """A tree that counts how often a text is asked for."""

    reads = 0

    def read(self, path):
        Counting.reads += 1
        return super().read(path)


def reads_of_all(folder, count):
    """Lay out ``count`` crates, each with a lock, and one workspace that depends on all."""
    outer = "".join(f'c{i} = {{ path = "../c{i}" }}\n' for i in range(count))
    files = {"outer/Cargo.toml": member("outer") + "[dependencies]\n" + outer + "[workspace]\n"}
    files["outer/Cargo.lock"] = "".join(entry(f"c{i}") for i in range(count))
    for i in range(count):
        files[f"c{i}/Cargo.toml"] = member(f"c{i}")
        files[f"c{i}/Cargo.lock"] = entry(f"c{i}")
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    tree = Counting(str(folder))
    Counting.reads = 0
    places = [
        place
        for i in range(count)
        for place in cargo.dependents(tree, f"c{i}", f"c{i}", f"c{i}/Cargo.lock")
    ]
    assert [place.path for place in places] == ["outer/Cargo.lock"] * count
    return Counting.reads


def test_the_work_grows_with_the_number_of_crates_and_not_with_its_square(tmp_path):
    few, many = reads_of_all(tmp_path / "few", 10), reads_of_all(tmp_path / "many", 40)
    assert many < 5 * few


def test_a_crate_that_is_reached_through_another_follows_too(tmp_path):
    for path, text in {
        "c/Cargo.toml": member("c"),
        "b/Cargo.toml": member("b", "c"),
        "app/Cargo.toml": member("app", "b") + "[workspace]\n",
        "app/Cargo.lock": entry("app") + entry("b") + entry("c"),
    }.items():
        file = tmp_path / path
        file.parent.mkdir() if not file.parent.exists() else None
        file.write_text(text)
    tree = DiskTree(str(tmp_path))
    found = [(place.path, place.at) for place in cargo.dependents(tree, "c", "c", None)]
    assert found == [
        ("b/Cargo.toml", ("dependencies", "c", "version")),
        ("app/Cargo.lock", "c"),
    ]


HERE = '[[surfaces]]\nkind = "crate"\npath = "a"\n'


@pytest.mark.parametrize(
    "dependency",
    [
        'a = { path = "../a", version = "0.9" }',
        'a = { path = """../a""", version = "0.9" }',
        'a = { path = """\n../a""", version = "0.9" }',
        "a = { path = '''../a''', version = '0.9' }",
        'a = { path = "\\u002e./a", version = "0.9" }',
        'a = { "p\\u0061th" = "../a", version = "0.9" }',
        'a.path = "../a"\na.version = "0.9"',
        'a . "path"="../a"\na . "version"="0.9"',
        "a = { 'path'\t=\t\"../a\", 'version' = \"0.9\" }",
        'b = { package = "a", path = "../a/../a/.", version = "0.9" }',
    ],
)
def test_a_pin_is_a_place_however_toml_lets_its_path_be_written(seen, dependency):
    files = {"a/Cargo.toml": member("a"), "b/Cargo.toml": member("b")}
    files["b/Cargo.toml"] += f"[dependencies]\n{dependency}\n"
    marks = seen(files, HERE, "1.0.0").marks("crate:a")
    assert [mark.partition(":")[0] for mark in marks] == ["a/Cargo.toml", "b/Cargo.toml"]
    assert marks[1].endswith(" 0.9 differs")


def test_a_dependency_in_a_comment_makes_no_member(seen):
    files = {
        "Cargo.toml": '[workspace]\nmembers = ["a"]\n',
        "a/Cargo.toml": member("a") + '[dependencies]\n# b = { path = "../b" }\n',
        "b/Cargo.toml": member("b"),
    }
    config = '[[surfaces]]\nkind = "crate"\npath = "."\n'
    assert list(seen(files, config, "1.0.0").rows) == ["crate:a"]


UTF_16 = entry("a").encode("utf-16")
LARGE = b"# \n" * 6_000_000


@pytest.mark.parametrize("lock", [UTF_16, LARGE])
@pytest.mark.parametrize("manifest", [None, "[broken", member("other"), "[workspace]\n"])
def test_a_broken_lock_of_others_is_none_of_our_business(seen, lock, manifest):
    files = {"a/Cargo.toml": member("a"), "a/Cargo.lock": entry("a"), "other/Cargo.lock": lock}
    if manifest is not None:
        files["other/Cargo.toml"] = manifest
    column = seen(files, HERE, "1.0.0")
    assert column.findings == []
    assert column.verdict == "agrees"


def test_a_broken_lock_that_may_repeat_our_version_is_named_with_the_way_out(seen):
    files = {
        "a/Cargo.toml": member("a"),
        "other/Cargo.toml": member("other") + '[dependencies]\na = { path = "../a" }\n',
        "other/Cargo.lock": UTF_16,
    }
    column = seen(files, HERE, "1.0.0")
    assert column.findings == ["file-malformed other/Cargo.lock:1"]
    assert "cargo generate-lockfile" in column.table.findings[0].hint


def test_our_own_broken_lock_is_named(seen):
    files = {"a/Cargo.toml": member("a"), "a/Cargo.lock": UTF_16, "b/Cargo.lock": UTF_16}
    column = seen(files, HERE, "1.0.0")
    assert column.findings == ["file-malformed a/Cargo.lock:1"]
