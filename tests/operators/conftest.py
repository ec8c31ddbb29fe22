"""A project that is deployed: a registry with its releases, and a cluster that runs one of them."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

import release_tools
from release_tools.flows import surfaces
from release_tools.flows.columns import deployments
from release_tools.flows.deploying.steps import Request
from tests.servers import registry
from tests.servers.clients import cluster, helm, path, runner, says

__all__ = ["cluster", "helm", "path", "runner", "says"]

HERE = str(Path(__file__).parents[2])

CONFIG = """\
[streams.main]
nightly = "nightly-{{date}}"

[streams.cli]
tag = "cli-v{{version}}"

[[surfaces]]
kind = "chart"
path = "chart"
registry = "oci://{host}/charts"
source = "stamped"

[[surfaces]]
kind = "image"
registry = "{host}/o"
names = ["app", "worker"]

[[surfaces]]
kind = "pypi"
stream = "cli"
path = "cli"

[registries]
plain-http = ["{host}"]
private-hosts = ["{host}"]

[deployments.production]
context = "here"
namespace = "prod"
release = "app"
"""


@contextmanager
def stocked(folder):
    """A registry with 0.1.0 and 0.2.0 as a whole, and 0.3.0 without the image of the worker."""
    with registry.serving(folder) as running:
        running.digests = {}
        for version in ("0.1.0", "0.2.0", "0.3.0"):
            running.push_chart("charts", "app", version, f"v{version}")
            for name in ("app", "worker"):
                if (name, version) != ("worker", "0.3.0"):
                    found = running.push_index(f"o/{name}", f"v{version}")
                    running.digests[name, version] = found
        yield running


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    """The registry of all tests that mind no further versions in it."""
    with stocked(tmp_path_factory.mktemp("store")) as running:
        yield running


class Operator:
    """Somebody who looks after one environment."""

    def __init__(self, root, store, cluster, runner):
        self.root, self.store, self.cluster, self.runner = root, store, cluster, runner
        self.write("chart/Chart.yaml", "name: app\nversion: 0.3.0\n")
        self.write("cli/pyproject.toml", '[project]\nname = "app-cli"\nversion = "1.1.0"\n')
        self.write("release-tools.toml", CONFIG.format(host=store.host))

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def image(self, name, tag):
        """Return a reference to an image of the project."""
        return f"{self.store.host}/o/{name}{'@' if tag.startswith('sha256:') else ':'}{tag}"

    def runs(self, version, *, release=True, **more):
        """Let the cluster run a version: its Helm release, workloads and pods."""
        if release:
            self.cluster.add_release("prod", "app", "app", (version,))
        for name in ("app", "worker"):
            image = self.image(name, f"v{version}")
            owner = {"annotations": {"meta.helm.sh/release-name": "app"}} if release else {}
            self.cluster.add_deployment("prod", name, image, **owner, **more)
            self.cluster.add_pod("prod", f"{name}-1", image, "")

    @property
    def project(self):
        return release_tools.load(str(self.root))

    def plan(self, flow, version=None, *, given=None, name="production", **request):
        """Plan; return the plan alone."""
        return self.situation(flow, version, given=given, name=name, **request)[0]

    def situation(self, flow, version=None, *, given=None, name="production", **request):
        project, asked = self.project, Request(version, **request)
        place = deployments.one(project, None if given else name, given or deployments.Given())

        def published():
            wish = surfaces.Wish(published=True)
            return surfaces.look(project, version, stream=asked.stream, wish=wish)

        return flow.plan(project, place, asked, runner=self.runner, published=published)

    def run(self, *argv, env=None):
        """Run the command line as a process of its own."""
        return subprocess.run(
            [sys.executable, "-m", "release_tools", *argv],
            cwd=self.root,
            env={**env, "PYTHONPATH": HERE, "PYTHONWARNINGS": "error"},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            stdin=subprocess.DEVNULL,
            check=False,
        )


@pytest.fixture
def operator(tmp_path, store, cluster, runner, path):
    """An operator with Helm 4 and kubectl."""
    path.put("helm", "helm")
    path.put("kubectl", "kubectl")
    root = tmp_path / "project"
    root.mkdir()
    return Operator(root, store, cluster, runner)
