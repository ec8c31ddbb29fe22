"""A real Python package index: devpi-server, filled by the real twine.

with devpi.serving(folder) as index:
    index.upload(distributions.wheel(folder, "app", "0.3.0"))
    ... index.simple ...                        # the base URL of its simple index
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.servers import programs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_USER, _PASSWORD = "root", "open sesame"
_SERVING = re.compile(rb"Serving on http://(127\.0\.0\.1:\d+)")
_PATIENCE = 60.0
_LOGIN = {"TWINE_USERNAME": _USER, "TWINE_PASSWORD": _PASSWORD}
# The key of its logins is derived as slowly as production wants it: five seconds.
_QUICK = ("--argon2-memory-cost=8", "--argon2-time-cost=1", "--argon2-parallelism=1")


class Devpi:
    """An index that runs, called ``root/dev``.  ``host`` is ``127.0.0.1:PORT``.

    ``login`` is the environment with which twine may upload to ``url``.
    """

    def __init__(self, folder: Path, host: str):
        self.host = host
        self.login = dict(_LOGIN)
        self.url = f"http://{host}/root/dev"
        self.simple = f"{self.url}/+simple/"
        self._folder = folder
        login = {"user": _USER, "password": _PASSWORD}
        token = self._ask("POST", "/+login", login)["result"]["password"]
        self._login = base64.b64encode(f"{_USER}:{token}".encode()).decode()
        self._make()

    def clear(self) -> None:
        """Forget everything that was uploaded."""
        self._ask("DELETE", "/root/dev", {})
        self._make()

    def _make(self) -> None:
        self._ask("PUT", "/root/dev", {"type": "stage", "bases": [], "volatile": True})

    def upload(self, *files: Path) -> None:
        """Upload with twine."""
        _run(
            _program("twine"),
            "upload",
            "--non-interactive",
            "--disable-progress-bar",
            f"--repository-url={self.url}/",
            *map(str, files),
            home=self._folder,
        )

    def _ask(self, method: str, path: str, body: object) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if method != "POST":
            headers["X-Devpi-Auth"] = self._login
        connection = http.client.HTTPConnection(self.host, timeout=_PATIENCE)
        try:
            connection.request(method, path, json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        assert answer.status in {200, 201}, (method, path, answer.status, content)
        return dict(json.loads(content))


@contextmanager
def serving(folder: Path) -> Iterator[Devpi]:
    """Run an empty index below ``folder`` until the block ends."""
    kept = folder / "devpi"
    init = _program("devpi-init")
    _run(
        init,
        f"--serverdir={kept}",
        "--no-root-pypi",
        f"--root-passwd={_PASSWORD}",
        home=folder,
    )
    log = folder / "devpi.log"
    with log.open("wb") as out:
        child = subprocess.Popen(
            [_program("devpi-server"), f"--serverdir={kept}", "--listen=127.0.0.1:0", *_QUICK],
            stdout=out,
            stderr=subprocess.STDOUT,
            env=_environment(folder),
        )
    try:
        yield Devpi(folder, _host(child, log))
    finally:
        child.terminate()
        child.wait(_PATIENCE)


def _host(child: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + _PATIENCE
    while True:
        said = log.read_bytes()
        match = _SERVING.search(said)
        if match:
            return match[1].decode()
        if child.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(said.decode())
        time.sleep(0.01)


def _program(name: str) -> str:
    """Find a program beside this Python, where pip puts it, or wherever programs are."""
    beside = shutil.which(name, path=os.path.dirname(sys.executable))
    return beside or programs.find(name)


def _run(*argv: str, home: Path) -> None:
    done = subprocess.run(
        argv, capture_output=True, text=True, timeout=_PATIENCE, env=_environment(home), check=False
    )
    assert done.returncode == 0, f"{argv}: {done.stdout}{done.stderr}"


def _environment(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), **_LOGIN}
