"""Ordinary block-style YAML, read by its lines and without a parser.

This is the fast path of ``yaml`` and ``images``.  It understands the YAML that people write by
hand: one entry per line, indented with spaces, scalars that end on their line, block scalars.
Whatever else stands on the way raises ``Doubt``, and the caller asks PyYAML instead (``_events``).
It never guesses: libyaml closes quotes and brackets wherever they close, at any indentation, so
every line from the start of the document on is looked at before a line is taken for structure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

_NULLS = ("~", "null", "Null", "NULL")
# YAML 1.1 breaks lines here too, and PyYAML follows it; a byte order mark may start a document.
_RARE = ("\x85", "\u2028", "\u2029", "\ufeff")
_MOST_DASHES = 20  # in one line
_FORBIDDEN = tuple("-?:,[]{}&*!|>%@`=<")  # a plain scalar does not start so, or is no plain one


class Doubt(Exception):  # noqa: N818 - a question, not an error
    """The fast path does not fully understand what stands here."""


def doubt() -> NoReturn:
    """Raise ``Doubt``."""
    raise Doubt


def documents(text: str) -> tuple[list[tuple[int, int]], bool]:
    """Return the half-open range of every document, and whether the text is ordinary.

    A line that starts with ``---`` or ``...`` and a blank always separates documents, in block
    scalars too, and anchors never cross it.  A text with directives or with line breaks other
    than LF and CRLF is not ordinary: it stays whole, and only PyYAML can read it.  A byte order
    mark at the start belongs to no document.
    """
    start = 1 if text.startswith("\ufeff") else 0
    if not _is_ordinary(text, start):
        return [(start, len(text))], False
    found: list[tuple[int, int]] = []
    for marker, skip in (("\n---", 1), ("\n...", 4)):
        at = text.find(marker, start)
        while at >= 0:
            if text[at + 4 : at + 5] in ("", " ", "\t", "\r", "\n"):
                found.append((at + 1, at + skip))
            at = text.find(marker, at + 4)
    ranges = []
    for end, following in sorted(found):
        ranges.append((start, end))
        start = following
    ranges.append((start, len(text)))
    return ranges, True


def _is_ordinary(text: str, start: int) -> bool:
    if "\r" in text and text.count("\r") != text.count("\r\n"):
        return False
    if text.startswith("%", start) or "\n%" in text:
        return False
    return text.isascii() or not any(mark in text[start:] for mark in _RARE)


def lines(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Yield (offset, indent, body) of every line of the document that is structure.

    Blank lines, comments and the text of block scalars are left out; ``body`` is the line
    without blanks at its ends.  Raises ``Doubt`` at anything that may reach into later lines.
    """
    block: int | None = None
    while start < end:
        stop = _line_end(text, start, end)
        line = text[start:stop]
        body = line.strip(" \r")
        if body and body[0] != "#":
            indent = len(line) - len(line.lstrip(" "))
            if block is None or indent <= block:
                block = None
                _, colon, value = body.partition(": ")
                if not (body[0].isalnum() and (not colon or value[0].isalnum())) or "\t" in body:
                    if not (indent == 0 and body.startswith("---") and _is_bare_marker(body)):
                        block = _block_scalar(indent, body)
                        yield start, indent, body
                else:
                    yield start, indent, body
        start = stop + 1


def _is_bare_marker(line: str) -> bool:
    """Say whether the line only starts a document; raise ``Doubt`` where more stands on it."""
    if line[3:4] not in ("", " "):
        return False
    if line[4:].lstrip(" ")[:1] not in ("", "#"):
        raise Doubt
    return True


def _block_scalar(indent: int, body: str) -> int | None:
    """Return the column that a block scalar's text exceeds, if the line starts one."""
    if "\t" in body:
        raise Doubt
    parent: int | None = None
    rest = body
    for _ in range(_MOST_DASHES):
        if rest != "-" and not rest.startswith("- "):
            break
        parent = indent
        inner = rest[2:].lstrip(" ")
        indent += len(rest) - len(inner)
        rest = inner
    else:
        raise Doubt
    value, keyed = _value(rest)
    if not value:
        return None
    if keyed:
        parent = indent
    if parent is None or value.partition(" #")[0].strip(" |>+-0123456789"):
        raise Doubt
    return parent


