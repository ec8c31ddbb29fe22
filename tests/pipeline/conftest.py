"""A project on its way from a tag to a release: a bare remote that a strict GitHub shares, and real
registries on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.servers import secrets, sparse
from tests.servers.github import FakeGitHub

HERE = str(Path(__file__).parents[2])
IMAGES = ("server", "worker")
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = """\
repository = "octo-org/app"

[streams.app]
tag = "v{{version}}"
nightly = "nightly-{{date}}"
required-checks = ["ci"]

[streams.sim]
tag = "sim-v{{version}}"

[[surfaces]]
kind = "crate"
path = "rust"
workflow = "crate.yml"

[[surfaces]]
kind = "image"
registry = "{registry}/{path}"
names = {images}
workflow = "images.yml"

[[surfaces]]
kind = "file"
stream = "sim"
path = "SIM"

[registries]
crates = "sparse+{crates}"
github = "{github}"
plain-http = {hosts}
private-hosts = {hosts}
"""


class Ran:
    """A finished command line."""

    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def report(self):
        return json.loads(self.out)

    @property
    def ids(self):
        return [one["id"] for one in self.report["findings"]]

    @property
    def checks(self):
        return {one["name"]: one["say"] for one in self.report["data"]["checks"]}


class Pipeline:
    """The work tree of a project, checked out at its tag, and everything that it publishes to."""

    def __init__(self, root, hub, oci, crates, path):
        self.root, self.hub, self.oci, self.crates, self.path = root, hub, oci, crates, path
        self.token = hub.token("contents: write", "checks: read", "statuses: read", "actions: read")
        self.images = IMAGES

    def git(self, *argv):
        done = subprocess.run(
            ["git", *argv], cwd=self.root, check=True, capture_output=True, encoding="utf-8"
        )
        return done.stdout.strip()

    def write(self, files):
        for path, text in files.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    def config(self, **more):
        hosts = [self.hub.url, self.oci.url, self.crates.site.url]
        listed = json.dumps([host.partition("://")[2] for host in hosts])
        values = {
            "registry": self.oci.host,
            "path": self.path,
            "images": json.dumps(list(self.images)),
            "crates": f"{self.crates.index}/",
            "github": self.hub.url,
            "hosts": listed,
        }
        return CONFIG.format(**values | more)

    def begin(self, version="0.3.0"):
        """Commit a tree that says ``version``, push it, and let its checks be green."""
        self.write(
            {
                "release-tools.toml": self.config(),
                "rust/Cargo.toml": f'[package]\nname = "app"\nversion = "{version}"\n',
                "SIM": "1.0.0\n",
            }
        )
        self.git("init", "--quiet")
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", f"Release {version}")
        self.git("remote", "add", "origin", str(self.hub.repository.git.folder))
        self.git("push", "--quiet", "origin", "HEAD:refs/heads/main")
        self.green()

    def begin_again(self, version):
        """Let the tree say another version, on the branch, with its checks green."""
        self.write({"rust/Cargo.toml": f'[package]\nname = "app"\nversion = "{version}"\n'})
        self.git("commit", "--quiet", "--all", "-m", f"Release {version}")
        self.git("push", "--quiet", "origin", "HEAD:refs/heads/main")
        self.green()

    @property
    def head(self):
        return self.git("rev-parse", "HEAD")

    def green(self, state="success"):
        self.hub.repository.check("ci", self.head, state)

    def tag(self, name="v0.3.0", *, annotated=True):
        """Tag HEAD, push the tag, and stand on it without a branch, as a workflow does."""
        self.git("tag", *(["-a", "-m", name] if annotated else []), name)
        self.git("push", "--quiet", "origin", f"refs/tags/{name}")
        self.git("checkout", "--quiet", "--detach", name)

    def publish(self, version="0.3.0", *, images=None, crate=True):
        """Publish what the stream consists of."""
        if crate:
            self.crates.add("app", version, b"the crate")
        for image in self.images if images is None else images:
            self.oci.push_index(f"{self.path}/{image}", f"v{version}")

    def served(self, image, tag):
        """Return the bytes of the index that the registry serves under a tag."""
        url = f"{self.oci.url}/v2/{self.path}/{image}/manifests/{tag}"
        with urlopen(Request(url, headers={"Accept": INDEX})) as answer:
            return answer.read()

    def retag(self, image, tag, new):
        """Let another tag name the same index."""
        self.oci.put_manifest(f"{self.path}/{image}", new, self.served(image, tag), INDEX)

    def tags(self, image):
        """Return the tags of an image."""
        with urlopen(f"{self.oci.url}/v2/{self.path}/{image}/tags/list") as answer:
            return set(json.load(answer)["tags"] or ())

    def run(self, *argv, env=None, cwd=None):
        kept = {k: v for k, v in os.environ.items() if k.startswith(("PATH", "GIT_", "LANG"))}
        environ = {
            **kept,
            "HOME": str(self.root.parent),
            "PYTHONPATH": HERE,
            "PYTHONWARNINGS": "error",
            "GITHUB_TOKEN": self.token,
            **(env or {}),
        }
        done = subprocess.run(
            [sys.executable, "-m", "release_tools", *argv],
            cwd=cwd or self.root,
            env=environ,
            check=False,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )
        secrets.refuse(done.stdout, done.stderr)
        return Ran(done)

    def json(self, *argv, **more):
        return self.run(*argv, "--format", "json", **more)

    @property
    def changes(self):
        """What was asked of GitHub beside questions."""
        return [(one.method, one.path) for one in self.hub.calls if one.method != "get"]


@pytest.fixture(scope="session")
def crates():
    with sparse.serving() as running:
        yield running


@pytest.fixture
def pipeline(tmp_path, oci, crates):
    hub = FakeGitHub("octo-org/app", git_dir=tmp_path / "origin.git")
    crates.lines.clear()
    root = tmp_path / "work"
    root.mkdir()
    made = Pipeline(root, hub, oci, crates, f"p{abs(hash(str(tmp_path))) % 10**8}")
    made.begin()
    asked = len(crates.site.asked)
    yield made
    hub.close()
    assert not hub.wrong
    secrets.refuse(str(crates.site.asked[asked:]))  # the token is GitHub's
    secrets.refuse_files(tmp_path)


@pytest.fixture(scope="session")
def python_index(tmp_path_factory):
    from tests.servers import devpi

    with devpi.serving(tmp_path_factory.mktemp("devpi")) as running:
        yield running


@pytest.fixture
def polyglot(tmp_path, oci, crates, python_index):
    """Make projects of every kind of surface: ``polyglot(images)``; see ``polyglot.py``."""
    from tests.pipeline.polyglot import REPOSITORY, Polyglot

    hub = FakeGitHub(REPOSITORY, git_dir=tmp_path / "origin.git")
    crates.lines.clear()
    python_index.clear()

    def make(images, **more):
        root = tmp_path / "work"
        root.mkdir()
        path = f"p{abs(hash(str(tmp_path))) % 10**8}"
        made = Polyglot(root, hub, oci, crates, path, python_index, images)
        made.begin(**more)
        made.released_before()
        return made

    yield make
    hub.close()
    assert not hub.wrong
