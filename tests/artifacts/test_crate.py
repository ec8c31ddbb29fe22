from __future__ import annotations

import hashlib

import pytest

from release_tools.errors import MalformedError
from tests.servers import artifacts as built

MANIFEST = '[package]\nname = "some-app"\nversion = "0.3.0-rc.1"\n'
NAME = "some-app-0.3.0-rc.1.crate"


def test_a_crate_of_the_real_cargo_says_what_it_is(tmp_path, read):
    built.crate(tmp_path / "dist", tmp_path / "source", "some-app", "0.3.0-rc.1")
    crate = tmp_path / "dist" / NAME
    (one,) = read(crate)
    assert (one.kind, one.names, one.version) == ("crate", ("some-app",), "0.3.0-rc.1")
    assert one.digest == f"sha256:{hashlib.sha256(crate.read_bytes()).hexdigest()}"
    assert one.problems == ()


@pytest.mark.parametrize(
    ("folder", "name", "said"),
    [
        ("some-app-0.2.0", NAME, "the folder says some-app-0.2.0"),
        ("some-app-0.3.0-rc.1", "some-app-0.2.0.crate", "the file name says some-app-0.2.0"),
        ("some-app-0.3.0-rc.1", "some_app-0.3.0-rc.1.crate", "the file name says some_app"),
    ],
)
def test_the_names_of_file_and_folder_have_to_be_those_of_the_manifest(
    make, read, folder, name, said
):
    (one,) = read(make.packed({f"{folder}/Cargo.toml": MANIFEST}), name)
    assert [problem.id for problem in one.problems] == ["artifact-differs"]
    assert said in one.problems[0].message


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        ('[package]\nname = "a"\n', "has no version"),
        ('[package]\nname = "a"\nversion.workspace = true\n', "has no version"),
        ('[package]\nname = "a"\nname = "b"\nversion = "1.0.0"\n', "is no TOML"),
        ("a = " + "[" * 10_000, "is no TOML"),
        ("a." * 20_000 + "b = 1\n", "too many dots"),
        ("# " + "x" * 600_000, "too large"),
    ],
)
def test_a_manifest_that_does_not_say_it_is_refused(make, read, manifest, reason):
    with pytest.raises(MalformedError, match=reason):
        read(make.packed({"some-app-0.3.0-rc.1/Cargo.toml": manifest}), NAME)


def test_a_crate_without_a_manifest_is_refused(make, read):
    with pytest.raises(MalformedError, match="is no crate"):
        read(make.packed({"some-app-0.3.0-rc.1/src/Cargo.toml": MANIFEST}), NAME)
