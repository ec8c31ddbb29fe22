"""Check runs, check suites and commit statuses of a commit."""

from __future__ import annotations

from tests.servers.github import bodies
from tests.servers.github.routing import Refusal, page, route


@route("GET", "/commits/{ref}/check-runs", "checks: read")
def check_runs(hub, repo, call, _, ref):
    sha = _commit(repo, ref)
    latest = {}
    for one in repo.checks:
        if one.sha == sha and call.query.get("check_name", one.name) == one.name:
            key = one.id if call.query.get("filter") == "all" else (one.suite, one.name)
            latest[key] = one
    found = [_check(hub, repo, one) for one in reversed(latest.values())]
    return page(hub, call, found, lambda shown, n: {"total_count": n, "check_runs": shown})


@route("GET", "/commits/{ref}/check-suites", "checks: read")
def check_suites(hub, repo, call, _, ref):
    sha = _commit(repo, ref)
    body = bodies.example(hub, repo, "check-suite-paginated")["check_suites"][0]
    found = [
        body
        | {
            "id": one.suite,
            "head_branch": one.branch,
            "head_sha": sha,
            "status": one.status,
            "conclusion": one.conclusion,
            "created_at": one.created,
        }
        for one in repo.runs
        if one.sha == sha
    ]
    return page(hub, call, found, lambda shown, n: {"total_count": n, "check_suites": shown})


@route("GET", "/commits/{ref}/status", "statuses: read")
def status(hub, repo, call, _, ref):
    sha = _commit(repo, ref)
    latest = {context: state for one, context, state in repo.statuses if one == sha}
    combined = bodies.example(hub, repo, "combined-commit-status")
    body = combined["statuses"][0]
    found = [body | {"context": name, "state": state} for name, state in latest.items()]
    bad = {"failure", "error"} & set(latest.values())
    pending = "pending" in latest.values() or not latest
    word = "failure" if bad else "pending" if pending else "success"
    return page(
        hub,
        call,
        found,
        lambda shown, n: (
            combined | {"state": word, "statuses": shown, "total_count": n, "sha": sha}
        ),
    )


def _commit(repo, ref):
    found = repo.git.resolve(ref)
    if found is None:
        raise Refusal(422, f"No commit found for SHA: {ref}")
    return found


def _check(hub, repo, one):
    body = bodies.example(hub, repo, "check-run-paginated")["check_runs"][0]
    return body | {
        "id": one.id,
        "head_sha": one.sha,
        "name": one.name,
        "status": one.status,
        "conclusion": one.conclusion,
        "completed_at": body["completed_at"] if one.conclusion else None,
        "check_suite": None if one.suite is None else {"id": one.suite},
    }
