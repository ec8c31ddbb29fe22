"""What we ask GitHub, against a server that keeps to GitHub's description of its API."""

from __future__ import annotations

import logging
import socket
import time
import traceback
from contextlib import contextmanager

import pytest
from github.Consts import DEFAULT_BASE_URL

from release_tools.adapters.github import GitHub
from release_tools.adapters.github_connect import connect
from release_tools.adapters.remotes import repository_from
from release_tools.errors import RefusedError, UnreadableError, UsageError

TOKEN = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"
SHA = "6dcb09b5b57875f334f61aebed695e2e4193db5e"


@pytest.fixture
def github(fake_github):
    return GitHub(fake_github.repository, fake_github.url, TOKEN)


# Addresses of remotes


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/octo-org/app",
        "https://github.com/octo-org/app.git",
        "https://github.com/octo-org/app/",
        "https://x-access-token:secret@github.com/octo-org/app.git",
        "https://GitHub.com:443/octo-org/app.git",
        "git@github.com:octo-org/app.git",
        "github.com:octo-org/app",
        "git@github.com:/octo-org/app.git",
        "ssh://git@github.com/octo-org/app.git",
        "ssh://git@ssh.github.com:443/octo-org/app.git",
        "git://github.com/octo-org/app.git",
        "git+ssh://git@github.com/octo-org/app.git",
    ],
)
def test_every_spelling_of_a_github_remote_is_understood(url):
    assert repository_from(url) == "octo-org/app"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "origin",
        "/srv/git/octo-org/app.git",
        "../octo-org/app",
        "file:///github.com/octo-org/app",
        "C:\\github.com\\app",
        "https://gitlab.com/octo-org/app",
        "https://github.com.example.org/octo-org/app",
        "https://notgithub.com/octo-org/app",
        "https://github.com@example.org/octo-org/app",
        "https://github.com/octo-org",
        "https://github.com/octo-org/app/tree",
        "https://github.com/octo-org/..",
        "https://github.com/octo org/app",
        "https://[github.com/octo-org/app",
        "git@work:octo-org/app.git",
        "git@gitlab.com:github.com/app.git",
        "ext::sh -c octo-org/app",
        "https://github.com/octo-org/$(id)",
    ],
)
def test_what_is_no_github_remote_is_none_of_its_repositories(url):
    assert repository_from(url) is None


def test_an_enterprise_host_is_asked_for_by_name():
    url = "git@github.example.com:octo-org/app.git"
    assert repository_from(url) is None
    assert repository_from(url, host="github.example.com") == "octo-org/app"


# Pull requests


@pytest.fixture
def pull(example):
    def make(head="bump-1.2.3", base="main", repository="octo-org/app", name="pull-request"):
        made = example(name)
        made = made[0] if isinstance(made, list) else made
        made["head"]["ref"], made["base"]["ref"] = head, base
        made["head"]["repo"]["full_name"] = repository
        made["html_url"] = f"https://github.com/{repository}/pull/{head}-{base}"
        return made

    return make


def listed(pull, *args, **kwargs):
    return pull(*args, name="pull-request-simple-items", **kwargs)


def test_a_pull_request_is_opened_once(fake_github, github, pull, answer):
    opened = []

    def post(call):
        opened.append(call.json)
        return answer(201, pull())

    fake_github.on("GET", "pulls", lambda _: answer(200, [listed(pull)] if opened else []))
    fake_github.on("POST", "pulls", post)
    first = github.create_pull_request("bump-1.2.3", "main", "Release 1.2.3", "All of it.")
    again = github.create_pull_request("bump-1.2.3", "main", "Release 1.2.3", "All of it.")
    assert first == again == "https://github.com/octo-org/app/pull/bump-1.2.3-main"
    assert opened == [
        {"head": "bump-1.2.3", "base": "main", "title": "Release 1.2.3", "body": "All of it."}
    ]
    assert fake_github.asked("get", "/pulls")[0].query["head"] == "octo-org:bump-1.2.3"


