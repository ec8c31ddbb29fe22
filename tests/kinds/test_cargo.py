from __future__ import annotations

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
