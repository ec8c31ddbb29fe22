"""A bump's plan: the table of edits and the diff for people, values for the JSON report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.reports import diff, json, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from release_tools.model import FileChange

_ADDED, _REMOVED, _RESET = "\x1b[32m", "\x1b[31m", "\x1b[0m"


def as_text(
    changes: Sequence[FileChange], left: Iterable[tuple[str, str]], *, dry: bool, colour: bool
) -> str:
    """Return what a bump did, or with ``dry`` what it would do, the diff included.

    ``left`` are the surfaces that are left alone, each id with the reason.
    """
    parts = []
    if dry and changes:
        parts.append(diff.edits_table(changes))
        text = diff.unified(changes, escape=True)
        parts.append(_coloured(text) if colour else text)
    lines = [f"left alone: {safe(id_)} ({safe(reason)})" for id_, reason in left]
    values = sum(len(change.edits) for change in changes)
    if changes:
        changed = "would change" if dry else "changed"
        in_files = f"{_count(values, 'value')} in {_count(len(changes), 'file')}"
        lines.append(f"{in_files} {changed}, nothing else")
    else:
        lines.append("nothing to change: every place says this version already")
    parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def data(
    moves: Iterable[tuple[str, str | None, str]],
    changes: Sequence[FileChange],
    left: Iterable[tuple[str, str]],
    *,
    dry: bool,
    done: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the bump's own part of the JSON report.

    ``moves`` are (stream, from, to); ``done`` are commit, tags, pushed and pull_request.
    """
    return {
        "dry_run": dry,
        "targets": [
            {"stream": stream, "from": before, "version": after} for stream, before, after in moves
        ],
        "values": sum(len(change.edits) for change in changes),
        "files": len(changes),
        "edits": json.edits(changes),
        "left_alone": [{"surface": id_, "reason": reason} for id_, reason in left],
        **done,
    }


def _coloured(text: str) -> str:
    marks = {"+": _ADDED, "-": _REMOVED}
    return "".join(
        f"{marks[line[0]]}{line}{_RESET}\n" if line[:1] in marks else f"{line}\n"
        for line in text.splitlines()
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
