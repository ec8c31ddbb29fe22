from __future__ import annotations

import sys
import venv

import pytest

from release_tools.adapters.process import Process
from release_tools.clusters.pip import Pip
from release_tools.errors import UsageError
from release_tools.reading import Absent, Found, Unknown


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """An environment without pip, with one package in it."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False)
    site = next((folder / "lib").glob("python*")) / "site-packages"
    info = site / "vllm_sr-0.3.0rc1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: vllm-sr\nVersion: 0.3.0rc1\n")
    return str(folder / "bin" / "python")


@pytest.mark.parametrize("name", ["vllm-sr", "vllm_sr", "VLLM.sr"])
def test_an_installed_package_is_found_without_pip(python, runner, name):
    found = Pip(runner, python).package(name)
    assert isinstance(found, Found)
    assert (found.version, found.where) == ("0.3.0rc1", f"environment of {python}")


def test_a_package_that_is_not_installed_is_absent(python, runner):
    assert isinstance(Pip(runner, python).package("vllm-sr-sim"), Absent)
    assert isinstance(Pip(runner, python).version(), Absent)


def test_the_folder_that_we_stand_in_is_not_the_environment(python, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    info = tmp_path / "local-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: local\nVersion: 1.0\n")
    assert isinstance(Pip(Process(), python).package("local"), Absent)


def test_the_version_of_pip_is_told(runner):
    found = Pip(runner, sys.executable).version()
    assert isinstance(found, Absent) or (isinstance(found[0], int) and found[0] >= 22)


def test_an_interpreter_that_is_missing_or_fails_is_unknown(runner, says):
    assert isinstance(Pip(runner, "/nowhere/python").package("a"), Unknown)
    found = Pip(says(err="Traceback\nbroken\n", code=1)).package("a")
    assert isinstance(found, Unknown)
    assert found.reason == "broken"
    assert isinstance(Pip(says("nonsense")).package("a"), Unknown)


@pytest.mark.parametrize("name", ["-r", "--index-url=x", "a b", "", "a/b", "a;b", "a\n", "é", "a-"])
def test_a_name_that_is_no_package_never_reaches_the_interpreter(says, name):
    runner = says()
    with pytest.raises(UsageError):
        Pip(runner).package(name)
    assert runner.asked == []
