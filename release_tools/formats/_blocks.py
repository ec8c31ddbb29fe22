"""Ordinary block-style YAML, read by its lines and without a parser.

This is the fast path of ``yaml`` and ``images``.  It understands the YAML that people write by
hand: one entry per line, indented with spaces, scalars that end on their line, block scalars.
Whatever else stands on the way raises ``Doubt``, and the caller asks PyYAML instead (``_events``).
It never guesses: libyaml closes quotes and brackets wherever they close, at any indentation, so
every line from the start of the document on is looked at before a line is taken for structure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NULLS = ("~", "null", "Null", "NULL")
# YAML 1.1 breaks lines here too, and PyYAML follows it; a byte order mark may start a document.
_RARE = ("\x85", "\u2028", "\u2029", "\ufeff")


class Doubt(Exception):  # noqa: N818 - a question, not an error
    """The fast path does not fully understand what stands here."""


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
            at = text.find(marker, at + 1)
    ranges = []
    for end, following in sorted(found):
        ranges.append((start, end))
        start = following
    ranges.append((start, len(text)))
    return ranges, True


def _is_ordinary(text: str, start: int) -> bool:
    if "\r" in text and text.count("\r") != text.count("\r\n"):
        return False
    at = text.find("%")
    while at >= 0:
        if at == start or text[at - 1] == "\n":
            return False
        at = text.find("%", at + 1)
    return text.isascii() or all(text.find(mark, 1) < 0 for mark in _RARE)


def lines(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Yield (offset, indent, body) of every line of the document that is structure.

    Blank lines, comments and the text of block scalars are left out; ``body`` is the line
    without blanks at its ends.  Raises ``Doubt`` at anything that may reach into later lines.
    """
    block: int | None = None
    while start < end:
        stop = text.find("\n", start, end)
        if stop < 0:
            stop = end
        line = text[start:stop]
        body = line.strip(" \r")
        if body and body[0] != "#":
            indent = len(line) - len(line.lstrip(" "))
            if block is None or indent <= block:
                block = None
                key, colon, value = body.partition(": ")
                if not (body[0].isalnum() and (not colon or value[0].isalnum())) or "\t" in body:
                    if not (indent == 0 and body.startswith("---") and _is_bare_marker(body)):
                        block = _block_scalar(indent, body)
                        yield start, indent, body
                else:
                    yield start, indent, body
        start = stop + 1


def _is_bare_marker(line: str) -> bool:
    if line[3:4] not in ("", " ", "\t"):
        return False
    rest = line[3:].strip(" ")
    if rest and not rest.startswith("#"):
        raise Doubt
    return True


def _block_scalar(indent: int, body: str) -> int | None:
    """Return the column that a block scalar's text exceeds, if the line starts one."""
    if "\t" in body:
        raise Doubt
    parent = indent if body[0] == "-" else None
    rest = body
    while rest == "-" or rest.startswith("- "):
        parent = indent
        inner = rest[1:].lstrip(" ")
        indent += len(rest) - len(inner)
        rest = inner
    keyed = False
    while rest and rest[0] != "#":
        first = rest[0]
        if first in "|>":
            if parent is None or rest.partition(" #")[0].strip(" |>+-0123456789"):
                raise Doubt
            return parent
        if first in "?:%@`,]}":
            raise Doubt
        if first in "&!":
            rest = rest.partition(" ")[2].lstrip(" ")
            continue
        if first in "[{":
            if not _closes(rest):
                raise Doubt
            return None
        if first in "\"'":
            tail = rest[after_quote(rest) :]
            if not tail.strip(" ") or tail.lstrip(" ")[0] == "#":
                return None
            if keyed or not (tail == ":" or tail.startswith(": ")):
                raise Doubt
            rest = tail[1:].lstrip(" ")
        elif keyed:
            return None
        else:
            key, colon, rest = rest.partition(": ")
            if not colon:
                return None
            if first == "*" or " #" in key:
                raise Doubt
            rest = rest.lstrip(" ")
        keyed, parent = True, indent
    return None


def after_quote(value: str) -> int:
    """Return the index behind the closing quote of ``value``, which starts with the opening one."""
    quote = value[0]
    at = value.find(quote, 1)
    while at >= 0:
        if quote == "'" and value[at + 1 : at + 2] == quote:
            at += 1
        elif quote == "'" or (at - len(value[:at].rstrip("\\"))) % 2 == 0:
            return at + 1
        at = value.find(quote, at + 1)
    raise Doubt


def _closes(value: str) -> bool:
    """Say whether a flow collection ends on its line, and nothing but a comment follows."""
    depth = at = 0
    fresh = True  # a token may start here, so that a quote is one
    while at < len(value):
        char = value[at]
        if char in "\"'":
            if not fresh:
                return False
            at += after_quote(value[at:])
            fresh = False
            continue
        if char in "[{":
            depth, fresh = depth + 1, True
        elif char in "]}":
            depth, fresh = depth - 1, False
        elif char == "#":
            return False
        elif char in ",:":
            fresh = char == "," or value[at + 1 : at + 2] == " "
        elif char != " ":
            fresh = False
        at += 1
        if depth == 0:
            rest = value[at:].lstrip(" ")
            return not rest or (rest[0] == "#" and value[at] == " ")
    return False


def scalar(text: str, start: int, end: int, column: int) -> tuple[int, int] | None:
    """Return the range of the content of the scalar at ``start``, None when it is null.

    ``end`` is the end of the document and ``column`` that of the mapping or sequence the
    scalar is a value of: a plain scalar goes on in lines that are indented deeper.
    """
    stop = text.find("\n", start, end)
    if stop < 0:
        stop = end
    value = text[start:stop].rstrip(" \r")
    lead = len(value) - len(value.lstrip(" "))
    value = value[lead:]
    start += lead
    if value and value[0] in "\"'":
        after = after_quote(value)
        content, tail = value[1 : after - 1], value[after:]
        if not content.isprintable() or "\\" in content or "'" in content or '"' in content:
            raise Doubt
        if tail and not (tail[0] == " " and tail.lstrip(" ")[0] == "#"):
            raise Doubt
        return start + 1, start + after - 1
    if value[:1] != "#":
        value = value.partition(" #")[0].rstrip(" ")
    else:
        value = ""
    if (
        not value.isprintable()
        or value[:1] in tuple("-?:,[]{}&*!|>%@`=<")
        or ": " in value
        or value[-1:] == ":"
    ):
        raise Doubt
    if _goes_on(text, stop + 1, end, column):
        raise Doubt
    if not value or value in _NULLS:
        return None
    return start, start + len(value)


def _goes_on(text: str, start: int, end: int, column: int) -> bool:
    while start < end:
        stop = text.find("\n", start, end)
        if stop < 0:
            stop = end
        line = text[start:stop]
        body = line.lstrip(" ")
        if body not in ("", "\r") and body[0] != "#":
            return len(line) - len(body) > column or body[0] in "\t"
        start = stop + 1
    return False
