"""A bump that is killed before any of its file-system calls: all old or all new after recover."""

from __future__ import annotations

import os
import signal

import pytest

from release_tools.adapters import state
from release_tools.adapters.transaction import Transaction, recover
from release_tools.model import FileChange
from tests import killing

FILES = ("a.toml", "deep/b.toml", "deep/c.toml")
OLD, NEW = "version = '1'\r\n", "version = '2'\r\n# and longer\r\n"


def run(root, stop, work="apply", *, torn=False):
    """Do the work in a child that is killed before call number ``stop``; 0 never kills.

    Return the number of calls, None when it was killed.  With ``torn`` a write that is to be
    killed does half of its work first.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            say = os.write
            calls: list[str] = []
            killing.count_calls(calls, stop, torn=torn)
            if work == "apply":
                changes = [FileChange(path, OLD, NEW, ()) for path in FILES]
                Transaction(str(root), state.state_dir(str(root))).apply(changes)
            else:
                recover(str(root), state.state_dir(str(root)))
            say(writer, str(len(calls)).encode())
        finally:
            os._exit(1)
    os.close(writer)
    said = os.read(reader, 100)
    os.close(reader)
    _, status = os.waitpid(child, 0)
    assert said or os.WTERMSIG(status) == signal.SIGKILL
    return int(said) if said else None


def plant(root):
    for path in FILES:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(OLD, newline="")


def texts(root):
    return {(root / path).read_bytes().decode() for path in FILES}


def litter(root):
    there = {str(p.relative_to(root)) for p in root.rglob("*") if not p.is_dir()}
    return there - set(FILES)


@pytest.mark.parametrize("torn", [False, True])
def test_killed_at_any_call_a_bump_is_all_old_or_all_new_after_recover(tmp_path, torn):
    plant(tmp_path / "0")
    total = run(tmp_path / "0", 0, torn=torn)
    assert texts(tmp_path / "0") == {NEW}
    assert total > 50
    seen = set()
    for stop in range(1, total + 1):
        root = tmp_path / str(stop)
        plant(root)
        assert run(root, stop, torn=torn) is None
        was_pending = state.pending(str(root))
        seen.add((was_pending, len(texts(root))))
        recover(str(root), state.state_dir(str(root)))
        assert len(texts(root)) == 1
        assert texts(root) <= {OLD, NEW}
        if was_pending:
            assert texts(root) == {NEW}
        assert litter(root) == set()
        assert not state.pending(str(root))
        before = texts(root)
        recover(str(root), state.state_dir(str(root)))
        assert texts(root) == before
    assert (True, 2) in seen, "one kill has to come between two renames"
    assert (False, 1) in seen


def test_a_recover_that_is_killed_at_any_call_can_be_repeated(tmp_path):
    plant(tmp_path / "0")
    total = run(tmp_path / "0", 0)
    middle = next(stop for stop in range(total, 0, -1) if _mixed(tmp_path / f"find{stop}", stop))
    for stop in range(1, 200):
        root = tmp_path / f"again{stop}"
        plant(root)
        run(root, middle)
        ended = run(root, stop, "recover") is not None
        recover(str(root), state.state_dir(str(root)))
        assert texts(root) == {NEW}
        assert litter(root) == set()
        if ended:
            break
    assert stop > 20


def _mixed(root, stop):
    plant(root)
    run(root, stop)
    return len(texts(root)) == 2


def test_the_next_bump_clears_what_a_killed_one_left(tmp_path):
    plant(tmp_path)
    for stop in range(1, 500):
        run(tmp_path, stop)
        if state.pending(str(tmp_path)):
            break
        plant(tmp_path)
        if len(litter(tmp_path)) > 3:  # temporaries, the lock and the unfinished journal
            run(tmp_path, 0)
            assert litter(tmp_path) == set()
            assert texts(tmp_path) == {NEW}
            return
    pytest.fail("no kill left temporaries behind")
