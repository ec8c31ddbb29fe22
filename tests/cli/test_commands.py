"""The program as people meet it: help, suggestions, completion, colour, interruption."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import click
import pytest

import release_tools
from release_tools.cli import commands
from release_tools.errors import UsageError

ALL = sorted(commands.COMMANDS)


def examples():
    """Every example line of every command's help, as an argument list without its comment."""
    for name in ALL:
        command = commands.cli.get_command(click.Context(commands.cli), name)
        for line in ((command and command.epilog) or "").splitlines():
            if line.startswith("  release-tools "):
                yield re.split(r"\s{2,}", line.strip())[0]


def test_the_module_is_the_program(project):
    ran = project.run("--version")
    assert (ran.code, ran.out) == (0, f"{release_tools.__version__}\n")


@pytest.mark.parametrize("name", ALL)
def test_every_command_has_help_with_examples(name, capsys):
    assert commands.run([name, "--help"]) == 0
    out = capsys.readouterr().out
    assert f"release-tools {name}" in out.split("Example")[1]
    assert max(map(len, out.splitlines())) <= 100


def test_help_lists_every_command_and_the_exit_codes(project):
    ran = project.run("--help")
    assert ran.code == 0
    for name in ALL:
        assert f"\n  {name} " in ran.out
    assert "  release-tools verify-surfaces     which places disagree, and what to do\n" in ran.out
    for code in ("0 agrees", "1 findings", "2 usage", "3 could not", "70 a bug", "130 interrupted"):
        assert code in " ".join(ran.out.split())


def test_every_command_has_an_example():
    assert {shlex.split(line)[1] for line in examples()} == set(ALL)


ELSEWHERE = """\
repository = "octo-org/app"

[streams.main]
changelog = "CHANGELOG.md"
nightly = "nightly-{date}"

[streams.sim]
tag = "sim-v{version}"

[[surfaces]]
kind = "crate"
path = "rs"

[[surfaces]]
kind = "chart"
path = "chart"
name = "semantic-router"
registry = "oci://127.0.0.1:9/charts"

[[surfaces]]
kind = "image"
registry = "127.0.0.1:9/octo-org"
names = ["vllm-sr"]

[[surfaces]]
kind = "file"
stream = "sim"
path = "VERSION"

[registries]
crates = "sparse+http://127.0.0.1:9/index/"
github = "http://127.0.0.1:9"
plain-http = ["127.0.0.1:9"]
private-hosts = ["127.0.0.1:9"]

[deployments.production]
context = "prod"
namespace = "router"
release = "semantic-router"
"""
"""Nobody listens there: what is asked of others stays unknown, and nothing leaves this machine."""

ALONE = {"bump", "explain", "init", "lint", "recover", "schema", "tag"}
"""What needs nobody but git."""


def alone(line):
    words = shlex.split(line)[1:]
    looks = words[0] == "verify-surfaces" and not {"--built", "--published", "--absent"} & {*words}
    return words[0] in ALONE or looks


@pytest.mark.parametrize("line", list(examples()))
def test_every_example_is_understood(line):
    name, *words = shlex.split(line.partition(" > ")[0])[1:]
    command = commands.cli.get_command(click.Context(commands.cli), name)
    assert command is not None
    with command.make_context(name, words, parent=click.Context(commands.cli)) as ctx:
        assert ctx.command is command


@pytest.mark.parametrize("line", [line for line in examples() if alone(line)])
def test_every_example_that_needs_nobody_else_runs(project, tmp_path, line):
    project.git("tag", "v0.2.0")
    project.git("init", "--quiet", "--bare", str(tmp_path / "origin.git"))
    project.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    if line.startswith("release-tools tag 0.3.0"):
        project.run("bump", "0.3.0", "--commit")
    elif line == "release-tools bump release":
        project.run("bump", "0.4.0-rc.2", "--commit")
    elif line == "release-tools init --write":
        (project.root / "release-tools.toml").unlink()
    elif line in {"release-tools tag", "release-tools tag --no-checks"}:
        project.git("tag", "--delete", "v0.2.0")
    project.git("push", "--quiet", "--set-upstream", "origin", "main")
    ran = project.run(*shlex.split(line)[1:])
    differs = line.endswith((" 0.3.0", " v0.3.0")) and "verify" in line
    assert (ran.code, ran.err) == (1 if differs else 0, "")
    assert ran.out


