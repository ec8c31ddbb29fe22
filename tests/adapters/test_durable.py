"""Files that are made once: whole or not at all, and never over another one."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading

import pytest

from release_tools.adapters import durable
from release_tools.errors import AbsentError, UnreadableError

CREATE = """
import os, resource, signal
from release_tools.adapters import durable
from release_tools.errors import UnreadableError
%s
try:
    durable.create("file", b"x" * 100_000)
except UnreadableError as error:
    print(error)
"""
FULL = """
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
"""
NOBODY = """
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
"""


def test_a_file_is_made_once(tmp_path):
    path = str(tmp_path / "file")
    assert durable.create(path, b"first")
    assert not durable.create(path, b"second")
    assert durable.read(path) == b"first"
    assert os.listdir(tmp_path) == ["file"]


def test_a_relative_name_is_made_in_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert durable.create("file", b"x")
    assert durable.read("file") == b"x"


@pytest.mark.parametrize("make", [os.mkdir, lambda path: os.symlink("nowhere", path)])
def test_nothing_that_stands_there_is_replaced(tmp_path, make):
    path = str(tmp_path / "file")
    make(path)
    assert not durable.create(path, b"x")
    assert os.listdir(tmp_path) == ["file"]


def test_of_many_at_once_one_wins_and_its_file_is_whole(tmp_path):
    path = str(tmp_path / "file")
    start = threading.Barrier(8)
    won = []

    def run(number):
        data = bytes([number]) * 100_000
        start.wait()
        if durable.create(path, data):
            won.append(data)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [durable.read(path)] == won
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize(
    ("state", "mode", "why"),
    [(FULL, 0o755, "file too large"), (NOBODY, 0o555, "permission denied")],
)
def test_where_nothing_can_be_written_nothing_is_left(tmp_path, state, mode, why):
    tmp_path.chmod(mode)
    argv = [sys.executable, "-c", CREATE % state]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=True)
    tmp_path.chmod(0o755)
    assert done.stdout == f"file: it cannot be written: {why}\n"
    assert os.listdir(tmp_path) == []


def test_a_folder_that_is_not_there_is_named(tmp_path):
    path = str(tmp_path / "no" / "file")
    with pytest.raises(UnreadableError) as caught:
        durable.create(path, b"x")
    assert caught.value.path == path
    with pytest.raises(AbsentError):
        durable.read(path)


def test_a_pipe_is_not_waited_for(tmp_path):
    path = str(tmp_path / "pipe")
    os.mkfifo(path)
    assert durable.read(path) == b""


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(UnreadableError):
        durable.read(str(tmp_path))


def test_a_file_of_any_size_is_not_read(tmp_path):
    path = tmp_path / "file"
    with path.open("wb") as file:
        file.truncate((64 << 20) + 1)
    with pytest.raises(UnreadableError):
        durable.read(str(path))


@pytest.mark.parametrize("write", [durable.create, durable.replace])
def test_what_a_killed_run_left_goes_and_what_is_being_written_stays(tmp_path, write):
    (tmp_path / ".file.part-dead").write_text("half")
    (tmp_path / ".file.part-live").write_text("half")
    (tmp_path / ".files.part-dead").write_text("of another")
    with (tmp_path / ".file.part-live").open() as live:
        fcntl.flock(live, fcntl.LOCK_EX)
        write(str(tmp_path / "file"), b"x")
    left = {".file.part-live", ".files.part-dead", "file"}
    assert set(os.listdir(tmp_path)) == left


def test_a_folder_that_cannot_be_listed_is_written_to(tmp_path, monkeypatch):
    def closed(_):
        raise PermissionError

    monkeypatch.setattr(os, "listdir", closed)
    assert durable.create(str(tmp_path / "file"), b"x")


def test_a_file_that_is_read_only_is_not_replaced(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("mine")
    monkeypatch.setattr(os, "access", lambda *_: False)  # as root everything may be written
    with pytest.raises(UnreadableError):
        durable.replace(str(tmp_path / "file"), b"x")
    assert (tmp_path / "file").read_text() == "mine"
