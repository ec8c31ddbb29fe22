"""A GitHub on loopback that says what a test tells it to, for answers that no real one gives."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.servers.github import validate


class ScriptedGitHub:
    """Answers what a test has told it to, and fails the test over what GitHub would not know.

    ``answers[method, path]`` is a function from a Call to an Answer, or to None, which hangs up.
    What keeps state is ``tests.servers.github``.
    """

    repository = "octo-org/app"

    def __init__(self):
        self.answers = {}
        self.calls = []
        self.faults = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

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
        answers = answer if callable(answer) else lambda _: validate.Answer(200, answer)
        self.answers[method, f"/repos/{self.repository}/{path}"] = answers

    def asked(self, method, end):
        return [c for c in self.calls if c.method == method and c.path.endswith(end)]

    def handle(self, handler):
        call = validate.Call(handler)
        self.calls.append(call)
        answers = self.answers.get((handler.command, call.path))
        answer = answers(call) if answers else validate.Answer(404, {"message": "Not Found"})
        self.faults += validate.faults(call, answer)
        if answer is None:
            handler.close_connection = True
            return
        handler.send_response(answer.status_code)
        for name, value in {"Content-Length": str(len(answer.data)), **answer.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(answer.data)


@pytest.fixture
def fake_github():
    fake = ScriptedGitHub()
    yield fake
    fake.close()
    assert not fake.faults


@pytest.fixture
def example():
    return validate.example


@pytest.fixture
def answer():
    return validate.Answer
