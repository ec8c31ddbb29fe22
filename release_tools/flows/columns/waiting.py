"""``--wait``: poll what is not visible yet, with growing pauses and a bound.

Registries show a version minutes after it was uploaded, and a publisher may still be at work.
The time that is waited for begins once no publisher of an awaited surface is queued, running or
waiting for approval any more.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, Protocol

from release_tools.errors import ReleaseToolsError, UsageError
from release_tools.flows.columns.published import Published
from release_tools.model import Stage, Verdict
from release_tools.rules.findings import finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from release_tools.config import Project
    from release_tools.flows.columns.asking import Asking
    from release_tools.flows.columns.column import Filled
    from release_tools.model import Finding, StreamTable, Surface

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_GROWTH = 1.5
_AT_MOST = 6 * 3600.0
"""Seconds: no run of a workflow may take longer than a job may on GitHub's runners."""
_NOT_YET = ("surface-unpublished", "files-missing", "platform-missing", "registry-unknown")


class RunState(NamedTuple):
    """The newest run of one workflow for one tag: still ``active``, or ``failed``, or neither."""

    workflow: str
    active: bool
    failed: bool
    url: str = ""
    conclusion: str = ""


class Runs(Protocol):
    """What GitHub says of the runs that a tag started."""

    def states(self, tag: str, workflows: Sequence[str]) -> Sequence[RunState]:
        """Return the state of each workflow that has a run for the tag."""


class Awaiting(NamedTuple):
    """What is told while waiting: which surfaces, for how long yet, and which runs go on."""

    surfaces: tuple[str, ...]
    left: float
    running: tuple[str, ...]


class Awaited(Published):
    """The published column, polled until all of it is there or the time is over.

    ``only`` are the ids of the surfaces that are waited for, where it is not all of them.
    """

    def __init__(  # noqa: PLR0913 - whom to ask, how long, and who is told: six things
        self,
        ask: Asking,
        wait: float,
        *,
        first: Sequence[str] = (),
        released: bool = False,
        runs: Runs | None = None,
        only: frozenset[str] | None = None,
        tell: Callable[[Awaiting], None] = lambda _: None,
    ) -> None:
        super().__init__(ask, first=first, released=released)
        self._wait = wait
        self._runs = runs
        self._only = only
        self._tell = tell

    def fill(self, project: Project, tables: Sequence[StreamTable]) -> Mapping[str, Filled]:
        """Fill the column again and again; the last answers are judged."""
        left, pause = self._wait, _FIRST_PAUSE
        end = time.monotonic() + _AT_MOST
        since = None
        while True:
            filled = super().fill(project, tables)
            missing = [
                one
                for one in _missing(tables, filled)
                if self._only is None or one.id in self._only
            ]
            running, failed = self._of_runs(tables, missing)
            if failed:
                return _blamed(filled, failed)
            now = time.monotonic()
            left -= 0 if since is None else now - since  # asking takes its time as well
            since = None if running else now
            if not missing or left <= 0 or now >= end:
                return filled
            self._tell(Awaiting(tuple(one.id for one in missing), left, running))
            nap = pause if running else min(pause, left)
            time.sleep(nap)
            pause = min(pause * _GROWTH, _LONGEST_PAUSE)
            self._ask.transport.renew()

    def _of_runs(
        self, tables: Sequence[StreamTable], missing: Sequence[Surface]
    ) -> tuple[tuple[str, ...], list[tuple[Surface, RunState]]]:
        """Return the publishers that are at work, and the surfaces whose publisher has failed."""
        running: dict[str, None] = {}
        failed: list[tuple[Surface, RunState]] = []
        for table in tables if self._runs else ():
            own = [s for s in missing if s.stream == table.stream.name and _publisher(s)]
            if not own or table.tag is None or self._runs is None:
                continue
            names = tuple(dict.fromkeys(map(_publisher, own)))
            try:
                states = {one.workflow: one for one in self._runs.states(table.tag, names)}
            except ReleaseToolsError:
                continue  # GitHub does not tell: then the time runs, and nobody is blamed
            running |= {name: None for name, state in states.items() if state.active}
            failed += [
                (surface, state)
                for surface in own
                if (state := states.get(_publisher(surface))) is not None and state.failed
            ]
        return tuple(running), failed


def duration(text: str) -> float:
    """Return the seconds of ``90s``, ``15m`` or ``2h``; raises UsageError for anything else."""
    units = {"s": 1, "m": 60, "h": 3600}
    number, unit = text[:-1], text[-1:]
    longest = 6
    if number.isascii() and number.isdecimal() and unit in units and len(number) <= longest:
        return float(int(number) * units[unit])
    raise UsageError(f"{text[:20]!a} is no time to wait", hint="write it like 90s, 15m or 2h")


def _publisher(surface: Surface) -> str:
    return str(surface.options.get("workflow", ""))


def _missing(tables: Sequence[StreamTable], filled: Mapping[str, Filled]) -> list[Surface]:
    """Return the surfaces that are not visible yet and that a wait can help."""
    late = {
        one.surface
        for column in filled.values()
        for one in column.findings
        if one.id in _NOT_YET and one.stage is Stage.PUBLISHED
    }
    return [
        row.surface
        for table in tables
        for row in table.rows
        if row.surface.id in late
        and not row.surface.options.get("after-release")
        and _bad(filled[table.stream.name], row.surface)
    ]


def _bad(column: Filled, surface: Surface) -> bool:
    cell = column.cells.get(surface.id)
    bad = (Verdict.MISSING, Verdict.UNKNOWN, Verdict.DIFFERS)
    return cell is not None and cell.verdict in bad


def _blamed(
    filled: Mapping[str, Filled], failed: Sequence[tuple[Surface, RunState]]
) -> Mapping[str, Filled]:
    """Add to each column why the wait ended early."""
    said: dict[str, tuple[Finding, ...]] = {}
    for surface, state in failed:
        ended = f"the run of {state.workflow} has ended: {state.conclusion or 'failed'}"
        complaint = finding(
            "publisher-failed",
            f"{ended} ({state.url})" if state.url else ended,
            stream=surface.stream,
            surface=surface.id,
            stage=Stage.PUBLISHED,
        )
        said[surface.stream] = (*said.get(surface.stream, ()), complaint)
    return {
        name: column._replace(findings=(*column.findings, *said.get(name, ())))
        for name, column in filled.items()
    }
