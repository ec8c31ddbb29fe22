from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from release_tools.errors import MalformedError
from release_tools.registries import document

BOMBS = {
    "objects": b'{"a": [' + b"{}," * 10_000_000 + b"{}]}",
    "lists": b'{"a": [' + b"[]," * 10_000_000 + b"[]]}",
    "numbers": b'{"a": [' + b"1," * 15_000_000 + b"1]}",
    "nested": b'{"a":' * 6_000_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_is_parsed(name):
    assert len(BOMBS[name]) <= document.LIMIT
    start = time.process_time()
    with pytest.raises(MalformedError) as caught:
        document.parse(BOMBS[name])
    assert time.process_time() - start < 2
    assert caught.value.message == "the answer has more than 1,200,000 values"


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="only Linux tells the peak")
@pytest.mark.parametrize(
    "unit", [b"{},", b"[],", b"1,", b'"ab",', b'{"a":1},', b"[1],", b'{"%d":1,"b":[]},']
)
def test_what_is_parsed_stays_within_the_memory_that_is_promised(unit):
    code = (
        "from release_tools.registries import document\n"
        f"unit, most = {unit!r}, document._VALUES - 10\n"
        "each = sum(map(unit.count, (b'{', b'[', b',')))\n"
        "text = b'[' + unit * min(most // each, document.LIMIT // len(unit) - 1) + b'1]'\n"
        "document.parse(text)\n"
        # ru_maxrss would count what the tests before took, too.
        "print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) >> 10 < 256


@pytest.mark.parametrize("text", [b"<html>", b" \n<!doctype html>", b"<?xml?>"])
def test_a_page_of_html_is_called_one(text):
    with pytest.raises(MalformedError) as caught:
        document.parse(text)
    assert "HTML" in caught.value.message
