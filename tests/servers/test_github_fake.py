"""The fake GitHub is strict: what the real one refuses or hides, it refuses and hides."""

from __future__ import annotations

import runpy
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.servers.github import LOST, FakeGitHub, bodies, used_up
from tests.servers.github.validate import description

SCRIPT = Path(__file__).parents[2] / "scripts" / "github-description"
TAG = "v0.3.0"


class Client:
    """Asks the hub with a token, or with none."""

    def __init__(self, hub, token):
        self.hub = hub
        self.headers = {"Authorization": f"token {token}"} if token else {}

    def __call__(self, method, path, order=None, **headers):
        url = f"{self.hub.url}/repos/{self.hub.repository.name}/{path}"
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, url, json=order, headers={**self.headers, **headers})


@pytest.fixture
def ask(hub):
    hub.repository.commit()
    return Client(hub, hub.token())


@pytest.fixture
def wrong():
    """A hub whose mistakes are looked at, and are no failure of the test."""
    hub = FakeGitHub()
    hub.repository.commit()
    yield hub
    hub.close()


def draft(ask, **more):
    return ask("POST", "releases", {"tag_name": TAG, "draft": True, **more}).json()["id"]


def publish(ask, number, **more):
    return ask("PATCH", f"releases/{number}", {"draft": False, **more})


# Held to the description


def test_the_description_is_what_the_script_cuts():
    cut = runpy.run_path(str(SCRIPT))["PATHS"]
    there = {path: " ".join(methods) for path, methods in description()["paths"].items()}
    assert there == cut


def test_a_request_that_github_would_not_take_is_noticed(wrong):
    Client(wrong, wrong.token())("POST", "releases", {"tag_name": TAG, "make_latest": True})
    assert "make_latest" in wrong.wrong[0]


def test_an_answer_that_github_would_not_give_is_noticed(wrong, monkeypatch):
    real = bodies.release
    monkeypatch.setattr(
        bodies, "release", lambda *given: {k: v for k, v in real(*given).items() if k != "id"}
    )
    Client(wrong, wrong.token())("POST", "releases", {"tag_name": TAG})
    assert "'id' is a required property" in wrong.wrong[0]


def test_an_address_that_github_does_not_have_is_noticed(wrong):
    Client(wrong, wrong.token())("GET", "releases/tag/v1/oops")
    assert wrong.wrong


# Tokens


@pytest.mark.parametrize(
    ("given", "private", "read", "write"),
    [
        (("contents: write",), False, 200, 201),
        (("contents: read",), False, 200, 403),
        (("contents: read",), True, 200, 403),
        (("checks: read",), False, 403, 403),
        (None, False, 200, 401),
        (None, True, 404, 404),
    ],
)
def test_a_token_may_do_what_its_permissions_say(hub, ask, given, private, read, write):
    assert ask
    hub.repository.private = private
    asked = Client(hub, hub.token(*given) if given else None)
    assert asked("GET", "releases").status_code == read
    assert asked("POST", "releases", {"tag_name": TAG, "draft": True}).status_code == write


def test_a_token_that_nobody_gave_is_none(hub):
    assert Client(hub, "ghp_made_up")("GET", "releases").status_code == 401


def test_the_token_of_a_workflow_names_no_commit(hub, ask):
    order = {"tag_name": TAG, "target_commitish": "main"}
    assert ask("POST", "releases", order).status_code == 403
    assert hub.repository.releases == []
    person = Client(hub, hub.token(installation=False))
    assert person("POST", "releases", order).status_code == 201


# Releases


def test_drafts_show_neither_by_tag_nor_to_readers(hub, ask):
    number = draft(ask)
    assert ask("GET", f"releases/tags/{TAG}").status_code == 404
    assert [one["id"] for one in ask("GET", "releases").json()] == [number]
    reader = Client(hub, hub.token("contents: read"))
    assert reader("GET", "releases").json() == []
    assert reader("GET", f"releases/{number}").status_code == 404


def test_of_many_drafts_of_a_tag_one_is_published(hub, ask):
    numbers = [draft(ask) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: publish(ask, number), numbers))
    assert sorted(one.status_code for one in answers) == [200] + [422] * 7
    losers = [one for one in answers if one.status_code == 422]
    assert all("already_exists" in one.text for one in losers)
    assert len(hub.repository.published) == 1


def test_a_vanished_tag_is_made_on_the_default_branch(hub, ask):
    number = draft(ask)
    head = hub.repository.commit()
    assert publish(ask, number).status_code == 200
    assert hub.repository.git.refs()[f"refs/tags/{TAG}"] == ("commit", head)


def test_what_is_immutable_stays_and_its_tag_is_used_up(hub, ask):
    hub.repository.immutable = True
    number = draft(ask)
    assert publish(ask, number).json()["immutable"] is True
    assert ask("PATCH", f"releases/{number}", {"body": "other"}).status_code == 422
    assert ask("DELETE", f"releases/{number}").status_code == 204
    assert publish(ask, draft(ask)).status_code == 422


def test_a_new_release_may_be_late_in_lists_and_by_tag(hub, ask):
    hub.lag, hub.tag_lag = 2, 1
    publish(ask, draft(ask))
    assert [len(ask("GET", "releases").json()) for _ in range(3)] == [0, 0, 1]
    assert [ask("GET", f"releases/tags/{TAG}").status_code for _ in range(2)] == [404, 200]


def test_latest_is_said_or_is_the_newest(hub, ask):
    hub.repository.release("v0.2.0")
    publish(ask, draft(ask), make_latest="false")
    hub.repository.release("v0.4.0-rc.1", prerelease=True)
    assert ask("GET", "releases/latest").json()["tag_name"] == TAG
    other = ask("POST", "releases", {"tag_name": "v0.2.1", "draft": True}).json()["id"]
    assert publish(ask, other, make_latest="true").status_code == 200
    assert ask("GET", "releases/latest").json()["tag_name"] == "v0.2.1"


# Faults


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_client_can_be_killed_at_any_request(hub, ask, when, made):
    getattr(hub, when)(2)
    assert ask("GET", "releases").status_code == 200
    with pytest.raises(requests.ConnectionError):
        draft(ask)
    with pytest.raises(requests.ConnectionError):
        ask("GET", "releases")
    hub.mend()
    assert len(ask("GET", "releases").json()) == made


def test_a_hook_may_do_anything(hub, ask):
    hub.before(1, lambda: hub.repository.release(TAG))
    assert [one["tag_name"] for one in ask("GET", "releases").json()] == [TAG]


def test_a_lost_answer_leaves_its_effect(hub, ask):
    hub.fail("POST", "/releases$", LOST)
    with pytest.raises(requests.ConnectionError):
        draft(ask)
    assert len(hub.repository.drafts) == 1


def test_requests_are_counted_but_for_what_did_not_change(hub, ask):
    hub.remaining = 1
    first = ask("GET", "releases")
    assert first.headers["X-RateLimit-Remaining"] == "0"
    again = {"If-None-Match": first.headers["ETag"]}
    assert ask("GET", "releases", **again).status_code == 304
    over = ask("GET", "branches")
    assert (over.status_code, "rate limit" in over.text) == (403, True)
    hub.repository.release(TAG)
    hub.remaining = 9
    assert ask("GET", "releases", **again).status_code == 200


def test_a_planned_limit_says_when_it_ends(hub, ask):
    hub.fail("GET", "/releases", used_up(60))
    limit = ask("GET", "releases")
    assert limit.headers["X-RateLimit-Remaining"] == "0"
    assert int(limit.headers["X-RateLimit-Reset"]) > 1_700_000_000
    assert ask("GET", "releases").status_code == 200
