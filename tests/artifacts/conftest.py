"""Artifacts as bytes, and the reading of them."""

from __future__ import annotations

import pytest

from release_tools import artifacts
from tests.servers import archives


@pytest.fixture
def read(tmp_path):
    """Read a file by its path, or bytes under a name."""

    def look(what, name=None):
        if isinstance(what, bytes):
            file = tmp_path / "as-bytes" / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(what)
        else:
            file = what
        with file.open("rb") as opened:
            return artifacts.read(opened, file.name)

    return look


@pytest.fixture
def make():
    """Hand the makers of archives to a test."""
    return archives
