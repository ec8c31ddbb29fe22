"""What GitHub, or whoever answers in its place, may say to the gate, short of the truth."""

from __future__ import annotations

import json

from tests.hostile.answers import DOCUMENTS, PWNED
from tests.hostile.case import HOST, Case
from tests.servers import fault

CONFIG = f"""\
repository = "octo-org/app"

[streams.main]
required-checks = ["ci"]

[[surfaces]]
kind = "file"
path = "VERSION"

[registries]
github = "http://{HOST}"
plain-http = ["{HOST}"]
private-hosts = ["{HOST}"]
"""
FILES = {"release-tools.toml": CONFIG, "VERSION": "1.0.0\n"}
GATE = ("gate", "--ref", "refs/tags/v1.0.0")
ENVIRON = {"GITHUB_TOKEN": "ghs_0000"}
BASE = "/repos/octo-org/app"
JSON = {"Content-Type": "application/json; charset=utf-8"}


def _check(**more):
    run = {"id": 1, "name": "ci", "status": "completed", "conclusion": "success", "head_sha": "x"}
    return {**run, "check_suite": {"id": 2}, "started_at": "2026-01-15T00:00:00Z", **more}


def _checks(*runs, **more):
    return {"total_count": len(runs), "check_runs": list(runs), **more}


HONEST = {
    "releases/tags/v1.0.0": (404, {"message": "Not Found"}),
    "releases": (200, []),
    "actions/runs": (200, {"total_count": 0, "workflow_runs": []}),
    "check-runs": (200, _checks(_check())),
    "status": (200, {"state": "success", "statuses": [], "total_count": 0}),
    "": (200, {"full_name": "octo-org/app", "permissions": {"push": True}}),
}


def _serve(instead):
    """Return what lets a server answer honestly, but for one question."""

    def answer(turn):
        path = turn.request.path.partition("?")[0].removeprefix(BASE).strip("/")
        if path.startswith("commits/"):
            path = path.rpartition("/")[2]
        found = instead.get(path) or HONEST.get(path) or (404, {"message": "Not Found"})
        if callable(found):
            return found(turn)
        status, body = found
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return fault.page(data, JSON, status)(turn)

    return lambda proxy: proxy.always(answer)


def _release(**more):
    release = {"id": 1, "tag_name": "v1.0.0", "draft": False, "prerelease": False, "name": "x"}
    return {
        **release,
        "body": "",
        "html_url": "https://example.com/r",
        "upload_url": "https://example.com/u",
        "url": "https://example.com/1",
        "assets": [],
        "created_at": "2026-01-15T00:00:00Z",
        "published_at": "2026-01-15T00:00:00Z",
        "target_commitish": "main",
        "immutable": False,
        **more,
    }


WRONG = {
    "releases": {
        "table": {},
        "of-texts": ["v1.0.0"],
        "id-text": [_release(id="1")],
        "tag-number": [_release(tag_name=1)],
        "draft-text": [_release(draft="no")],
        "null": None,
    },
    "releases/tags/v1.0.0": {
        "list": [],
        "id-text": _release(id="1"),
        "draft-text": _release(draft="no"),
    },
    "check-runs": {
        "list": [],
        "no-runs": {"total_count": 1},
        "runs-a-table": {"total_count": 1, "check_runs": {}},
        "more-than-listed": _checks(_check(), total_count=200),
        "name-number": _checks(_check(name=1)),
        "conclusion-number": _checks(_check(conclusion=1)),
        "unknown-status": _checks(_check(status="done")),
        "unknown-conclusion": _checks(_check(conclusion="fine")),
        "name-that-commands": _checks(_check(name=PWNED)),
        "conclusion-that-commands": _checks(_check(conclusion=PWNED)),
        "never-ran": _checks(),
        "failed-later": _checks(_check(), _check(id=2, conclusion="failure")),
    },
    "status": {
        "list": [],
        "statuses-a-table": {"statuses": {}, "total_count": 1},
        "context-number": {"statuses": [{"context": 1, "state": "success"}], "total_count": 1},
        "red": {"statuses": [{"context": "ci", "state": "failure"}], "total_count": 1},
        "unknown": {"statuses": [{"context": "ci", "state": PWNED}], "total_count": 1},
    },
    "actions/runs": {
        "list": [],
        "no-runs": {"total_count": 1},
        "runs-of-texts": {"total_count": 1, "workflow_runs": ["x"]},
        "id-text": {"total_count": 1, "workflow_runs": [{"id": "1"}]},
    },
}
CLOSED = {
    ("check-runs", "never-ran"),
    ("check-runs", "unknown-status"),
    ("check-runs", "failed-later"),
    ("check-runs", "unknown-conclusion"),
    ("check-runs", "conclusion-that-commands"),
    ("check-runs", "name-that-commands"),
    ("status", "red"),
    ("status", "unknown"),
}
"""Answers that are well-formed and say no."""


def _case(name, instead, id_="gate-unsure", code=3):
    return Case(name, GATE, id_, code, FILES, ENVIRON, serve=_serve(instead), git=True)


def _pages(turn):
    """Say that there is always one more page."""
    host = turn.request.headers["host"]
    link = f'<http://{host}{BASE}/releases?page=7>; rel="next"'
    return fault.page(b"[]", {**JSON, "Link": link})(turn)


def _pages_elsewhere(turn):
    link = '<http://169.254.169.254/x>; rel="next"'
    return fault.page(b"[]", {**JSON, "Link": link})(turn)


def _cases():
    yield _case("honest", {}, "", 0)
    for path, answers in WRONG.items():
        for name, body in answers.items():
            id_, code = ("gate-closed", 1) if (path, name) in CLOSED else ("gate-unsure", 3)
            yield _case(f"{path or 'repository'}/{name}", {path: (200, body)}, id_, code)
    for path in ("releases", "check-runs", "status", "actions/runs"):
        for name, body in DOCUMENTS.items():
            if not (path == "releases" and name == "list"):
                yield _case(f"{path}/{name}", {path: (200, body)})
        for status in (204, 301, 400, 401, 403, 404, 410, 422, 451):
            answer = (status, {"message": f"no{PWNED}"})
            yield _case(f"{path}/{status}", {path: answer})
        yield _case(f"{path}/html", {path: fault.html()})
        yield _case(f"{path}/redirect", {path: fault.redirect("http://169.254.169.254/x")})
    released = {"releases/tags/v1.0.0": (200, _release())}
    yield _case("released-already", released, "gate-closed", 1)
    yield _case("pages/endless", {"releases": _pages})
    yield _case("pages/elsewhere", {"releases": _pages_elsewhere})


CASES = list(_cases())
