"""A small project that states its version in many files, its published images and chart, and the
commands that write files, each run as a whole and killed, starved or doubled at will."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests import killing
from tests.servers import registry

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
[streams.app]
tag = "v{{version}}"

[[surfaces]]
kind = "chart"
path = "chart"
registry = "oci://{host}/f"

[[surfaces]]
kind = "image"
registry = "{host}/f"
names = ["server", "worker"]
references = ["chart/values.yaml", "deploy/*.yaml"]

[[surfaces]]
kind = "file"
path = "VERSION"

[registries]
plain-http = ["{host}"]
private-hosts = ["{host}"]
"""
FILES = {
    "release-tools.toml": CONFIG,
    "VERSION": "0.3.0\n",
    "chart/Chart.yaml": "apiVersion: v2\nname: app\nversion: 0.3.0\n",
    "chart/values.yaml": "image:\n  repository: {host}/f/server\n  tag: v0.3.0\n",
    "deploy/app.yaml": "image: {host}/f/server:v0.3.0\n---\nimage: {host}/f/worker:v0.3.0\n",
    "deploy/more.yaml": "image: {host}/f/worker:v0.3.0 # ours\n",
}
INTO = ("--into", "deploy/app.yaml", "--into", "deploy/more.yaml")
COMMANDS = {
    "bump": ("bump", "0.4.0"),
    "pin --into": ("pin", "0.3.0", *INTO),
    "pin --output": ("pin", "0.3.0", "--output", "values-new.yaml"),
    "pin --output --into": ("pin", "0.3.0", "--output", "values-new.yaml", *INTO),
    "pin elsewhere": ("pin", "0.3.0", "--into", "../gitops/app.yaml", "--into", "deploy/more.yaml"),
    "ledger": (
        *("verify-surfaces", "0.3.0", "--published"),
        *("--ledger", "ledger.json", "--in-toto", "statements.jsonl"),
    ),
    "status": ("status", "--html", "status.html"),
}
"""Commands by the names of their cells, at least one for each way in which files are written."""
IN_GIT = frozenset({"ledger"})
"""Those that need a tagged commit; of the others everything shows that is left outside of git."""


class Files(NamedTuple):
    """A folder that is laid anew for each cell: the project, and beside it files of another."""

    top: Path
    host: str
    git: Path | None

    @property
    def root(self):
        return self.top / "project"

    def lay(self):
        """Forget what an earlier cell left, and lay the files as they were."""
        shutil.rmtree(self.top, ignore_errors=True)
        elsewhere = {"../gitops/app.yaml": FILES["deploy/app.yaml"]}
        for path, text in {**FILES, **elsewhere}.items():
            file = self.root.joinpath(*path.split("/"))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text.format(host=self.host))
        if self.git is not None:
            shutil.copytree(self.git, self.root / ".git")

    def all(self):
        """Return everything that stands there: files by their bytes, folders as None."""
        return {
            str(path.relative_to(self.top)): None if path.is_dir() else path.read_bytes()
            for path in self.top.rglob("*")
            if ".git" not in path.relative_to(self.top).parts
        }


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    with registry.serving(tmp_path_factory.mktemp("faults")) as running:
        for image in ("server", "worker"):
            running.push_index(f"f/{image}", "v0.3.0")
        running.push_chart("f", "app", "0.3.0", "v0.3.0")
        yield running


@pytest.fixture(scope="session")
def mill(tmp_path_factory):
    with killing.warm(tmp_path_factory.mktemp("mill")) as running:
        yield running


@pytest.fixture
def name(request):
    """The command of a cell; a test that names none works on the project outside git."""
    return getattr(request, "param", None)


@pytest.fixture
def files(tmp_path, published, name):
    made = Files(tmp_path / "top", published.host, None)
    made.lay()
    if name not in IN_GIT:
        return made
    for argv in (["init"], ["add", "."], ["commit", "-m", "Start"], ["tag", "v0.3.0", "-m", "It"]):
        subprocess.run(["git", *argv], cwd=made.root, check=True, capture_output=True)
    made = made._replace(git=shutil.copytree(made.root / ".git", tmp_path / "git"))
    made.lay()
    return made