def _value(entry: str) -> tuple[str, bool]:
    """Return the header of a block scalar, if the entry ends in one, and whether a key has it.

    Raises ``Doubt`` unless everything else ends on its line.
    """
    rest, keyed = _bare(entry), False
    while rest and rest[0] != "#":
        first = rest[0]
        if first in "?:%@`,]}" or (first in "[{" and not _closes(rest)):
            raise Doubt
        if first in "[{" or (keyed and first not in "\"'|>"):
            return "", keyed
        if first in "|>":
            return rest, keyed
        if first in "\"'":
            tail = rest[after_quote(rest) :]
            if _ends(tail):
                return "", keyed
            if keyed or not f"{tail} ".startswith(": "):
                raise Doubt
            rest = tail[2:]
        else:
            key, colon, rest = rest.partition(": ")
            if colon and (first == "*" or " #" in key):
                raise Doubt
        rest, keyed = _bare(rest.lstrip(" ")), True
    return "", keyed


def _bare(node: str) -> str:
    """Leave out an anchor and a tag in front of a node."""
    for _ in range(3):
        if node[:1] not in ("&", "!"):
            return node
        node = node.partition(" ")[2].lstrip(" ")
    raise Doubt


def after_quote(value: str, start: int = 0) -> int:
    """Return the index behind the quote that closes the one at ``start``."""
    quote = value[start]
    begin = start + 1
    while (at := value.find(quote, begin)) != -1:
        if quote == "'" and value.startswith("'", at + 1):
            begin = at + 2
        elif quote == '"' and value[begin:at].replace("\\\\", "").endswith("\\"):
            begin = at + 1
        else:
            return at + 1
    raise Doubt


def _ends(tail: str) -> bool:
    """Say whether nothing but a comment follows on the line, which has no blanks at its end."""
    return not tail or (tail[0] == " " and tail.lstrip(" ")[0] == "#")


def _closes(value: str) -> bool:
    """Say whether a flow collection ends on its line, and nothing but a comment follows."""
    depth = at = 1
    fresh = True  # a token may start here, so that a quote is one
    while at < len(value):
        char = value[at]
        if char == "#" or (char in "\"'" and not fresh):
            return False
        if char in "\"'":
            at, fresh = after_quote(value, at), False
            continue
        depth += (char in "[{") - (char in "]}")
        if char in ",:":
            fresh = char == "," or value[at + 1 : at + 2] == " "
        elif char != " ":
            fresh = char in "[{"
        at += 1
        if depth == 0:
            return _ends(value[at:])
    return False


def scalar(text: str, start: int, end: int, column: int) -> tuple[int, int] | None:
    """Return the range of the content of the scalar at ``start``, None when it is null.

    ``end`` is the end of the document and ``column`` that of the mapping or sequence the
    scalar is a value of: a plain scalar goes on in lines that are indented deeper.
    """
    stop = _line_end(text, start, end)
    value = text[start:stop].rstrip(" \r")
    lead = len(value) - len(value.lstrip(" "))
    value = value[lead:]
    start += lead
    if value and value[0] in "\"'":
        after = after_quote(value)
        content, tail = value[1 : after - 1], value[after:]
        if not content.isprintable() or "\\" in content or "'" in content or not _ends(tail):
            raise Doubt
        return start + 1, start + after - 1
    value = "" if value[:1] == "#" else value.partition(" #")[0].rstrip(" ")
    strange = value.startswith(_FORBIDDEN) or ": " in value or value.endswith(":")
    indent, first = _next(text, stop + 1, end)
    goes_on = indent > column or first == "\t"
    if first == "-" and indent == column and not value:
        goes_on = True  # items may stand at the column of their key
    if strange or goes_on or not value.isprintable():
        raise Doubt
    if not value or value in _NULLS:
        return None
    return start, start + len(value)


def _next(text: str, start: int, end: int) -> tuple[int, str]:
    """Return the indent and the first character of the next line that says something."""
    while start < end:
        stop = _line_end(text, start, end)
        line = text[start:stop]
        body = line.lstrip(" ")
        if body not in ("", "\r") and body[0] != "#":
            return len(line) - len(body), body[0]
        start = stop + 1
    return 0, ""


def _line_end(text: str, start: int, end: int) -> int:
    stop = text.find("\n", start, end)
    return end if stop < 0 else stop