@pytest.fixture
def elsewhere(project, tmp_path):
    """A project at its tag, with all that examples name, and nobody who answers."""
    project.write("release-tools.toml", ELSEWHERE)
    project.write("chart/Chart.yaml", "apiVersion: v2\nname: semantic-router\nversion: 0.2.0\n")
    project.write("deploy/app.yaml", "image: 127.0.0.1:9/octo-org/vllm-sr:v0.3.0\n")
    project.write("values-production.yaml", "replicas: 2\n")
    project.write("docs/upgrade.md", "`docker pull 127.0.0.1:9/octo-org/vllm-sr:v0.3.0`\n")
    project.git("add", "--all")
    project.git("commit", "--quiet", "-m", "Deploy")
    assert project.run("bump", "0.3.0", "--commit", "--tag").code == 0
    project.git("tag", "-a", "-m", "Tonight", "nightly-20260115", "HEAD~1")
    project.git("tag", "-a", "-m", "Another stream", "sim-v1.0.0")
    project.git("init", "--quiet", "--bare", str(tmp_path / "origin.git"))
    project.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    project.git("push", "--quiet", "--set-upstream", "origin", "main", "--tags")
    project.write("dist/notes.txt", "what else is released\n")
    return project


def test_every_other_example_runs_and_claims_nothing_that_it_cannot_see(elsewhere, tmp_path):
    """Side by side, since most of them ask a few times for what does not answer."""

    def run(number, line):
        root = tmp_path / str(number)
        shutil.copytree(elsewhere.root, root)
        shell_aside = line.partition(" > ")[0].replace(" 15m", " 1s").replace(" 30m", " 1s")
        return line, elsewhere.run(*shlex.split(shell_aside)[1:], cwd=root)

    others = [line for line in examples() if not alone(line)]
    with ThreadPoolExecutor(8) as pool:
        ran = list(pool.map(run, range(len(others)), others))
    assert len(ran) >= 40
    wrong = [(line, one.code, one.err) for line, one in ran if one.code not in {0, 1, 3}]
    assert not wrong, "\n".join(f"{line}: {code} {err}" for line, code, err in wrong)
    fine = {line.split()[1] for line, one in ran if one.code == 0}
    assert fine <= {"nightly", "runbook"}  # which ask nobody but git


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("verify", "no such command 'verify'", "verify-surfaces"),
        ("bmp", "no such command 'bmp'", "bump"),
        ("recovr", "no such command 'recovr'", "recover"),
        ("bump --dryrun 1", "no such option '--dryrun'", "--dry-run"),
        ("verify-surfaces --strem x", "no such option '--strem'", "--stream"),
    ],
)
def test_a_mistyped_command_or_option_suggests_the_nearest(line, message, hint):
    with pytest.raises(UsageError) as caught:
        commands.run(line.split())
    assert caught.value.message == message
    assert caught.value.hint.startswith(f'did you mean "{hint}"? release-tools ')


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("qqqqqqqqqq", "no such command 'qqqqqqqqqq'", "release-tools --help"),
        ("bump --qqqqqq", "no such option '--qqqqqq'", "release-tools bump --help"),
        ("explain a b", "got unexpected extra argument (b)", "release-tools explain --help"),
        ("-C", "option '-C' requires an argument", "release-tools --help"),
    ],
)
def test_a_line_that_cannot_be_read_says_where_the_help_is(project, line, message, hint):
    ran = project.run(*line.split())
    assert ran.code == 2
    assert ran.err == f"error[usage] {message}\n    help: {hint} shows how it is called\n"


def test_without_any_argument_the_help_is_shown(project):
    ran = project.run()
    assert "Usage: release-tools" in ran.out + ran.err
    assert ran.code in {0, 2}


def test_completion_works(project):
    shell = project.run(env={"_RELEASE_TOOLS_COMPLETE": "bash_source"})
    assert shell.code == 0
    assert "complete -o nosort -F _release_tools_completion release-tools" in shell.out
    env = {
        "_RELEASE_TOOLS_COMPLETE": "bash_complete",
        "COMP_WORDS": "release-tools ver",
        "COMP_CWORD": "1",
    }
    assert project.run(env=env).out == "plain,verify-surfaces\n"


# Colour


def on_a_terminal(project, *argv, env=None):
    """Run with a terminal for standard output; return what a person would see, and the code."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "release_tools", *argv],
        cwd=project.root,
        env=project.environ({"TERM": "xterm", **(env or {})}),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    seen = b""
    while select.select([ours], [], [], 20)[0]:
        try:
            data = os.read(ours, 65536)
        except OSError:  # the other end is closed: Linux says so by EIO
            break
        if not data:
            break
        seen += data
    os.close(ours)
    return seen.decode(), child.wait()


@pytest.mark.parametrize(
    "argv", [["verify-surfaces"], ["bump", "--dry-run", "0.3.0"], ["bump", "0.1.0"]]
)
def test_a_terminal_gets_colour_and_nobody_else(odd, argv):
    ran = odd.run(*argv, env={"TERM": "xterm"})
    assert "\x1b" not in ran.out + ran.err
    seen, code = on_a_terminal(odd, *argv)
    assert "\x1b[" in seen
    assert code == ran.code
    assert "\x1b" not in on_a_terminal(odd, *argv, env={"NO_COLOR": "1"})[0]
    assert "\x1b" not in on_a_terminal(odd, *argv, env={"TERM": "dumb"})[0]


# Ends


SLOW = """\
import sys, time
from release_tools.flows import verify
def slow(*_, **__):
    print("ready", file=sys.stderr, flush=True)
    time.sleep(30)
