"""Fail closed: whatever GitHub, the registry or the index answers instead, nothing opens for it.

Each question of a run that nothing disturbs is asked again with each fault in its answer, for as
long as the run asks.  One test for each verb: the table is made of what was asked.
"""

from __future__ import annotations

import json
import re
import time

import pytest

from release_tools.adapters import github_api
from release_tools.adapters.http import retry
from release_tools.checks import Say
from release_tools.errors import ReleaseToolsError
from release_tools.flows.gate import gate
from release_tools.flows.release import drafting, release
from tests.servers import fault

LIMITED = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "99999999999", "Retry-After": "3600"}
FAULTS = {
    "dropped": fault.close(),
    "truncated": fault.truncate(),
    "502": fault.status(502),
    "HTML": fault.html(),
    "wrong JSON": fault.page(b'{"message": "OK"}', {"Content-Type": "application/json"}),
    "a list": fault.page(b'["OK"]', {"Content-Type": "application/json"}),
    "401": fault.status(401, body=b'{"message": "Bad credentials"}'),
    "403": fault.status(403, body=b'{"message": "Resource not accessible by integration"}'),
    "404": fault.status(404, body=b'{"message": "Not Found"}'),
    "rate limit": fault.status(403, LIMITED, b'{"message": "API rate limit exceeded"}'),
}


def _named(path):
    """Name a question alike in all runs: the numbers of releases and assets differ."""
    return re.sub(r"/\d{4,}", "/N", path.partition("?")[0])


class Between:
    """Proxies before everything that is asked: what they were asked, and a fault at one path."""

    def __init__(self, pipeline, proxies):
        self.pipeline, self.proxies = pipeline, proxies

    def asked(self):
        """Return the questions so far, in order, each once: (place, path)."""
        return list(
            dict.fromkeys(
                (place, _named(one.path))
                for place, proxy in self.proxies.items()
                for one in proxy.requests
                if one.method in {"GET", "HEAD"}
            )
        )

    def break_(self, place, path, broken):
        """Answer that question wrongly, and all others truly."""

        def answer(turn):
            if _named(turn.request.path) == path and turn.request.method in {"GET", "HEAD"}:
                return broken(turn)
            turn.send(turn.upstream())
            return True

        self.mend()
        self.proxies[place].always(answer)

    def mend(self):
        for proxy in self.proxies.values():
            proxy.forget()


@pytest.fixture
def between(pipeline, monkeypatch):
    """Stand at a tag of which everything is published, and speak to everybody through proxies."""
    oci, index, hub = pipeline.oci, pipeline.crates.site, pipeline.hub
    with (
        fault.serving(oci.url) as registry,
        fault.serving(index.url) as crates,
        fault.serving(hub.url) as github,
    ):
        config = pipeline.config(
            registry=registry.host,
            crates=f"{crates.url}/index/",
            github=github.url,
            hosts=json.dumps([one.host for one in (registry, crates, github)]),
        )
        registry.rewrite = {oci.url: registry.url}
        monkeypatch.setattr(hub, "url", github.url)
        pipeline.write({"release-tools.toml": config})
        pipeline.git("commit", "--quiet", "--all", "-m", "Ask proxies")
        pipeline.git("push", "--quiet", "origin", "HEAD:refs/heads/main")
        pipeline.green()
        pipeline.tag()
        for name in ("_PAUSE", "_PAUSE_TOO_MANY", "_LEAST_TOLD"):
            monkeypatch.setattr(retry, name, 0.001)
        monkeypatch.setattr(github_api, "time", Instant)
        monkeypatch.setattr(drafting, "_LISTS", (0.01, 0.02))
        monkeypatch.setattr(drafting, "_SETTLES", 0.2)
        monkeypatch.setenv("GITHUB_TOKEN", pipeline.token)
        monkeypatch.setenv("HOME", str(pipeline.root.parent))
        monkeypatch.chdir(pipeline.root)
        yield Between(pipeline, {"registry": registry, "crates": crates, "github": github})


def cells(between):
    """Yield every question with every fault, as far as that is another answer than the true one."""
    questions = between.asked()
    for place, path in questions:
        for name, broken in FAULTS.items():
            between.break_(place, path, broken)
            yield f"{place} {path.replace(between.pipeline.path, 'PATH')}", name
    between.mend()


class Instant:
    """A clock on which nobody sleeps: how patient it is makes no difference to what it does."""

    monotonic, time = time.monotonic, time.time

    @staticmethod
    def sleep(_):
        pass


TRUE = {
    # Nothing is released yet, and 404 says so; and this only decides whether drafts would show.
    ("github /repos/octo-org/app/releases/tags/v0.3.0", "404"),
    ("github /repos/octo-org/app", "wrong JSON"),
    # A registry that answers for one image and has no tags of another has nothing higher of it.
    ("registry /v2/PATH/server/tags/list", "404"),
    ("registry /v2/PATH/worker/tags/list", "404"),
}
"""Answers that are as good as the true one."""
LEAST = {"gate": 110, "release": 140}
"""How many cells there are at least: every question with every fault."""


def opens(between):
    """Ask the gate for the image that is about to be published."""
    try:
        asked = gate.Request(surface="image:server")
        said = gate.gate(str(between.pipeline.root), asked)
    except ReleaseToolsError as error:
        if error.exit_code != 3:
            raise
        return False
    opened = said.say is Say.OPEN
    assert opened == (said.exit_code == 0) == (said.outputs["proceed"] == "true")
    return opened


def test_the_gate_opens_for_no_answer_but_the_true_one(between):
    between.pipeline.publish("0.2.0")
    between.pipeline.publish(images=["worker"])
    assert opens(between)
    looked = {cell: opens(between) for cell in cells(between)}
    # What else is published decides nothing for this image, nor that it is not there.
    other = {cell for cell in looked if cell[0] == "registry /v2/PATH/worker/manifests/v0.3.0"}
    absent = {(f"registry /v2/PATH/server/manifests/{tag}", "404") for tag in ("v0.3.0", "0.3.0")}
    assert {cell for cell, opened in looked.items() if opened} == TRUE | other | absent
    assert len(looked) >= LEAST["gate"], f"{len(looked)} cells"
    assert not between.pipeline.changes


def wipe(between):
    """Forget the release that was made, or was begun."""
    repository = between.pipeline.hub.repository
    repository.releases.clear()
    repository.latest = None
    left = repository.git.ask("for-each-ref", "--format=%(refname)", "refs/release-tools")
    for ref in left.split():
        repository.git.ask("update-ref", "-d", ref)


def released(between):
    """Release; what is said to be released has to be so, once and whole."""
    published = between.pipeline.hub.repository
    try:
        said = release.release(str(between.pipeline.root), release.Request(gate.Request()))
    except ReleaseToolsError as error:
        if error.exit_code not in {1, 3} or len(published.published) > 1:
            raise
        return False
    assert said.released == (said.exit_code == 0)
    if said.released:
        (one,) = published.published
        assert {asset.name for asset in one.assets} == {"SHA256SUMS", "release-manifest.json"}
    return said.released


def test_nothing_is_released_for_any_answer_but_the_true_one(between):
    between.pipeline.publish()
    assert released(between)
    wipe(between)
    done = {}
    for cell in cells(between):
        done[cell] = released(between)
        wipe(between)
    assert {cell for cell, was in done.items() if was} == TRUE
    assert len(done) >= LEAST["release"], f"{len(done)} cells"
