"""What the indexes of packages have in common: one document each, and what proves an absence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from release_tools.errors import MalformedError, UnreadableError, VersionError
from release_tools.reading import Absent, Unknown
from release_tools.registries.document import LIMIT
from release_tools.version import Version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from release_tools.reading import Answer, Coordinates, Transport, Wanted
    from release_tools.version import Spelling

Page = TypeVar("Page")

_OK, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 200, 401, 403, 404
_FIRST = 'if nothing was ever published there, say so: --first ID, or first = "VERSION"'


class Index(NamedTuple, Generic[Page]):
    """How one ecosystem keeps its packages.

    ``address`` makes the URL of a package's document of base URL and name, ``parse`` reads the
    answer for that name; both raise MalformedError.  ``accept`` are media types, ``known`` is a
    package that every full index of the ecosystem has.
    """

    address: Callable[[str, str], str]
    accept: tuple[str, ...]
    parse: Callable[[Answer, str], Page]
    known: str


def look_up(index: Index[Page], at: Coordinates, transport: Transport) -> Page | Absent | Unknown:
    """Read the package's document.

    Absent only where that is proven: the index answers 404 for the package and properly for
    another one, or nothing was ever published there by ``at.first``.
    """
    where = at.base
    try:
        where = index.address(at.base, at.name)
        answer = transport.get(where, accept=index.accept, limit=LIMIT)
        if answer.status == _OK:
            return index.parse(answer, at.name)
        return _without(index, at, transport, Unknown(where, _said(answer)), answer.status)
    except (MalformedError, UnreadableError) as error:
        return Unknown(where, error.message, error.hint)


def _without(
    index: Index[Page], at: Coordinates, transport: Transport, doubt: Unknown, status: int
) -> Absent | Unknown:
    """Say what it means that the index has no document for us."""
    refused = status in (_UNAUTHORIZED, _FORBIDDEN)
    if not refused and status != _NOT_FOUND:
        return doubt
    if at.first:
        return Absent(doubt.where, f"{doubt.reason}; nothing was ever published there, it was said")
    if refused:
        return doubt._replace(
            reason=f"{doubt.reason}: refused, and private and missing look alike",
            hint=f"give the credentials that its own client takes; {_FIRST}",
        )
    for name in dict.fromkeys((*at.known, index.known)):
        if name != at.name and _is_there(index, at.base, name, transport):
            return Absent(doubt.where, f"there is no package {at.name}, and there is {name}")
    return doubt._replace(
        reason=f"{doubt.reason}, but so it did for every package that it should have",
        hint=f"check the address; {_FIRST}",
    )


def _is_there(index: Index[Page], base: str, name: str, transport: Transport) -> bool:
    try:
        answer = transport.get(index.address(base, name), accept=index.accept, limit=LIMIT)
        if answer.status != _OK:
            return False
        index.parse(answer, name)
    except MalformedError:
        return False
    return True


def _said(answer: Answer) -> str:
    return f"the registry answered {answer.status}"


def unlisted(where: str, count: int) -> Absent:
    """Return what a document with ``count`` other versions proves."""
    return Absent(where, f"{count} version{'' if count == 1 else 's'} listed, and not this one")


def pick(texts: Iterable[str], wanted: Wanted, spelling: Spelling) -> str | None:
    """Return which of the texts is the wanted version: as spelled, as spelled otherwise, by value.

    The order matters where a registry takes ``0.3.0-rc1`` and ``0.3.0-rc.1`` for two versions.
    """
    found = dict.fromkeys(texts)
    for text in (wanted.text, *wanted.others):
        if text in found:
            return text
    target = Version.parse(wanted.text, spelling)
    return next((text for text in found if version_of(text, spelling) == target), None)


def version_of(text: str, spelling: Spelling) -> Version | None:
    """Parse a registry's text of a version; None where it is none."""
    try:
        return Version.parse(text, spelling)
    except VersionError:
        return None
