from __future__ import annotations

import hashlib

import pytest

from release_tools.errors import MalformedError
from tests.servers import artifacts as built

METADATA = "Metadata-Version: 2.4\nName: some-app\nVersion: 0.3.0rc1\n"


@pytest.mark.parametrize("backend", ["hatchling.build", "flit_core.buildapi"])
def test_an_sdist_of_a_real_backend_says_what_it_is(tmp_path, read, backend):
    built.python(tmp_path / "dist", tmp_path / "source", "some-app", "0.3.0rc1", backend)
    (sdist,) = (tmp_path / "dist").glob("*.tar.gz")
    (one,) = read(sdist)
    assert (one.kind, one.names, one.version) == ("sdist", ("some-app",), "0.3.0rc1")
    assert one.digest == f"sha256:{hashlib.sha256(sdist.read_bytes()).hexdigest()}"
    assert one.problems == ()


def test_only_the_metadata_at_the_top_counts(make, read):
    members = {
        "some_app-0.3.0rc1/src/some_app.egg-info/PKG-INFO": "Name: some-app\nVersion: 9\n",
        "some_app-0.3.0rc1/PKG-INFO": METADATA,
        "some_app-0.3.0rc1/package.json": "{",
    }
    (one,) = read(make.packed(members), "some_app-0.3.0rc1.tar.gz")
    assert one.version == "0.3.0rc1"


@pytest.mark.parametrize("name", ["some-app-0.3.0rc1.tar.gz", "Some_App-0.3.0.rc1.tar.gz"])
def test_older_spellings_of_the_file_name_are_the_same_name(make, read, name):
    (one,) = read(make.packed({"x/PKG-INFO": METADATA}), name)
    assert one.problems == ()


@pytest.mark.parametrize("name", ["some_app-0.2.0.tar.gz", "app-0.3.0rc1.tar.gz", "source.tar.gz"])
def test_a_file_name_that_contradicts_the_metadata_is_a_problem(make, read, name):
    (one,) = read(make.packed({"x/PKG-INFO": METADATA}), name)
    assert [problem.id for problem in one.problems] == ["artifact-differs"]


def test_two_of_them_are_refused(make, read):
    members = {"a/PKG-INFO": METADATA, "b/PKG-INFO": METADATA}
    with pytest.raises(MalformedError, match="holds PKG-INFO 2 times: a/PKG-INFO, b/PKG-INFO"):
        read(make.packed(members), "some_app-0.3.0rc1.tar.gz")


def test_a_tar_of_binaries_is_no_sdist(make, read):
    assert read(make.packed({"tool/bin": b"\x7fELF"}), "tool-linux-amd64.tar.gz") == ()
