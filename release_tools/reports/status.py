"""Where every surface stands, in every channel: for a terminal, a summary, a page, a program."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.reports import safe
from release_tools.reports.markdown import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = ("source", "release", "prerelease", "nightly", "latest")
RUNNING = ("environment", "surface", "runs", "state", "detail")
_NOTHING = "\N{EN DASH}"
_LONGEST = 40


class Line(NamedTuple):
    """One surface: what the source says, the newest of each channel, and what is to be said.

    ``latest`` is what the moving name ``latest`` points at.  ``state`` is ``current``, ``behind``,
    ``missing`` or ``unknown``; ``why`` explains the last two.
    """

    id: str
    source: str | None
    release: str | None
    prerelease: str | None
    nightly: str | None
    latest: str | None
    state: str
    why: str = ""


class Running(NamedTuple):
    """What one environment runs of a surface.

    ``version`` is as it is written there; ``state`` is ``current``, ``behind``, ``ahead``,
    ``failing``, ``missing`` or ``unknown``; ``detail`` says why, and what else is known.
    """

    deployment: str
    id: str
    version: str | None
    digest: str | None
    state: str
    detail: str = ""


class Overview(NamedTuple):
    """One stream: its highest release, its lines, and what to do, as commands and words.

    ``running`` is what the environments run of it, None where nobody asked.
    """

    stream: str
    release: str | None
    lines: tuple[Line, ...]
    todo: tuple[str, ...] = ()
    running: tuple[Running, ...] | None = None

    @property
    def states(self) -> set[str]:
        """The states of all that is listed."""
        return {line.state for line in self.lines} | {one.state for one in self.running or ()}


def as_text(overviews: Sequence[Overview]) -> str:
    """Return an aligned table for each stream, and below it what to do."""
    return "\n".join(_stream(one) for one in overviews)


def as_markdown(overviews: Sequence[Overview]) -> str:
    """Return the same as tables of GitHub Flavored Markdown."""
    parts = []
    for one in overviews:
        head = "| surface | " + " | ".join((*COLUMNS, "state")) + " |\n" + "|---" * 7 + "|\n"
        rows = "".join(
            "| " + " | ".join(escape(text) for text in _texts(line)) + " |\n" for line in one.lines
        )
        todo = "".join(f"- <code>{escape(safe(line))}</code>\n" for line in one.todo)
        parts.append(
            f"#### {escape(safe(_title(one)))}\n\n{head}{rows}"
            + _running_as_markdown(one)
            + (f"\n{todo}" * bool(todo))
        )
    return "\n".join(parts)


def data(overviews: Sequence[Overview]) -> list[dict[str, Any]]:
    """Return the same as plain values for the JSON report."""
    return [
        {
            "stream": one.stream,
            "release": one.release,
            "surfaces": [line._asdict() for line in one.lines],
            "todo": list(one.todo),
            "running": None
            if one.running is None
            else [running._asdict() for running in one.running],
        }
        for one in overviews
    ]


def _running_as_markdown(one: Overview) -> str:
    if not one.running:
        return ""
    head = "| " + " | ".join(RUNNING) + " |\n" + "|---" * len(RUNNING) + "|\n"
    rows = (
        "| " + " | ".join(escape(text) for text in running_texts(line)) + " |\n"
        for line in one.running
    )
    return f"\n{head}{''.join(rows)}"


def _stream(one: Overview) -> str:
    counted = Counter((line.state, line.why) for line in one.lines if line.why)
    shared = {reason: count for reason, count in counted.items() if count > 1}
    lines = (
        _texts(line._replace(why="" if (line.state, line.why) in shared else line.why))
        for line in one.lines
    )
    parts = [_table([(_title(one), *COLUMNS, "state"), *lines])]
    parts += [] if one.lines else ["no surface of it is published where it could be asked for\n"]
    parts += [
        f"{state}: {safe(why)} ({count} surfaces)\n" for (state, why), count in shared.items()
    ]
    if one.running:
        parts.append(_table([RUNNING, *map(running_texts, one.running)]))
    elif one.running is not None:
        parts.append("no environment runs anything of it\n")
    if one.todo:
        parts.append("to do:\n" + "".join(f"    {safe(line)}\n" for line in one.todo))
    return "\n".join(parts)


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join(
        "  ".join(text.ljust(wide) for text, wide in zip(row, widths, strict=True)).rstrip() + "\n"
        for row in rows
    )


def running_texts(line: Running) -> tuple[str, ...]:
    """Return a line of the table of what runs, in the order of ``RUNNING``."""
    shown = (line.deployment, line.id, line.version or _NOTHING, line.state, line.detail)
    return tuple(safe(text) for text in shown)


def _title(one: Overview) -> str:
    return f"{safe(one.stream)} {safe(one.release or 'without a release')}"


def _texts(line: Line) -> tuple[str, ...]:
    found = (line.source, line.release, line.prerelease, line.nightly, line.latest)
    told = [line.why] if line.state == "current" and line.why else [line.state, line.why]
    shown = (safe(text, _LONGEST) if text else _NOTHING for text in found)
    return (safe(line.id), *shown, safe(": ".join(filter(None, told))))
