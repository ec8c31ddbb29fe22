"""Helm charts in an HTTP chart repository: its ``index.yaml``.

https://helm.sh/docs/topics/chart_repository/#the-index-file
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import MalformedError, UnreadableError
from release_tools.reading import Absent, File, Found, Listed, Listing, Problem, Unknown
from release_tools.registries import _index_yaml, document, packages
from release_tools.version import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from release_tools.reading import Coordinates, Reading, Transport, Wanted
    from release_tools.registries._index_yaml import Entry

_OK, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 200, 401, 403, 404
_ACCEPT = ("application/yaml", "text/yaml", "application/json", "*/*")
_SHOWN = 60


class _Index(NamedTuple):
    where: str
    entries: Sequence[Entry] | None


def read(at: Coordinates, wanted: Wanted, transport: Transport) -> Reading:
    """Look a version up; ``digest`` is what the index states of the .tgz.

    The note ``app-version`` is the appVersion.  Never raises; every error is Unknown.
    """
    index = _index(at, transport)
    if not isinstance(index, _Index):
        return index
    if index.entries is None:
        return Absent(index.where, f"the index has no chart {at.name}")
    text = packages.pick((entry.version for entry in index.entries), wanted, Spelling.CHART)
    if text is None:
        return Absent(index.where, f"the index lists {len(index.entries)} versions, none is this")
    entry, *others = (entry for entry in index.entries if entry.version == text)
    problems = [*app_version(index.where, entry.app_version, wanted)]
    if any(other.digest != entry.digest for other in others):
        message = f"{index.where} lists {at.name} {text} twice, with two digests"
        problems.append(Problem("chart-differs", message))
    file = _file(at, index.where, entry)
    notes = {"app-version": entry.app_version}
    return Found(text, index.where, file.digest, (file,), notes=notes, problems=tuple(problems))


def versions(at: Coordinates, transport: Transport) -> Listing | Absent | Unknown:
    """List the versions of the chart; never raises."""
    index = _index(at, transport)
    if not isinstance(index, _Index):
        return index
    if index.entries is None:
        return Absent(index.where, f"the index has no chart {at.name}")
    listed = dict.fromkeys(entry.version for entry in index.entries)
    return Listing(index.where, tuple(map(Listed, listed)))


def app_version(where: str, found: object, wanted: Wanted) -> Iterable[Problem]:
    """Return the problem of a chart whose appVersion is not the expected one."""
    if wanted.app_version not in (None, found):
        message = f"the chart at {where} has appVersion {shown(found)}"
        yield Problem("app-version-differs", f"{message}, expected {wanted.app_version}")


def shown(value: object) -> str:
    """Return a chart's own words fit for a message."""
    if not isinstance(value, str):
        return "none"
    return value[:_SHOWN] if value and value.isprintable() else ascii(value[:_SHOWN])


def _index(at: Coordinates, transport: Transport) -> _Index | Absent | Unknown:
    where = f"{at.base.rstrip('/')}/index.yaml"
    try:
        answer = transport.get(where, accept=_ACCEPT, limit=document.LIMIT)
        if answer.status == _OK:
            return _Index(where, _index_yaml.entries(answer.body, at.name))
    except (MalformedError, UnreadableError) as error:
        return Unknown(where, error.message, error.hint)
    said = f"the repository answered {answer.status}"
    if at.first and answer.status in (_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND):
        return Absent(where, f"{said}; nothing was ever published there, it was said")
    return Unknown(where, said, "check the address: a chart repository has an index.yaml there")


def _file(at: Coordinates, where: str, entry: Entry) -> File:
    link = document.link(entry.url, where) if entry.url else None
    digest = entry.digest.lower().removeprefix("sha256:")
    proper = document.is_hex(digest, 64)
    name = f"{at.name}-{entry.version}.tgz"
    return File(name, "chart", f"sha256:{digest}" if proper else None, url=link)
