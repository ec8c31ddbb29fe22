"""One repository of an OCI registry, asked by the distribution specification.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.errors import MalformedError, VersionError
from release_tools.reading import Absent, Listed, Listing, Unknown
from release_tools.registries import _manifest, document
from release_tools.version import Spelling, Version, legal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from release_tools.reading import Answer, Coordinates, Problem, Transport
    from release_tools.registries._manifest import Manifest

_OK, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 200, 401, 403, 404
_SHA, _DIGITS = "sha256:", 64
_LIMIT = 4 << 20
"""Bytes of a manifest, as the specification has them, and of a configuration."""
_TAGS_LIMIT = 16 << 20
_PAGES = 100
_PER_PAGE = 1000
_KNOWN = 16  # other repositories that are asked, at most, before an absence stays in doubt
_CORE = 3
_LONGEST_CODE = 40
_LONGEST_NAME = 255
_FIRST = 'if nothing was ever published there, say so: --first ID, or first = "VERSION"'


class Hit(NamedTuple):
    """What stands at a tag: ``text`` is the spelling that it was found under."""

    text: str
    where: str
    manifest: Manifest


class Repository(NamedTuple):
    """One repository: where it is, and who asks."""

    base: str
    name: str
    transport: Transport

    def url(self, what: str, reference: str) -> str:
        """Return the address of ``manifests``, ``blobs`` or ``tags`` of this repository.

        Raises MalformedError for a name or a reference that the specification does not know.
        """
        if not _is_name(self.name):
            raise MalformedError(
                f"{self.name[:64]!a} is no name of an OCI repository",
                hint="it has lower-case letters, digits, and single . _ - / between them",
            )
        by_digest = reference.startswith(_SHA) and document.is_hex(reference[len(_SHA) :], _DIGITS)
        if what == "manifests" and not (by_digest or legal(reference, Spelling.IMAGE_TAG)):
            raise MalformedError(f"{reference[:64]!a} can be no tag in an OCI registry")
        return f"{self.base.rstrip('/')}/v2/{self.name}/{what}/{reference}"

    def ask(self, url: str, accept: Sequence[str] = (), limit: int = _LIMIT) -> Answer:
        """Ask an address of this repository; raises UnreadableError as the transport does."""
        scope = f"repository:{self.name}:pull"
        return self.transport.get(url, accept=accept, scope=scope, limit=limit)

    def manifest(self, tag: str) -> Answer:
        """Ask for what stands at a tag."""
        return self.ask(self.url("manifests", tag), _manifest.ACCEPT)

    def tags(self, url: str | None = None) -> Answer:
        """Ask for the list of tags, or for a further page of it."""
        first = f"{self.url('tags', 'list')}?n={_PER_PAGE}"
        return self.ask(url or first, ("application/json",), _TAGS_LIMIT)

    def configuration(self, manifest: Manifest) -> tuple[Mapping[str, Any], tuple[Problem, ...]]:
        """Return the configuration that a manifest names.

        Bytes of another digest are a problem, and are not read.  Raises MalformedError where it
        cannot be read, UnreadableError as the transport does.
        """
        named = _manifest.descriptor(manifest.data.get("config"))
        if named.size > _LIMIT:
            raise MalformedError(f"the configuration has {named.size:,} bytes, too many to be read")
        where = self.url("blobs", named.digest)
        answer = self.ask(where, (named.media_type, "*/*"))
        if answer.status != _OK:
            raise MalformedError(f"{where}: {said(answer)}")
        document.refuse_html(answer.body)
        found = _manifest.digest_of(answer.body, named.digest.partition(":")[0])
        if found != named.digest:
            return {}, (_manifest.lie(named.digest, found, where),)
        return document.read(answer), ()


def tag_of(text: str) -> str:
    """Return the tag for a version's text: ``+`` is none of the characters of a tag."""
    return text.replace("+", "_")


def address(at: Coordinates, text: str) -> str:
    """Return the address of what stands at a version, good or bad, to be shown."""
    return f"{at.base.rstrip('/')}/v2/{at.name}/manifests/{tag_of(text)}"


def look_up(
    at: Coordinates, texts: Sequence[str], transport: Transport
) -> tuple[Repository, Hit] | Absent | Unknown:
    """Find the first of ``texts`` that is a tag of the repository; ``+`` is ``_`` in a tag.

    Absent only where that is proven: the list of tags can be read, or the repository is not there
    and another one of ``at.known`` is, or nothing was ever published by ``at.first``.  Raises
    MalformedError and UnreadableError.
    """
    repository = Repository(at.base, at.name, transport)
    tags = {tag_of(texts[0]): texts[0]}
    for text in texts[1:]:
        if legal(tag_of(text), Spelling.IMAGE_TAG):
            tags.setdefault(tag_of(text), text)
    answers: list[Answer] = []
    for tag, text in tags.items():
        answers.append(repository.manifest(tag))
        if answers[-1].status == _OK:
            where = repository.url("manifests", tag)
            return repository, Hit(text, where, _manifest.read(answers[-1], where))
        if answers[-1].status != _NOT_FOUND:
            break
    return _without(repository, at, tuple(tags), answers[-1])


def _without(
    repository: Repository, at: Coordinates, tags: Sequence[str], answer: Answer
) -> Absent | Unknown:
    """Say what it means that none of the tags was served."""
    where = repository.url("manifests", tags[0])
    if answer.status != _NOT_FOUND or at.first:
        return _refused(at, where, answer)
    listing = repository.tags()
    if listing.status != _OK:
        return _unlisted(repository, at, where, listing)
    there = _tags(listing)
    listed = [tag for tag in tags if tag in there]
    if listed:
        return Unknown(where, f"{said(answer)}, and yet lists the tag {listed[0]}")
    return Absent(where, "the list of the repository's tags does not have it")


