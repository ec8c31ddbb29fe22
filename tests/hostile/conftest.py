"""The cell in which hostile input is looked at, and the server that it is told to ask."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.case import Seen
from tests.hostile.corpus import CASES
from tests.servers import fault

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def cell(tmp_path_factory):
    """Return a function that runs a case, by its name, and returns what was seen."""
    argv = [sys.executable, "-m", "tests.hostile.cell", str(tmp_path_factory.mktemp("cell"))]
    pipe = subprocess.PIPE
    child = subprocess.Popen(argv, cwd=ROOT, stdin=pipe, stdout=pipe, encoding="utf-8")
    assert child.stdin
    assert child.stdout
    asked, answers = child.stdin, child.stdout
    with fault.serving() as proxy, child:

        def look(name):
            proxy.forget()
            serve = CASES[name].serve
            if serve is not None:
                serve(proxy)
            asked.write(f"{json.dumps([name, proxy.host])}\n")
            asked.flush()
            return Seen(*json.loads(answers.readline()))

        yield look
        asked.close()
        assert child.wait(10) == 0
