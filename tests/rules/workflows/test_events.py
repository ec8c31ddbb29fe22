"""What GitHub's contexts hold, event by event."""

from __future__ import annotations

import pytest

from release_tools.rules.workflows import events
from release_tools.rules.workflows.conditions import ANY, UNKNOWN

REPOSITORY = "octo-org/widgets"
TAG = {
    "github.ref": "refs/tags/v1",
    "github.ref_name": "v1",
    "github.ref_type": "tag",
    "github.head_ref": "",
    "github.base_ref": "",
}
BRANCH = {
    "github.ref": "refs/heads/main",
    "github.ref_name": "main",
    "github.ref_type": "branch",
    "github.head_ref": "",
    "github.base_ref": "",
}


@pytest.mark.parametrize(
    ("happens", "facts"),
    [
        (
            lambda: events.pushed_tag("v1", REPOSITORY),
            TAG
            | {
                "github.event_name": "push",
                "github.event.ref": "refs/tags/v1",
                "github.event.created": True,
                "github.event.deleted": False,
                "github.event.forced": False,
                "github.event.release.tag_name": None,
            },
        ),
        (
            lambda: events.created_tag("v1", REPOSITORY),
            TAG
            | {
                "github.event_name": "create",
                "github.event.ref": "v1",
                "github.event.ref_type": "tag",
            },
        ),
        (
            lambda: events.released("v1", REPOSITORY, prerelease=True),
            TAG
            | {
                "github.event_name": "release",
                "github.event.action": UNKNOWN,
                "github.event.release.tag_name": "v1",
                "github.event.release.prerelease": True,
                "github.event.release.draft": False,
                "github.event.release.body": UNKNOWN,
                "github.event.issue.number": None,
            },
        ),
        (
            lambda: events.followed("v1", REPOSITORY, "main"),
            BRANCH
            | {
                "github.event_name": "workflow_run",
                "github.event.action": UNKNOWN,
                "github.event.workflow_run.head_branch": "v1",
                "github.event.workflow_run.event": "push",
                "github.event.workflow_run.conclusion": "success",
                "github.event.workflow_run.status": "completed",
                "github.event.workflow_run.id": UNKNOWN,
            },
        ),
        (
            lambda: events.scheduled(REPOSITORY, "main"),
            BRANCH | {"github.event_name": "schedule", "github.event.schedule": UNKNOWN},
        ),
        (
            lambda: events.by_hand(REPOSITORY),
            {
                "github.event_name": "workflow_dispatch",
                "github.event.inputs": UNKNOWN,
                "github.event.inputs.x": UNKNOWN,
                "github.head_ref": "",
                "github.ref": UNKNOWN,
                "github.ref_name": UNKNOWN,
            },
        ),
        (
            lambda: events.pushed_branch("main", REPOSITORY),
            BRANCH
            | {
                "github.event_name": "push",
                "github.event.ref": "refs/heads/main",
                "github.event.deleted": False,
                "github.event.created": UNKNOWN,
            },
        ),
    ],
)
def test_an_event_fixes_what_it_says(happens, facts):
    event = happens()
    whose = {
        "github.repository": REPOSITORY,
        "github.repository_owner": "octo-org",
        "github.event.repository.full_name": REPOSITORY,
        "github.event.repository.fork": False,
        "github.event": UNKNOWN,
        "github.sha": UNKNOWN,
        "github.event.sender.login": UNKNOWN,
    }
    assert {name: event.lookup(name) for name in facts | whose} == facts | whose


def test_the_payload_of_another_event_is_null():
    event = events.pushed_tag("v1", REPOSITORY)
    for name in ("pull_request", "pull_request.merged", "inputs.x", "schedule", "number"):
        assert event.lookup(f"github.event.{name}") is None
    assert event.lookup("github.event.pusher.name") is UNKNOWN


@pytest.mark.parametrize(
    "name",
    ["github.repository", "github.repository_owner", "github.event.repository.full_name"],
)
def test_a_repository_that_is_not_known_may_be_any(name):
    assert events.pushed_tag("v1", None).lookup(name) is ANY
