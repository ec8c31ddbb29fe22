"""No token reaches a log, an output, a file, an error or another host, whatever servers answer."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.servers import fault, secrets

ROOT = Path(__file__).parents[2]
SERVERS = ("github", "pip", "npm", "cargo", "docker", "stranger")
CONFIG = """\
repository = "octo-org/app"

[streams.main]
required-checks = ["ci"]

[[surfaces]]
kind = "pypi"
path = "."

[[surfaces]]
kind = "crate"
path = "."

[[surfaces]]
kind = "npm"
path = "."

[[surfaces]]
kind = "image"
registry = "{docker}/o"
names = ["app"]

[registries]
crates = "sparse+http://{cargo}/index/"
github = "http://{github}"
plain-http = {hosts}
private-hosts = {hosts}
"""
FILES = {
    "pyproject.toml": '[project]\nname = "app"\nversion = "1.0.0"\n',
    "Cargo.toml": '[package]\nname = "app"\nversion = "1.0.0"\n',
    "package.json": '{"name": "app", "version": "1.0.0"}\n',
}
CHALLENGE = 'Bearer realm="http://{stranger}/token",service="s",scope="repository:o/app:pull"'
COMMANDS = (
    ("verify-surfaces", "--published", "1.0.0"),
    ("gate", "--ref", "refs/tags/v1.0.0"),
    ("release", "--ref", "refs/tags/v1.0.0"),
    ("status", "1.0.0", "--html", "status.html"),
)


def echo(turn):
    """Say in the answer what was shown: what no log may repeat."""
    shown = turn.request.headers.get("authorization", "")
    body = f'{{"message": "bad credentials: {shown}", "errors": [{{"code": "{shown}"}}]}}'
    return fault.status(403, {"Content-Type": "application/json"}, body.encode())(turn)


ANSWERS = {
    "404": lambda _: fault.status(404, body=b'{"message": "Not Found"}'),
    "401": lambda _: fault.status(401, {"WWW-Authenticate": "Basic"}),
    "token server elsewhere": lambda hosts: fault.status(
        401, {"WWW-Authenticate": CHALLENGE.format(**hosts)}
    ),
    "echo": lambda _: echo,
    "HTML": lambda _: fault.html(),
    "redirect": lambda hosts: fault.redirect(f"http://{hosts['stranger']}/elsewhere"),
    "garbage": lambda _: fault.garbage(),
}


@pytest.fixture
def servers():
    with ExitStack() as stack:
        yield {name: stack.enter_context(fault.serving()) for name in SERVERS}


@pytest.fixture
def project(tmp_path, servers):
    """A tagged project and its remote; the environment holds a canary wherever one fits."""
    root, home = tmp_path / "root", tmp_path / "home"
    root.mkdir()
    hosts = {name: server.host for name, server in servers.items()}
    listed = str(list(hosts.values())).replace("'", '"')
    for path, text in {**FILES, "release-tools.toml": CONFIG.format(hosts=listed, **hosts)}.items():
        (root / path).write_text(text)
    for argv in (
        ["init", "--quiet"],
        ["add", "--all"],
        ["commit", "--quiet", "-m", "Start"],
        ["tag", "v1.0.0"],
        ["clone", "--quiet", "--bare", ".", "../origin.git"],
        ["remote", "add", "origin", "../origin.git"],
    ):
        subprocess.run(["git", *argv], cwd=root, check=True)
    return root, secrets.plant(home, hosts)


def run(root, planted, argv):
    """Run a command as a step of a workflow, and return everything that it said."""
    kept = {k: v for k, v in os.environ.items() if k.startswith(("PATH", "GIT_", "LANG"))}
    notes = {
        "GITHUB_OUTPUT": root.parent / "output",
        "GITHUB_STEP_SUMMARY": root.parent / "summary",
    }
    environ = {**kept, **planted, "GITHUB_ACTIONS": "true", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "release_tools", *argv],
        cwd=root,
        env={**environ, **{name: str(path) for name, path in notes.items()}},
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode in {1, 3}, done.stderr
    return done.stdout, done.stderr


@pytest.mark.parametrize("answer", ANSWERS)
def test_no_secret_is_seen_but_by_its_own_server(project, servers, tmp_path, answer):
    root, planted = project
    hosts = {name: server.host for name, server in servers.items()}
    for name, server in servers.items():
        if name != "stranger":
            server.always(ANSWERS[answer](hosts))
    with ThreadPoolExecutor() as pool:
        for said in pool.map(lambda argv: run(root, planted, argv), COMMANDS):
            secrets.refuse(*said)
    secrets.refuse_files(tmp_path, home=tmp_path / "home")
    if answer == "token server elsewhere":
        # Who gives the tokens is the registry's to say: as with docker, it is shown the log-in.
        servers["docker"].requests.extend(servers.pop("stranger").requests)
    secrets.refuse_strangers(servers)
    assert servers["github"].saw(secrets.CANARIES["github"])  # or nothing was put to the test


@pytest.mark.parametrize("name", secrets.NAMES)
def test_a_leak_would_be_seen(tmp_path, name):
    canary = secrets.CANARIES[name]
    with pytest.raises(AssertionError, match="leaked"):
        secrets.refuse("fine", f"https://user:{canary}@example.com")
    (tmp_path / "file").write_text(f"token = {canary}")
    with pytest.raises(AssertionError, match="leaked into"):
        secrets.refuse_files(tmp_path)
    secrets.refuse_files(tmp_path, home=tmp_path)
