from __future__ import annotations

import time

import pytest

from release_tools.adapters.clients import Configured, Key, cargo
from release_tools.errors import UnreadableError

REPLACED = '[source.crates-io]\nreplace-with = "mirror"\n'
MIRROR = '[source.mirror]\nregistry = "sparse+https://mirror/index/"\n'
NAMED = '[registries.mirror]\nindex = "sparse+https://named/index/"\n'


@pytest.fixture
def place(tmp_path):
    """Return a function that writes the user's configuration and the project's."""
    for name in ("cargo", "root/.cargo"):
        (tmp_path / name).mkdir(parents=True)

    def write(user="", project="", **environ):
        (tmp_path / "cargo/config.toml").write_text(user)
        (tmp_path / "root/.cargo/config.toml").write_text(project)
        return {"CARGO_HOME": str(tmp_path / "cargo")} | environ, str(tmp_path / "root")

    return write


@pytest.mark.parametrize(
    ("user", "project", "url", "own"),
    [
        (REPLACED + MIRROR, "", "https://mirror/index/", True),
        (REPLACED + NAMED, "", "https://named/index/", True),
        ("", REPLACED + MIRROR, "https://mirror/index/", False),
        (MIRROR, REPLACED, "https://mirror/index/", True),
        (REPLACED + MIRROR, MIRROR.replace("mirror/", "theirs/"), "https://theirs/index/", False),
        (
            REPLACED + '[source.mirror]\nreplace-with = "b"\n' + MIRROR.replace(".mirror", ".b"),
            "",
            "https://mirror/index/",
            True,
        ),
        ('[registry]\ndefault = "mirror"\n' + NAMED, "", "https://named/index/", True),
    ],
)
def test_what_takes_the_place_of_the_public_index_is_found(place, user, project, url, own):
    assert cargo.index(*place(user, project)) == Configured(url, own=own)


@pytest.mark.parametrize(
    "user",
    [
        "",
        MIRROR + NAMED,
        '[registry]\ndefault = "crates-io"\n',
        '[source.crates-io]\nreplace-with = "vendored"\n[source.vendored]\ndirectory = "vendor"\n',
        '[source.crates-io]\nreplace-with = "a"\n[source.a]\nreplace-with = "crates-io"\n',
        REPLACED,
        'source = 7\nregistries = "x"\n[registry]\ndefault = []\n',
    ],
)
def test_what_replaces_nothing_that_is_published_is_none(place, user):
    assert cargo.index(*place(user)) is None


def test_a_registry_may_stand_in_the_environment(place):
    told = place(
        CARGO_REGISTRY_DEFAULT="my-own", CARGO_REGISTRIES_MY_OWN_INDEX="sparse+https://env/"
    )
    assert cargo.index(*told) == Configured("https://env/", own=True)


def test_an_index_that_is_a_git_repository_is_refused(place):
    text = REPLACED + '[source.mirror]\nregistry = "https://git.example/index.git"\n'
    with pytest.raises(UnreadableError, match="an index that is not sparse"):
        cargo.index(*place(text))


def test_tokens_are_of_registries_that_the_user_named(place, tmp_path):
    environ, _ = place(
        user=NAMED + '[registries.two]\nindex = "sparse+https://two/"\n',
        project='[registries.evil]\nindex = "sparse+https://evil/"\n',
        CARGO_REGISTRIES_MIRROR_TOKEN="one",
        CARGO_REGISTRIES_EVIL_TOKEN="canary",
        CARGO_REGISTRY_TOKEN="canary",
        CARGO_REGISTRIES_ENV_INDEX="sparse+https://env/",
        CARGO_REGISTRIES_ENV_TOKEN="three",
    )
    (tmp_path / "cargo/credentials.toml").write_text('[registries.two]\ntoken = "2"\n')
    assert sorted(cargo.keys(environ)) == [
        Key("https://env/", "three"),
        Key("https://named/index/", "one"),
        Key("https://two/", "2"),
    ]


@pytest.mark.parametrize(
    "text", ["[", ".".join(["a"] * 20_000) + " = 1", "a = " + "[" * 99_999, "a = 1\na = 2\n"]
)
def test_a_file_that_cannot_be_read_is_refused_at_once(place, text):
    began = time.monotonic()
    with pytest.raises(UnreadableError, match=r"it is not TOML|dots"):
        cargo.index(*place(project=text))
    assert time.monotonic() - began < 1
