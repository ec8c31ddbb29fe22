from __future__ import annotations

import hashlib

import pytest

from release_tools.errors import MalformedError
from tests.servers import artifacts as built

METADATA = "Metadata-Version: 2.4\nName: some-app\nVersion: 0.3.0rc1\n"


@pytest.mark.parametrize("backend", ["hatchling.build", "flit_core.buildapi"])
def test_a_wheel_of_a_real_backend_says_what_it_is(tmp_path, read, backend):
    built.python(tmp_path / "dist", tmp_path / "source", "some-app", "0.3.0rc1", backend)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    (one,) = read(wheel)
    assert (one.kind, one.names, one.version) == ("wheel", ("some-app",), "0.3.0rc1")
    assert one.digest == f"sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"
    assert one.size == wheel.stat().st_size
    assert one.problems == ()


def wheel(make, metadata=METADATA, folder="some_app-0.3.0rc1", **more):
    return make.zipped({f"{folder}.dist-info/METADATA": metadata, **more})


@pytest.mark.parametrize(
    ("name", "folder", "said"),
    [
        ("some_app-0.2.0-py3-none-any.whl", "some_app-0.3.0rc1", "the file name says"),
        ("other-0.3.0rc1-py3-none-any.whl", "some_app-0.3.0rc1", "the file name says"),
        ("some_app.whl", "some_app-0.3.0rc1", "the file name says"),
        ("some_app-0.3.0rc1-py3-none-any.whl", "some_app-0.2.0", "the folder says some_app-0.2.0"),
    ],
)
def test_a_name_that_contradicts_the_metadata_is_a_problem(make, read, name, folder, said):
    (one,) = read(wheel(make, folder=folder), name)
    assert one.version == "0.3.0rc1"
    assert [problem.id for problem in one.problems] == ["artifact-differs"]
    assert said in one.problems[0].message


@pytest.mark.parametrize(
    "name",
    [
        "Some.App-0.3.0rc1-py3-none-any.whl",
        "some_app-0.3.0rc1-1-cp311-cp311-manylinux_2_28_x86_64.whl",
        "some_app-0.3.0.rc.1-py3-none-any.whl",
    ],
)
def test_names_are_compared_as_pep_503_and_pep_440_do(make, read, name):
    (one,) = read(wheel(make), name)
    assert one.problems == ()


def test_a_local_version_is_written_with_an_underscore_in_the_file_name(make, read):
    metadata = METADATA.replace("0.3.0rc1", "0.3.0+cu121.x")
    data = wheel(make, metadata, "some_app-0.3.0+cu121_x")
    (one,) = read(data, "some_app-0.3.0+cu121_x-py3-none-any.whl")
    assert one.problems == ()


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        ("Name: some-app\n", "states 0 times what its version is"),
        ("Name: a\nVersion: 1\nVersion: 2\n", "states 2 times what its version is"),
        ("Name: a\nName: b\nVersion: 2\n", "states 2 times what its name is"),
        ("\nName: a\nVersion: 2\n", "states 0 times"),
        ("Name: a\nVersion:\n", "expected a text on one line"),
        ("Name: a\nVersion: 1\x1b[31m\n", "expected a text on one line"),
        (b"Name: a\nVersion: \xff\n", "is not UTF-8"),
        ("Name: a\nVersion: 1\n" + "x" * 2_100_000, "bytes"),
    ],
)
def test_metadata_that_does_not_say_it_once_is_refused(make, read, metadata, reason):
    with pytest.raises(MalformedError, match=reason):
        read(wheel(make, metadata), "some_app-0.3.0rc1-py3-none-any.whl")


def test_what_a_description_says_below_the_headers_does_not_count(make, read):
    text = "Name: some-app\r\nVERSION: 0.3.0rc1\r\nSummary: a\r\n  Version: 9\r\n\r\nVersion: 8\r\n"
    (one,) = read(wheel(make, text), "some_app-0.3.0rc1-py3-none-any.whl")
    assert one.version == "0.3.0rc1"


def test_a_wheel_has_its_metadata_once(make, read):
    more = {"other-0.3.0.dist-info/METADATA": METADATA}
    with pytest.raises(MalformedError, match="holds METADATA 2 times"):
        read(wheel(make, **more), "some_app-0.3.0rc1-py3-none-any.whl")
    with pytest.raises(MalformedError, match=r"has no \.dist-info/METADATA"):
        read(make.zipped({"a/some.dist-info/METADATA": METADATA}), "a-1-py3-none-any.whl")


def test_a_wheel_that_is_a_tar_is_not_what_its_name_promises(make, read):
    with pytest.raises(MalformedError, match="packed as gzip"):
        read(make.packed({"a-1.dist-info/METADATA": METADATA}), "a-1-py3-none-any.whl")
