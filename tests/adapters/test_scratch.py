from __future__ import annotations

import os

import pytest

from release_tools.adapters import scratch
from release_tools.errors import UnreadableError


def test_files_are_there_inside_the_block_and_gone_after_it():
    with scratch.folder({"a/b.yaml": "x\r\n", "c": "ü"}) as root:
        with open(os.path.join(root, "a/b.yaml"), "rb") as file:
            assert file.read() == b"x\r\n"
        with open(os.path.join(root, "c"), "rb") as file:
            assert file.read() == "ü".encode()
    assert not os.path.exists(root)


def test_a_folder_that_cannot_be_written_is_unreadable():
    with pytest.raises(UnreadableError), scratch.folder({"a": "x", "a/b": "y"}):
        raise AssertionError


def test_the_folder_goes_away_after_an_error_too():
    roots = []

    def fail():
        with scratch.folder({"a": ""}) as root:
            roots.append(root)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not os.path.exists(roots[0])
