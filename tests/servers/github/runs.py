"""Workflows and their runs."""

from __future__ import annotations

from tests.servers.github import bodies
from tests.servers.github.routing import absent, page, route
from tests.servers.github.validate import Answer


@route("GET", "/actions/runs", "actions: read")
def runs(hub, repo, call, _):
    return _page(hub, repo, call, repo.runs)


@route("GET", "/actions/runs/{run_id}", "actions: read")
def run(hub, repo, *_, run_id):
    for one in repo.runs:
        if str(one.id) == run_id:
            return Answer(200, _run(hub, repo, one))
    raise absent()


@route("GET", "/actions/workflows", "actions: read")
def workflows(hub, repo, call, _):
    body = bodies.example(hub, repo, "workflow-paginated")["workflows"][0]
    found = [
        body | {"id": number, "name": name, "path": f".github/workflows/{name}"}
        for number, name in enumerate(repo.workflows, 1)
    ]
    return page(hub, call, found, lambda shown, n: {"total_count": n, "workflows": shown})


@route("GET", "/actions/workflows/{workflow_id}/runs", "actions: read")
def workflow_runs(hub, repo, call, _, workflow_id):
    known = {str(number): name for number, name in enumerate(repo.workflows, 1)}
    name = known.get(workflow_id, workflow_id)
    if name not in repo.workflows:
        raise absent()
    return _page(hub, repo, call, [one for one in repo.runs if one.workflow == name])


def _page(hub, repo, call, found):
    wanted = call.query
    kept = [
        _run(hub, repo, one)
        for one in reversed(found)
        if wanted.get("head_sha", one.sha) == one.sha
        and wanted.get("branch", one.branch) == one.branch
        and wanted.get("event", one.event) == one.event
        and wanted.get("status", one.status) in {one.status, one.conclusion}
    ]
    return page(hub, call, kept, lambda shown, n: {"total_count": n, "workflow_runs": shown})


def _run(hub, repo, one):
    url = f"{hub.url}/repos/{repo.name}/actions/runs/{one.id}"
    return bodies.example(hub, repo, "workflow-run-paginated")["workflow_runs"][0] | {
        "id": one.id,
        "name": one.workflow.partition(".")[0],
        "path": f".github/workflows/{one.workflow}",
        "workflow_id": repo.workflows.index(one.workflow) + 1,
        "check_suite_id": one.suite,
        "head_branch": one.branch,
        "head_sha": one.sha,
        "event": one.event,
        "status": one.status,
        "conclusion": one.conclusion,
        "run_attempt": one.attempt,
        "created_at": one.created,
        "run_started_at": one.started,
        "url": url,
        "html_url": f"{hub.url}/{repo.name}/actions/runs/{one.id}",
    }
