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


def test_a_lock_that_is_held_is_told_from_one_that_was_left(tmp_path):
    state = str(tmp_path / "state")
    Lock.refuse_held(state)  # there is none
    with Lock(state):
        with pytest.raises(RefusedError) as caught:
            Lock.refuse_held(state)
        assert caught.value.id == "locked"
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "lock").write_text("process 1 on a machine that was switched off\n")
    Lock.refuse_held(state)
