"""Changelogs in Markdown, as Keep a Changelog 1.1.0 describes them, and near to it.

A version heading is an ATX heading of level 1 to 3 that begins with a version: ``## [0.3.0] -
2026-01-15``, ``## 0.3.0 (2026-01-15)``, ``# v0.3.0``.  What stands in code fences and HTML
comments is no heading (CommonMark).  ``roll`` is the one edit that inserts: the heading of a new
version below ``Unreleased``, and its compare link.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import MalformedError, VersionError
from release_tools.formats import _versions, prove_splice
from release_tools.model import Spot
from release_tools.version import Version

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator, Sequence

    from release_tools.model import Edit

_MOST_INDENT = 3  # with more, a line is code (CommonMark)
_DEEPEST_VERSION = 3
_UNRELEASED = "[unreleased]:"


class _Heading(NamedTuple):
    start: int  # of its line
    end: int  # of its line, the line break included
    level: int
    text: str  # without number signs
    version: tuple[int, int] | None  # the range of the version in the whole text, without a v


def locate(text: str, at: None = None) -> tuple[Spot, ...]:  # noqa: ARG001 - Format
    """Find the version in the newest version heading, which is the first one.

    Empty when there is none; ``Unreleased`` is none.
    """
    for heading in _headings(text):
        if heading.version:
            return (Spot.of(text, *heading.version),)
    return ()


def notes(text: str, version: str) -> str | None:
    """Return what stands under the heading of ``version``, None when there is no such heading.

    Versions are compared, not texts: ``0.3.0rc1`` heads the section of ``0.3.0-rc.1``.
    The section ends at the next heading of its level or above, or the next version.  Blank lines
    around it and link definitions at the end of the file are left out; line breaks are kept.
    """
    section: _Heading | None = None
    for heading in _headings(text):
        if section and (heading.level <= section.level or heading.version):
            return text[section.end : heading.start].strip("\r\n")
        if heading.version and _same(text[slice(*heading.version)], version):
            section = heading
    if section is None:
        return None
    lines = text[section.end :].splitlines(keepends=True)
    while lines and (not lines[-1].strip() or _definition(lines[-1])):
        lines.pop()
    return "".join(lines).strip("\r\n")


def roll(
    text: str, version: str, date: str, tag: Callable[[str], str] = "v{}".format
) -> tuple[tuple[Spot, str], ...]:
    """Return the edits, as (spot, new text), that make ``Unreleased`` the notes of ``version``.

    A heading in the file's own style is inserted below ``Unreleased``; ``date`` is ISO 8601.
    Where a compare link of ``Unreleased`` is defined, it then starts at the new tag, and one for
    ``version`` follows it; ``tag`` spells a version as a git tag.  Empty when ``version`` has a
    heading already (``notes`` is not None), and when there is no ``Unreleased`` heading.
    """
    headings = list(_headings(text))
    versions = [heading for heading in headings if heading.version]
    if any(_same(text[slice(*heading.version or ())], version) for heading in versions):
        return ()
    unreleased = next((heading for heading in headings if _is_unreleased(heading)), None)
    if unreleased is None:
        return ()
    line = text[unreleased.start : unreleased.end]
    newline = "\r\n" if "\r\n" in text else "\n"
    title = _title(text, unreleased, versions[0] if versions else None, version, date)
    inserted = f"{newline}{title}{newline}" if line.endswith("\n") else f"{newline * 2}{title}"
    below = (Spot.of(text, unreleased.end, unreleased.end), inserted)
    label = f"v{version}" if f"[v{version}]" in title else version
    return (below, *_linked(text, label, tag(version), newline))


def _same(one: str, other: str) -> bool:
    """Say whether two spellings are one version."""
    if one == other:
        return True
    try:
        return Version.parse(one) == Version.parse(other)
    except VersionError:
        return False


def prove(before: str, after: str, edits: Sequence[Edit]) -> None:
    """Raise MalformedError unless ``after`` is ``before`` with exactly ``edits`` made.

    Removing the insertions and putting back what was replaced gives the old text, byte for byte.
    Insertions are whole lines; what is replaced is a heading's version or the start of the
    compare link of ``Unreleased``; the headings are those of before, and the inserted one.
    """
    prove_splice(before, after, edits)
    inserted: list[tuple[int, str]] = []
    links = _compare(before)
    places = {links.old} if links else set()
    places |= {heading.version for heading in _headings(before) if heading.version}
    for edit in edits:
        if edit.format.locate != locate:
            continue
        start, end = edit.spot.start, edit.spot.end
        if start == end:
            sound = _is_whole_lines(before, start, edit.text)
            inserted += [(start, heading.text) for heading in _headings(edit.text)]
        else:
            sound = (start, end) in places and "\n" not in edit.text
        if not sound:
            raise MalformedError(
                f"{edit.text!r} would be neither a heading nor a link of the changelog",
                line=edit.spot.line,
            )
    kept = [(heading.start, heading.text) for heading in _edited(before, edits)]
    expected = sorted([*inserted, *kept], key=lambda heading: heading[0])
    found = [heading.text for heading in _headings(after)]
    if found != [title for _, title in expected]:
        raise MalformedError(
            f"the edits would change the headings of the changelog to {', '.join(found)[:200]!r}",
            hint="close the code fences and comments in it",
        )


def _edited(before: str, edits: Sequence[Edit]) -> Iterator[_Heading]:
    """Yield the headings of ``before`` as the replacements among ``edits`` leave them."""
    replaced = sorted((edit.spot.start, edit) for edit in edits if edit.spot.text)
    for heading in _headings(before):
        line = before[heading.start : heading.end]
        for start, edit in reversed(replaced):
            if heading.start <= start < heading.end:
                at = start - heading.start
                line = line[:at] + edit.text + line[at + len(edit.spot.text) :]
        yield next(_headings(line), heading)._replace(start=heading.start)


def _is_whole_lines(text: str, at: int, inserted: str) -> bool:
    if at == len(text) and not text.endswith("\n"):
        return inserted.startswith(("\n", "\r\n"))
    return text[at - 1 : at] in ("", "\n") and inserted.endswith("\n")


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, line) of the lines outside code fences and HTML comments."""
    end = 1 if text.startswith("\ufeff") else 0
    fence, comment = "", False
    while end < len(text):
        start, end = end, text.find("\n", end) + 1 or len(text)
        line = text[start:end].rstrip("\r\n")
        body = line.lstrip(" ")
        if len(line) - len(body) > _MOST_INDENT and not comment:
            continue
        if comment:
            comment = "-->" not in line
        elif fence:
            if body.startswith(fence) and not body.strip(fence[0]).strip(" \t"):
                fence = ""
        elif body.startswith("<!--"):
            comment = "-->" not in body
        elif body.startswith(("```", "~~~")):
            opening = body[: len(body) - len(body.lstrip(body[0]))]
            fence = "" if opening[0] == "`" and "`" in body[len(opening) :] else opening
        else:
            yield start, end, line


