from __future__ import annotations

import tarfile

import pytest

from release_tools.clusters.docker import Engine
from release_tools.reading import Unknown
from tests.servers import programs


@pytest.fixture
def podman(runner, tmp_path, monkeypatch):
    """The real podman, with stores of its own that need no kernel module."""
    programs.find("podman")
    monkeypatch.setenv("HOME", str(tmp_path))
    storage = tmp_path / "storage.conf"
    storage.write_text(
        f'[storage]\ndriver = "vfs"\ngraphroot = "{tmp_path}/root"\nrunroot = "{tmp_path}/run"\n'
    )
    monkeypatch.setenv("CONTAINERS_STORAGE_CONF", str(storage))
    return Engine(runner, "podman")


def test_local_images_are_those_of_the_real_podman(podman, runner, tmp_path):
    assert podman.images() == ()
    with tarfile.open(tmp_path / "empty.tar", "w"):
        pass
    made = runner.run(["podman", "import", str(tmp_path / "empty.tar"), "example.com/o/app:v0.2.0"])
    assert made.code == 0, made.err
    (image,) = podman.images()
    assert image.reference[:2] == ("example.com/o/app", "v0.2.0")
    assert image.reference.digest.startswith("sha256:")
    assert image.id


def test_the_version_of_the_client_is_told(podman, says):
    assert podman.version() >= (3,)
    assert Engine(says("Docker version 28.2.2, build e6534b4\n")).version() == (28, 2, 2)
    assert isinstance(Engine(says("Docker\n")).version(), Unknown)


def test_a_daemon_that_does_not_answer_is_unknown(podman, monkeypatch):
    monkeypatch.setenv("CONTAINER_HOST", "tcp://127.0.0.1:1")
    found = podman.images()
    assert isinstance(found, Unknown)
    assert found.reason.startswith("no connection: ")


@pytest.mark.usefixtures("path")
def test_an_engine_that_is_missing_is_unknown(runner):
    for found in (Engine(runner).images(), Engine(runner).version()):
        assert isinstance(found, Unknown)
        assert "docker cannot be started" in found.reason


def test_images_without_a_name_are_left_out(says):
    lines = "<none>\t<none>\t<none>\tx\nghcr.io/o/app\tv1\t<none>\ty\n"
    found = Engine(says(lines)).images()
    assert not isinstance(found, Unknown)
    (image,) = found
    assert image.reference == ("ghcr.io/o/app", "v1", "")


def test_another_list_than_was_asked_for_is_unknown(says):
    assert isinstance(Engine(says("REPOSITORY TAG\n")).images(), Unknown)
