"""What the README shows is what happens."""

from __future__ import annotations

import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import jsonschema
import pytest
import yaml

import release_tools
from release_tools import schemas
from release_tools.formats import toml
from tests.collected import cases, collected, file_of
from tests.faults import test_kill
from tests.hostile import corpus
from tests.pipeline import test_fail_closed, test_published_faults

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
VERSION = release_tools.__version__


BLOCKS: list[str] = re.findall(r"^```\w*\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
SHOWN = {
    "$ release-tools verify-surfaces": "test_what_is_said_of_a_tree_such_as_the_first_customers",
    "python3 -m venv .venv": "test_in_a_clone_the_two_commands_run_and_print_what_is_shown",
    "v0.1.0 · stream release-tools": "test_in_a_clone_the_two_commands_run_and_print_what_is_shown",
    "pip install": "test_the_first_steps_run_as_they_stand",
    "# .pre-commit-config.yaml": "test_the_hook_that_is_shown_is_one_of_this_version",
    "release-tools verify-surfaces --built": "tests/pipeline/test_readme_blocks.py",
    "release-tools status --deployed": "tests/pipeline/test_readme_blocks.py",
    "import release_tools": "test_the_library_example_runs_and_bumps",
    "[streams.app]": "test_the_configuration_that_is_shown_satisfies_the_schema",
}
"""How each block begins, and the test, here or elsewhere, that runs it or holds it to be true."""
NOT_RUN = {"scripts/test": "these very tests are what it runs"}
"""Blocks that no test can run, and why."""


def block(start: str) -> str:
    """Return the one block that begins so."""
    (found,) = [text for text in BLOCKS if text.startswith(start)]
    return found


def test_every_block_is_run_or_says_why_not():
    starts = [*SHOWN, *NOT_RUN]
    assert [text for text in BLOCKS if sum(map(text.startswith, starts)) != 1] == []
    assert len(BLOCKS) == len(starts)
    assert len(NOT_RUN) <= 1


@pytest.mark.parametrize("start", SHOWN)
def test_the_test_of_a_block_asks_for_that_block(start: str):
    where = SHOWN[start]
    if where.startswith("tests/"):
        source = (ROOT / where).read_text(encoding="utf-8")
    else:
        source = inspect.getsource(globals()[where])
    assert f'block("{start}")' in source


def shims(folder: Path) -> Path:
    """Make a folder of programs: release-tools from this tree, and a pip that only notes."""
    folder.mkdir()
    scripts = {
        "release-tools": f'exec "{sys.executable}" -m release_tools "$@"',
        "pip": f'echo "$@" >> "{folder}/asked"',
    }
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return folder


def bash(script: str, cwd: Path, code: int = 0, /, **env: str) -> str:
    """Run a block as a shell would, to its first failure; return what it printed."""
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        check=False,
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
    )
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran.stdout


def run(*argv: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "release_tools", *argv],
        check=False,
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


CONFIG = """\
[streams.router]

[streams.sim]
tag = "vllm-sr-sim-v{version}"

[[surfaces]]
kind = "pypi"
path = "src/vllm-sr"

[[surfaces]]
kind = "crate"
path = "candle-binding"

[[surfaces]]
kind = "chart"
path = "deploy/helm/semantic-router"
source = "stamped"

[[surfaces]]
kind = "image"
registry = "ghcr.io/vllm-project/semantic-router"
names = ["extproc", "dashboard"]
references = ["deploy/helm/semantic-router/values.yaml"]

[[surfaces]]
kind = "file"
path = "canonical_defaults.go"
template = 'ServiceVersion: "v{version}"'

[[surfaces]]
kind = "file"
path = "README.md"
template = "extproc:{version.tag}"

[[surfaces]]
kind = "pypi"
stream = "sim"
path = "src/fleet-sim"
"""
IMAGE = "  image:\n    repository: ghcr.io/vllm-project/semantic-router/{}\n    tag:  latest\n"
TREE = {
    "release-tools.toml": CONFIG,
    "src/vllm-sr/pyproject.toml": '[project]\nname = "vllm-sr"\nversion = "0.3.0"\n',
    "src/fleet-sim/pyproject.toml": '[project]\nname = "vllm-sr-sim"\nversion = "0.1.0"\n',
    "candle-binding/Cargo.toml": (
        '[package]\nname = "candle-semantic-router"\nversion = "0.3.0"\n'
    ),
    "deploy/helm/semantic-router/Chart.yaml": "name: semantic-router\nversion: 0.2.0\n",
    "deploy/helm/semantic-router/values.yaml": "#\n" * 521
    + f"dashboard:\n{IMAGE.format('dashboard')}"
    + "".join(f"part{n}:\n{IMAGE.format('extproc')}" for n in range(6)),
    "canonical_defaults.go": 'ServiceVersion: "v0.3.0"\n',
    "README.md": "docker pull ghcr.io/vllm-project/semantic-router/extproc:v0.3.0\n",
}
"""What the first customer's tree says at its tag v0.3.0, without all that says nothing else."""


