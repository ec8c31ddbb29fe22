from __future__ import annotations

import threading
from functools import partial

import pytest

from release_tools.adapters import side_by_side


def test_answers_come_in_the_order_of_the_questions():
    first = threading.Event()

    def slow():
        assert first.wait(5)
        return "slow"

    def quick():
        first.set()
        return "quick"

    assert side_by_side.ask([slow, quick]) == ["slow", "quick"]


def test_more_questions_than_threads_are_all_answered(monkeypatch):
    monkeypatch.setattr(side_by_side, "MOST", 2)
    told = []
    questions = [partial(int, number) for number in range(7)]
    answers = side_by_side.ask(questions, lambda *how: told.append(how))
    assert answers == list(range(7))
    assert told == [(number, 7) for number in range(1, 8)]


def test_an_exception_of_a_question_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        side_by_side.ask([lambda: 1, lambda: 1 // 0])


def test_what_is_begun_is_answered_meanwhile():
    go = threading.Event()
    wait = side_by_side.begin(partial(go.wait, 5))
    go.set()
    assert wait() is True


def test_what_is_begun_and_fails_raises_where_it_is_waited_for():
    wait = side_by_side.begin(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        wait()


def test_it_is_known_whether_a_question_is_still_out():
    go = threading.Event()
    wait = side_by_side.begin(partial(go.wait, 5))
    assert side_by_side.at_work()
    go.set()
    wait()
    for thread in threading.enumerate():
        if thread.daemon and thread.name.startswith("release-tools"):
            thread.join(5)
    assert not side_by_side.at_work()
