"""Programs that tests run: on PATH, beside this Python, or where ``scripts/programs`` puts them."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

_OURS = Path(__file__).parents[2] / ".cache" / "programs" / "bin"


def find(program: str) -> str:
    """Return the path of ``program``; skip the test, with its name, where it is missing."""
    places = (None, os.path.dirname(sys.executable), str(_OURS))
    path = next(filter(None, (shutil.which(program, path=place) for place in places)), None)
    if path is None:
        pytest.skip(f"{program} is not installed; scripts/programs installs it")
    return path
