"""PyPI and its like: the simple index, in JSON or in HTML.

https://packaging.python.org/en/latest/specifications/simple-repository-api/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import MalformedError
from release_tools.reading import Absent, File, Found, Listed, Listing, Problem, Unknown
from release_tools.registries import document, packages
from release_tools.version import Spelling, Version, legal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from release_tools.reading import Answer, Coordinates, Reading, Transport, Wanted

_JSON = "application/vnd.pypi.simple.v1+json"
_HTML = "application/vnd.pypi.simple.v1+html"
_ACCEPT = (_JSON, f"{_HTML};q=0.5", "text/html;q=0.1")
_HASHES = {"sha256": 64, "sha512": 128, "sha384": 96}
_SDISTS = (".tar.gz", ".zip")
_PARTS = (5, 6)  # of a wheel's name, without and with a build number
_MARKUP = 250_000  # tags, blanks and values: ten for each file, and two seconds to read them
_SHOWN = 200  # characters of the reason for a yank that are kept


class _Item(NamedTuple):
    """One file of the page: as it is reported, the version in its name, why it was yanked."""

    file: File
    version: str
    reason: str


def read(at: Coordinates, wanted: Wanted, transport: Transport) -> Reading:
    """Look the version up, whatever the PEP 440 spelling in the names of its files.

    ``digest`` is None: a version of a Python package is its files, and they carry theirs.  Files
    that are neither wheel nor sdist count for nothing.  The version found is always spelled as
    the wanted one: to PEP 440, and to pip, 0.3 and 0.3.0 are the same.  Never raises; every error
    is Unknown.
    """
    items = packages.look_up(_INDEX, at, transport)
    if isinstance(items, Absent | Unknown):
        return items
    where = address(at.base, at.name)
    target = Version.parse(wanted.text, Spelling.PEP440)
    versions = _parsed(items)
    own = [item for item in items if versions[item.version] == target]
    if not own:
        return packages.unlisted(where, len(set(versions.values())))
    files = tuple(sorted((item.file for item in own), key=lambda file: file.name))
    problems = (*_missing(files, wanted.files, wanted.text), *_yanked(own, wanted.text))
    return Found(wanted.text, where, files=files, problems=problems)


def versions(at: Coordinates, transport: Transport) -> Listing | Absent | Unknown:
    """List every version that has a wheel or an sdist; yanked where all of its files are."""
    items = packages.look_up(_INDEX, at, transport)
    if isinstance(items, Absent | Unknown):
        return items
    texts = {text: version.spell(Spelling.PEP440) for text, version in _parsed(items).items()}
    yanked: dict[str, bool] = {}
    for item in items:
        text = texts[item.version]
        yanked[text] = yanked.get(text, True) and item.file.yanked
    listed = tuple(Listed(text, gone) for text, gone in yanked.items())
    return Listing(address(at.base, at.name), listed)


def address(base: str, name: str) -> str:
    """Return the URL of the project's page in the simple index at ``base``.

    Raises MalformedError for a name that no project can have.
    """
    folded = _normalized(name)
    letters = folded.replace("-", "")
    if not (letters.isascii() and letters.isalnum()) or folded[0] == "-" or folded[-1] == "-":
        raise MalformedError(f"{name[:64]!a} is no name of a Python project")
    return f"{base.rstrip('/')}/{folded}/"


def _normalized(name: str) -> str:
    """Normalise a project's name as PEP 503 does."""
    import re

    return re.sub(r"[-_.]+", "-", name).lower()


def _missing(files: Iterable[File], wanted: Iterable[str], text: str) -> tuple[Problem, ...]:
    there = {file.kind for file in files}
    gaps = [kind for kind in wanted if kind not in there]
    if not gaps:
        return ()
    message = f"{text} has no {' and no '.join(gaps)} in the index, only {', '.join(sorted(there))}"
    return (Problem("files-missing", message),)


def _yanked(items: Iterable[_Item], text: str) -> tuple[Problem, ...]:
    """Pip passes over yanked files: some that are yanked are as wrong as all of them."""
    gone = [item for item in items if item.file.yanked]
    if not gone:
        return ()
    whole = all(item.file.yanked for item in items)
    names = ", ".join(sorted(item.file.name for item in gone))
    message = f"{text} is yanked" if whole else f"of {text} only some files are yanked: {names}"
    reason = next((item.reason for item in gone if item.reason), "")
    message += f" ({reason[:_SHOWN]})" if reason else ""
    return (Problem("version-yanked", message),)