def test_only_a_pull_request_of_this_repository_and_both_branches_counts(
    fake_github, github, pull, answer
):
    deleted_fork = listed(pull)
    deleted_fork["head"]["repo"] = None  # GitHub does this; its description does not know it
    others = [
        listed(pull, head="other"),
        listed(pull, base="release/1.2"),
        listed(pull, repository="someone/app"),
        deleted_fork,
    ]
    page = answer(200, others)
    page.real = False
    fake_github.on("GET", "pulls", lambda _: page)
    fake_github.on("POST", "pulls", lambda _: answer(201, pull(head="new")))
    found = github.create_pull_request("bump-1.2.3", "main", "t", "b")
    assert found == "https://github.com/octo-org/app/pull/new-main"


@pytest.mark.parametrize("outcome", ["hangs up", "500", "422"])
def test_a_pull_request_that_stands_after_a_failed_request_is_returned(
    fake_github, github, pull, answer, outcome
):
    stands = []

    def post(_):
        stands.append(True)
        if outcome == "hangs up":
            return None
        message = "A pull request already exists for octo-org:bump-1.2.3."
        return answer(
            int(outcome), {"message": "Validation Failed", "errors": [{"message": message}]}
        )

    fake_github.on("GET", "pulls", lambda _: answer(200, [listed(pull)] if stands else []))
    fake_github.on("POST", "pulls", post)
    found = github.create_pull_request("bump-1.2.3", "main", "t", "b")
    assert found.endswith("bump-1.2.3-main")
    assert len(stands) == 1


def test_what_github_declines_is_refused_with_its_reason(fake_github, github, answer):
    body = {"message": "Validation Failed", "errors": [{"message": "No commits between a and b"}]}
    fake_github.on("GET", "pulls", [])
    fake_github.on("POST", "pulls", lambda _: answer(422, body))
    with pytest.raises(RefusedError, match="No commits between a and b") as caught:
        github.create_pull_request("b", "a", "t", "b")
    assert caught.value.exit_code == 1


# Required checks


@pytest.fixture
def branch(fake_github, example, answer):
    def serve(name="main", *, protection=None, rules=None, protected=True):
        made = example("branch-get")
        made["name"], made["protected"] = name, protected
        if protection is not None:
            made["protection"]["required_status_checks"] = protection
        encoded = name.replace("/", "%2F")
        fake_github.on("GET", f"branches/{encoded}", lambda _: answer(200, made))
        if rules is not None:
            fake_github.on("GET", f"rules/branches/{encoded}", rules)

    return serve


def rule(*contexts):
    return {
        "type": "required_status_checks",
        "ruleset_source_type": "Repository",
        "ruleset_source": "octo-org/app",
        "ruleset_id": 42,
        "parameters": {
            "required_status_checks": [{"context": name} for name in contexts],
            "strict_required_status_checks_policy": True,
        },
    }


def test_required_checks_come_from_protection_and_rulesets(branch, github, example):
    protection = {
        "enforcement_level": "everyone",
        "contexts": ["ci"],
        "checks": [{"context": "ci", "app_id": 1}, {"context": "lint", "app_id": None}],
    }
    branch(protection=protection, rules=[*example("repository-rule-items"), rule("docs", "ci")])
    assert github.required_checks("main") == ("ci", "docs", "lint")


def test_a_branch_with_a_slash_is_one_branch(branch, github):
    branch("release/1.2", protected=False, rules=[rule("ci")])
    assert github.required_checks("release/1.2") == ("ci",)


@pytest.mark.parametrize("protected", [True, False])
def test_an_open_branch_requires_nothing(branch, github, protected):
    protection = {"enforcement_level": "off", "contexts": ["old"], "checks": []}
    branch(protection=protection, rules=[], protected=protected)
    assert github.required_checks("main") == ()


