"""How long a wait takes, by a clock that the test holds."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from release_tools.flows.columns import waiting
from release_tools.flows.columns.published import Published


class Clock:
    """Time that passes only when somebody asks a registry or sleeps."""

    def __init__(self):
        self.now = 0.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def wait(monkeypatch):
    """Wait for something that is never there; each question takes so many seconds."""

    def waited(seconds, asking, running=()):
        clock, asked = Clock(), []

        def fill(*_):
            asked.append(clock.now)
            clock.now += asking
            return {}

        busy = iter(running)
        monkeypatch.setattr(waiting, "time", clock)
        monkeypatch.setattr(Published, "fill", fill)
        monkeypatch.setattr(waiting, "_missing", lambda *_: [SimpleNamespace(id="pypi:a")])
        monkeypatch.setattr(waiting.Awaited, "_of_runs", lambda *_: (next(busy, ()), []))
        ask: Any = SimpleNamespace(transport=SimpleNamespace(renew=lambda: None))
        project: Any = None
        waiting.Awaited(ask, seconds).fill(project, ())
        return asked, clock.now

    return waited


def test_without_a_wait_it_is_asked_once(wait):
    assert wait(0, 2) == ([0], 2)


def test_what_the_questions_take_counts(wait):
    asked, end = wait(10, 4)
    assert asked == [0, 5, 10.5]
    assert end == 14.5  # the first question, the wait, and what is left of the last question


def test_the_last_question_is_asked_when_the_time_is_over(wait):
    asked, end = wait(2, 0)
    assert asked == [0, 1, 2]
    assert end == 2


def test_the_time_stands_still_while_a_publisher_runs(wait):
    asked, _ = wait(1, 0, running=(("a.yml",), ("a.yml",), ("a.yml",)))
    assert asked == [0, 1, 2.5, 4.75, 5.75]
