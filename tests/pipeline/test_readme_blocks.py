"""The README's commands from a tag to a release, and for operators, run as they stand there."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from tests.servers import artifacts, distributions, programs
from tests.servers.clients import cluster
from tests.test_readme import bash, block, shims

__all__ = ["cluster"]

CONFIG = """\
repository = "octo-org/app"

[streams.app]
required-checks = ["ci"]

[[surfaces]]
kind = "crate"
path = "rust"

[[surfaces]]
kind = "pypi"
path = "py"

[[surfaces]]
kind = "chart"
path = "chart"
registry = "oci://{registry}"

[[surfaces]]
kind = "image"
registry = "{registry}"
names = ["server"]

[deployments.production]
context = "here"
namespace = "prod"
release = "app"

[registries]
pypi = "{pypi}"
crates = "sparse+{crates}/"
github = "{github}"
plain-http = {hosts}
private-hosts = {hosts}
"""


@pytest.fixture
def project(pipeline, python_index, cluster):
    """A tagged project of a crate, a package, a chart and an image; all of it built, and out."""
    made, index = pipeline, python_index
    index.clear()
    urls = [made.hub.url, made.oci.url, made.crates.site.url, index.url]
    hosts = json.dumps([url.partition("://")[2].partition("/")[0] for url in urls])
    registry = f"{made.oci.host}/{made.path}"
    config = CONFIG.format(
        registry=registry,
        pypi=index.simple,
        crates=made.crates.index,
        github=made.hub.url,
        hosts=hosts,
    )
    made.write(
        {
            "release-tools.toml": config,
            "rust/Cargo.toml": '[package]\nname = "app"\nversion = "0.3.0"\n',
            "py/pyproject.toml": '[project]\nname = "app"\nversion = "0.3.0"\n',
            "chart/Chart.yaml": "apiVersion: v2\nname: app\nversion: 0.3.0\n",
            "chart/values.yaml": f"image:\n  repository: {registry}/server\n  tag: ''\n",
            ".gitignore": "/dist\n",
        }
    )
    made.git("add", "--all")
    made.git("commit", "--quiet", "-m", "Let there be more")
    made.git("push", "--quiet", "origin", "HEAD:refs/heads/main")
    made.green()
    made.tag()
    dist = made.root / "dist"
    dist.mkdir()
    files = [distributions.wheel(dist, "app", "0.3.0"), distributions.sdist(dist, "app", "0.3.0")]
    index.upload(*files)
    built = made.root.parent / "built"
    artifacts.crate(dist, built / "rust", "app", "0.3.0")
    made.crates.add("app", "0.3.0", (dist / "app-0.3.0.crate").read_bytes())
    artifacts.chart(dist, built / "chart", "app", "0.3.0", "v0.3.0")
    artifacts.layout(dist / "server", "v0.3.0")
    chart = [programs.find("helm"), "push", str(dist / "app-0.3.0.tgz"), f"oci://{registry}"]
    subprocess.run([*chart, "--plain-http"], check=True, capture_output=True)
    target = f"docker://{registry}/server:v0.3.0"
    plain = ("--preserve-digests", "--dest-tls-verify=false")
    artifacts.skopeo(f"oci:{dist / 'server'}:made", target, *plain)
    made.oci.push_chart(made.path, "app", "0.2.0", "v0.2.0")
    made.oci.push_index(f"{made.path}/server", "v0.2.0")
    cluster.add_release("prod", "app", "app", ("0.1.0", "0.2.0"))
    cluster.add_deployment("prod", "app", f"{registry}/server:v0.2.0")
    return made


@pytest.fixture
def path(tmp_path):
    """PATH with our command in front, and the clients of the registries."""
    made = shims(tmp_path / "bin")
    for name in ("helm", "kubectl"):
        (made / name).symlink_to(programs.find(name))
    return f"{made}:{os.environ['PATH']}"


def test_from_a_tag_to_a_release_and_how_operators_go_on(project, path):
    env = {"PATH": path, "GITHUB_TOKEN": project.token, "HOME": str(project.root.parent)}
    said = bash(block("release-tools verify-surfaces --built"), project.root, **env)
    (one,) = project.hub.repository.published
    assert {asset.name for asset in one.assets} >= {"app-0.3.0.crate", "release-manifest.json"}
    assert "already" in said  # the last command of the block, when the one before has released
    project.git("checkout", "--quiet", "-B", "main")
    behind, *others = block("release-tools status --deployed").splitlines()
    assert "behind  0.3.0 is out" in bash(behind, project.root, 1, **env)
    said = "".join(bash(line, project.root, **env) for line in others)
    for told in ("Take app from 0.2.0 to 0.3.0", "Roll app back to", "1 release audited: agrees"):
        assert told in said
    assert (project.root / "status.html").read_text().startswith("<!doctype html>")
    assert "tag: v0.3.0" in (project.root / "values-production.yaml").read_text()