def test_a_protection_that_we_may_not_see_is_not_none_required(
    fake_github, branch, github, example, answer
):
    made = example("branch-get")
    made["protected"], made["protection"] = True, {"enabled": True}
    branch(rules=[rule("ci")])
    fake_github.on("GET", "branches/main", lambda _: answer(200, made))
    assert github.required_checks("main") is None


@pytest.mark.parametrize("status", [403, 404])
def test_rules_that_we_may_not_see_are_not_none_required(
    fake_github, branch, github, answer, status
):
    branch(protected=False)
    hidden = answer(status, {"message": "Upgrade to GitHub Pro"})
    fake_github.on("GET", "rules/branches/main", lambda _: hidden)
    assert github.required_checks("main") is None


def test_an_unknown_branch_is_an_error_and_not_none_required(github):
    with pytest.raises(UnreadableError, match="cannot read branch 'gone'") as caught:
        github.required_checks("gone")
    assert "'contents: read'" in caught.value.hint


# States


@pytest.fixture
def checks(fake_github, example, answer):
    """Serve check runs, given as (name, suite, id, status, conclusion), and commit statuses."""

    def serve(runs, statuses=(), size=100):
        template = example("check-run-paginated")["check_runs"][0]
        made = [
            {
                **template,
                "name": name,
                "id": number,
                "status": status,
                "conclusion": conclusion,
                "check_suite": {"id": suite} if suite else None,
            }
            for name, suite, number, status, conclusion in runs
        ]

        def page(call):
            at = int(call.query["page"])
            shown = made[(at - 1) * size : at * size]
            more = {"Link": '<http://192.0.2.1/>; rel="next"'} if at * size < len(made) else {}
            return answer(200, {"total_count": len(made), "check_runs": shown}, more)

        combined = example("combined-commit-status")
        one = combined["statuses"][0]
        combined["statuses"] = [{**one, "context": c, "state": s} for c, s in statuses]
        combined["total_count"] = len(statuses)
        fake_github.on("GET", f"commits/{SHA}/check-runs", page)
        fake_github.on("GET", f"commits/{SHA}/status", lambda _: answer(200, combined))

    return serve


def test_check_runs_and_statuses_are_reported_by_name(checks, github):
    checks(
        [
            ("build", 1, 10, "completed", "success"),
            ("test", 1, 11, "in_progress", None),
            ("lint", 1, 12, "completed", "failure"),
        ],
        [("ci/other", "pending")],
    )
    assert github.check_states(SHA) == {
        "build": "success",
        "test": "in_progress",
        "lint": "failure",
        "ci/other": "pending",
    }


def test_the_latest_attempt_counts_in_any_order(checks, github):
    attempts = [
        ("build", 1, 10, "completed", "failure"),
        ("build", 1, 30, "completed", "success"),
        ("build", 1, 20, "completed", "cancelled"),
    ]
    for order in (attempts, attempts[::-1]):
        checks(order)
        assert github.check_states(SHA) == {"build": "success"}


@pytest.mark.parametrize(
    ("states", "worst"),
    [
        (["success", "failure", "skipped"], "failure"),
        (["success", "neutral", "queued"], "queued"),
        (["queued", "action_required"], "action_required"),
    ],
)
def test_one_name_in_several_workflows_has_the_worst_state(checks, github, states, worst):
    runs = [
        ("build", suite, 100 - suite, *(("queued", None) if s == "queued" else ("completed", s)))
        for suite, s in enumerate(states, 1)
    ]
    checks(runs)
    assert github.check_states(SHA) == {"build": worst}


def test_a_failed_status_is_not_hidden_by_a_check_run_of_its_name(checks, github):
    checks([("ci", 1, 1, "completed", "success")], [("ci", "error")])
    assert github.check_states(SHA) == {"ci": "error"}


