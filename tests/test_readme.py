"""What the README shows is what happens."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from release_tools import schemas
from release_tools.formats import toml

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def run(*argv: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "release_tools", *argv]
    return subprocess.run(command, check=False, capture_output=True, encoding="utf-8", cwd=ROOT)


def test_the_main_job_on_this_repository_prints_the_output_that_is_shown():
    (shown,) = blocks("text")
    ran = run("verify-surfaces")
    assert (ran.stdout, ran.stderr, ran.returncode) == (shown, "", 0)


def test_the_library_example_runs_and_bumps(tmp_path: Path):
    (example,) = blocks("python")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "app"\nversion = "0.3.0"\n')
    config = '[[surfaces]]\nkind = "pypi"\npath = "."\n'
    (tmp_path / "release-tools.toml").write_text(config)
    ran = subprocess.run(
        [sys.executable, "-c", example],
        check=False,
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )
    assert ran.stderr == ""
    assert ran.stdout == "main 0.3.0 agrees\npyproject.toml [('0.3.0', '0.4.0')]\n"
    assert 'version = "0.4.0"' in (tmp_path / "pyproject.toml").read_text()


def test_the_configuration_that_is_shown_satisfies_the_schema():
    (shown,) = blocks("toml")
    jsonschema.validate(toml.parse(shown), json.loads(schemas.load("config")))


def test_every_key_of_the_table_is_one_that_the_schema_knows():
    known = schemas.load("config")
    section = README.split("| key | of | meaning |")[1].split("\n\n")[0]
    first_column = "\n".join(re.findall(r"^\| (.*?) \|", section, re.MULTILINE))
    keys = set(re.findall(r"`([a-z-]+)(?: = [^`]*)?`", first_column))
    assert len(keys) > 10
    assert [key for key in keys if f'"{key}"' not in known] == []


def test_every_command_is_in_the_table():
    from release_tools.cli.commands import COMMANDS

    table = README.split("| command | what it does |")[1].split("\n\n")[0]
    assert [name for name in COMMANDS if f"`{name}" not in table] == []


@pytest.mark.parametrize("path", re.findall(r"`(tests/[\w/.*]+)`", README))
def test_the_tests_that_a_promise_names_are_there(path: str):
    assert list(ROOT.glob(path))


@pytest.mark.parametrize("example", sorted(ROOT.glob("examples/**/*.toml")), ids=lambda p: p.name)
def test_every_example_configuration_satisfies_the_schema(example: Path):
    data = toml.parse(example.read_text(encoding="utf-8"))
    jsonschema.validate(data, json.loads(schemas.load("config")))
