r"""A plan as a unified diff and as a table of edits.

The hunks are built from the edits themselves, so that no time is spent on finding out again
what changed.  The diff follows GNU diff's unified format, with git's quoting of paths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.reports import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from release_tools.model import Edit, FileChange

_CONTEXT = 3
_LONGEST = 80


class _Block(NamedTuple):
    """Lines ``[start, end)`` of the old text, and the lines that replace them."""

    start: int
    end: int
    new: Sequence[str]


def unified(changes: Sequence[FileChange], *, escape: bool = False) -> str:
    """Return the unified diff of all changes, which ``patch -p1`` and ``git apply`` accept.

    The lines are those of the files, carriage returns included.  With ``escape`` they are fit
    for a terminal or a log instead (see ``reports.safe``; tabs stay), and no longer a patch.
    """
    lines = [line for change in changes for line in _file(change)]
    if escape:
        lines = ["\t".join(map(safe, line[:-1].split("\t"))) + "\n" for line in lines]
    return "".join(lines)


def edits_table(changes: Sequence[FileChange]) -> str:
    """Return a line ``path:line  old -> new`` for every edit; ``+ new`` for an insertion."""
    rows = [
        (safe(f"{edit.path}:{edit.spot.line}"), _arrow(edit))
        for change in changes
        for edit in change.edits
    ]
    width = max((len(where) for where, _ in rows), default=0)
    return "".join(f"{where.ljust(width)}  {arrow}\n" for where, arrow in rows)


def _arrow(edit: Edit) -> str:
    new = safe(edit.text if edit.spot.text else edit.text.strip("\r\n"), _LONGEST)
    return f"{safe(edit.spot.text, _LONGEST)} -> {new}" if edit.spot.text else f"+ {new}"


def _file(change: FileChange) -> Iterator[str]:
    """Yield the lines of one file's diff, each with its newline."""
    old = _lines(change.before)
    blocks = [block for block in _blocks(change, old) if block.start < block.end or block.new]
    if not blocks:
        return
    yield f"--- {_quoted('a/' + change.path)}\n"
    yield f"+++ {_quoted('b/' + change.path)}\n"
    shift = 0
    for hunk in _hunks(blocks):
        yield from _hunk(old, hunk, shift)
        shift += sum(len(block.new) - (block.end - block.start) for block in hunk)


def _blocks(change: FileChange, old: Sequence[str]) -> Iterator[_Block]:
    """Yield the changed lines, in order; the whole file where the edits do not explain it."""
    before = change.before
    edits = sorted(change.edits, key=lambda edit: edit.spot.start)
    if _spliced(before, edits, 0, len(before)) != change.after:
        yield _trimmed(old, _Block(0, len(old), _lines(change.after)))
        return
    offset = line = 0
    for first, last, group in _grouped(before, edits):
        line += before.count("\n", offset, first)
        offset = first
        end = line + len(_lines(before[first:last]))
        yield _trimmed(old, _Block(line, end, _lines(_spliced(before, group, first, last))))


def _grouped(text: str, edits: Sequence[Edit]) -> Iterator[tuple[int, int, list[Edit]]]:
    """Yield the edits that share lines, with the offsets at which those lines begin and end."""
    group: list[Edit] = []
    first = last = 0
    for edit in edits:
        start, end = edit.spot.start, edit.spot.end
        if group and start >= last and not start == last == len(text):
            yield first, last, group
            group = []
        if not group:
            first = text.rfind("\n", 0, start) + 1
        group.append(edit)
        last = text.find("\n", end) + 1 or len(text)
    if group:
        yield first, last, group


def _spliced(text: str, edits: Sequence[Edit], start: int, end: int) -> str:
    """Return ``text[start:end]`` with the edits made, which lie inside and in order."""
    parts = []
    for edit in edits:
        parts += [text[start : edit.spot.start], edit.text]
        start = edit.spot.end
    return "".join(parts) + text[start:end]


def _trimmed(old: Sequence[str], block: _Block) -> _Block:
    """Take equal lines off both ends of the block."""
    start, end, new = block
    top = 0
    while start + top < end and top < len(new) and old[start + top] == new[top]:
        top += 1
    tail = 0
    while (
        start + top < end - tail and top < len(new) - tail and old[end - tail - 1] == new[-tail - 1]
    ):
        tail += 1
    return _Block(start + top, end - tail, new[top : len(new) - tail])


def _hunks(blocks: Sequence[_Block]) -> Iterator[list[_Block]]:
    """Group the blocks whose context would touch."""
    hunk = [blocks[0]]
    for block in blocks[1:]:
        if block.start - hunk[-1].end > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(block)
    yield hunk


def _hunk(old: Sequence[str], hunk: Sequence[_Block], shift: int) -> Iterator[str]:
    """Yield the lines of one hunk; ``shift`` is what earlier hunks added to the line count."""
    start = max(hunk[0].start - _CONTEXT, 0)
    end = min(hunk[-1].end + _CONTEXT, len(old))
    grown = sum(len(block.new) - (block.end - block.start) for block in hunk)
    yield f"@@ -{_range(start, end - start)} +{_range(start + shift, end - start + grown)} @@\n"
    for block in hunk:
        yield from _marked(" ", old[start : block.start])
        yield from _marked("-", old[block.start : block.end])
        yield from _marked("+", block.new)
        start = block.end
    yield from _marked(" ", old[start:end])


def _range(start: int, count: int) -> str:
    """Write a range as diff does: an empty one names the line before it, a single one no count."""
    first = start + 1 if count else start
    return str(first) if count == 1 else f"{first},{count}"


def _marked(mark: str, lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if line.endswith("\n"):
            yield mark + line
        else:
            yield f"{mark}{line}\n"
            yield "\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """Split at line feeds only, which stay: str.splitlines knows eight more separators."""
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _quoted(path: str) -> str:
    """Quote the path as git does: in C's way if need be, a tab behind a name with blanks."""
    if path.isascii() and path.isprintable() and '"' not in path and "\\" not in path:
        return f"{path}\t" if " " in path else path
    data = path.encode("utf-8", "surrogateescape")
    return f'"{"".join(map(_octal, data))}"'


def _octal(byte: int) -> str:
    char = chr(byte)
    if char in {'"', "\\"}:
        return f"\\{char}"
    return char if char.isascii() and char.isprintable() else f"\\{byte:03o}"
