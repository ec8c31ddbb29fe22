"""Answers of this run: nothing is asked twice, but by a wait, and then only for what is new."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from release_tools.adapters.http.flight import Once

if TYPE_CHECKING:
    from collections.abc import Callable

    from release_tools.reading import Answer

_MOST = 32 << 20
_OK = 200


class Question(NamedTuple):
    """What was asked: the same twice is one request."""

    url: str
    accept: tuple[str, ...]
    scope: str | None
    limit: int


class Memory:
    """Keeps answers, bodies of at most 32 MiB in all; the oldest go first."""

    def __init__(self) -> None:
        self._answers: Once[Answer] = Once()
        self._sizes: OrderedDict[Question, int] = OrderedDict()
        self._stale: dict[Question, Answer] = {}
        self._fresh: dict[Question, Answer] = {}
        self._lock = threading.Lock()

    def get(self, question: Question, ask: Callable[[Answer | None], Answer]) -> Answer:
        """Return the answer; ``ask`` gets the one of the last poll, to compare it by its ETag."""

        def make() -> Answer:
            answer = ask(self._stale.get(question))
            self._keep(question, answer)
            return answer

        return self._answers.get(question, make)

    def renew(self) -> None:
        """Ask everything anew from now on."""
        with self._lock:
            self._stale, self._fresh = self._fresh, {}
            self._sizes.clear()
        self._answers.clear()

    def _keep(self, question: Question, answer: Answer) -> None:
        with self._lock:
            self._sizes[question] = len(answer.body)
            if answer.status == _OK and "etag" in answer.headers:
                self._fresh[question] = answer
            while sum(self._sizes.values()) > _MOST:
                oldest, _ = self._sizes.popitem(last=False)
                self._fresh.pop(oldest, None)
                self._answers.forget(oldest)
