"""A GitHub on loopback that keeps to GitHub's own description of its API."""

from __future__ import annotations

import copy
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

HOST = "https://api.github.com"


@pytest.fixture(scope="session")
def github_description():
    path = Path(__file__).with_name("github-openapi.json")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def github_openapi(github_description):
    """Return the description as a validator of requests and responses."""
    from openapi_core import Config, OpenAPI

    config = Config(spec_validator_cls=None)  # type: ignore[arg-type] # the document is cut
    return OpenAPI.from_dict(copy.deepcopy(github_description), config=config)


@pytest.fixture(scope="session")
def example(github_description):
    """Return GitHub's own example of an answer, to be changed at will, by its name."""
    examples = github_description["components"]["examples"]
    return lambda name: copy.deepcopy(examples[name]["value"])


class Call:
    """One request, in the shape that openapi-core asks for."""

    host_url = HOST

    def __init__(self, handler):
        from openapi_core.datatypes import RequestParameters
        from werkzeug.datastructures import Headers, ImmutableMultiDict

        url = urlsplit(handler.path)
        self.method = handler.command.lower()
        self.path = url.path
        self.query = dict(parse_qsl(url.query, keep_blank_values=True))
        self.headers = dict(handler.headers)
        length = int(handler.headers.get("Content-Length") or 0)
        self.body = handler.rfile.read(length) or None
        self.content_type = handler.headers.get("Content-Type", "application/json")
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(self.query), header=Headers(self.headers)
        )

    @property
    def json(self):
        return json.loads(self.body or b"null")


class Answer:
    """One response, in the shape that openapi-core asks for."""

    content_type = "application/json"

    def __init__(self, status, body, headers=None, *, raw=False):
        self.status_code = status
        self.data = body if raw else json.dumps(body).encode()
        self.headers = {"Content-Type": self.content_type, **(headers or {})}
        self.real = not raw and status < 300  # held against the description


class FakeGitHub:
    """Answers what a test has told it to, and fails the test over what GitHub would not know.

    ``answers[method, path]`` is a function from a Call to an Answer, or to None, which hangs up.
    """

    repository = "octo-org/app"

    def __init__(self, openapi):
        self.openapi = openapi
        self.answers = {}
        self.calls = []
        self.faults = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                fake.handle(self)

            do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def on(self, method, path, answer):
        """Answer ``method`` on ``/repos/{repository}/{path}`` with a function or with a value."""
        answers = answer if callable(answer) else lambda _: Answer(200, answer)
        self.answers[method, f"/repos/{self.repository}/{path}"] = answers

    def asked(self, method, end):
        return [c for c in self.calls if c.method == method and c.path.endswith(end)]

    def handle(self, handler):
        call = Call(handler)
        self.calls.append(call)
        answers = self.answers.get((handler.command, call.path))
        answer = answers(call) if answers else Answer(404, {"message": "Not Found"})
        self.check(call, answer)
        if answer is None:
            handler.close_connection = True
            return
        handler.send_response(answer.status_code)
        for name, value in {"Content-Length": str(len(answer.data)), **answer.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(answer.data)

    def check(self, call, answer):
        from openapi_core.exceptions import OpenAPIError

        try:
            self.openapi.validate_request(call)
            if answer is not None and answer.real:
                self.openapi.validate_response(call, answer)
        except OpenAPIError as error:
            self.faults.append(f"{call.method} {call.path}: {error!r} {error.__cause__!r}")


@pytest.fixture
def fake_github(github_openapi):
    fake = FakeGitHub(github_openapi)
    yield fake
    fake.close()
    assert not fake.faults


@pytest.fixture
def answer():
    return Answer
