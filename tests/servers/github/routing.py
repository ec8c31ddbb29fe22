"""From a request to the function that answers it, past the door where tokens are looked at."""

from __future__ import annotations

import re
from typing import Any

from tests.servers.github.validate import Answer

ROUTES: list[tuple[Any, ...]] = []
HIDDEN = "Resource not accessible by integration"
PAGE = 30


class Refusal(Exception):  # noqa: N818 - GitHub's word, no mistake of ours
    """GitHub says no."""

    def __init__(self, status, message, errors=None, headers=None):
        super().__init__(message)
        body = {"message": message, "documentation_url": "https://docs.github.com/rest"}
        if errors is not None:
            body["errors"] = errors
        self.answer = Answer(status, body, headers)


def invalid(resource, field, code, message=None):
    """Return GitHub's 422 about one field."""
    error = {"resource": resource, "code": code, "field": field}
    if message is not None:
        error["message"] = message
    return Refusal(422, "Validation Failed", [error])


def absent():
    return Refusal(404, "Not Found")


def route(method, path, needs):
    """Let a function answer ``method`` on ``/repos/OWNER/NAME`` + path, or on /path itself.

    ``needs`` is the permission, such as ``contents: read``.
    """
    full = (
        path
        if path.startswith(("/orgs/", "/users/", "/storage/"))
        else "/repos/{owner}/{repo}" + path
    )
    named = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(full))
    pattern = re.compile(named + r"\Z")

    def register(function):
        ROUTES.append((method, pattern, needs, function))
        return function

    return register


def admit(repo, token, needs):
    """Refuse as GitHub does what the token may not do: it hides what is private."""
    scope, level = needs.split(": ")
    if token is None:
        if repo.private:
            raise absent()
        if level == "write":
            raise Refusal(401, "Requires authentication")
        return
    if token.may(scope, level):
        return
    if repo.private and not any(token.may(one, "read") for one in token.permissions):
        raise absent()
    raise Refusal(403, HIDDEN)


def answer(hub, call, token):
    """Return the answer to a call: the effect happens here, under the hub's lock."""
    from urllib.parse import unquote

    for method, pattern, needs, function in ROUTES:
        found = pattern.match(call.path)
        if found is None or method != call.method.upper():
            continue
        named = {key: unquote(value) for key, value in found.groupdict().items()}
        if "owner" not in named:
            return function(hub, call, token, needs, **named)
        repo = hub.repositories.get(f"{named.pop('owner')}/{named.pop('repo')}".lower())
        if repo is None:
            raise absent()
        admit(repo, token, needs)
        return function(hub, repo, call, token, **named)
    raise absent()


def page(hub, call, items, wrap=lambda shown, _: shown):
    """Return one page of ``items``, with the links that lead to the others.

    ``wrap`` makes the body of the items shown and their whole number.
    """
    size = min(int(call.query.get("per_page", PAGE)), hub.page)
    number = int(call.query.get("page", "1"))
    shown = items[(number - 1) * size : number * size]
    headers = {}
    if number * size < len(items):
        headers["Link"] = f'<{hub.url}{call.path}?page={number + 1}>; rel="next"'
    return Answer(200, wrap(shown, len(items)), headers)
