"""GitHub Packages: the versions of container packages, untagged children of indexes included."""

from __future__ import annotations

from tests.servers.github.routing import HIDDEN, Refusal, absent, page, route
from tests.servers.github.validate import Answer

_ORG, _USER = "/orgs/{owner_}", "/users/{owner_}"
_PATH = "/packages/{kind}/{name}/versions"


def versions(hub, call, token, needs, owner_, kind, name):
    found = _package(hub, call, token, needs, owner_, kind, name)
    url = f"{hub.url}{call.path}"
    body = [
        {
            "id": one.id,
            "name": one.digest,
            "url": f"{url}/{one.id}",
            "package_html_url": f"{hub.url}/{owner_}/packages",
            "created_at": one.created,
            "updated_at": one.created,
            "metadata": {"package_type": "container", "container": {"tags": list(one.tags)}},
        }
        for one in reversed(found)
    ]
    return page(hub, call, body)


def delete(hub, call, token, needs, owner_, kind, name, version_id):
    found = _package(hub, call, token, needs, owner_, kind, name)
    for one in found:
        if str(one.id) == version_id:
            if len(found) == 1:
                raise Refusal(400, "You cannot delete the last tagged version of a package.")
            found.remove(one)
            return Answer(204)
    raise absent()


for prefix in (_ORG, _USER):
    route("GET", prefix + _PATH, "packages: read")(versions)
    route("DELETE", prefix + _PATH + "/{version_id}", "packages: write")(delete)


def _package(hub, call, token, needs, owner, kind, name):
    """Return the versions of a package; a private and a missing one look alike."""
    is_org = call.path.startswith("/orgs/")
    if is_org is not (owner in hub.organizations) or kind != "container":
        raise absent()
    scope, level = needs.split(": ")
    if token is None:
        raise Refusal(401, "Requires authentication")
    if not token.may(scope, level):
        raise Refusal(403, HIDDEN)
    found = hub.packages.get(f"{owner}/{name}")
    if found is None:
        raise Refusal(404, "Package not found.")
    return found
