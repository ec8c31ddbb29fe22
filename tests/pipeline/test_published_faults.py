"""``verify-surfaces --published`` and ``gate``, killed at each request, at once, and lied to."""

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
KILLED = {"verify": ARGV, "gate": ("gate", "--format", "json")}
LEAST = {"verify": 12, "gate": 20}
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
def step(between, tmp_path):
    """The environment of a step of a workflow, with a file for its outputs."""
    return {
        "GITHUB_TOKEN": between.pipeline.token,
        "GITHUB_ACTIONS": "true",
        "GITHUB_REF": "refs/tags/v0.3.0",
        "GITHUB_SHA": between.pipeline.head,
        "GITHUB_OUTPUT": str(tmp_path / "output"),
    }


@pytest.mark.parametrize("name", KILLED)
def test_killed_at_any_request_the_next_run_says_the_same(between, step, tmp_path, name):
    argv, pipeline, output = KILLED[name], between.pipeline, tmp_path / "output"
    pipeline.publish()
    root = pipeline.root
    with killing.warm(tmp_path, step) as mill:
        undisturbed = Counted(between)
        first, told = mill.run(argv, cwd=root), output.exists() and output.read_text()
        assert first.code == 0, first.out + first.err
        assert set(undisturbed.asked) <= {"GET", "HEAD"}
        cells = list(itertools.product(range(1, len(undisturbed.asked) + 1), ("before", "after")))
        for stop, when in cells:
            output.unlink(missing_ok=True)
            counted = Counted(between, stop, when)
            counted.child = mill.start(argv, cwd=root)
            counted.begun.set()
            assert mill.finish(counted.child).code is None, (stop, when)
            assert set(counted.asked) <= {"GET", "HEAD"}
            assert not output.exists()  # and no later step goes on
            between.mend()
            again = mill.run(argv, cwd=root)
            assert (again.code, json.loads(again.out)) == (0, json.loads(first.out))
            assert (output.exists() and output.read_text()) == told or name == "gate"
    assert pipeline.git("status", "--porcelain", "--ignored") == ""
    assert not pipeline.changes
    assert len(cells) >= LEAST[name]


@pytest.mark.parametrize("name", ["gate", "release", "nightly"])
def test_a_step_whose_outputs_cannot_be_written_does_not_go_on(between, step, name):
    """Where the runner's disk is full no later step may take silence for an answer."""
    pipeline = between.pipeline
    pipeline.publish()
    argv = [name, *(("--date", "20260101", "--push") if name == "nightly" else ())]
    done = pipeline.run(*argv, env={**step, "GITHUB_OUTPUT": "/dev/full"})
    assert done.code in {1, 3}, done.err
    assert "no space left" in done.err.lower()
    again = pipeline.run(*argv, env=step)
    assert again.code == 0, again.err
    assert len(pipeline.hub.repository.published) == (name == "release")
    assert not pipeline.hub.repository.drafts


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
