"""What ``verify-surfaces`` does without click."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import release_tools
from release_tools.cli import surfaces
from release_tools.errors import UsageError

OPTIONS = dict.fromkeys(["version", "tag", "stream", "ref", "format", "config"])


@pytest.mark.parametrize("format_", surfaces.FORMATS)
def test_every_format_renders(project, capsys, format_):
    options = {**OPTIONS, "directory": str(project.root), "format": format_}
    assert surfaces.run(options) == 0
    out = capsys.readouterr().out
    assert "app" in out or format_ in {"github", "sarif"}


def test_an_error_passes_through_and_becomes_json_where_that_was_asked_for(project, capsys):
    options = {**OPTIONS, "directory": str(project.root), "stream": "none"}
    with pytest.raises(Exception, match="none"):
        surfaces.run(options)
    assert surfaces.run({**options, "format": "json"}) == 2
    assert json.loads(capsys.readouterr().out)["findings"][0]["id"] == "config"


def test_outside_of_actions_the_ref_of_a_run_is_not_asked(project, capsys, monkeypatch):
    monkeypatch.setenv("GITHUB_REF", "refs/tags/v9.9.9")
    assert surfaces.run({**OPTIONS, "directory": str(project.root)}) == 0
    assert "0.2.0" in capsys.readouterr().out


def test_a_ref_that_was_asked_for_is_not_held_against_the_tag_of_the_run(project, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_REF", "refs/tags/v9.9.9")
    options = {**OPTIONS, "directory": str(project.root)}
    assert surfaces.run({**options, "ref": "HEAD"}) == 0
    assert surfaces.run(options) == 1


def test_a_tag_and_a_version_are_two_answers(project):
    with pytest.raises(UsageError):
        surfaces.run(
            {**OPTIONS, "directory": str(project.root), "version": "1.0.0", "tag": "v1.0.0"}
        )


WATCHED = """
import os, sys
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
def watch(event, args):
    if event == "open" and isinstance(args[2], int) and args[2] & WRITES and args[0] != os.devnull:
        os._exit(91)
    if event in {"socket.connect", "socket.getaddrinfo", "os.rename", "os.remove", "os.mkdir"}:
        os._exit(92)
sys.addaudithook(watch)
if len(sys.argv) > 1 and sys.argv[1] == "break":
    open("broken", "w")
from release_tools.cli import main
main()
"""


@pytest.mark.parametrize(
    ("argv", "code"), [(["verify-surfaces"], 0), (["verify-surfaces", "9.9.9"], 1), (["break"], 91)]
)
def test_verifying_opens_nothing_to_write_and_no_connection(project, argv, code):
    ran = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED, *argv],
        check=False,
        capture_output=True,
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": str(Path(release_tools.__file__).parents[1])},
    )
    assert ran.returncode == code, ran.stderr
