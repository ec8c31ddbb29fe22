"""npm and its like: the packument, one document with all versions of a package.

https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.errors import MalformedError
from release_tools.reading import Absent, File, Found, Listed, Listing, Unknown
from release_tools.registries import document, packages
from release_tools.version import Spelling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.reading import Answer, Coordinates, Reading, Transport, Wanted

_SHORT_FORM = "application/vnd.npm.install-v1+json"
_LONGEST = 214  # characters of a name
_SHOWN = 200  # characters of a deprecation that are kept
_DIGITS = {"sha512": 128, "sha384": 96, "sha256": 64, "sha1": 40}  # the strongest first


class _Packument(NamedTuple):
    versions: Mapping[str, Any]
    tags: Mapping[str, str]


def read(at: Coordinates, wanted: Wanted, transport: Transport) -> Reading:
    """Look the version up in the packument; ``digest`` is its ``dist.integrity``, in hex.

    Notes are ``latest``, the version that the dist-tag names; ``dist-tags``, those that name this
    version; and ``deprecated``, the message.  Never raises; every error is Unknown.
    """
    found = packages.look_up(_INDEX, at, transport)
    if isinstance(found, Absent | Unknown):
        return found
    where = address(at.base, at.name)
    text = packages.pick(found.versions, wanted, Spelling.NPM)
    if text is None:
        return packages.unlisted(where, len(found.versions))
    try:
        file = _file(found.versions[text], at.name, text)
    except MalformedError as error:
        return Unknown(where, error.message)
    notes = {name: found.tags[name] for name in ("latest",) if name in found.tags}
    tags = sorted(name for name, tagged in found.tags.items() if tagged == text)
    if tags:
        notes["dist-tags"] = ", ".join(tags)
    deprecated = found.versions[text].get("deprecated")
    if deprecated:
        notes["deprecated"] = str(deprecated)[:_SHOWN]
    return Found(text, where, file.digest, (file,), notes=notes)


def versions(at: Coordinates, transport: Transport) -> Listing | Absent | Unknown:
    """List every version of the package; npm yanks nothing, it unpublishes or deprecates."""
    found = packages.look_up(_INDEX, at, transport)
    if isinstance(found, Absent | Unknown):
        return found
    return Listing(address(at.base, at.name), tuple(map(Listed, found.versions)))


def address(base: str, name: str) -> str:
    """Return the URL of the packument; the slash of a scoped name is encoded.

    Raises MalformedError for a name that no package can have.
    """
    scope, slash, rest = name.rpartition("/")
    parts = (scope.removeprefix("@"), rest) if slash else (rest,)
    if len(name) > _LONGEST or (slash and scope[:1] != "@") or not all(map(_is_word, parts)):
        raise MalformedError(f"{name[:64]!a} is no name of an npm package")
    return f"{base.rstrip('/')}/{name.replace('/', '%2F')}"


def _is_word(text: str) -> bool:
    """Say whether it may stand in a URL as it is, and leads nowhere else."""
    letters = text.translate({ord(mark): "a" for mark in "-_.~"})
    return text.isascii() and letters.isalnum() and text[0] != "."


def _parse(answer: Answer, name: str) -> _Packument:
    data = document.read(answer)
    named = document.field(data, "name", str)
    if named != name:
        raise MalformedError(f"the packument is of another package, {named[:64]!a}")
    found = document.field(data, "versions", dict)
    if not all(isinstance(version, dict) for version in found.values()):
        raise MalformedError("a version in the packument is no JSON object")
    tags = data.get("dist-tags")
    named_versions = tags if isinstance(tags, dict) else {}
    return _Packument(found, {k: v for k, v in named_versions.items() if isinstance(v, str)})


def _file(version: Mapping[str, Any], name: str, text: str) -> File:
    dist = document.field(version, "dist", dict)
    own = f"{name.rpartition('/')[2]}-{text}.tgz"
    return File(own, "npm", _digest(dist), url=document.link(dist.get("tarball"), ""))


def _digest(dist: Mapping[str, Any]) -> str:
    """Return the strongest hash that the packument states, as ``algorithm:hex``.

    ``integrity`` is Subresource Integrity: hashes in base64, apart by blanks, each with options
    after a question mark.  Old packages have but ``shasum``, a SHA-1 in hex.
    """
    import binascii

    stated: dict[str, str] = {}
    if document.is_hex(dist.get("shasum"), _DIGITS["sha1"]):
        stated["sha1"] = dist["shasum"].lower()
    integrity = dist.get("integrity")
    for item in integrity.split() if isinstance(integrity, str) else ():
        algorithm, _, encoded = item.partition("?")[0].partition("-")
        try:
            stated[algorithm] = binascii.a2b_base64(encoded, strict_mode=True).hex()
        except ValueError:
            raise MalformedError('an "integrity" in the packument is no hash') from None
    for algorithm, digits in _DIGITS.items():
        if len(stated.get(algorithm, "")) == digits:
            return f"{algorithm}:{stated[algorithm]}"
    raise MalformedError("the packument states no hash of this version")


_INDEX = packages.Index(address, (_SHORT_FORM, "application/json;q=0.8"), _parse, "npm")
