"""Every command that writes files, killed before and after each of its file-system calls.

Whole commands with their requests, on a project outside git, where everything that is left shows.
A kill before a call is one after the call before it; a write is also killed when half of it is
done.  Then the same command runs again: what it hints at is done, and everything is as if nothing
had happened.
"""

from __future__ import annotations

import re
import shlex

import pytest

from tests.faults.conftest import COMMANDS

LEAST = {
    "bump": 330,
    "pin --into": 270,
    "pin --output": 200,
    "pin --output --into": 290,
    "pin elsewhere": 270,
    "ledger": 200,
    "status": 150,
}
"""How many cells there are at least: what Python itself asks of the system depends on it."""

TOGETHER = {name for name in COMMANDS if name.startswith(("bump", "pin"))}
"""Those of which all files are old or all are new, once ``recover`` has run."""
HINT = re.compile(r"run release-tools ((?:-C \S+ )?recover);")


def test_every_command_that_writes_has_its_row():
    assert LEAST.keys() == COMMANDS.keys()
    assert sum(LEAST.values()) >= 1700


def stops(done):
    """Return every cell: before which call, and whether it has done half of its work then."""
    plain = [(stop, False) for stop in range(1, len(done.calls) + 1)]
    return plain + [(stop, True) for stop in done.writes]


def told(done):
    """Return the command that an interrupted run is told to be finished by."""
    assert done.code == 1, done.err
    assert "interrupted-bump" in done.err
    (command,) = HINT.findall(done.err)
    return shlex.split(command)


@pytest.mark.parametrize("name", COMMANDS, indirect=True)
def test_killed_at_any_call_no_file_is_half_and_the_next_run_finishes(files, mill, name):
    argv, old = COMMANDS[name], files.all()
    done = mill.run(argv, cwd=files.root)
    assert done.code == 0, done.err
    new = files.all()
    cells = stops(done)
    seen, left = set(), new
    for stop, torn in cells:
        if left != old:
            files.lay()
        assert mill.run(argv, cwd=files.root, stop=stop, torn=torn).code is None
        left = files.all()
        if left == old:
            continue  # and so the next run is the first
        seen.add(whole(left, old, new))
        again = mill.run(argv, cwd=files.root)
        if again.code != 0:
            finished = mill.run(told(again), cwd=files.root)
            assert finished.code == 0, finished.err
            if name in TOGETHER:
                assert visible(files.all()) in (visible(old), visible(new))
            again = mill.run(argv, cwd=files.root)
        assert again.code == 0, f"call {stop}: {again.err}"
        assert files.all() == new, f"killed before call {stop}, {done.calls[stop - 1]}"
    assert {"old", "new"} <= seen, "one kill has to come early, and one late"
    assert len(cells) >= LEAST[name]


def visible(there):
    """Return what is no file or folder of ours: those begin with a dot."""
    return {path: data for path, data in there.items() if "/." not in f"/{path}"}


def whole(left, old, new):
    """Hold that every file is the old or the new one, and say which there are."""
    shown = visible(left)
    assert shown.keys() <= old.keys() | new.keys()
    assert old.keys() & new.keys() <= shown.keys()
    for path, data in shown.items():
        assert data in {old.get(path), new.get(path)}, path
    return "old" if shown == visible(old) else "new" if shown == visible(new) else "some"
