"""The HTTP side of the fake: it listens, records, fails on demand, checks all it hears and says."""

from __future__ import annotations

import hashlib
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.servers.github import checks, packages, pulls, refs, releases, routing, runs
from tests.servers.github.faults import HangUp, Planned
from tests.servers.github.git import Git
from tests.servers.github.routing import Refusal
from tests.servers.github.state import Repository, Token
from tests.servers.github.validate import Answer, Call, faults

AREAS = (checks, packages, pulls, refs, releases, runs)  # importing them lays their routes down
ALL = dict.fromkeys(("contents", "checks", "actions", "packages", "statuses", "pull-requests"))


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Let clients go away in the middle of an answer: some tests kill them."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class FakeGitHub:
    """A GitHub with state, on a port of its own.

    What tests turn: ``lag`` (lists that do not show a new release yet), ``tag_lag`` (looks by tag
    that do not), ``starter`` (reads that see a new asset as a starter), ``digests`` (false: no
    asset has one), ``page`` (most items of a page), ``redirects`` (downloads lead to a storage),
    ``remaining`` (requests left in this hour).  ``calls`` are all requests, ``wrong`` what was
    not GitHub's way in them or in the answers: a test's fixture asserts that it is empty.
    """

    def __init__(self, name="octo-org/app", git_dir=None):
        self._folder = tempfile.TemporaryDirectory(prefix="fake-github-")
        self.repositories, self.packages, self.tokens = {}, {}, {}
        self.organizations = {name.partition("/")[0]}
        self.lag = self.tag_lag = self.starter = 0
        self.digests, self.redirects, self.page = True, False, 100
        self.remaining, self.reset = 5000, int(time.time()) + 3600
        self.calls, self.wrong, self._faults, self._hooks = [], [], [], {}
        self._cut = False
        self.lock, self._recording = threading.RLock(), threading.Lock()
        self.repository = self.add(name, git_dir)
        self._serve()

    # --- what tests lay down

    def add(self, name, git_dir=None):
        """Add a repository; its refs stand in the bare repository ``git_dir``, if one is given."""
        folder = git_dir or Path(self._folder.name) / f"{len(self.repositories)}.git"
        self.repositories[name.lower()] = made = Repository(name, folder)
        return made

    def bind(self, git_dir):
        """Let the first repository's refs stand in the bare repository ``git_dir``."""
        self.repository.git = Git(git_dir)
        return self.repository

    def token(self, *permissions, installation=True):
        """Make a token with permissions such as ``contents: write``; with none, all to write."""
        given = dict(one.split(": ") for one in permissions) or dict.fromkeys(ALL, "write")
        value = f"ghs_{len(self.tokens):036}"
        self.tokens[value] = Token(value, given, installation)
        return value

    def fail(self, method, pattern, fault, times=1):
        """Let the next ``times`` requests whose path matches the pattern end in ``fault``."""
        self._faults.append(Planned(method, pattern, fault, times))

    def before(self, number, action=None):
        """Do ``action`` before the ``number``-th request from now has its effect.

        Without an action the client is cut off there, as if it had been killed: no request gets
        through any more until ``mend``.
        """
        self._hooks[len(self.calls) + number, "before"] = action or self._sever

    def after(self, number, action=None):
        """Do the same after its effect, before its answer."""
        self._hooks[len(self.calls) + number, "after"] = action or self._sever

    def mend(self):
        """Forget planned faults and hooks, and let requests through again."""
        self._faults, self._hooks, self._cut = [], {}, False

    def asked(self, method, end=""):
        """Return the requests of ``method`` whose path ends with ``end``."""
        return [c for c in self.calls if c.method == method.lower() and c.path.endswith(end)]

    @property
    def changes(self):
        """Every request that was not for reading."""
        return [call for call in self.calls if call.method != "get"]

    def environ(self, token=None):
        """Return the variables with which a workflow of the repository finds this GitHub."""
        return {
            "GITHUB_API_URL": self.url,
            "GITHUB_REPOSITORY": self.repository.name,
            "GITHUB_TOKEN": token or self.token(),
        }

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._folder.cleanup()

    # --- one request

    def handle(self, handler):
        call = Call(handler)
        with self._recording:
            self.calls.append(call)
            number = len(self.calls)
        try:
            answer = self._answered(call, number)
        except HangUp:
            handler.close_connection = True
            return
        if answer.status_code != 304:
            answer.headers["Content-Length"] = str(len(answer.data))
        part = getattr(answer, "part", 1.0)
        handler.send_response(answer.status_code)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(answer.data[: int(len(answer.data) * part)])
        handler.close_connection = handler.close_connection or part < 1

    def _answered(self, call, number):
        self._hook(number, "before")
        fault = self._fault(call)
        if fault is not None and not fault.after and not fault.half:
            return self._spoilt(fault)
        answer = self._effect(call, half=fault is not None and fault.half)
        self.wrong += faults(call, answer)
        self._hook(number, "after")
        if fault is None:
            return answer
        if fault.part < 1:
            answer.part = fault.part
            return answer
        return self._spoilt(fault)

    def _effect(self, call, *, half):
        if not call.complete:
            raise HangUp  # the client went away in the middle of a body
        if half:
            call.body = call.body[: len(call.body) // 2]
        try:
            token = self._known(call)
            with self.lock:
                answer = routing.answer(self, call, token)
                if half:
                    releases.spoil(self, call)
        except Refusal as refusal:
            answer = refusal.answer
        return self._counted(call, answer)

    def _counted(self, call, answer):
        """Give a GET its ETag, and count what is no 304 against the limit."""
        if call.method == "get" and answer.status_code == 200:
            etag = f'W/"{hashlib.sha256(answer.data).hexdigest()}"'
            answer.headers["ETag"] = etag
            if call.headers.get("If-None-Match") == etag:
                answer = Answer(304, None, {"ETag": etag})
        with self._recording:
            if answer.status_code != 304:
                if self.remaining <= 0:
                    answer = Answer(403, {"message": "API rate limit exceeded for user ID 1."})
                self.remaining -= 1
            left = str(max(self.remaining, 0))
        answer.headers |= {"X-RateLimit-Remaining": left, "X-RateLimit-Reset": str(self.reset)}
        return answer

    def _known(self, call):
        given = call.headers.get("Authorization")
        if given is None:
            return None
        token = self.tokens.get(given.partition(" ")[2])
        if token is None:
            raise Refusal(401, "Bad credentials")
        return token

    def _fault(self, call):
        return next((one.fault for one in self._faults if one.meets(call)), None)

    def _hook(self, number, when):
        if self._cut:
            raise HangUp
        action = self._hooks.pop((number, when), None)
        if action is not None:
            action()

    def _sever(self):
        self._cut = True
        raise HangUp

    @staticmethod
    def _spoilt(fault):
        if fault.status is None:
            raise HangUp
        return fault.answer()

    def _serve(self):
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *_):
                pass

            def do_GET(self):
                fake.handle(self)

            do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = do_GET  # noqa: N815

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
