"""Bodies of answers: GitHub's own examples, with what the fake knows put in."""

from __future__ import annotations

import hashlib
import json
from functools import cache

from tests.servers.github.validate import UPLOADING, description

_REPOSITORIES = ("octocat/Hello-World", "octo-org/octo-repo", "github/hello-world")


@cache
def _text(name):
    return json.dumps(description()["components"]["examples"][name]["value"])


def example(hub, repo, name):
    """Return an example as if it came from this hub and repository."""
    text = _text(name).replace("https://api.github.com", hub.url)
    for known in _REPOSITORIES:
        text = text.replace(known, repo.name)
    return json.loads(text)


def repository(hub, repo, token):
    body = example(hub, repo, "full-repository-default-response")
    for unknown in ("source", "parent", "template_repository"):
        body.pop(unknown, None)
    writes = token is not None and not token.installation and token.may("contents", "write")
    return body | {
        "full_name": repo.name,
        "name": repo.name.partition("/")[2],
        "default_branch": repo.default_branch,
        "private": repo.private,
        "language": None,
        "permissions": {"admin": False, "push": writes, "pull": token is not None},
    }


def asset(hub, repo, one):
    whole = one.starter == 0
    digest = "sha256:" + hashlib.sha256(one.content).hexdigest()
    return example(hub, repo, "release-asset") | {
        "id": one.id,
        "url": f"{hub.url}/repos/{repo.name}/releases/assets/{one.id}",
        "browser_download_url": f"{hub.url}/{repo.name}/releases/download/{one.id}/{one.name}",
        "name": one.name,
        "label": one.label,
        "state": "uploaded" if whole else "starter",
        "content_type": one.content_type,
        "size": len(one.content),
        "digest": digest if whole and hub.digests else None,
    }


def release(hub, repo, one):
    url = f"{hub.url}/repos/{repo.name}/releases/{one.id}"
    uploads = f"{hub.url}{UPLOADING}/repos/{repo.name}/releases/{one.id}/assets"
    shown = f"untagged-{one.id}" if one.draft else one.tag
    return example(hub, repo, "release") | {
        "id": one.id,
        "url": url,
        "assets_url": f"{url}/assets",
        "upload_url": uploads + "{?name,label}",
        "html_url": f"{hub.url}/{repo.name}/releases/tag/{shown}",
        "tag_name": one.tag,
        "target_commitish": one.target,
        "name": one.name,
        "body": one.body,
        "draft": one.draft,
        "prerelease": one.prerelease,
        "immutable": one.immutable,
        "created_at": one.created,
        "published_at": one.published,
        "assets": [asset(hub, repo, each) for each in one.assets],
    }


def ref(hub, repo, name, kind, sha):
    return {
        "ref": name,
        "node_id": f"REF_{sha[:12]}",
        "url": f"{hub.url}/repos/{repo.name}/git/{name}",
        "object": target(hub, repo, kind, sha),
    }


def target(hub, repo, kind, sha):
    return {"type": kind, "sha": sha, "url": f"{hub.url}/repos/{repo.name}/git/{kind}s/{sha}"}


def git_commit(hub, repo, sha):
    tree, parents, message = repo.git.show(sha)
    url = f"{hub.url}/repos/{repo.name}/git"
    return example(hub, repo, "git-commit") | {
        "sha": sha,
        "url": f"{url}/commits/{sha}",
        "message": message,
        "tree": {"sha": tree, "url": f"{url}/trees/{tree}"},
        "parents": [
            {"sha": one, "url": f"{url}/commits/{one}", "html_url": f"{url}/{one}"}
            for one in parents
        ],
    }


def commit(hub, repo, sha):
    tree, parents, message = repo.git.show(sha)
    body = example(hub, repo, "commit")
    body["commit"] |= {"message": message, "tree": target(hub, repo, "tree", tree)}
    body["commit"]["tree"].pop("type")
    url = f"{hub.url}/repos/{repo.name}/commits"
    return body | {
        "sha": sha,
        "url": f"{url}/{sha}",
        "parents": [{"sha": one, "url": f"{url}/{one}"} for one in parents],
        "files": [],
    }
