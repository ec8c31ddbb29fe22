"""A strict GitHub for the tests: stateful, over HTTP, held to GitHub's own description.

    hub = FakeGitHub(git_dir=bare)          # or the fixture ``hub`` of tests/conftest.py
    commit = hub.repository.commit()
    hub.repository.tag("v0.3.0")
    hub.fail("POST", "/releases$", LOST)    # the release is made, the answer never arrives
    hub.before(3)                           # the client dies before its third request

It is stricter than kind: drafts are hidden by tag and from tokens that may only read, two drafts
of one tag are allowed, two published releases or assets of one name are not, a vanished tag is
made on the default branch when its draft is published, and every request and answer has to keep
to the description that ``scripts/github-description`` cuts.
"""

from __future__ import annotations

from tests.servers.github.faults import (
    BROKEN,
    BROKEN_AFTER,
    DROPPED,
    HALF_UPLOADED,
    LOST,
    TRUNCATED,
    Fault,
    HangUp,
    too_fast,
    used_up,
)
from tests.servers.github.server import FakeGitHub
from tests.servers.github.state import Version

__all__ = [
    "BROKEN",
    "BROKEN_AFTER",
    "DROPPED",
    "HALF_UPLOADED",
    "LOST",
    "TRUNCATED",
    "FakeGitHub",
    "Fault",
    "HangUp",
    "Version",
    "too_fast",
    "used_up",
]
