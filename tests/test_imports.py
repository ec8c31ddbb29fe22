"""Start-up time is a feature: which modules a command must not import, because of what they cost.

Not a timed test: a module is imported or it is not.  `scripts/bench` has the times.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import fault, tls

# Milliseconds, more or less, beyond `import click`.
NEVER = {
    "asyncio": 30,
    "email": 10,
    "github": 183,
    "hashlib": 2,
    "http.client": 8,
    "httpx": 100,
    "importlib.metadata": 26,
    "importlib.resources": 5,
    "jsonschema": 60,
    "logging": 3,
    "oras": 137,
    "packaging.requirements": 15,
    "packaging.specifiers": 15,
    "pathlib": 3.5,
    "pkg_resources": 100,
    "pydoc": 10,
    "requests": 91,
    "rich": 20,
    "shutil": 3,
    "ssl": 20,
    "tempfile": 4,
    "tomlkit": 8,
    "typing_extensions": 5,
    "unittest": 10,
    "urllib.request": 15,
    "yaml": 13,
}
SAYS_NOTHING = NEVER | {
    "difflib": 2,
    "json": 1.3,
    "packaging": 1.7,
    "release_tools.adapters": 1,
    "release_tools.config": 2,
    "release_tools.flows": 1,
    "release_tools.formats": 1,
    "release_tools.kinds": 1,
    "release_tools.model": 5,
    "release_tools.reports": 1,
    "release_tools.rules": 1,
    "semver": 3,
    "subprocess": 3,
    "tomllib": 2,
}
READS = NEVER | {
    "difflib": 2,
    "json": 1.3,
    "release_tools.adapters.github": 1,
    "release_tools.cli.bump": 1,
    "release_tools.discovery": 5,
    "release_tools.flows.bumping.bump": 1,
    "semver": 3,
}
PLANS = {name: cost for name, cost in NEVER.items() if name != "yaml"} | {
    "json": 1.3,
    "release_tools.adapters.github": 1,
    "release_tools.discovery": 5,
}

# What asks a registry over TLS needs these, and nothing that GitHub or a push would need.
ASKS = {
    name: cost
    for name, cost in NEVER.items()
    if name not in {"email", "hashlib", "http.client", "oras", "shutil", "ssl"}
} | {
    "click": 32,
    "concurrent.futures": 16,
    "encodings.idna": 2,
    "oras.provider": 137,
    "packageurl": 10,
    "packaging": 1.7,
    "pypi_simple": 100,
    "release_tools.artifacts": 1,
    "release_tools.clusters.client": 1,
    "release_tools.discovery": 5,
    "semver": 3,
}

COMMANDS = {
    "--version": SAYS_NOTHING,
    "--help": {name: cost for name, cost in NEVER.items() if name != "shutil"},  # click's width
    "verify-surfaces": READS,
    "verify-surfaces 0.3.0": READS,
    "bump --dry-run 0.4.0": PLANS,
}

PROGRAM = """
import atexit, sys
before = set(sys.modules)
if sys.argv.pop(1) == "after click":
    import click
    before |= set(sys.modules)
from release_tools.cli import main
sys.argv = ["release-tools", *sys.argv[1:]]
@atexit.register  # which runs however main ends
def tell():
    modules = sorted(set(sys.modules) - before)
    import json
    print(json.dumps(modules), file=sys.stderr, flush=True)
main()
"""

FILES = {
    "release-tools.toml": """\
        [streams.main]
        tag = "v{version}"
        [[surfaces]]
        kind = "pypi"
        path = "python"
        [[surfaces]]
        kind = "crate"
        path = "rust"
        [[surfaces]]
        kind = "chart"
        path = "chart"
        """,
    "python/pyproject.toml": '[project]\nname = "app"\nversion = "0.3.0"\n',
    "rust/Cargo.toml": '[package]\nname = "app"\nversion = "0.3.0"\n',
    "rust/Cargo.lock": 'version = 4\n\n[[package]]\nname = "app"\nversion = "0.3.0"\n',
    "chart/Chart.yaml": "apiVersion: v2\nname: app\nversion: 0.3.0\n",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    for path, text in FILES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text("\n".join(line.strip() for line in text.split("\n")))
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "Start"]):
        subprocess.run(["git", *command], cwd=root, check=True)
    return root


def imported_by(command, project, since="after click", **more):
    """Run ``command``; return its exit code and what it imported beyond ``import click``."""
    # A colour or a pager would be asked for by the environment of whoever runs the tests.
    environ = {k: os.environ[k] for k in os.environ if k.startswith(("PATH", "GIT_", "HOME"))}
    environ |= {"PYTHONPATH": str(Path(__file__).parents[1]), **more}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, since, *command.split()],
        cwd=project,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, json.loads(done.stderr.splitlines()[-1]), done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_not_import_what_it_does_not_need(project, command):
    code, modules, out = imported_by(command, project)
    assert code == 0, out
    found = among(COMMANDS[command], modules)
    assert not found, f"{command} imports {found} (milliseconds)"


def test_registries_are_asked_without_click_and_the_libraries_that_talk_to_github(tmp_path):
    certificate = tls.certificate(tmp_path)
    kind = "application/vnd.oci.image.index.v1+json"
    index = json.dumps({"schemaVersion": 2, "mediaType": kind, "manifests": []}).encode()
    with fault.serving(tls=certificate) as proxy:
        proxy.always(fault.page(index, {"Content-Type": kind}))
        (tmp_path / "release-tools.toml").write_text(
            '[streams.main]\ntag = "v{version}"\n'
            f'[registries]\nprivate-hosts = ["{proxy.host}"]\n'
            f'[[surfaces]]\nkind = "image"\nregistry = "{proxy.host}"\nnames = ["a", "b"]\n'
        )
        trusted = {"SSL_CERT_FILE": str(certificate.path), "HOME": str(tmp_path)}
        command = "verify-surfaces --published 0.3.0"
        code, modules, out = imported_by(command, tmp_path, "from the start", **trusted)
    assert code == 0, out
    assert {"http.client", "release_tools.registries.oci"} <= set(modules)
    found = among(ASKS, modules)
    assert not found, f"{command} imports {found} (milliseconds)"


def among(unneeded, modules):
    """Return those that were imported, or any module in them, with their costs."""
    return {
        module: cost
        for module, cost in unneeded.items()
        if any(name == module or name.startswith(f"{module}.") for name in modules)
    }


def test_an_import_would_be_seen(project):
    _, modules, _ = imported_by("verify-surfaces", project)
    assert {"release_tools.flows.verify", "release_tools.formats.toml"} <= set(modules)
