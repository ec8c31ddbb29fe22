r"""What the commands of a handbook name: images, charts, packages, make targets, with their lines.

Of Markdown only code counts: fenced and indented blocks, and inline code.  Of any other text every
line does.  A line that ends in ``\`` goes on in the next one.  How the text around it is worded is
no matter, and a placeholder (``<version>``, ``$TAG``, ``{version}``, ``X.Y.Z``, ``YYYYMMDD``) names
nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Found = Iterator[tuple[int, tuple[str, ...]]]  # offset, and a claim without its line

_FENCE = re.compile(r" {0,12}(`{3,}|~{3,})")
_ITEM = re.compile(r" *(?:[-*+]|\d{1,9}[.)]) +")
_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}+"
_DIGEST = r"sha256:[0-9a-f]{64}"
_PATH = r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*+"
_VERSION = r"[A-Za-z0-9][A-Za-z0-9.+_-]{0,127}+"
_NUMBER = r"\d[A-Za-z0-9.+_-]{0,127}+"
_OPEN = ("<", "$", "{", "*", "[")
"""What a placeholder begins with."""
_PLACEHOLDER = re.compile(r"X\.Y|YYYY|(?i:version|placeholder|your-|my-)|\.\.\.|…")
_LONGEST = 4000  # characters of one command


class Names(NamedTuple):
    """What is ours: where images and charts stand, and what packages are called.

    ``images`` and ``charts`` are repositories without a name, ``ghcr.io/org``; ``chart_names``
    those of charts; ``packages`` are (kind, name).  ``variables`` are those of the Makefile that
    choose a version, by what they choose it of: ``image`` or ``chart``.
    """

    images: tuple[str, ...] = ()
    charts: tuple[str, ...] = ()
    chart_names: tuple[str, ...] = ()
    packages: tuple[tuple[str, str], ...] = ()


class Claim(NamedTuple):
    """One artifact that a command names.

    ``kind`` is ``image``, ``chart``, ``pypi``, ``crate``, ``npm``; ``image-tag`` and
    ``chart-version`` are versions without a name; ``target`` is a target of make.  ``version`` is
    as it stands there, "" for a name alone; ``digest`` is ``sha256:HEX`` or "".
    """

    line: int
    kind: str
    name: str
    version: str = ""
    digest: str = ""


def find(text: str, names: Names, *, markdown: bool) -> tuple[Claim, ...]:
    """Return what is named, each once a line, in the order of the text."""
    found: dict[Claim, None] = {}
    for piece in _pieces(text, markdown=markdown):
        for offset, claim in _claims(piece.text, names):
            found.setdefault(Claim(piece.line_at(offset), *claim))
    return tuple(sorted(found, key=lambda one: one.line))


class _Piece(NamedTuple):
    """One command or one span of code; ``starts`` are the offsets at which its lines begin."""

    line: int
    text: str
    starts: tuple[int, ...]

    def line_at(self, offset: int) -> int:
        return self.line + bisect_right(self.starts, offset) - 1


def _pieces(text: str, *, markdown: bool) -> Iterator[_Piece]:
    lines = text.split("\n")
    fence, indented = "", _Indented()
    waiting: list[str] = []
    for number, line in enumerate(lines, 1):
        mark = _FENCE.match(line) if markdown else None
        closes = mark is not None and fence and line.strip().startswith(fence)
        if mark is not None and (not fence or closes):
            if waiting:
                yield _joined(number - len(waiting), waiting)
            waiting, fence = [], "" if closes else mark[1]
        elif fence or not markdown or indented.takes(line):
            waiting.append(line.rstrip("\r"))
            if not waiting[-1].rstrip(" ").endswith("\\"):
                yield _joined(number - len(waiting) + 1, waiting)
                waiting = []
        else:
            if waiting:
                yield _joined(number - len(waiting), waiting)
                waiting = []
            for match in re.finditer(r"(?<!`)(`+)(?!`)([^`\n]+)\1(?!`)", line[:_LONGEST]):
                yield _Piece(number, match[2], (0,))
    if waiting:
        yield _joined(len(lines) - len(waiting) + 1, waiting)


class _Indented:
    """Tells code by its indentation: four columns behind what it belongs to (CommonMark 4.4)."""

    def __init__(self) -> None:
        self.margin = 0  # where the text of the list begins that goes on
        self.blank = True  # code interrupts no paragraph

    def takes(self, line: str) -> bool:
        """Say whether the next line outside of fences is code."""
        wide = line.expandtabs(4)
        depth = len(wide) - len(wide.lstrip())
        if not wide.strip():
            self.blank = True
        elif self.blank and depth >= self.margin + 4:
            return True
        else:
            item = _ITEM.match(wide)
            if item or depth < self.margin:
                self.margin = item.end() if item else 0
            self.blank = False
        return False


def _joined(first: int, lines: Sequence[str]) -> _Piece:
    starts, parts, offset = [], [], 0
    for line in lines:
        part = line.rstrip(" ").removesuffix("\\") + " "
        starts.append(offset)
        parts.append(part)
        offset += len(part)
    return _Piece(first, "".join(parts)[:_LONGEST], tuple(starts))


def _claims(text: str, names: Names) -> Found:
    text = re.sub(r"(?:(?<=\s)|^)#(?=\s).*", "", text)  # a comment in a shell is no command
    yield from _references(text, names)
    yield from _charts(text, names)
    for kind, name in names.packages:
        for match in _package(kind, name).finditer(text):
            version = next((group for group in match.groups() if group), "")
            if _is_said(text, match.end(), version):
                yield match.start(), (kind, name, version)
    yield from _make(text)
    tag = re.fullmatch(rf"\s*tag:\s*[\"']?(v?{_NUMBER})[\"']?\s*(?:#.*)?", text)
    if tag and _is_said(text, tag.end(1), tag[1]):
        yield tag.start(), ("image-tag", "", tag[1])


def _references(text: str, names: Names) -> Found:
    if not names.images:
        return
    for match in _image(names.images).finditer(text):
        name, tag, digest = match[1], match[2] or "", match[3] or ""
        if _is_whole(text, match):
            yield match.start(), ("image", name, tag, digest)


@cache
def _image(roots: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w./-])((?:{_either(roots)})/{_PATH})(?::({_TAG}))?+(?:@({_DIGEST}))?+(?![A-Za-z0-9_/])"
    )


def _charts(text: str, names: Names) -> Found:
    version = re.search(rf"--version[= ][\"']?({_VERSION})", text)
    said = version[1] if version and _is_said(text, version.end(), version[1]) else ""
    if names.charts:
        for match in _chart(names.charts).finditer(text):
            if _is_whole(text, match):
                yield match.start(), ("chart", match[1], match[2] or said, match[3] or "")
    if said and re.search(r"\bhelm\b", text):
        for name in names.chart_names:
            called = re.search(rf"(?:\s|[\w.-]/){re.escape(name)}\s", text)
            if called and "oci://" not in text:
                yield called.start(), ("chart", name, said)


@cache
def _chart(roots: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(
        rf"oci://((?:{_either(roots)})/{_PATH})(?::({_TAG}))?+(?:@({_DIGEST}))?+(?![A-Za-z0-9_/])"
    )


@cache
def _package(kind: str, name: str) -> re.Pattern[str]:
    """Return what names a version of a package on a command line of its client."""
    before = r"(?<![\w./-])"
    if kind == "pypi":
        same = re.sub(r"[-_.]+", "[-_.]+", name)
        return re.compile(rf"{before}(?i:{same})(?:\[[\w, -]*\])?\s*==\s*({_VERSION})")
    if kind == "crate":
        named = rf"cargo\s+(?:install|add)\b[^\n]*?\s{re.escape(name)}\b"
        return re.compile(
            rf"{before}{re.escape(name)}@=?({_VERSION})"
            rf"|{named}[^\n]*?--vers(?:ion)?[= ]=?({_VERSION})"
        )
    return re.compile(rf"{before}{re.escape(name)}@({_NUMBER})")


def _make(text: str) -> Found:
    match = re.match(r"\s*(?:\$ )?make\s+([^|&;>]+)", text)
    if match is None:
        return
    for word in re.finditer(r"\S+", match[1]):
        name, equals, value = word[0].partition("=")
        value = value.strip("\"'")
        if equals:
            kind = {"image": "image-tag", "chart": "chart-version"}.get(chosen(name) or "")
            if kind and value and value[0] not in _OPEN and not _PLACEHOLDER.search(value):
                yield match.start(), (kind, name, value)
        elif re.fullmatch(r"[A-Za-z0-9][\w./-]*", name):
            yield match.start(), ("target", name)
        elif name.startswith("-"):
            return  # an option may take the next word, a folder


def chosen(variable: str) -> str | None:
    """Return of what a variable of make chooses the version: ``image``, ``chart``, or None."""
    if re.search(r"(?:^|_)(?:DOCKER|IMAGE|IMG)\w*_TAG$", variable):
        return "image"
    return "chart" if variable == "CHART_VERSION" else None


def _either(texts: Iterable[str]) -> str:
    return "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))


def _is_whole(text: str, match: re.Match[str]) -> bool:
    """Say whether no placeholder stands for the tag or the digest, or for a part of the name."""
    return not text.startswith((":", "@"), match.end()) and _is_said(
        text, match.end(), match[2] or ""
    )


def _is_said(text: str, end: int, version: str) -> bool:
    """Say whether it is a version, and not a placeholder or the beginning of one."""
    return not text.startswith(_OPEN, end) and not _PLACEHOLDER.search(version)
