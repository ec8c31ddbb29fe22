"""Single flight: what many threads want at the same time is made once."""

from __future__ import annotations

import copy
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

from release_tools.errors import ReleaseToolsError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")


class Once(Generic[T]):
    """Keeps what was made, or why it could not be, by key; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[Hashable, _Made[T]] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what ``make`` returned, or raise the expected error that it raised.

        The first thread makes it, while the others wait.
        """
        with self._lock:
            made = self._made.setdefault(key, _Made())
        with made.lock:
            if not made.done:
                try:
                    made.value = make()
                except ReleaseToolsError as error:
                    made.error = error
                made.done = True
        if made.error is not None:
            raise copy.copy(made.error)  # each thread gets a traceback of its own
        return made.value

    def forget(self, key: Hashable) -> None:
        """Let it be made anew when it is wanted next."""
        with self._lock:
            self._made.pop(key, None)

    def clear(self) -> None:
        """Forget everything; who waits still gets what is being made."""
        with self._lock:
            self._made.clear()


class _Made(Generic[T]):
    __slots__ = ("done", "error", "lock", "value")
    value: T

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.done = False
        self.error: ReleaseToolsError | None = None