def _unlisted(
    repository: Repository, at: Coordinates, where: str, listing: Answer
) -> Absent | Unknown:
    """Say what it means that the list of tags cannot be read."""
    if listing.status != _NOT_FOUND or at.first:
        return _refused(at, where, listing)
    for name in at.known[:_KNOWN]:
        if _is_there(repository._replace(name=name)):
            return Absent(where, f"there is no repository {at.name}, and there is {name}")
    reason = f"{said(listing)} when asked for the list of tags"
    return Unknown(where, reason, f"check the name of the repository; {_FIRST}")


def _refused(at: Coordinates, where: str, answer: Answer) -> Absent | Unknown:
    """Say what an answer means that proves nothing by itself."""
    refused = answer.status in (_UNAUTHORIZED, _FORBIDDEN)
    if at.first and (refused or answer.status == _NOT_FOUND):
        return Absent(where, f"{said(answer)}; nothing was ever published there, it was said")
    if not refused:
        return Unknown(where, said(answer))
    reason = f"{said(answer)}: refused, and private and missing look alike"
    return Unknown(where, reason, f"log in with `docker login {_host(at.base)}`; {_FIRST}")


def _is_there(repository: Repository) -> bool:
    try:
        answer = repository.tags()
        return answer.status == _OK and _tags(answer) is not None
    except MalformedError:
        return False


def versions(at: Coordinates, transport: Transport) -> Listing | Absent | Unknown:
    """List the versions among the tags; raises as ``tags``.

    A version is what stands at the place of one in ``at.tag``, with its three numbers: ``v1`` and
    ``v0.3`` are moving tags.  ``latest`` and nightlies are listed as they are called.
    """
    listing = tags(at, transport)
    if not isinstance(listing, Listing):
        return listing
    names = (one.version for one in listing.versions)
    return listing._replace(versions=tuple(map(Listed, _versions(names, at.tag))))


def tags(at: Coordinates, transport: Transport) -> Listing | Absent | Unknown:
    """List every tag as it is; raises MalformedError and UnreadableError."""
    repository = Repository(at.base, at.name, transport)
    where = repository.url("tags", "list")
    answer = repository.tags()
    if answer.status != _OK:
        return _unlisted(repository, at, where, answer)
    found = _tags(answer)
    seen = {answer.url}
    while (following := _next(answer, where)) is not None:
        if following in seen or len(seen) >= _PAGES:
            raise MalformedError("the list of tags does not end")
        seen.add(following)
        answer = repository.tags(following)
        if answer.status != _OK:
            return Unknown(where, f"{said(answer)} on page {len(seen)}")
        found += _tags(answer)
    return Listing(where, tuple(map(Listed, found)))


def said(answer: Answer) -> str:
    """Say what a registry answered: the status, and the code of its error where it has one."""
    code = _code(answer.body)
    return f"the registry answered {answer.status}" + (f" {code}" if code else "")


def _code(body: bytes) -> str:
    """Return the code of the first error; "" where the registry says something else, or nothing."""
    import json

    try:
        code = json.loads(body[:_LIMIT])["errors"][0]["code"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    plain = isinstance(code, str) and code.isascii() and code.replace("_", "").isalpha()
    return code if plain and len(code) <= _LONGEST_CODE else ""


def _tags(answer: Answer) -> list[str]:
    """Return the tags of one page; docker-registry says null where there are none."""
    data = document.read(answer)
    tags = data.get("tags", 0)
    if tags is None:
        return []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise MalformedError("the list of tags is none")
    return tags


def _next(answer: Answer, where: str) -> str | None:
    """Return the address of the next page (RFC 8288), of this very list; None on the last one."""
    import re
    from urllib.parse import urljoin

    links = re.findall(r"<([^<>]*)>([^<]*)", answer.headers.get("link", ""))
    for target, parameters in links:
        if re.search(r';\s*rel\s*=\s*"?next\b', parameters):
            url = str(urljoin(answer.url, target))
            if not url.startswith(f"{where}?") or not (url.isascii() and url.isprintable()):
                raise MalformedError("the list of tags goes on at another address")
            return url
    return None


def _versions(tags: Iterable[str], pattern: str) -> Iterable[str]:
    prefix, _, suffix = pattern.partition("{version}")
    for tag in tags:
        if tag == "latest" or tag.startswith("nightly-"):
            yield tag
        if not (tag.startswith(prefix) and tag.endswith(suffix)):
            continue
        text = tag[len(prefix) : len(tag) - len(suffix)].replace("_", "+", 1)
        try:
            whole = len(Version.parse(text).release) >= _CORE and text[:1].isdigit()
        except VersionError:
            continue
        if whole:
            yield text


def _is_name(name: str) -> bool:
    """Say whether a repository may be called so: no upper case, no empty or odd part."""
    letters = name.translate({ord(mark): None for mark in "-_./"})
    parts = name.split("/")
    return (
        len(name) <= _LONGEST_NAME
        and letters.isascii()
        and letters.isalnum()
        and letters == letters.lower()
        and all(part[:1].isalnum() and part[-1:].isalnum() and ".." not in part for part in parts)
    )


def _host(base: str) -> str:
    return base.partition("://")[2].partition("/")[0]