def test_every_page_is_read_and_no_address_in_an_answer_is_followed(checks, github, fake_github):
    runs = [(f"job {n}", 1, n, "completed", "success") for n in range(250)]
    checks([*runs, ("last", 1, 999, "completed", "failure")])
    states = github.check_states(SHA)
    assert len(states) == 251
    assert states["last"] == "failure"
    pages = [call.query["page"] for call in fake_github.asked("get", "/check-runs")]
    assert pages == ["1", "2", "3"]


def test_a_commit_without_checks_has_no_states(checks, github):
    checks([])
    assert github.check_states(SHA) == {}


def test_an_endless_list_is_given_up(fake_github, github, answer):
    more = {"Link": '<x>; rel="next"'}
    none = {"total_count": 0, "check_runs": []}
    fake_github.on("GET", f"commits/{SHA}/check-runs", lambda _: answer(200, none, more))
    with pytest.raises(UnreadableError, match="more than 50 pages"):
        github.check_states(SHA)


# What goes wrong


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_names_the_permission_that_is_missing(fake_github, github, answer, status):
    refusal = answer(status, {"message": "Resource not accessible\x1b[31m by integration"})
    fake_github.on("GET", f"commits/{SHA}/check-runs", lambda _: refusal)
    with pytest.raises(UnreadableError, match=f"GitHub answers {status}") as caught:
        github.check_states(SHA)
    assert caught.value.exit_code == 3
    assert "'checks: read' on octo-org/app" in caught.value.hint
    assert str(caught.value).isprintable()


def test_without_a_token_the_hint_says_where_to_put_one(fake_github):
    with pytest.raises(UnreadableError) as caught:
        GitHub(fake_github.repository, fake_github.url).check_states(SHA)
    assert "GITHUB_TOKEN" in caught.value.hint
    assert "Authorization" not in fake_github.calls[0].headers


@pytest.mark.parametrize(
    ("status", "headers", "hint"),
    [
        (403, {"Retry-After": "60"}, "wait 60 seconds"),
        (429, {"Retry-After": "3600"}, "wait 3600 seconds"),
        (
            403,
            {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1767225600"},
            "until 00:00:00 UTC",
        ),
        (429, {}, "some minutes"),
    ],
)
def test_a_rate_limit_is_no_missing_permission_and_is_not_slept_through(
    fake_github, branch, github, answer, status, headers, hint
):
    branch(protected=False)
    limit = answer(status, {"message": "API rate limit exceeded"}, headers)
    fake_github.on("GET", "rules/branches/main", lambda _: limit)
    started = time.monotonic()
    with pytest.raises(UnreadableError, match="rate limit") as caught:
        github.required_checks("main")
    assert time.monotonic() - started < 5
    assert hint in caught.value.hint
    assert len(fake_github.asked("get", "/rules/branches/main")) == 1


def test_a_stumble_is_forgiven(fake_github, checks, github, answer):
    checks([("build", 1, 1, "completed", "success")])
    path = f"/repos/octo-org/app/commits/{SHA}/check-runs"
    real, stumbles = fake_github.answers["GET", path], [502]
    fake_github.answers["GET", path] = lambda call: (
        answer(stumbles.pop(), {}) if stumbles else real(call)
    )
    assert github.check_states(SHA) == {"build": "success"}


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (200, b"<html>Sign in</html>", {}),
        (200, b'{"total_count": 1, "check_runs": [', {}),
        (200, b"[]", {}),
        (200, b"", {}),
        (200, b"null", {}),
        (200, b'{"check_runs": null}', {}),
        (200, b'{"check_runs": ["x"]}', {}),
        (200, b'{"check_runs": [{"id": 1, "name": "x", "status": "completed"}]}', {}),
        (200, b"\xff\xfe{}", {}),
        (200, b'{"check_runs": []}', {"Content-Length": "1000"}),
        (204, b"", {}),
        (302, b'{"message": "Found"}', {"Location": "http://192.0.2.1/"}),
        (301, b"{}", {"Location": "http://192.0.2.1/elsewhere"}),
        (301, b"{}", {"Location": "https://127.0.0.1/elsewhere"}),
        (500, b"[1, 2]", {}),
        (500, b"", {}),
        (503, b'{"message": ["x"]}', {}),
        (200, b"{}", {"X-RateLimit-Remaining": "x", "X-RateLimit-Limit": "1e999"}),
    ],
)
def test_an_answer_that_is_not_githubs_is_unknown(
    fake_github, github, answer, status, body, headers
):
    odd = answer(status, body, {**headers, "Connection": "close"}, raw=True)
    fake_github.on("GET", f"commits/{SHA}/check-runs", lambda _: odd)
    with pytest.raises(UnreadableError, match="cannot read the checks of"):
        github.check_states(SHA)


