from __future__ import annotations

import json

import pytest

from release_tools.reading import Absent, Answer, Coordinates, File, Found, Listed, Unknown, Wanted
from release_tools.registries import crates
from release_tools.version import Spelling, Version
from tests.servers import site, sparse
from tests.servers.asking import Plain, found, listed

BASE = "sparse+https://index.example.com/"


def wanted(text="0.3.0", *others):
    version = Version.parse(text)
    return Wanted(version, version.spell(Spelling.CRATE), others)


def line(version="0.3.0", **more):
    said = {"name": "app", "vers": version, "cksum": "ab" * 32, "yanked": False, "deps": []}
    return json.dumps(said | more)


class Lines:
    """A transport over one file of an index, with or without its length told."""

    def __init__(self, text, length=None):
        body = text if isinstance(text, bytes) else text.encode()
        headers = {} if length is None else {"content-length": str(length)}
        self.answer = Answer(200, "https://index.example.com/3/a/app", headers, body)

    def get(self, url, *, accept=(), scope=None, limit=0):
        del accept, scope, limit
        assert url == self.answer.url
        return self.answer


def read(text, want=None, **told):
    return crates.read(Coordinates(BASE, "app"), want or wanted(), Lines(text, **told))


@pytest.fixture
def registry():
    with sparse.serving() as running:
        yield running


def test_the_checksum_is_that_of_what_cargo_published(registry, tmp_path):
    registry.publish(tmp_path, "my-app", "0.3.0-rc.1+build.5")
    assert "0.3.0-rc.1+build.5" in registry.cargo(
        "info", "my-app", "--registry=local", cwd=tmp_path
    )
    at = Coordinates(f"sparse+{registry.index}/", "my-app")
    reading = crates.read(at, wanted("0.3.0-rc.1+build.5"), Plain())
    crate = Plain().get(f"{registry.site.url}/crates/my-app/0.3.0-rc.1+build.5/download").body
    digest = f"sha256:{site.sha256(crate)}"
    assert reading == Found(
        "0.3.0-rc.1+build.5",
        f"{registry.index}/my/-a/my-app",
        digest,
        (File("my-app-0.3.0-rc.1+build.5.crate", "crate", digest),),
    )


def test_what_cargo_yanked_is_there_and_not_missing(registry, tmp_path):
    registry.publish(tmp_path, "app", "0.3.0")
    registry.cargo("yank", "app@0.3.0", "--registry=local", cwd=tmp_path)
    at = Coordinates(registry.index, "app")
    reading = found(crates.read(at, wanted(), Plain()))
    assert [problem.id for problem in reading.problems] == ["version-yanked"]
    assert reading.files[0].yanked
    assert listed(crates.versions(at, Plain())) == (Listed("0.3.0", yanked=True),)


def test_cargo_reads_the_index_of_the_tests(registry, tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "lib.rs").write_text("")
    (tmp_path / "Cargo.toml").write_text('[package]\nname = "user"\nversion = "0.0.0"\n')
    for name in ("a", "ab", "abc", "abcd"):
        registry.add(name, "0.3.0")
    registry.cargo("add", "a@0.3.0", "ab@0.3.0", "abc@0.3.0", "abcd@0.3.0", cwd=tmp_path)
    registry.cargo("generate-lockfile", cwd=tmp_path)
    lock = (tmp_path / "Cargo.lock").read_text()
    for name in ("a", "ab", "abc", "abcd"):
        reading = found(crates.read(Coordinates(registry.index, name), wanted(), Plain()))
        assert f'checksum = "{str(reading.digest).removeprefix("sha256:")}"' in lock


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a", "1/a"),
        ("ab", "2/ab"),
        ("abc", "3/a/abc"),
        ("abcd", "ab/cd/abcd"),
        ("Serde_JSON", "se/rd/serde_json"),
    ],
)
@pytest.mark.parametrize("base", ["sparse+https://x.example.com/i/", "https://x.example.com/i"])
def test_a_crate_stands_where_cargo_looks_for_it(base, name, path):
    assert crates.address(base, name) == f"https://x.example.com/i/{path}"


def test_only_the_version_itself_is_found():
    text = "\n".join(map(line, ("0.3.0-rc.1", "0.3.1", "10.3.0"))) + "\n"
    assert isinstance(read(text), Absent)
    assert read(text, wanted("0.3.0-rc.1")).version == "0.3.0-rc.1"


@pytest.mark.parametrize(
    ("there", "text"), [("0.3.0+b.1", "0.3.0"), ("0.3.0", "0.3.0+b.1"), ("0.3.0+a", "0.3.0+b")]
)
def test_what_stands_in_its_place_is_found_whatever_its_build(there, text):
    assert read(line(there) + "\n", wanted(text)).version == there


def test_of_two_builds_the_wanted_one_is_found():
    text = f"{line('0.3.0+a')}\n{line('0.3.0+b')}\n{line('0.3.0')}\n"
    assert read(text, wanted("0.3.0+b")).version == "0.3.0+b"
    assert read(text, wanted("0.3.0")).version == "0.3.0"


def test_a_file_that_is_cut_short_is_unknown_wherever_it_is_cut():
    whole = f"{line('0.3.0')}\n{line('0.3.1')}\n"
    assert isinstance(read(whole), Found)
    ends = [at for at in range(len(whole)) if at != whole.index("\n") + 1]
    assert all(isinstance(read(whole[:end]), Unknown) for end in ends)


def test_a_last_line_without_an_end_counts_if_the_length_is_as_told():
    text = f"{line('0.3.0')}\n{line('0.3.1')}"
    assert isinstance(read(text, length=len(text)), Found)
    assert isinstance(read(text, length=len(text) + 1), Unknown)
    assert isinstance(read(text), Unknown)
    half = text[:-5]
    assert isinstance(read(half, length=len(half)), Unknown)


@pytest.mark.parametrize(
    "wrong",
    [
        line(name="other"),
        line(name=7),
        line(vers=None),
        line(cksum="short"),
        line(cksum="zz" * 32),
        line(yanked="no"),
        "[]",
        "{",
        "<html></html>",
        "",
        "\x00",
        "[" * 100_000,
    ],
    ids=lambda text: text[:30],
)
def test_one_line_that_is_not_as_specified_makes_it_unknown(wrong):
    assert isinstance(read(f"{line('0.3.0')}\n{wrong}\n"), Unknown)


def test_the_name_may_be_written_in_other_letters():
    assert isinstance(read(line(name="App") + "\n"), Found)
