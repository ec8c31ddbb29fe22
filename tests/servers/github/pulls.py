"""Pull requests, as far as they are opened and listed."""

from __future__ import annotations

from tests.servers.github import bodies
from tests.servers.github.routing import Refusal, page, route
from tests.servers.github.state import Pull
from tests.servers.github.validate import Answer


@route("GET", "/pulls", "pull-requests: read")
def listing(hub, repo, call, _):
    wanted = call.query
    owner = repo.name.partition("/")[0]
    found = [
        _pull(hub, repo, one, "pull-request-simple-items")
        for one in reversed(repo.pulls)
        if wanted.get("head", f"{owner}:{one.head}") == f"{owner}:{one.head}"
        and wanted.get("base", one.base) == one.base
    ]
    return page(hub, call, found)


@route("POST", "/pulls", "pull-requests: write")
def create(hub, repo, call, _):
    order = call.json
    head, base = order["head"], order["base"]
    ends = [repo.git.resolve(f"refs/heads/{name}") for name in (base, head)]
    if None in ends:
        field = "base" if ends[0] is None else "head"
        raise Refusal(
            422,
            "Validation Failed",
            [{"resource": "PullRequest", "field": field, "code": "invalid"}],
        )
    if any((one.head, one.base) == (head, base) for one in repo.pulls):
        owner = repo.name.partition("/")[0]
        raise _refused(f"A pull request already exists for {owner}:{head}.")
    if repo.git.count(*ends) == 0:
        raise _refused(f"No commits between {base} and {head}")
    made = Pull(len(repo.pulls) + 1, head, base, order["title"], order.get("body"))
    repo.pulls.append(made)
    return Answer(201, _pull(hub, repo, made, "pull-request"))


def _refused(message):
    error = {"resource": "PullRequest", "code": "custom", "message": message}
    return Refusal(422, "Validation Failed", [error])


def _pull(hub, repo, one, name):
    body = bodies.example(hub, repo, name)
    body = body[0] if isinstance(body, list) else body
    body |= {"number": one.number, "title": one.title, "body": one.body}
    body["html_url"] = f"https://github.com/{repo.name}/pull/{one.number}"
    for end, branch in (("head", one.head), ("base", one.base)):
        body[end] |= {"ref": branch, "sha": repo.git.resolve(f"refs/heads/{branch}") or "0" * 40}
        body[end]["repo"]["full_name"] = repo.name
    return body
