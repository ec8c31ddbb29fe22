"""Branches, refs, tag objects, commits, and how two of them compare."""

from __future__ import annotations

from fnmatch import fnmatchcase

from tests.servers.github import bodies
from tests.servers.github.routing import Refusal, absent, page, route
from tests.servers.github.validate import Answer

NO_RULE = "Repository rule violations found\n\nCannot create ref due to creations being restricted."


@route("GET", "/git/ref/{ref}", "contents: read")
def get(hub, repo, *_, ref):
    name = f"refs/{ref}"
    found = repo.git.refs(name).get(name)
    if found is None:
        raise absent()
    return Answer(200, bodies.ref(hub, repo, name, *found))


@route("GET", "/git/matching-refs/{ref}", "contents: read")
def matching(hub, repo, call, _, ref):
    found = repo.git.refs(f"refs/{ref}").items()
    return page(hub, call, [bodies.ref(hub, repo, name, *one) for name, one in found])


@route("POST", "/git/refs", "contents: write")
def create(hub, repo, call, _):
    order = call.json
    ref, sha = order["ref"], order["sha"]
    if not ref.startswith("refs/") or ref.count("/") < 2 or not repo.git.legal(ref):
        raise Refusal(422, f"{ref} is not a valid ref name.")
    kind = repo.git.kind(sha)
    if kind is None:
        raise Refusal(422, "Object does not exist")
    if any(fnmatchcase(ref, f"refs/{pattern}") for pattern in repo.forbidden):
        raise Refusal(422, NO_RULE)
    if not repo.git.create(ref, sha):
        raise Refusal(422, "Reference already exists")
    return Answer(201, bodies.ref(hub, repo, ref, kind, sha))


@route("PATCH", "/git/refs/{ref}", "contents: write")
def update(hub, repo, call, _, ref):
    name, order = f"refs/{ref}", call.json
    found = repo.git.refs(name).get(name)
    if found is None:
        raise Refusal(422, "Reference does not exist")
    kind = repo.git.kind(order["sha"])
    if kind is None:
        raise Refusal(422, "Object does not exist")
    if not order.get("force") and repo.git.merge_base(found[1], order["sha"]) != found[1]:
        raise Refusal(422, "Update is not a fast forward")
    repo.git.update(name, order["sha"])
    return Answer(200, bodies.ref(hub, repo, name, kind, order["sha"]))


@route("DELETE", "/git/refs/{ref}", "contents: write")
def delete(_, repo, *__, ref):
    name = f"refs/{ref}"
    if name not in repo.git.refs(name):
        raise Refusal(422, "Reference does not exist")
    repo.git.delete(name)
    return Answer(204)


@route("POST", "/git/tags", "contents: write")
def create_tag(hub, repo, call, _):
    order = call.json
    if repo.git.kind(order["object"]) != order["type"]:
        raise Refusal(422, "Object does not exist")
    sha = repo.git.tag(order["tag"], order["object"], order["message"])
    return Answer(201, _tag(hub, repo, sha))


@route("GET", "/git/tags/{sha}", "contents: read")
def tag(hub, repo, *_, sha):
    if repo.git.kind(sha) != "tag":
        raise absent()
    return Answer(200, _tag(hub, repo, sha))


@route("POST", "/git/commits", "contents: write")
def create_commit(hub, repo, call, _):
    order = call.json
    if repo.git.kind(order["tree"]) != "tree":
        raise Refusal(422, "Tree SHA does not exist")
    if any(repo.git.kind(one) != "commit" for one in order.get("parents", [])):
        raise Refusal(422, "Parent SHA does not exist or is not a commit object")
    made = repo.git.commit(order["message"], parents=order.get("parents", []), tree=order["tree"])
    return Answer(201, bodies.git_commit(hub, repo, made))


@route("GET", "/git/commits/{sha}", "contents: read")
def git_commit(hub, repo, *_, sha):
    if repo.git.kind(sha) != "commit":
        raise absent()
    return Answer(200, bodies.git_commit(hub, repo, sha))


@route("GET", "/commits/{ref}", "contents: read")
def commit(hub, repo, *_, ref):
    found = repo.git.resolve(ref)
    if found is None:
        raise Refusal(422, f"No commit found for SHA: {ref}")
    return Answer(200, bodies.commit(hub, repo, found))


@route("GET", "/compare/{basehead}", "contents: read")
def compare(hub, repo, *_, basehead):
    base, _, head = basehead.partition("...")
    ends = repo.git.resolve(base), repo.git.resolve(head)
    shared = None if None in ends else repo.git.merge_base(*ends)
    if shared is None:
        raise absent()
    behind, ahead = repo.git.count(ends[1], ends[0]), repo.git.count(*ends)
    word = ("diverged" if behind else "ahead") if ahead else "behind" if behind else "identical"
    body = bodies.example(hub, repo, "commit-comparison") | {
        "status": word,
        "ahead_by": ahead,
        "behind_by": behind,
        "total_commits": ahead,
        "base_commit": bodies.commit(hub, repo, ends[0]),
        "merge_base_commit": bodies.commit(hub, repo, shared),
        "commits": [],
        "files": [],
    }
    return Answer(200, body)


@route("GET", "/branches", "contents: read")
def branches(hub, repo, call, _):
    made = []
    for name, (_, sha) in repo.git.refs("refs/heads/").items():
        short = name.removeprefix("refs/heads/")
        body = bodies.example(hub, repo, "short-branch-with-protection-items")[0]
        body.pop("protection", None)
        body |= {"name": short, "protected": short in repo.protected}
        body["commit"] = {"sha": sha, "url": f"{hub.url}/repos/{repo.name}/commits/{sha}"}
        made.append(body)
    if "protected" in call.query:
        wanted = call.query["protected"] == "true"
        made = [one for one in made if one["protected"] is wanted]
    return page(hub, call, made)


@route("GET", "/branches/{branch}", "contents: read")
def branch(hub, repo, *_, branch):
    sha = repo.git.resolve(f"refs/heads/{branch}")
    if sha is None:
        raise Refusal(404, "Branch not found")
    names = repo.protected.get(branch)
    body = bodies.example(hub, repo, "branch-get")
    body["protection"] = {
        "enabled": names is not None,
        "required_status_checks": {
            "enforcement_level": "off" if names is None else "everyone",
            "contexts": list(names or ()),
            "checks": [{"context": name, "app_id": None} for name in names or ()],
        },
    }
    body |= {"name": branch, "protected": names is not None}
    body["commit"] = bodies.commit(hub, repo, sha)
    return Answer(200, body)


@route("GET", "/rules/branches/{branch}", "metadata: read")
def rules(hub, repo, call, _, branch):
    return page(hub, call, list(repo.rules.get(branch, ())))


def _tag(hub, repo, sha):
    kind, target, name, message = repo.git.show_tag(sha)
    return bodies.example(hub, repo, "git-tag") | {
        "tag": name,
        "sha": sha,
        "url": f"{hub.url}/repos/{repo.name}/git/tags/{sha}",
        "message": message,
        "object": bodies.target(hub, repo, kind, target),
    }
