"""What holds for every test: a known environment, and no skip where everything is required."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

import release_tools

REQUIRE_ALL = os.environ.get("RELEASE_TOOLS_REQUIRE_ALL") == "1"
"""CI sets it: a test that is skipped there would be one that never runs anywhere."""

# The variables of a workflow run or of a git hook change what the tool does, and a token must
# never reach a test.
for name in [
    name for name in os.environ if name.startswith(("ACTIONS_", "GH_", "GIT_", "GITHUB_"))
]:
    del os.environ[name]

GIT_CONFIG = """\
[user]
name = Test
email = test@example.com
[init]
defaultBranch = main
[protocol "file"]
allow = always
"""


def pytest_configure(config):
    folder = tempfile.TemporaryDirectory(prefix="release-tools-git-")
    config.add_cleanup(folder.cleanup)
    file = Path(folder.name) / "config"
    file.write_text(GIT_CONFIG)
    os.environ.update(GIT_CONFIG_GLOBAL=str(file), GIT_CONFIG_NOSYSTEM="1")


def pytest_make_parametrize_id(val):
    """Call bytes by their number: archives hold the time at which they were packed."""
    return f"{len(val)} bytes" if isinstance(val, bytes) and len(val) > 16 else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    report = yield
    return _required(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    report = yield
    return _required(report)


def _required(report):
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        if "only root can" in str(reason) and os.getuid() != 0:
            return report  # no step of CI could mend that
        report.outcome = "failed"
        report.longrepr = f"{reason} - and RELEASE_TOOLS_REQUIRE_ALL=1 makes that a failure"
    return report


@pytest.fixture
def lay(tmp_path):
    """Write files, given as {path: text or bytes}, below a fresh folder, and return the folder."""

    def write(files):
        for path, content in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            data = content if isinstance(content, bytes) else content.encode()
            file.write_bytes(data)
        return tmp_path

    return write


class Seen:
    """A judged source column, as lines that read well in an assertion."""

    def __init__(self, table):
        self.table = table
        self.verdict = str(table.verdict)
        self.rows = {row.surface.id: row.cells[0] for one in table.streams for row in one.rows}
        self.findings = [
            f"{finding.id} {finding.path}:{finding.line}" for finding in table.findings
        ]

    def marks(self, surface):
        """``path:line text verdict`` for each place of the surface."""
        return [
            f"{mark.place.path}:{mark.spot.line} {mark.spot.text} {mark.verdict}"
            if mark.spot
            else f"{mark.place.path} {mark.verdict}"
            for mark in self.rows[surface].marks
        ]


@pytest.fixture
def seen(lay):
    """Lay a project out, verify it through the public flow, and hand back what was seen."""

    def look(files, config, version=None, **asked):
        root = lay({**files, "release-tools.toml": config})
        return Seen(release_tools.verify(release_tools.load(str(root)), version, **asked))

    return look


@pytest.fixture(scope="session")
def oci(tmp_path_factory):
    """A registry that asks nobody who they are: ``tests.servers.registry.Registry``."""
    yield from _registry(tmp_path_factory, None)


@pytest.fixture(scope="session")
def oci_htpasswd(tmp_path_factory):
    """A registry that wants a name and a password for everything."""
    yield from _registry(tmp_path_factory, "htpasswd")


@pytest.fixture(scope="session")
def oci_tokens(tmp_path_factory):
    """A registry with a token server, as ghcr.io is one: anybody may pull below ``public/``."""
    yield from _registry(tmp_path_factory, "token")


def _registry(factory, auth):
    from tests.servers import registry

    with registry.serving(factory.mktemp("registry"), auth) as running:
        yield running


@pytest.fixture
def hub():
    """Serve a strict GitHub (tests/servers/github); nothing may go over its description."""
    from tests.servers.github import FakeGitHub

    made = FakeGitHub()
    yield made
    made.close()
    assert not made.wrong
