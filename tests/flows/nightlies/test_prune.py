"""Where a manifest is deleted: on ghcr.io through GitHub Packages, elsewhere as OCI says."""

from __future__ import annotations

import pytest

from release_tools.flows.load import load
from release_tools.flows.nightlies import prune
from release_tools.flows.repository.hub import of_project
from tests.servers.github import Version

DIGESTS = [f"sha256:{letter * 64}" for letter in "ab"]


@pytest.fixture
def stored(hub):
    made = [Version(DIGESTS[0], ["nightly-20260101"]), Version(DIGESTS[1], ["v0.3.0"])]
    hub.packages["octo-org/app/server"] = made
    return made


def test_ghcr_is_asked_through_its_packages_and_only_once(hub, stored, lay, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", hub.token("packages: write"))
    monkeypatch.setenv("GITHUB_API_URL", hub.url)
    monkeypatch.setenv("GITHUB_REPOSITORY", hub.repository.name)
    lay({"release-tools.toml": '[[surfaces]]\nkind = "file"\npath = "VERSION"\n'})
    github = of_project(load(str(lay({"VERSION": "1.0.0\n"}))))
    step = prune.Step("it", base="https://ghcr.io", name="octo-org/app/server", digest=DIGESTS[0])
    assert prune._delete(step, github)
    assert not prune._delete(step, github)
    assert [one.digest for one in stored] == DIGESTS[1:]


def test_elsewhere_the_registry_itself_is_asked(oci):
    digest = oci.push_index("prune/app", "nightly-20260101")
    step = prune.Step("it", base=oci.url, name="prune/app", digest=digest)
    assert prune._delete(step, None)
    assert not prune._delete(step, None)
