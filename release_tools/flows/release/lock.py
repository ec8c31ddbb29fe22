"""One writer of a release at a time: a ref that GitHub makes atomically and that names its run.

The ref points at a commit whose message says who holds it.  A holder that is over is succeeded by
moving the ref on to a child of its commit: of several that try, GitHub lets one.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.adapters.actions import Actions
from release_tools.adapters.github_faults import LostError
from release_tools.errors import ReleaseToolsError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from release_tools.flows.repository.hub import Hub

_STALE = 2 * 3600.0
"""Seconds after which a holder on another machine, of which nothing can be asked, is over."""
_FIRST_PAUSE, _LONGEST_PAUSE, _GROWTH = 0.5, 15.0, 1.5
_LONGEST_MESSAGE = 2000


class Holder(NamedTuple):
    """Who holds the lock: a run of a workflow, or a process of some machine."""

    run: int = 0
    attempt: int = 0
    host: str = ""
    pid: int = 0
    since: int = 0
    token: str = ""

    def __str__(self) -> str:
        """Name the holder for people."""
        if self.run:
            return f"run {self.run}, attempt {self.attempt}"
        return f"process {self.pid} of {self.host}" if self.host else "an unknown run"


class HeldError(UnreadableError):
    """Another run writes this release; whether it will be published is not known yet."""

    id = "lock-held"


def ref_of(tag: str) -> str:
    """Return the lock's ref: no branch and no tag, so that it starts no workflow."""
    return f"refs/release-tools/{tag}"


@contextmanager
def held(
    hub: Hub, tag: str, commit: str, *, wait: float, done: Callable[[], bool]
) -> Iterator[bool]:
    """Hold the lock of ``tag``; yield True once it is ours, False when ``done`` before that.

    ``commit`` is any commit of the repository.  Raises HeldError after ``wait`` seconds.
    """
    me = _me()
    end, pause = time.monotonic() + wait, _FIRST_PAUSE
    while (mine := _take(hub, tag, commit, me)) is None:
        if done():
            yield False
            return
        left = end - time.monotonic()
        if left <= 0:
            holder = _holder(hub, tag)[1]
            raise HeldError(
                f"{holder} writes the release {tag}",
                hint="run the command again once it has ended",
            )
        time.sleep(min(pause, left))
        pause = min(pause * _GROWTH, _LONGEST_PAUSE)
    try:
        yield True
    finally:
        _release(hub, tag, mine)


def tidy(hub: Hub, tag: str) -> None:
    """Remove a lock that a run left which is over; none is there after a run that ended well."""
    standing, holder = _holder(hub, tag)
    if standing and _over(hub, holder, _me()):
        hub.refs.delete(ref_of(tag))


def _me() -> Holder:
    from secrets import token_hex
    from socket import gethostname

    actions = Actions.from_env(os.environ)
    run, attempt = (os.environ.get(f"GITHUB_RUN_{what}", "") for what in ("ID", "ATTEMPT"))
    now = int(time.time())
    here = Holder(host=gethostname(), pid=os.getpid(), since=now, token=token_hex(8))
    if actions is None or not run.isdecimal():
        return here
    job = f"{os.environ.get('GITHUB_JOB', '')} on {os.environ.get('RUNNER_NAME', '')}"
    number = int(attempt) if attempt.isdecimal() else 1
    return here._replace(run=int(run), attempt=number, token=job)


def _take(hub: Hub, tag: str, commit: str, me: Holder) -> str | None:
    """Try once; return the commit that the lock then points at, None where another holds it."""
    standing, holder = _holder(hub, tag)
    if standing and not _over(hub, holder, me):
        return None
    tree = hub.refs.commit(commit).tree
    message = json.dumps(me._asdict())
    try:
        mine = hub.refs.create_commit(message, tree, *([standing] if standing else []))
        taken = (
            hub.refs.advance(ref_of(tag), mine) if standing else hub.refs.create(ref_of(tag), mine)
        )
    except LostError:
        taken = _holder(hub, tag)[1] == me  # it may have arrived all the same
        mine = _holder(hub, tag)[0]
    return mine if taken else None


def _holder(hub: Hub, tag: str) -> tuple[str, Holder]:
    """Return the commit that the lock points at (empty: no lock), and who that names."""
    standing = hub.refs.get(ref_of(tag))
    if standing is None:
        return "", Holder()
    return standing.commit, _parsed(hub.refs.commit(standing.commit).message)


def _parsed(message: str) -> Holder:
    try:
        data: Any = json.loads(message[:_LONGEST_MESSAGE])
        made = Holder(**data)
    except (ValueError, TypeError, RecursionError):
        return Holder()
    kinds = {name: type(value) for name, value in Holder()._asdict().items()}
    proper = all(type(value) is kinds[name] for name, value in made._asdict().items())
    return made if proper else Holder()


def _over(hub: Hub, holder: Holder, me: Holder) -> bool:
    """Say whether the holder has provably come to its end; any doubt is none."""
    dead = holder.host == me.host and _is_dead(holder.pid)
    if not holder.run:
        return dead or 0 < holder.since < time.time() - _STALE
    if (holder.run, holder.attempt, holder.token) == (me.run, me.attempt, me.token):
        return dead  # an earlier step of this very job
    try:
        return hub.runs.is_over(holder.run, holder.attempt)
    except ReleaseToolsError:
        return False


def _is_dead(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _release(hub: Hub, tag: str, mine: str) -> None:
    """Remove the lock where it still is ours; a lock that stays is succeeded by the next run."""
    try:
        standing = hub.refs.get(ref_of(tag))
        if standing is not None and standing.commit == mine:
            hub.refs.delete(ref_of(tag))
    except ReleaseToolsError:
        return
