"""The table of tags by workflows, from the ``data`` of ``lint``'s JSON report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.reports import safe
from release_tools.reports.markdown import escape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Data = Mapping[str, Any]

_GAP = "  "
_SHOWN = {
    "not-started": "\N{EN DASH}",
    "runs": "runs",
    "gated": "gated",
    "publishes": "ungated",
    "crosses": "CROSSES",
}
_COLOURS = {"gated": "\x1b[32m", "ungated": "\x1b[33m", "CROSSES": "\x1b[1;31m"}
_BOLD, _RESET = "\x1b[1m", "\x1b[0m"
_LONGEST = 60
_MOST = 5  # streams that are named one by one

LEGEND = (
    "gated: publishes only if its gate opens. ungated: publishes, and nothing asks whether it may. "
    "CROSSES: publishes for a tag of another stream. runs: publishes nothing that is known."
)


def as_text(data: Data, *, colour: bool, width: int | None = None) -> str:
    """Return the table for a terminal, a line for each workflow that some tag starts.

    Where the names of the tags do not fit into ``width`` columns they stand above the table, and
    their numbers in it.
    """
    if not data["workflows"]:
        return f"no tag of {_streams(data)} starts a workflow\n"
    columns = _columns(data)
    names = [safe(name, _LONGEST) for name, _ in columns]
    rows = _rows(data, columns, names)
    above: list[str] = []
    if width is not None and sum(_widths(rows)) + len(_GAP) * len(rows[0]) > width:
        above = [f"{at:>3}  {name}" for at, name in enumerate(names, 1)] + [""]
        rows = _rows(data, columns, [str(at) for at, _ in enumerate(names, 1)])
    widths = _widths(rows)
    heading, *others = rows
    lines = [_line(heading, widths, bold=colour)]
    lines += [_line(row, widths, colour=colour) for row in others]
    return "".join(f"{line}\n" for line in (*above, *lines))


def _rows(
    data: Data, columns: Sequence[tuple[str, list[str]]], names: Sequence[str]
) -> list[list[str]]:
    rows = [["workflow", *names, "publishes"]]
    for one in data["workflows"]:
        marks = (_mark(one["tags"][members[0]]) for _, members in columns)
        rows.append([_name(one), *marks, ", ".join(one["publishes"]) or "\N{EN DASH}"])
    return rows


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def as_markdown(data: Data) -> str:
    """Return the table in GitHub Flavored Markdown, and what its words mean."""
    if not data["workflows"]:
        return f"No tag of {escape(_streams(data))} starts a workflow.\n"
    columns = _columns(data)
    lines = ["| workflow |" + "".join(f" {escape(safe(name))} |" for name, _ in columns)]
    lines[0] += " publishes |"
    lines.append("|---|" + "---|" * (len(columns) + 1))
    for one in data["workflows"]:
        marks = "".join(f" {_mark(one['tags'][members[0]])} |" for _, members in columns)
        published = ", ".join(one["publishes"]) or "\N{EN DASH}"
        lines.append(f"| {escape(_name(one))} |{marks} {escape(published)} |")
    return "\n".join((*lines, "", LEGEND, ""))


def _name(one: Data) -> str:
    return safe(str(one["path"]).rpartition("/")[2], _LONGEST)


def _mark(cell: Data) -> str:
    return _SHOWN[cell["mark"]]


def _streams(data: Data) -> str:
    names = list(dict.fromkeys(safe(tag["stream"]) for tag in data["tags"]))
    return ", ".join(names) if len(names) <= _MOST else f"{len(names)} streams"


def _columns(data: Data) -> Sequence[tuple[str, list[str]]]:
    """Return the heading and the tags of each column.

    A pre-release that does all that the release before it does is no column of its own:
    ``v0.3.0[-rc.1]``.
    """
    found: list[tuple[str, list[str]]] = []
    last: Data | None = None
    for tag in data["tags"]:
        name = tag["tag"]
        if last is not None and last["stream"] == tag["stream"] and name.startswith(last["tag"]):
            same = all(
                _mark(one["tags"][name]) == _mark(one["tags"][last["tag"]])
                for one in data["workflows"]
            )
            if same:
                found[-1] = f"{last['tag']}[{name[len(last['tag']) :]}]", [last["tag"], name]
                continue
        found.append((name, [name]))
        last = tag
    return found


def _line(
    row: Sequence[str], widths: Sequence[int], *, bold: bool = False, colour: bool = False
) -> str:
    parts = [text.ljust(width) for text, width in zip(row, widths, strict=True)]
    if bold:
        return f"{_BOLD}{_GAP.join(parts).rstrip()}{_RESET}"
    if colour:
        parts = [
            f"{_COLOURS[text]}{part}{_RESET}" if text in _COLOURS else part
            for part, text in zip(parts, row, strict=True)
        ]
    return _GAP.join(parts).rstrip()
