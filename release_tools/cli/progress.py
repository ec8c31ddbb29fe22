"""What a person sees while a command waits: nothing for a second, then how far it is.

On a terminal one line that is written over, and a live table of what is awaited; in a log plain
lines, one for each change.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from release_tools.reports import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.flows.columns.waiting import Awaiting

_PATIENCE = 1.0
_LISTED = 8


class Shown:
    """Writes progress to one stream, which is never the one of the report."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._begin = time.monotonic()
        self._told: tuple[str, ...] = ()
        self._table: Any = None

    def counted(self, done: int, of: int) -> None:
        """Say on a terminal how many registries have answered, once that takes a while."""
        late = time.monotonic() - self._begin > _PATIENCE
        if self._live and late and self._table is None and done < of:
            self._stream.write(f"\r\x1b[K{done} of {of} have answered")
            self._stream.flush()

    def awaiting(self, awaiting: Awaiting) -> None:
        """Say which surfaces are not visible yet."""
        if self._live:
            self._show(awaiting)
            return
        told = (*awaiting.surfaces, *awaiting.running)
        if told != self._told:  # a log of a thousand equal lines helps nobody
            self._told = told
            self._stream.write(f"{_line(awaiting)}\n")
            self._stream.flush()

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._table is not None:
            self._table.stop()
        elif self._live:
            self._stream.write("\r\x1b[K")

    def _show(self, awaiting: Awaiting) -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.table import Table
        from rich.text import Text

        if self._table is None:
            self._stream.write("\r\x1b[K")
            console = Console(file=self._stream)
            self._table = Live(console=console, transient=True, auto_refresh=False)
            self._table.start()
        table = Table("not visible yet", box=None)
        for name in awaiting.surfaces:
            table.add_row(Text(safe(name)))
        table.add_row(Text(_rest(awaiting), style="dim"))
        self._table.update(table, refresh=True)


@contextmanager
def shown(stream: TextIO) -> Iterator[Shown]:
    """Show progress on ``stream`` until the block ends."""
    progress = Shown(stream)
    try:
        yield progress
    finally:
        progress.close()


def _line(awaiting: Awaiting) -> str:
    names = [safe(name) for name in awaiting.surfaces[:_LISTED]]
    more = len(awaiting.surfaces) - len(names)
    listed = ", ".join(names) + (f" and {more} more" if more else "")
    return f"not visible yet: {listed} ({_rest(awaiting)})"


def _rest(awaiting: Awaiting) -> str:
    if awaiting.running:
        running = ", ".join(map(safe, awaiting.running))
        return f"the time begins when {running} has ended"
    return f"{awaiting.left:.0f} s left"