def test_what_is_said_of_a_tree_such_as_the_first_customers(lay):
    command, *shown = block("$ release-tools verify-surfaces").splitlines()
    ran = run(*command.split()[2:], cwd=lay(TREE))
    assert (ran.returncode, ran.stderr) == (1, "")
    printed = iter(ran.stdout.splitlines())
    assert [line for line in shown if line != "…" and line not in printed] == []  # in this order


def test_in_a_clone_the_two_commands_run_and_print_what_is_shown(tmp_path: Path):
    """pip finds no index here, and what it needs where these tests found it."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True).stdout
    clone = tmp_path / "clone"
    for path in map(Path, listed.decode().splitlines()):
        if path.parts[0] != "tests" and (ROOT / path).is_file():
            (clone / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, clone / path)
    offline = {
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    installed = sysconfig.get_path("purelib")
    printed = bash(block("python3 -m venv .venv"), clone, PYTHONPATH=installed, **offline)
    assert printed == block("v0.1.0 · stream release-tools")
    assert run("verify-surfaces").stdout == printed


NEWCOMER = {
    "pyproject.toml": '[project]\nname = "app"\nversion = "0.2.0"\n',
    ".github/workflows/publish.yml": (
        'on:\n  push:\n    tags: ["v*"]\njobs:\n  pypi:\n    runs-on: ubuntu-latest\n'
        "    steps:\n      - run: python -m build && twine upload dist/*\n"
    ),
}


def test_the_first_steps_run_as_they_stand(lay, tmp_path: Path):
    root = lay({f"work/{path}": text for path, text in NEWCOMER.items()}) / "work"
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    subprocess.run(["git", "add", "."], cwd=root, check=True)
    subprocess.run(["git", "commit", "--quiet", "-m", "Start"], cwd=root, check=True)
    path = f"{shims(tmp_path / 'bin')}:{os.environ['PATH']}"
    bash(block("pip install"), root, PATH=path)
    assert (
        tmp_path / "bin/asked"
    ).read_text() == f"install git+https://github.com/OWNER/release-tools@v{VERSION}\n"
    assert 'version = "0.3.0"' in (root / "pyproject.toml").read_text()
    assert (root / "release-tools.toml").exists()


def test_the_hook_that_is_shown_is_one_of_this_version():
    (shown,) = yaml.safe_load(block("# .pre-commit-config.yaml"))["repos"]
    known = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert [hook["id"] for hook in shown["hooks"]] == [hook["id"] for hook in known]
    assert shown["rev"] == f"v{VERSION}"


def test_the_library_example_runs_and_bumps(tmp_path: Path):
    example = block("import release_tools")
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
    shown = block("[streams.app]")
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


PROMISES = re.findall(r"^\| (\d+) \| (.*?) \| (`tests/.*?`) \| (.*?) \|$", README, re.MULTILINE)
MORE = {
    "1": ("kills", sum(test_kill.LEAST.values())),
    "3": ("kills", sum(test_published_faults.LEAST.values())),
    "7": ("wrong answers", test_fail_closed.LEAST["gate"]),
    "8": ("bad inputs", len(corpus.CASES)),
}
"""What else is counted, by the number of its promise; its tests assert that it is not less."""


@pytest.fixture(scope="module")
def tests():
    named = {
        file_of(name) for _, _, names, _ in PROMISES for name in names.strip("`").split("`, `")
    }
    return collected(*sorted(named))


def test_all_ten_promises_of_the_design_are_there():
    assert [number for number, *_ in PROMISES] == [str(n) for n in range(1, 11)]


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise[0])
def test_a_promise_names_tests_that_are_there_and_counts_them(tests, promise):
    number, _, names, figure = promise
    counted = [cases(tests, name) for name in names.strip("`").split("`, `")]
    assert all(counted)
    told = f"{sum(counted):,} cases"
    if number in MORE:
        told += ", {1:,} {0}".format(*MORE[number])
    assert figure == told, f"write in line {number}: {told}"


@pytest.mark.parametrize("example", sorted(ROOT.glob("examples/**/*.toml")), ids=lambda p: p.name)
def test_every_example_configuration_satisfies_the_schema(example: Path):
    data = toml.parse(example.read_text(encoding="utf-8"))
    jsonschema.validate(data, json.loads(schemas.load("config")))
