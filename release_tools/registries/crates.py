"""crates.io and its like: the sparse index, one line of JSON for each version.

https://doc.rust-lang.org/cargo/reference/registry-index.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.errors import MalformedError
from release_tools.reading import Absent, File, Found, Listed, Listing, Problem, Unknown
from release_tools.registries import document, packages
from release_tools.version import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterable

    from release_tools.reading import Answer, Coordinates, Reading, Transport, Wanted

_SHORT = 3  # names of up to three letters have folders of their own
_SHA256 = 64


class _Line(NamedTuple):
    version: str
    checksum: str
    yanked: bool


def read(at: Coordinates, wanted: Wanted, transport: Transport) -> Reading:
    """Look the version up in the sparse index; ``digest`` is the ``cksum`` of its line.

    Cargo takes versions that differ in build metadata alone for one, so what stands in the wanted
    one's place is found too.  Never raises; every error is Unknown.
    """
    lines = packages.look_up(_INDEX, at, transport)
    if isinstance(lines, Absent | Unknown):
        return lines
    where = address(at.base, at.name)
    by_text = {line.version: line for line in lines}
    text = packages.pick(by_text, wanted, Spelling.CRATE)
    text = _in_place_of(wanted.text, by_text) if text is None else text
    if text is None:
        return packages.unlisted(where, len(lines))
    line = by_text[text]
    yanked = (Problem("version-yanked", f"{at.name} {text} is yanked"),) if line.yanked else ()
    digest = f"sha256:{line.checksum}"
    files = (File(f"{at.name}-{text}.crate", "crate", digest, yanked=line.yanked),)
    return Found(text, where, digest, files, problems=yanked)


def versions(at: Coordinates, transport: Transport) -> Listing | Absent | Unknown:
    """List every version of the crate, oldest first as the index has them."""
    lines = packages.look_up(_INDEX, at, transport)
    if isinstance(lines, Absent | Unknown):
        return lines
    listed = tuple(Listed(line.version, line.yanked) for line in lines)
    return Listing(address(at.base, at.name), listed)


def address(base: str, name: str) -> str:
    """Return the URL of the crate's file in the index at ``base``, with or without ``sparse+``.

    Raises MalformedError for a name that no crate can have.
    """
    if not (name.isascii() and name.replace("-", "_").isidentifier()):
        raise MalformedError(f"{name[:64]!a} is no name of a crate")
    folded = name.lower()
    if len(folded) < _SHORT:
        folder = str(len(folded))
    elif len(folded) == _SHORT:
        folder = f"3/{folded[0]}"
    else:
        folder = f"{folded[:2]}/{folded[2:4]}"
    return f"{base.removeprefix('sparse+').rstrip('/')}/{folder}/{folded}"


def _parse(answer: Answer, name: str) -> tuple[_Line, ...]:
    """Read every line; raises MalformedError for a file that is cut short or another crate's."""
    document.refuse_html(answer.body)
    *lines, rest = answer.body.split(b"\n")
    if rest:  # there are registries that leave the last newline out
        if answer.headers.get("content-length") != str(len(answer.body)):
            raise MalformedError("the file of the index is cut short: its last line does not end")
        lines.append(rest)
    if not lines:
        raise MalformedError("the file of the index is empty")
    found = tuple(_line(line, name) for line in lines)
    if len({line.version for line in found}) < len(set(found)):
        raise MalformedError("the file of the index states two things of one version")
    return found


def _line(text: bytes, name: str) -> _Line:
    data = document.parse(text)
    if not isinstance(data, dict):
        raise MalformedError("a line of the index is no JSON object")
    named = document.field(data, "name", str)
    if named.lower() != name.lower():
        raise MalformedError(f"the file of the index is of another crate, {named[:64]!a}")
    checksum = document.field(data, "cksum", str)
    if not document.is_hex(checksum, _SHA256):
        raise MalformedError('a "cksum" in the index is no SHA-256')
    version = document.field(data, "vers", str)
    return _Line(version, checksum.lower(), document.field(data, "yanked", bool))


def _in_place_of(wanted: str, texts: Iterable[str]) -> str | None:
    """Return the version that is the wanted one but for its build metadata."""
    core = wanted.partition("+")[0]
    return next((text for text in texts if text.partition("+")[0] == core), None)


_INDEX = packages.Index(address, (), _parse, "serde")