def _parsed(items: Iterable[_Item]) -> dict[str, Version]:
    texts = dict.fromkeys(item.version for item in items)
    return {text: Version.parse(text, Spelling.PEP440) for text in texts}


def _parse(answer: Answer, name: str) -> tuple[_Item, ...]:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in (_JSON, "application/json"):
        items = _from_json(answer, name)
    elif kind in (_HTML, "text/html"):
        items = _from_html(answer, name)
    else:
        raise MalformedError(f"the answer is {kind[:64]!a}, and no page of a simple index")
    if len({item.file.name for item in items}) < len(items):
        raise MalformedError("the page lists a file twice")
    return items


def _from_json(answer: Answer, name: str) -> tuple[_Item, ...]:
    """Read the page as PEP 691 has it, with the sizes of PEP 700."""
    data = document.read(answer)
    meta = document.field(data, "meta", dict)
    if document.field(meta, "api-version", str).partition(".")[0] != "1":
        raise MalformedError("the index speaks another version of its interface than 1")
    named = document.field(data, "name", str)
    if _normalized(named) != _normalized(name):
        raise MalformedError(f"the page is of another project, {named[:64]!a}")
    files = document.field(data, "files", list)
    if not all(isinstance(file, dict) for file in files):
        raise MalformedError("a file of the page is no JSON object")
    found = (_item(file, name, answer.url) for file in files)
    return tuple(item for item in found if item is not None)


def _item(file: Mapping[str, Any], project: str, page: str) -> _Item | None:
    name = document.field(file, "filename", str)
    named = _kind_and_version(name, _normalized(project))
    if named is None:
        return None
    kind, version = named
    digest = _digest(document.field(file, "hashes", dict))
    size = file.get("size")
    yanked = file.get("yanked")  # true, or the reason
    reason = yanked if isinstance(yanked, str) else ""
    url = document.link(file.get("url"), page)
    plain = size if isinstance(size, int) and not isinstance(size, bool) else None
    return _Item(File(name, kind, digest, plain, url, bool(yanked)), version, reason)


def _digest(hashes: Mapping[str, Any]) -> str | None:
    for algorithm, digits in _HASHES.items():
        if document.is_hex(hashes.get(algorithm), digits):
            return f"{algorithm}:{hashes[algorithm].lower()}"
    return None


def _from_html(answer: Answer, name: str) -> tuple[_Item, ...]:
    """Read the page as PEP 503 has it, by the library that knows its dialects.

    An HTML page proves little: one that neither lists a file of the project nor says that it is
    of a simple index (PEP 629) may be anybody's.
    """
    if sum(map(answer.body.count, (b"<", b" ", b"="))) > _MARKUP:
        raise MalformedError("the page has more HTML than the files of any project need")
    from pypi_simple import ProjectPage, UnsupportedRepoVersionError

    try:
        page = ProjectPage.from_html(name, answer.body, base_url=answer.url, from_encoding="utf-8")
    except (UnsupportedRepoVersionError, ValueError, RecursionError):
        raise MalformedError("the answer is HTML, but no page of a simple index") from None
    items: list[_Item] = []
    for package in page.packages:
        named = _kind_and_version(package.filename, _normalized(name))
        if named is None:
            continue
        kind, version = named
        url = document.link(package.url, answer.url)
        digest = _digest(package.digests)
        file = File(package.filename, kind, digest, package.size, url, package.is_yanked)
        items.append(_Item(file, version, package.yanked_reason or ""))
    if not items and page.repository_version is None:
        raise MalformedError(f"the answer is a page of HTML that lists no file of {name}")
    return tuple(items)


def _kind_and_version(file: str, project: str) -> tuple[str, str] | None:
    """Return ``wheel`` or ``sdist`` and the version, None for what is no such file of the project.

    PEP 427 and 625; an old sdist may have hyphens in its name and in its version.
    """
    if not (file.isascii() and file.isprintable()):
        return None
    if file.endswith(".whl"):
        parts = file.removesuffix(".whl").split("-")
        named = len(parts) in _PARTS and _normalized(parts[0]) == project
        return ("wheel", parts[1]) if named and legal(parts[1], Spelling.PEP440) else None
    stem = next((file.removesuffix(end) for end in _SDISTS if file.endswith(end)), "")
    for at, char in enumerate(stem):
        if (
            char == "-"
            and _normalized(stem[:at]) == project
            and legal(stem[at + 1 :], Spelling.PEP440)
        ):
            return "sdist", stem[at + 1 :]
    return None


_INDEX = packages.Index(address, _ACCEPT, _parse, "pip")