@contextmanager
def silent_server():
    """Take connections and never say a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_server_that_is_not_there_is_unknown():
    with silent_server() as url:
        pass
    with pytest.raises(UnreadableError, match=f"{url} refuses connections$") as caught:
        GitHub("octo-org/app", url, TOKEN).check_states(SHA)
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("proxy", [False, True])
def test_a_name_that_nobody_knows_is_told_in_the_words_of_a_registry(monkeypatch, proxy):
    if proxy:
        monkeypatch.setenv("https_proxy", "http://nobody.invalid:8080")
    place, url = (
        ("the proxy", "https://api.github.com")
        if proxy
        else ("nobody.invalid", "https://nobody.invalid")
    )
    with pytest.raises(UnreadableError, match=f"the name of {place} cannot be looked up") as caught:
        GitHub("octo-org/app", url, TOKEN).check_states(SHA)
    assert "Error" not in caught.value.message
    assert caught.value.hint == "check the address, and the connection to the network"


def test_a_silent_server_is_given_up():
    with silent_server() as url:
        github = GitHub("octo-org/app", url, TOKEN)
        github._api.timeout = 0.2
        with pytest.raises(UnreadableError, match=f"{url} does not answer in time$"):
            github.create_pull_request("h", "b", "t", "b")


def test_the_token_reaches_github_and_nothing_else(fake_github, github, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(UnreadableError) as caught:
        github.check_states(SHA)
    assert fake_github.calls[0].headers["Authorization"] == f"token {TOKEN}"
    told = [caplog.text, repr(github), *traceback.format_exception(caught.value)]
    assert TOKEN not in "".join(told)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "repository", ["", "app", "a/b/c", "../x", "a/..", "a b/c", "a/$(id)", "a/b\n"]
)
def test_what_is_no_repository_is_refused(repository):
    with pytest.raises(UsageError, match="no repository"):
        GitHub(repository)


@pytest.mark.parametrize("url", ["http://github.example.com/api/v3", "ftp://x", "github.com"])
def test_no_other_host_is_asked_without_tls(url):
    with pytest.raises(UsageError, match="no address"):
        GitHub("octo-org/app", url)


@pytest.mark.parametrize(
    ("environ", "token"),
    [
        ({}, None),
        ({"GITHUB_TOKEN": "a"}, "a"),
        ({"GITHUB_TOKEN": "a", "GH_TOKEN": "b"}, "b"),
        ({"GITHUB_TOKEN": "a", "GH_TOKEN": ""}, "a"),
    ],
)
def test_the_token_is_found_where_gh_finds_it(fake_github, checks, environ, token):
    checks([])
    there = {**environ, "GITHUB_API_URL": fake_github.url}
    GitHub.over(connect("octo-org/app", there)).check_states(SHA)
    expected = None if token is None else f"token {token}"
    assert fake_github.calls[0].headers.get("Authorization") == expected


def test_without_an_address_it_is_githubs_own():
    assert connect("octo-org/app", {"GITHUB_API_URL": ""})._url == DEFAULT_BASE_URL
