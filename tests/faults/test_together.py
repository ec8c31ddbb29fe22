"""Two and eight runs of one command at once: one does it, the others refuse or find it done."""

from __future__ import annotations

import re

import pytest

from tests.faults.conftest import COMMANDS

RACES = [(name, count) for name in COMMANDS for count in (2, 8)]
LOSING = {"locked", "file-changed"}
"""What a run that comes too late may say: another is at work, or was between plan and writing."""


def test_so_many_races():
    assert len(RACES) >= 14


@pytest.mark.parametrize(("name", "count"), RACES, indirect=["name"])
def test_at_once_one_of_them_does_it_and_none_does_harm(files, mill, name, count):
    argv = COMMANDS[name]
    assert mill.run(argv, cwd=files.root).code == 0
    new = files.all()
    for _ in range(3):
        files.lay()
        runs = [mill.start(argv, cwd=files.root) for _ in range(count)]
        done = [mill.finish(run) for run in runs]
        said = "\n".join(one.err for one in done)
        assert {one.code for one in done} <= {0, 1}, said
        assert 0 in {one.code for one in done}, said
        lost = [re.findall(r"^error\[([a-z-]+)\]", one.err) for one in done if one.code]
        assert {id_ for ids in lost for id_ in ids} <= LOSING, said
        assert all(lost)
        assert files.all() == new
