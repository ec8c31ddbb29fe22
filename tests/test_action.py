"""``action.yml`` and ``scripts/action``: what a step of somebody's workflow runs."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import yaml

from release_tools.rules import handout
from tests.pipeline.acting import packages
from tests.pipeline.polyglot import FULL, HOST, TREE

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "scripts" / "action"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
TOKEN = "ghs_of_the_run"
# An interpreter that only says how it was called.
ECHO = f"""#!{sys.executable}
import json, os, sys
with open({{log!r}}, "a") as file:
    print(json.dumps([sys.argv[1:], dict(os.environ)]), file=file)
sys.exit({{code}})
"""


class Step:
    """A step of a job: the script as a module, in an environment of its own."""

    def __init__(self, folder, patch):
        self.folder, self.patch = folder, patch
        self.module = ModuleType("action")
        self.module.__file__ = str(SCRIPT)
        exec(compile(SCRIPT.read_text(), str(SCRIPT), "exec"), self.module.__dict__)
        self.log = folder / "called"
        self.locks = []

    def interpreter(self, folder, code=0):
        """Write an interpreter that records its calls and ends with ``code``."""
        python = Path(folder) / "bin" / "python"
        python.parent.mkdir(parents=True, exist_ok=True)
        python.write_text(ECHO.format(log=str(self.log), code=code))
        python.chmod(0o755)
        return str(python)

    def __call__(self, command, args="", code=0):
        """Run the command up to the call of the package; return the exit code."""

        def install(lock):
            self.locks.append(Path(lock).stem)
            return self.interpreter(self.folder, code)

        self.patch.setattr(self.module, "environment", install)
        for name, value in (("COMMAND", command), ("ARGS", args)):
            self.patch.setenv(f"RELEASE_TOOLS_{name}", value)
        return self.module.main()

    @property
    def calls(self):
        """The arguments and the environment of each call."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [json.loads(line) for line in lines]


@pytest.fixture
def step(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    return Step(tmp_path, monkeypatch)


# --- what it refuses


def test_an_old_python_is_refused_by_name(step, capsys):
    ast.parse(SCRIPT.read_text(), feature_version=(3, 7))  # so that it gets as far as saying so
    old = SimpleNamespace(version_info=(3, 10, 14, "final", 0))
    step.patch.setattr(step.module, "sys", old)
    assert step("gate") == 2
    said = capsys.readouterr().out
    assert said.startswith("::error title=release-tools::")
    assert "needs Python 3.11 or later, and python3 is 3.10.14" in said
    assert "actions/setup-python" in said
    assert not step.locks


@pytest.mark.parametrize(
    "command",
    [
        *("", " ", "-c", "--version", "gate --wait 1s", "gate; touch x", "gate\ntouch x", "$(id)"),
        *("../gate", "gate%0A::warning::x", "12", "-"),
    ],
)
def test_what_is_no_command_is_refused(step, capsys, command):
    assert step(command) == 2
    said = capsys.readouterr().out
    assert len(said.splitlines()) == 1
    assert "is no command" in said
    assert not step.locks


def test_arguments_that_no_shell_would_read_are_refused(step, capsys):
    assert step("gate", '--ref "v1') == 2
    assert "cannot be read: No closing quotation" in capsys.readouterr().out
    assert not step.locks


def test_packages_that_cannot_be_installed_are_said_to_be_missing(step, capsys):
    def fail(_lock):
        raise subprocess.CalledProcessError(1, ["pip"])

    step.patch.setattr(step.module, "environment", fail)
    step.patch.setenv("RELEASE_TOOLS_COMMAND", "gate")
    assert step.module.main() == 2
    assert "::error title=release-tools::what locks/full.txt names" in capsys.readouterr().out


# --- what it runs


def test_arguments_are_split_like_a_shell_does_and_never_run_by_one(step):
    args = """--asset "dist/*.whl" 'two words' $(touch x) ; touch y && `touch z` > out | $HOME"""
    assert step("release", args) == 0
    ((argv, _),) = step.calls
    assert argv[:4] == ["-P", "-m", "release_tools", "release"]
    assert argv[4:9] == ["--asset", "dist/*.whl", "two words", "$(touch", "x)"]
    assert argv[9:] == [";", "touch", "y", "&&", "`touch", "z`", ">", "out", "|", "$HOME"]
    assert not {"x", "x)", "y", "z", "out"} & set(os.listdir(step.folder))


@pytest.mark.parametrize("code", [0, 1, 3, 70])
def test_the_step_ends_as_the_command_does(step, code):
    assert step("gate", code=code) == code


def test_the_token_is_masked_before_anything_else_and_is_no_argument(step, capfd):
    step("gate", "--wait 1s")
    assert capfd.readouterr().out == f"::add-mask::{TOKEN}\n"
    ((argv, environment),) = step.calls
    assert TOKEN not in " ".join(argv)
    assert environment["GITHUB_TOKEN"] == TOKEN


def test_only_the_checkout_of_the_action_is_on_the_path_of_modules(step):
    step.patch.setenv("PYTHONPATH", "/somewhere")
    step("gate")
    ((argv, environment),) = step.calls
    assert argv[0] == "-P"
    assert environment["PYTHONPATH"] == str(ROOT)


@pytest.mark.parametrize(
    ("command", "args", "lock"),
    [
        ("verify-surfaces", "", "source"),
        ("verify-surfaces", "--built dist --format sarif", "source"),
        ("verify-surfaces", "--published --wait 15m", "full"),
        ("verify-surfaces", "--absent", "full"),
        ("verify-surfaces", "--deployed", "full"),
        ("lint", "--format github", "source"),
        ("explain", "gate-closed", "source"),
        ("gate", "", "full"),
        ("release", "--if-ready", "full"),
        ("nightly", "--push", "full"),
        ("audit", "", "full"),
    ],
)
def test_the_small_lock_is_for_what_asks_nobody(step, command, args, lock):
    step(command, args)
    assert step.locks == [lock]


# --- what it installs


def installing(step):
    """Let no environment be made but of the recording interpreter."""
    made = []

    def create(folder, **_):
        made.append(folder)
        step.interpreter(folder)

    step.patch.setattr(step.module.venv, "create", create)
    step.patch.setenv("RUNNER_TEMP", str(step.folder))
    return made


def test_pip_takes_wheels_by_hash_and_is_told_no_secret(step):
    installing(step)
    for name in ("GH_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "PYTHONPATH"):
        step.patch.setenv(name, "secret")
    lock = str(ROOT / "locks" / "full.txt")
    step.module.environment(lock)
    ((argv, environment),) = step.calls
    assert argv[:3] == ["-m", "pip", "--disable-pip-version-check"]
    assert argv[3:] == [
        *("install", "--quiet", "--require-hashes", "--only-binary", ":all:", "-r", lock)
    ]
    assert not {TOKEN, "secret"} & {*argv, *environment.values()}


def test_what_is_installed_is_taken_again_and_what_is_half_made_is_not(step):
    made = installing(step)
    lock = str(ROOT / "locks" / "source.txt")
    step.module.environment(lock)
    step.module.environment(lock)
    assert len(made) == 1
    (Path(made[0]) / "complete").unlink()
    step.module.environment(lock)
    assert len(made) == 2
    step.module.environment(str(ROOT / "locks" / "full.txt"))
    assert made[2] != made[0]


@pytest.mark.parametrize("lock", ["source", "full", "build"])
def test_every_requirement_of_a_lock_is_pinned_and_hashed(lock):
    text = (ROOT / "locks" / f"{lock}.txt").read_text().replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert lines
    assert not [line for line in lines if not re.match(r"\S+==\S+ .*--hash=sha256:", line)]


# --- the real thing


@pytest.fixture(scope="module")
def installed():
    """The folder of RUNNER_TEMP in which both locks are installed."""
    return packages()


@pytest.fixture
def checkout(tmp_path):
    """The first customer's tree in small, with modules that want to be imported."""
    for path, text in TREE.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(v="0.3.0", registry=HOST))
    (tmp_path / "release-tools.toml").write_text(FULL.read_text())
    harm = f"open({str(tmp_path / 'harmed')!r}, 'w')\n"
    for name in ("click", "yaml", "packaging", "sitecustomize", "json", "subprocess", "venv"):
        (tmp_path / f"{name}.py").write_text(harm)
    (tmp_path / "release_tools").mkdir()
    (tmp_path / "release_tools" / "__init__.py").write_text(harm)
    return tmp_path


def run(checkout, installed, command, args=""):
    """Run the step as action.yml does."""
    environment = {
        "PATH": os.environ["PATH"],
        "RUNNER_TEMP": str(installed),
        "RELEASE_TOOLS_COMMAND": command,
        "RELEASE_TOOLS_ARGS": args,
        "PYTHONPATH": str(checkout),
    }
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT)],
        cwd=checkout,
        env=environment,
        check=False,
        capture_output=True,
        encoding="utf-8",
    )


