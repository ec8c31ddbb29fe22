from __future__ import annotations

import os

import pytest

from release_tools.adapters.clients import pip
from release_tools.errors import UnreadableError

# The strongest last, as pip has them.
FILES = ("xdg/pip/pip.conf", ".pip/pip.conf", ".config/pip/pip.conf", "venv/pip.conf", "named")


@pytest.fixture
def environ(tmp_path):
    return {"HOME": str(tmp_path), "XDG_CONFIG_DIRS": str(tmp_path / "xdg")}


def write(folder, name, text):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def test_without_a_configuration_there_is_no_index(environ):
    assert pip.index(environ) is None
    assert pip.others(environ) == []


@pytest.mark.skipif(os.uname().sysname != "Linux", reason="macOS has other folders")
@pytest.mark.parametrize("count", range(1, len(FILES) + 1))
def test_the_strongest_file_counts(tmp_path, environ, count):
    for name in FILES[:count]:
        write(tmp_path, name, f"[global]\nindex-url = https://{name}/\n")
    if count > 3:
        environ["VIRTUAL_ENV"] = str(tmp_path / "venv")
    if count > 4:
        environ["PIP_CONFIG_FILE"] = str(tmp_path / "named")
    assert pip.index(environ) == f"https://{FILES[count - 1]}/"


def test_the_environment_is_stronger_than_files(tmp_path, environ):
    write(tmp_path, ".config/pip/pip.conf", "[global]\nindex-url = https://file/\n")
    assert pip.index(environ | {"PIP_INDEX_URL": "https://u:p@env/"}) == "https://u:p@env/"
    assert pip.index(environ | {"PIP_INDEX_URL": ""}) == "https://file/"


def test_xdg_config_home_is_heeded(tmp_path, environ):
    write(tmp_path, "mine/pip/pip.conf", "[global]\nindex-url = https://mine/\n")
    assert pip.index(environ | {"XDG_CONFIG_HOME": str(tmp_path / "mine")}) == "https://mine/"


def test_what_is_said_for_installing_is_stronger(tmp_path, environ):
    text = "[install]\nindex_url = https://install/\n[global]\nindex-url = https://global/\n"
    write(tmp_path, ".pip/pip.conf", text)
    assert pip.index(environ) == "https://install/"


def test_a_null_device_switches_files_off(tmp_path, environ):
    write(tmp_path, ".pip/pip.conf", "[global]\nindex-url = https://a/\n")
    assert pip.index(environ | {"PIP_CONFIG_FILE": os.devnull}) is None


def test_further_indexes_stand_side_by_side(tmp_path, environ):
    write(tmp_path, ".pip/pip.conf", "[global]\nextra-index-url =\n  https://a/\n  https://b/\n")
    assert pip.others(environ) == ["https://a/", "https://b/"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"canary", "MissingSectionHeaderError"),
        (b"[global]\ncanary", "ParsingError"),
        (b"\xff\xfe", "not UTF-8"),
        (b"#" * 2_000_000, "more than 1,048,576 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_that_does_not_show_it(
    tmp_path, environ, content, why
):
    write(tmp_path, ".pip/pip.conf", "")
    (tmp_path / ".pip/pip.conf").write_bytes(content)
    with pytest.raises(UnreadableError, match=why) as caught:
        pip.index(environ)
    assert caught.value.path == str(tmp_path / ".pip/pip.conf")
    assert "canary" not in str(caught.value)


def test_the_real_pip_agrees(tmp_path, environ):
    """Every file that counts here counts there; the last one wins."""
    import subprocess
    import sys

    for name in FILES[1:3]:
        write(tmp_path, name, f"[global]\nindex-url = https://{name}/\n")
    clean = {"PATH": os.environ["PATH"], **environ}
    done = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True,
        text=True,
        check=False,
        env=clean,
    )
    if "No module named pip" in done.stderr:
        pytest.skip("pip is not installed")
    assert done.stdout.strip() == pip.index(environ)
