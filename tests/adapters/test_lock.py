"""One bump at a time, and none where nothing can be locked."""

from __future__ import annotations

import sys

import pytest

from release_tools.adapters.lock import Lock
from release_tools.errors import RefusedError


def test_where_there_is_no_flock_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(RefusedError) as caught, Lock(str(tmp_path / "state")):
        pass
    assert caught.value.id == "unsupported-platform"
    assert not list(tmp_path.iterdir())
