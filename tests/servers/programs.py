"""Programs that tests run: on PATH, or where ``scripts/programs`` puts them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

_OURS = Path(__file__).parents[2] / ".cache" / "programs" / "bin"


def find(program: str) -> str:
    """Return the path of ``program``; skip the test, with its name, where it is missing."""
    path = shutil.which(program) or shutil.which(program, path=str(_OURS))
    if path is None:
        pytest.skip(f"{program} is not installed; scripts/programs installs it")
    return path
