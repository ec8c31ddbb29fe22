"""The table of tags by workflows, from the ``data`` of ``lint``'s JSON report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.reports import safe
from release_tools.reports.markdown import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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

LEGEND = (
    "gated: publishes only if its gate opens. ungated: publishes, and nothing asks whether it may. "
    "CROSSES: publishes for a tag of another stream. runs: publishes nothing that is known."
)


def as_text(data: Data, *, colour: bool) -> str:
    """Return the table for a terminal, a line for each workflow that some tag starts."""
    if not data["workflows"]:
        return f"no tag of {_streams(data)} starts a workflow\n"
    columns = _columns(data)
    rows = [["workflow", *(safe(name, _LONGEST) for name, _ in columns), "publishes"]]
    for one in data["workflows"]:
        marks = (_mark(one["tags"][members[0]]) for _, members in columns)
        rows.append([_name(one), *marks, ", ".join(one["publishes"]) or "\N{EN DASH}"])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        _line(row, widths, bold=colour and row is rows[0], colour=colour and row is not rows[0])
        for row in rows
    )
    return "".join(f"{line}\n" for line in lines)


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
    return ", ".join(dict.fromkeys(safe(tag["stream"]) for tag in data["tags"])) or "any stream"


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


def _line(row: Sequence[str], widths: Sequence[int], *, bold: bool, colour: bool) -> str:
    parts = list(_padded(row, widths))
    if bold:
        return f"{_BOLD}{_GAP.join(parts).rstrip()}{_RESET}"
    if colour:
        parts = [
            f"{_COLOURS[text]}{part}{_RESET}" if text in _COLOURS else part
            for part, text in zip(parts, row, strict=True)
        ]
    return _GAP.join(parts).rstrip()


def _padded(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    return (text.ljust(width) for text, width in zip(row, widths, strict=True))
