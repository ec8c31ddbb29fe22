"""Many things asked at once: threads that wait for the network side by side.

``concurrent.futures`` does the same for 16 ms of import.  The threads are daemons, so that an
interrupted run ends at once, whatever they still wait for.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")

MOST = 80
"""Threads at work at once: enough that two hundred questions cost three round trips."""

_NAME = "release-tools asks"


def at_work() -> bool:
    """Whether a question is still out.

    A process that ends meanwhile in the ordinary way may crash: OpenSSL tidies up at the exit
    what a thread still uses.
    """
    return any(thread.name == _NAME for thread in threading.enumerate())


def begin(question: Callable[[], T]) -> Callable[[], T]:
    """Have the question answered on a thread; return what waits for its answer, to be called once.

    The exception that the question raises is raised there.
    """
    done: SimpleQueue[tuple[int, T | None, BaseException | None]] = SimpleQueue()
    todo = iter([(0, question)])
    _start(todo, threading.Lock(), done)

    def wait() -> T:
        _, answer, error = done.get()
        if error is not None:
            raise error
        return answer  # type: ignore[return-value]  # None only beside an error, or as an answer

    return wait


def ask(
    questions: Sequence[Callable[[], T]], progress: Callable[[int, int], None] | None = None
) -> list[T]:
    """Return what each question returns, in their order; the first exception is raised here.

    ``progress`` hears how many of how many are answered, on the calling thread.
    """
    if len(questions) == 1 and progress is None:
        return [questions[0]()]
    done: SimpleQueue[tuple[int, T | None, BaseException | None]] = SimpleQueue()
    todo = iter(enumerate(questions))
    turn = threading.Lock()
    for _ in range(min(MOST, len(questions))):
        _start(todo, turn, done)
    answers: dict[int, T] = {}
    for count in range(1, len(questions) + 1):
        index, answer, error = done.get()
        if error is not None:
            raise error
        answers[index] = answer  # type: ignore[assignment]  # None only beside an error
        if progress is not None:
            progress(count, len(questions))
    return [answers[index] for index in range(len(questions))]


def _start(
    todo: Iterator[tuple[int, Callable[[], T]]],
    turn: threading.Lock,
    done: SimpleQueue[tuple[int, T | None, BaseException | None]],
) -> None:
    thread = threading.Thread(target=_work, args=(todo, turn, done), name=_NAME, daemon=True)
    thread.start()


def _work(
    todo: Iterator[tuple[int, Callable[[], T]]],
    turn: threading.Lock,
    done: SimpleQueue[tuple[int, T | None, BaseException | None]],
) -> None:
    """Answer one question after the other until none is left."""
    while True:
        with turn:
            index, question = next(todo, (-1, None))
        if question is None:
            return
        try:
            done.put((index, question(), None))
        except BaseException as error:  # noqa: BLE001 - handed to the caller, whatever it is
            done.put((index, None, error))
