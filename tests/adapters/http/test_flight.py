from __future__ import annotations

import threading

import pytest

from release_tools.adapters.http.flight import Once
from release_tools.errors import UnreachableError


def at_once(work, count=20):
    """Run ``work`` on many threads; return what came of each."""
    came = []

    def run():
        try:
            came.append(work())
        except UnreachableError as error:
            came.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def test_what_many_want_at_once_is_made_once():
    once, made, gate = Once[int](), [], threading.Event()

    def make():
        gate.wait(5)
        made.append(1)
        return len(made)

    threading.Timer(0.02, gate.set).start()
    assert at_once(lambda: once.get("a", make)) == [1] * 20
    assert once.get("b", make) == 2


def test_a_failure_is_shared_and_each_gets_its_own():
    once = Once[int]()

    def fail():
        raise UnreachableError("no", hint="why")

    came = at_once(lambda: once.get("a", fail))
    assert {(str(error), error.hint) for error in came} == {("no", "why")}
    assert len(set(map(id, came))) == 20


def test_a_mistake_is_not_kept():
    once = Once[int]()
    with pytest.raises(ZeroDivisionError):
        once.get("a", lambda: 1 // 0)
    assert once.get("a", lambda: 7) == 7


def test_what_is_forgotten_is_made_anew():
    once = Once[int]()
    once.get("a", lambda: 1)
    once.forget("a")
    once.forget("never there")
    assert once.get("a", lambda: 2) == 2
    once.clear()
    assert once.get("a", lambda: 3) == 3
