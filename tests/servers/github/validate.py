"""GitHub's own description of its API: what every request and answer is held against."""

from __future__ import annotations

import copy
import json
import re
import threading
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

API, UPLOADS = "https://api.github.com", "https://uploads.github.com"
UPLOADING = "/api/uploads"
ENTERPRISE = "/api/v3"  # where GitHub Enterprise has its API: the fake answers there, too
_LOCK = threading.Lock()
# Names of refs, branches and packages hold slashes; the description's templates match none.
_SLASHED = re.compile(
    r"^(/repos/[^/]+/[^/]+/(?:git/refs?|git/matching-refs|branches|rules/branches|releases/tags)"
    r"|/repos/[^/]+/[^/]+/compare)/(.+)$"
)


@cache
def description():
    """Return the description as ``scripts/github-description`` cut it."""
    return json.loads(Path(__file__).with_name("openapi.json").read_text("utf-8"))


@cache
def openapi():
    """Return the description as a validator of requests and answers."""
    from openapi_core import Config, OpenAPI

    config = Config(spec_validator_cls=None)  # type: ignore[arg-type] # the document is cut
    return OpenAPI.from_dict(copy.deepcopy(description()), config=config)


def example(name):
    """Return GitHub's own example of an answer, to be changed at will, by its name."""
    return copy.deepcopy(description()["components"]["examples"][name]["value"])


class Call:
    """One request, in the shape that openapi-core asks for, read from a handler."""

    def __init__(self, handler):
        from openapi_core.datatypes import RequestParameters
        from werkzeug.datastructures import Headers, ImmutableMultiDict

        url = urlsplit(handler.path)
        self.method = handler.command.lower()
        path = url.path.removeprefix(ENTERPRISE)
        self.uploads = path.startswith(UPLOADING)
        self.host_url = UPLOADS if self.uploads else API
        self.full_path = url.path
        self.path = _encoded(path.removeprefix(UPLOADING))
        self.query = dict(parse_qsl(url.query, keep_blank_values=True))
        self.headers = dict(handler.headers)
        length = int(handler.headers.get("Content-Length") or 0)
        self.body = handler.rfile.read(length) or None
        self.complete = len(self.body or b"") == length
        self.content_type = handler.headers.get("Content-Type", "application/json")
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(self.query), header=Headers(self.headers)
        )

    @property
    def json(self):
        return json.loads(self.body or b"null")

    def __repr__(self):
        return f"{self.method.upper()} {self.path}"


class Answer:
    """One answer, in the shape that openapi-core asks for.

    ``raw`` bytes, and whatever GitHub's description says nothing of, are not held against it.
    """

    def __init__(self, status, body=None, headers=None, *, raw=False):
        self.status_code = status
        self.content_type = "application/json"
        self.data = body if raw else b"" if body is None else json.dumps(body).encode()
        self.headers = {"Content-Type": self.content_type, **(headers or {})}
        self.real = not raw and status < 300


def faults(call, answer):
    """Return in a list what about a request, or the answer to it, GitHub would not know."""
    from openapi_core.exceptions import OpenAPIError

    if call.path.startswith("/storage/"):
        return []  # no part of the API
    try:
        with _LOCK:
            if call.uploads and call.content_type != "application/octet-stream":
                openapi().validate_request(_AsOctets(call))  # GitHub takes any; it says only one
            else:
                openapi().validate_request(call)
            if answer is not None and answer.real:
                openapi().validate_response(call, answer)
    except OpenAPIError as error:
        return [f"{call!r}: {error!r} {error.__cause__!r}"]
    return []


class _AsOctets:
    content_type = "application/octet-stream"

    def __init__(self, call):
        self._call = call

    def __getattr__(self, name):
        return getattr(self._call, name)


def _encoded(path):
    found = _SLASHED.match(path)
    return path if found is None else f"{found[1]}/{found[2].replace('/', '%2F')}"
