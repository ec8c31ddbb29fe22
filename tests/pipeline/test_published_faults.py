"""``verify-surfaces --published``, killed before and after each request: as if never run."""

from __future__ import annotations

import itertools
import json
import os
import signal
import threading

import pytest

from tests import killing
from tests.pipeline.test_fail_closed import between
from tests.servers import fault
from tests.servers.together import together

__all__ = ["between"]

ARGV = ("verify-surfaces", "--published", "--tag", "v0.3.0", "--format", "json")
LEAST = 12
"""Cells: as many requests as there are, before and after each."""


class Counted:
    """Counts the requests that go through proxies, and ends whoever asks number ``stop``."""

    def __init__(self, between, stop=0, when="before"):
        self.number, self.stop, self.when = itertools.count(1), stop, when
        self.asked, self.child, self.begun = [], 0, threading.Event()
        between.mend()
        for proxy in between.proxies.values():
            proxy.always(self.answer)

    def answer(self, turn):
        number = next(self.number)
        self.asked.append(turn.request.method)
        if number != self.stop:
            turn.send(turn.upstream())
            return True
        if self.when == "after":
            turn.upstream()
        assert self.begun.wait(10)
        os.kill(self.child, signal.SIGKILL)
        return False


@pytest.fixture
def mill(between, tmp_path_factory):
    env = {"GITHUB_TOKEN": between.pipeline.token}
    with killing.warm(tmp_path_factory.mktemp("home"), env) as running:
        yield running


def test_killed_at_any_request_the_next_run_fills_the_same_table(between, mill):
    pipeline = between.pipeline
    pipeline.publish()
    root = pipeline.root
    undisturbed = Counted(between)
    first = mill.run(ARGV, cwd=root)
    assert first.code == 0, first.out + first.err
    assert set(undisturbed.asked) <= {"GET", "HEAD"}
    cells = list(itertools.product(range(1, len(undisturbed.asked) + 1), ("before", "after")))
    for stop, when in cells:
        counted = Counted(between, stop, when)
        counted.child = mill.start(ARGV, cwd=root)
        counted.begun.set()
        assert mill.finish(counted.child).code is None, (stop, when)
        assert set(counted.asked) <= {"GET", "HEAD"}
        between.mend()
        again = mill.run(ARGV, cwd=root)
        assert (again.code, json.loads(again.out)) == (0, json.loads(first.out))
    assert pipeline.git("status", "--porcelain", "--ignored") == ""
    assert not pipeline.changes
    assert len(cells) >= LEAST


@pytest.mark.parametrize("count", [2, 8])
def test_many_at_once_say_the_same(pipeline, count):
    pipeline.tag()
    pipeline.publish()
    for argv in (ARGV, ("gate", "--surface", "image:server", "--format", "json")):
        said = together(lambda _, argv=argv: pipeline.run(*argv), count)
        assert len({(one.code, one.out) for one in said}) == 1
    assert not pipeline.changes


def test_a_registry_that_lies_about_a_digest_agrees_with_nothing_and_opens_nothing(between):
    made = between.pipeline
    made.publish()
    between.proxies["registry"].always(fault.lie(), at=f"/v2/{made.path}/server/manifests/")
    ran = made.json(*ARGV[:-2])
    assert (ran.code, ran.ids) == (1, ["digest-lies"])
    ran = made.json("gate", "--surface", "image:server")
    assert ran.code == 1
    ran = made.json("release")
    assert ran.code == 1
    assert not made.changes
