"""``upgrade``, ``rollback`` and ``doctor`` as people meet them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys

import jsonschema
import pytest

from release_tools import schemas
from tests.operators.conftest import HERE


@pytest.fixture
def run(operator):
    """Run a command line with the operator's programs and cluster."""
    operator.runs("0.1.0")

    def do(*argv):
        return operator.run(*argv, env=dict(os.environ))

    return do


def report(ran):
    """Return the one JSON document on standard output, held against its schema."""
    found = json.loads(ran.stdout)
    jsonschema.validate(found, json.loads(schemas.load(found["command"])))
    return found


@pytest.mark.parametrize(
    ("argv", "code", "verdict", "found"),
    [
        (["upgrade", "0.2.0"], 0, "agrees", []),
        (["upgrade", "0.3.0"], 1, "disagrees", ["target-incomplete", "surface-unpublished"]),
        (["upgrade", "0.1.0"], 0, "agrees", ["nothing-to-do"]),
        (["upgrade", "0.2.0", "--release", "other", "--namespace", "prod"], 1, "disagrees", None),
        (["rollback"], 1, "disagrees", ["no-way-back"]),
        (["rollback", "--to", "0.1.0"], 0, "agrees", ["nothing-to-do"]),
        (["rollback", "--to", "0.2.0"], 0, "agrees", ["history-lost"]),
        (["doctor"], 0, "agrees", []),
        (["doctor", "0.5.0"], 1, "disagrees", ["chart-not-found"]),
        (["upgrade", "x"], 2, "unknown", ["invalid-version"]),
        (["upgrade", "0.2.0", "--deployment", "x"], 2, "unknown", ["config"]),
        (["rollback", "--namespace", "-A"], 2, "unknown", ["usage"]),
        (["upgrade", "0.2.0", "--execute"], 2, "unknown", ["usage"]),
    ],
)
def test_every_end_is_one_json_report_with_its_exit_code(run, argv, code, verdict, found):
    ran = run(*argv, "--format", "json")
    said = report(ran)
    assert (ran.returncode, said["verdict"], said["command"]) == (code, verdict, argv[0])
    if found is not None:
        assert [one["id"] for one in said["findings"]] == found


def test_the_json_of_a_plan_holds_every_command_word_by_word(run):
    data = report(run("upgrade", "0.2.0", "--format", "json"))["data"]
    assert [step["command"][:2] for step in data["steps"]] == [
        ["helm", "show"],
        ["helm", "upgrade"],
    ]
    assert data["undo"][0][:4] == ["helm", "rollback", "app", "1"]
    assert {one["surface"]: one["found"] for one in data["before"]} == {
        "chart:app": "0.1.0",
        "image:app": "v0.1.0",
        "image:worker": "v0.1.0",
    }
    assert (data["executed"], data["after"]) == (False, None)


def test_a_plan_is_printed_and_nothing_is_run(run, operator):
    ran = run("upgrade", "0.2.0")
    assert ran.stdout.endswith("\nnothing was run: --execute runs these steps\n")
    assert "     $ helm upgrade app " in ran.stdout
    assert "     undo   helm rollback app 1 " in ran.stdout
    assert {asked.method for asked in operator.cluster.asked} == {"GET"}


def test_steps_that_are_run_are_told_and_the_first_failure_ends_them(run):
    """The cluster of these tests can only be read: the upgrade itself has to fail."""
    ran = run("upgrade", "0.2.0", "--execute", "--yes", "--timeout", "5s")
    assert ran.returncode == 1
    assert ran.stderr.splitlines() == [
        "1 of 2: See that Helm can read app 0.2.0",
        "2 of 2: Take app from 0.1.0 to 0.2.0",
    ]
    assert "done    1. See that" in ran.stdout
    assert "FAILED  2. Take app" in ran.stdout
    assert "error[step-failed] " in ran.stdout
    assert "\nwhat changed\n  nothing\n" in ran.stdout
    assert "\nundo\n  helm rollback app 1 " in ran.stdout
    data = report(run("upgrade", "0.2.0", "--execute", "--yes", "--format", "json"))["data"]
    assert [step["result"] for step in data["steps"]] == ["done", "failed"]
    assert (data["executed"], data["difference"]) == (True, [])


@pytest.mark.parametrize(("answer", "code"), [(b"n\n", 130), (b"y\n", 1)])
def test_on_a_terminal_it_shows_the_plan_and_asks(run, operator, answer, code):
    master, slave = pty.openpty()
    argv = [
        sys.executable,
        "-m",
        "release_tools",
        "upgrade",
        "0.2.0",
        "--execute",
        "--timeout",
        "5s",
    ]
    child = subprocess.Popen(
        argv,
        cwd=operator.root,
        env={**os.environ, "PYTHONPATH": HERE},
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    os.write(master, answer)
    out, err = child.communicate(timeout=60)
    os.close(slave)
    os.close(master)
    assert b"upgrade of production (helm) to 0.2.0" in err
    assert b"Run 2 steps? [y/N]" in err
    assert (child.returncode, b"FAILED" in out) == (code, code == 1)
    assert run


def test_several_deployments_have_to_be_told_apart(run, operator):
    config = (operator.root / "release-tools.toml").read_text()
    operator.write("release-tools.toml", f'{config}\n[deployments.staging]\nnamespace = "x"\n')
    ran = run("upgrade", "0.2.0")
    assert ran.returncode == 2
    assert "--deployment: production, staging" in ran.stderr
    assert run("upgrade", "0.2.0", "--deployment", "production").returncode == 0


def test_markdown_holds_the_commands_in_blocks(run):
    text = run("upgrade", "0.2.0", "--format", "markdown").stdout
    assert text.startswith("## upgrade of production (helm) to 0.2.0\n")
    assert text.count("```") == 2 * 4
    assert "\n```sh\nhelm upgrade app oci://" in text
    assert "| helm | agrees |" in run("doctor", "--format", "markdown").stdout


def test_what_a_cluster_says_cannot_write_lines_of_its_own(run, operator):
    evil = "v1\n::error::x\x1b[31m"
    operator.cluster.add_deployment("prod", "evil", operator.image("app", evil))
    for argv in (["upgrade", "0.2.0"], ["upgrade", "0.2.0", "--format", "markdown"], ["doctor"]):
        text = run(*argv).stdout
        assert "\x1b" not in text
        assert not [line for line in text.splitlines() if line.startswith("::")]
