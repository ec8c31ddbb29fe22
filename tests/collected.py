"""Which tests there are, as pytest itself collects them."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


@cache
def collected(*files: str) -> Counter[str]:
    """Return how many cases each test of these files has: ``tests/a.py::test_b`` to a number."""
    argv = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*argv, *files], cwd=ROOT, check=False, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith("tests/")]
    return Counter(line.partition("[")[0] for line in lines)


def cases(of: Counter[str], name: str) -> int:
    """Return how many cases a test has, or all tests of a file or a folder."""
    begins = (f"{name}::", f"{name.rstrip('/')}/")
    return sum(n for test, n in of.items() if test == name or test.startswith(begins))


def file_of(name: str) -> str:
    """Return the file of a test, the file or the folder that is named."""
    return name.partition("::")[0]