def _headings(text: str) -> Iterator[_Heading]:
    for start, end, line in _lines(text):
        body = line.lstrip(" ")
        title = body.lstrip("#")
        level = len(body) - len(title)
        if not level or (title and title[0] not in " \t"):
            continue
        title = title.strip(" \t")
        version = None
        if level <= _DEEPEST_VERSION and (match := _pattern().match(title)):
            offset = start + len(line.rstrip(" \t")) - len(title)
            version = (offset + match.start(1), offset + match.end(1))
        yield _Heading(start, end, level, title, version)


@cache
def _pattern() -> re.Pattern[str]:
    import re

    return re.compile(rf"(?:Version |Release )?\[?[vV]?({_versions.WHOLE})(?=[\]\s(:,]|$)")


def _is_unreleased(heading: _Heading) -> bool:
    words = heading.text.removeprefix("[").lower()
    return heading.level <= _DEEPEST_VERSION and words.startswith("unreleased")


def _title(
    text: str, unreleased: _Heading, newest: _Heading | None, version: str, date: str
) -> str:
    """Return the line of the new heading, in the style of the newest one."""
    signs = "#" * unreleased.level
    if newest is None or newest.version is None:
        name = f"[{version}]" if unreleased.text.startswith("[") else version
        return f"{signs} {name} - {date}"
    line = text[newest.start : newest.end].strip()
    prefix, _, rest = line.lstrip("# \t").partition(text[slice(*newest.version)])
    if rest.startswith("]("):
        rest = rest[rest.find(")") + 1 :]
        prefix = prefix.replace("[", "")
    bracket = "]" if rest.startswith("]") else ""
    between, dated, closing = _date(rest.removeprefix(bracket))
    if dated:
        return f"{signs} {prefix}{version}{bracket}{between}{date}{closing}"
    return f"{signs} {prefix}{version}{bracket}" + (f" - {date}" if between else "")


def _date(rest: str) -> tuple[str, str, str]:
    """Split the end of a heading into what stands before the date, the date, a parenthesis."""
    import re

    match = re.search(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", rest)
    if match is None:
        return rest, "", ""
    return rest[: match.start()], match[0], ")" if rest.startswith(")", match.end()) else ""


class _Link(NamedTuple):
    end: int  # of the definition's line, the line break included
    url: str  # as far as the compared tags, with the blanks before it
    old: tuple[int, int]  # the range of the tag that it compares from
    dots: str


def _compare(text: str) -> _Link | None:
    """Find the definition ``[unreleased]: https://.../compare/v0.2.0...HEAD``."""
    for start, end, line in _lines(text):
        head, compare, tags = line.rpartition("/compare/")
        definition = head.lstrip(" ")
        old, dots, rest = tags.partition("..")
        if definition.lower().startswith(_UNRELEASED) and old and dots:
            at = start + len(line) - len(tags)
            url = definition[len(_UNRELEASED) :] + compare
            return _Link(end, url, (at, at + len(old)), "..." if rest.startswith(".") else "..")
    return None


def _linked(text: str, label: str, tag: str, newline: str) -> Iterator[tuple[Spot, str]]:
    """Yield the edits that let the compare links follow."""
    link = _compare(text)
    if link is None or text[slice(*link.old)] == tag:
        return
    yield Spot.of(text, *link.old), tag
    if any(line.lstrip(" ").startswith(f"[{label}]:") for _, _, line in _lines(text)):
        return
    line = f"[{label}]:{link.url}{text[slice(*link.old)]}{link.dots}{tag}"
    closed = text[link.end - 1] == "\n"
    yield Spot.of(text, link.end, link.end), f"{line}{newline}" if closed else f"{newline}{line}"


def _definition(line: str) -> bool:
    return line.lstrip(" ").startswith("[") and "]:" in line
