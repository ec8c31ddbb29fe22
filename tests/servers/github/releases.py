"""Releases and their assets, stricter than kind."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from tests.servers.github import bodies
from tests.servers.github.routing import HIDDEN, Refusal, absent, invalid, page, route
from tests.servers.github.state import Asset, Release, clock
from tests.servers.github.validate import Answer

LONGEST = 125_000


@route("GET", "", "metadata: read")
def repository(hub, repo, _, token):
    return Answer(200, bodies.repository(hub, repo, token))


@route("GET", "/releases", "contents: read")
def listing(hub, repo, call, token):
    shown = []
    for one in reversed(repo.releases):
        if one.draft and not _writes(token):
            continue
        if one.lists > 0:
            one.lists -= 1
            continue
        shown.append(one)
    return page(hub, call, [_seen(hub, repo, one) for one in shown])


@route("POST", "/releases", "contents: write")
def create(hub, repo, call, token):
    order = call.json
    tag = order["tag_name"]
    if not repo.git.legal(f"refs/tags/{tag}"):
        raise invalid("Release", "tag_name", "custom", "tag_name is not a valid tag")
    made = Release(tag, draft=order.get("draft", False), created=clock())
    made.lists, made.looks = hub.lag, hub.tag_lag
    _change(repo, made, order, token)
    repo.releases.append(made)
    return Answer(201, bodies.release(hub, repo, made))


@route("GET", "/releases/latest", "contents: read")
def latest(hub, repo, *_):
    found = _latest(repo)
    if found is None:
        raise absent()
    return Answer(200, _seen(hub, repo, found))


@route("GET", "/releases/tags/{tag}", "contents: read")
def by_tag(hub, repo, *_, tag):
    for one in repo.published:
        if one.tag == tag:
            if one.looks > 0:
                one.looks -= 1
                break
            return Answer(200, _seen(hub, repo, one))
    raise absent()


@route("POST", "/releases/generate-notes", "contents: write")
def notes(_, repo, call, __):
    order = call.json
    since = order.get("previous_tag_name")
    change = f"{since}...{order['tag_name']}" if since else f"commits/{order['tag_name']}"
    body = f"## What's Changed\n* A change by @octocat\n\n**Full Changelog**: {repo.name}/{change}"
    return Answer(200, {"name": order["tag_name"], "body": body})


@route("GET", "/releases/{release_id}", "contents: read")
def get(hub, repo, _, token, release_id):
    return Answer(200, _seen(hub, repo, _release(repo, token, release_id)))


@route("PATCH", "/releases/{release_id}", "contents: write")
def patch(hub, repo, call, token, release_id):
    one = _release(repo, token, release_id)
    if one.immutable:
        raise invalid("Release", "id", "custom", "Cannot change an immutable release")
    order = call.json
    tag = order.get("tag_name", one.tag)
    publishes = one.draft and not order.get("draft", True)
    before, one.tag, one.draft = (one.tag, one.draft), tag, order.get("draft", one.draft)
    try:
        _change(repo, one, order, token, new=publishes)
    except Refusal:
        one.tag, one.draft = before
        raise
    return Answer(200, bodies.release(hub, repo, one))


@route("DELETE", "/releases/{release_id}", "contents: write")
def delete(_, repo, __, token, release_id):
    repo.releases.remove(_release(repo, token, release_id))
    return Answer(204)


@route("GET", "/releases/{release_id}/assets", "contents: read")
def assets(hub, repo, call, token, release_id):
    found = _release(repo, token, release_id)
    return page(hub, call, [_asset(hub, repo, one) for one in found.assets])


@route("POST", "/releases/{release_id}/assets", "contents: write")
def upload(hub, repo, call, token, release_id):
    if not call.uploads:
        raise absent()
    found = _release(repo, token, release_id)
    if found.immutable:
        raise invalid("ReleaseAsset", "release", "custom", "Cannot upload to immutable release")
    name = re.sub(r"[^\w.+-]+", ".", call.query["name"])
    if any(one.name == name for one in found.assets):
        raise invalid("ReleaseAsset", "name", "already_exists")
    if not call.body:
        raise Refusal(400, "Bad Content-Length")
    made = Asset(name, call.body, call.content_type, call.query.get("label"), hub.starter)
    found.assets.append(made)
    return Answer(201, bodies.asset(hub, repo, made))


@route("GET", "/releases/assets/{asset_id}", "contents: read")
def asset(hub, repo, call, token, asset_id):
    _, one = _find(repo, token, asset_id)
    if "application/octet-stream" not in call.headers.get("Accept", ""):
        return Answer(200, _asset(hub, repo, one))
    if one.starter:
        raise absent()
    if hub.redirects:
        storage = hub.url.replace("127.0.0.1", "localhost")
        return Answer(302, b"", {"Location": f"{storage}/storage/{one.id}"}, raw=True)
    return Answer(200, one.content, {"Content-Type": one.content_type}, raw=True)


@route("GET", "/storage/{asset_id}", "metadata: read")
def storage(hub, call, *_, asset_id):
    """Stand in for the storage that GitHub sends downloads to: it must never see a token."""
    if "Authorization" in call.headers:
        hub.wrong.append(f"a token went to the storage: {call}")
    everything = (one for repo in hub.repositories.values() for one in repo.releases)
    found = [each for one in everything for each in one.assets if str(each.id) == asset_id]
    return Answer(200, found[0].content, raw=True)


@route("DELETE", "/releases/assets/{asset_id}", "contents: write")
def delete_asset(_, repo, __, token, asset_id):
    found, one = _find(repo, token, asset_id)
    if found.immutable:
        raise invalid("ReleaseAsset", "release", "custom", "Cannot delete from immutable release")
    found.assets.remove(one)
    return Answer(204)


def spoil(hub, call):
    """Leave the asset that was just uploaded a starter for ever."""
    for repo in hub.repositories.values():
        for one in repo.releases:
            for each in one.assets:
                if each.content == call.body and each.name == call.query.get("name"):
                    each.starter = -1


def _change(repo, one, order, token, *, new=True):
    """Put what was ordered into a release; publish it where ``new`` and no draft."""
    if "target_commitish" in order and token.installation:
        raise Refusal(403, HIDDEN)
    if len(order.get("body") or "") > LONGEST:
        message = f"body is too long (maximum is {LONGEST} characters)"
        raise invalid("Release", "body", "custom", message)
    prerelease = order.get("prerelease", one.prerelease)
    wish = order.get("make_latest")
    if wish == "true" and (prerelease or one.draft):
        message = "Drafts and prereleases cannot be latest"
        raise invalid("Release", "make_latest", "custom", message)
    if new and not one.draft:
        _publish(repo, one, order.get("target_commitish"))
        wish = wish or ("false" if prerelease else "true")
    one.prerelease = prerelease
    one.name = order.get("name", one.name)
    one.body = order.get("body", one.body)
    one.target = order.get("target_commitish", one.target)
    if wish == "true":
        repo.latest = one.id
    elif wish == "false" and repo.latest == one.id:
        repo.latest = None


def _publish(repo, one, target):
    taken = any(other is not one and other.tag == one.tag for other in repo.published)
    if taken or one.tag in repo.used:
        raise invalid("Release", "tag_name", "already_exists")
    ref = f"refs/tags/{one.tag}"
    if ref not in repo.git.refs(ref):  # a vanished tag is made anew, on the default branch
        if any(fnmatchcase(ref, f"refs/{pattern}") for pattern in repo.forbidden):
            raise Refusal(422, "Repository rule violations found")
        repo.git.create(ref, repo.git.resolve(target or repo.default_branch))
    one.published, one.immutable = clock(), repo.immutable
    if repo.immutable:
        repo.used.add(one.tag)


def _latest(repo):
    stable = [one for one in repo.published if not one.prerelease]
    chosen = [one for one in stable if one.id == repo.latest]
    return next(iter(chosen or sorted(stable, key=lambda one: one.created, reverse=True)), None)


def _writes(token):
    return token is not None and token.may("contents", "write")


def _release(repo, token, release_id):
    for one in repo.releases:
        if str(one.id) == release_id and (not one.draft or _writes(token)):
            return one
    raise absent()


def _find(repo, token, asset_id):
    for found in repo.releases:
        for one in found.assets:
            if str(one.id) == asset_id and (not found.draft or _writes(token)):
                return found, one
    raise absent()


def _seen(hub, repo, one):
    body = bodies.release(hub, repo, one)
    for each in one.assets:
        each.starter -= each.starter > 0
    return body


def _asset(hub, repo, one):
    body = bodies.asset(hub, repo, one)
    one.starter -= one.starter > 0
    return body