@pytest.mark.parametrize(
    ("command", "args"),
    [
        ("verify-surfaces", "v0.3.0"),
        ("verify-surfaces", "--format json"),
        ("verify-surfaces", "--stream sim --format sarif"),
        ("lint", ""),
        ("explain", "gate-closed"),
        ("schema", "config"),
    ],
)
def test_the_small_lock_is_enough_and_the_checkout_cannot_stand_in(
    checkout, installed, command, args
):
    ran = run(checkout, installed, command, args)
    if command == "lint":  # there is no workflow to look at
        assert (ran.returncode, "no-workflows" in ran.stdout) == (3, True), ran.stderr
    else:
        assert ran.returncode == 0, ran.stdout + ran.stderr
    assert not ran.stderr
    assert not (checkout / "harmed").exists()


def test_the_small_lock_is_enough_to_look_into_artifacts(checkout, installed):
    from tests.servers import artifacts, distributions

    dist = checkout / "dist"
    dist.mkdir()
    for make in (distributions.wheel, distributions.sdist):
        make(dist, "vllm-sr", "0.3.0")
    artifacts.chart(dist, checkout / "chart", "semantic-router", "0.3.0", "v0.2.0")
    ran = run(checkout, installed, "verify-surfaces", "--built dist")
    assert ran.returncode == 1
    assert "v0.2.0" in ran.stdout
    assert not ran.stderr


# --- action.yml


def test_the_outputs_are_what_the_commands_set():
    outputs = ACTION["outputs"]
    assert set(outputs) == {"proceed", "released", "skipped", *handout.NAMES}
    for name, one in outputs.items():
        assert one["value"] == f"${{{{ steps.run.outputs.{name} }}}}"
    assert handout.nothing().keys() == {"proceed", *handout.NAMES}


def test_the_inputs_reach_the_script_through_its_environment_alone():
    (only,) = ACTION["runs"]["steps"]
    assert "${{" not in only["run"]
    assert set(ACTION["inputs"]) == {"command", "args", "github-token"}
    given = {text for text in only["env"].values() if "inputs." in text}
    assert given == {f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"]}