verify.verify = slow
from release_tools.cli import main
main()
"""
BROKEN = """\
from release_tools.flows import verify
def broken(*_, **__):
    raise KeyError("nobody thought of this")
verify.verify = broken
from release_tools.cli import main
main()
"""
WAITING = """\
import ctypes, time
from release_tools.adapters import side_by_side
from release_tools.errors import UsageError
from release_tools.flows import verify
def refused(*_, **__):
    print("what was said")
    libc = ctypes.CDLL(None)
    libc.__cxa_atexit(libc.abort, None, None)
    side_by_side.begin(lambda: time.sleep(30))
    raise UsageError("no", hint="never")
verify.verify = refused
from release_tools.cli import main
main()
"""


def test_the_c_library_tidies_nothing_up_under_a_thread_that_still_waits(project):
    # OpenSSL's part of it crashes a process whose thread reads certificates meanwhile.
    ran = subprocess.run(
        [sys.executable, "-c", WAITING, "verify-surfaces"],
        cwd=project.root,
        check=False,
        env=project.environ(None),
        capture_output=True,
        encoding="utf-8",
        timeout=20,
    )
    assert (ran.returncode, ran.stdout) == (2, "what was said\n")
    assert ran.stderr == "error[usage] no\n    help: never\n"


@pytest.mark.parametrize("format_", [[], ["--format", "json"]])
def test_ctrl_c_exits_130(project, format_):
    child = subprocess.Popen(
        [sys.executable, "-c", SLOW, "verify-surfaces", *format_],
        cwd=project.root,
        env=project.environ(None),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert child.stderr is not None
    assert child.stderr.readline() == "ready\n"
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=20)
    assert (child.returncode, err) == (130, "interrupted\n")
    if format_:
        report = json.loads(out)
        assert [finding["id"] for finding in report["findings"]] == ["interrupted"]
    else:
        assert out == ""


@pytest.mark.parametrize("format_", [[], ["--format", "json"]])
def test_a_bug_exits_70_and_is_no_finding_of_the_project(project, format_):
    done = subprocess.run(
        [sys.executable, "-c", BROKEN, "verify-surfaces", *format_],
        cwd=project.root,
        env=project.environ(None),
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 70
    assert "nobody thought of this" in done.stderr
    assert "report it" in done.stderr
    if format_:
        report = json.loads(done.stdout)
        assert (report["verdict"], report["findings"][0]["id"]) == ("unknown", "internal-error")
    else:
        assert done.stdout == ""


def test_a_reader_that_goes_away_is_no_bug(project):
    text = '[[surfaces]]\nkind = "file"\npath = "many/*.txt"\n'
    project.write("release-tools.toml", text)
    for number in range(400):
        project.write(f"many/{number:03}-{'long' * 40}.txt", f"0.{number}.0\n")
    child = subprocess.Popen(
        [sys.executable, "-m", "release_tools", "verify-surfaces", "--format", "json"],
        cwd=project.root,
        env=project.environ(None),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.read(10)
    child.stdout.close()
    assert child.stderr.read() == b""
    child.stderr.close()
    assert child.wait(20) == 1


@pytest.mark.parametrize("closed", ["1>&-", "2>&-", "1>&- 2>&-"])
def test_closed_outputs_leave_the_exit_code(odd, closed):
    for argv, code in (("verify-surfaces", 1), ("bump 0.1.0", 1), ("bump 0.3.0 --format json", 0)):
        command = f"{shlex.quote(sys.executable)} -m release_tools {argv} {closed}"
        done = subprocess.run(
            ["sh", "-c", command], cwd=odd.root, env=odd.environ(None), check=False
        )
        assert done.returncode == code


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has /dev/full")
def test_a_full_disk_under_the_output_is_no_agreement(project):
    command = f"{shlex.quote(sys.executable)} -m release_tools verify-surfaces > /dev/full"
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=project.root,
        env=project.environ(None),
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)


def test_a_current_folder_that_is_gone_is_named(project, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    program = shlex.quote(sys.executable)
    command = f"cd {gone} && rmdir {gone} && {program} -m release_tools verify-surfaces"
    done = subprocess.run(
        ["sh", "-c", command],
        env=project.environ(None),
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 2
    assert "no longer there" in done.stderr


def test_a_log_that_is_not_utf8_does_not_end_the_run(odd):
    ran = odd.run("verify-surfaces", env={"PYTHONIOENCODING": "ascii"})
    assert ran.code == 1
    assert "\\u2717" in ran.out


def test_it_is_over_when_its_work_is(project):
    before = time.monotonic()
    project.run("verify-surfaces", "--ref", "HEAD")
    assert time.monotonic() - before < 10
