"""Images in an OCI registry: a tag, the digest of what stands at it, and its platforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import MalformedError, UnreadableError
from release_tools.reading import Absent, Found, Platform, Problem, Unknown
from release_tools.registries import _manifest, _oci

if TYPE_CHECKING:
    from release_tools.reading import Coordinates, Listing, Reading, Transport, Wanted
    from release_tools.registries._oci import Hit

_OK, _NOT_FOUND = 200, 404


def read(at: Coordinates, wanted: Wanted, transport: Transport) -> Reading:
    """Resolve the tag: ``digest`` is that of the index, or of the manifest where there is none.

    It is computed from the bytes served.  ``platforms`` of a single manifest are looked up only
    where some are expected: that costs another request.  With ``at.latest``, the note ``latest``
    is the digest of the tag latest, "" where there is none.  Never raises; every error is Unknown.
    """
    where = _oci.address(at, wanted.text)
    try:
        found = _oci.look_up(at, (wanted.text, *wanted.others), transport)
        if isinstance(found, Absent | Unknown):
            return found
        repository, hit = found
        where = hit.where
        reading = _found(repository, hit, wanted)
        return reading._replace(notes=_latest(repository)) if at.latest else reading
    except (MalformedError, UnreadableError) as error:
        return Unknown(where, error.message, error.hint)


def versions(at: Coordinates, transport: Transport) -> Listing | Absent | Unknown:
    """List the versions among the tags, without the affixes of ``at.tag``; never raises.

    Tags that name no version are left out, but for ``latest`` and nightlies.
    """
    try:
        return _oci.versions(at, transport)
    except (MalformedError, UnreadableError) as error:
        return Unknown(at.base, error.message, error.hint)


def read_digest(at: Coordinates, digest: str, transport: Transport) -> Reading:
    """Look a manifest up by its digest, ``sha256:HEX``; never raises.

    It is absent only where the repository's tags can be listed.
    """
    repository = _oci.Repository(at.base, at.name, transport)
    where = repository.url("manifests", digest)
    try:
        answer = repository.ask(where, _manifest.ACCEPT)
        if answer.status == _NOT_FOUND and repository.tags().status == _OK:
            return Absent(where, "the repository can be read, and has no such manifest")
        if answer.status != _OK:
            return Unknown(where, _oci.said(answer))
        found = _manifest.read(answer, where)
    except (MalformedError, UnreadableError) as error:
        return Unknown(where, error.message, error.hint)
    problems = () if found.digest == digest else (_manifest.lie(digest, found.digest, where),)
    return Found(digest, where, found.digest, problems=problems)


def tags(at: Coordinates, transport: Transport) -> Listing | Absent | Unknown:
    """List every tag of the repository as it is; never raises."""
    try:
        return _oci.tags(at, transport)
    except (MalformedError, UnreadableError) as error:
        return Unknown(at.base, error.message, error.hint)


def _found(repository: _oci.Repository, hit: Hit, wanted: Wanted) -> Found:
    problems = hit.manifest.problems
    platforms, whole = None, True
    if hit.manifest.is_index:
        platforms, whole = _manifest.platforms(hit.manifest)
    elif wanted.platforms:
        data, lies = repository.configuration(hit.manifest)
        problems += lies
        platforms = () if lies else (Platform(_manifest.platform(data), hit.manifest.digest),)
    missing = _manifest.missing(wanted.platforms, platforms or ())
    if missing and not whole:
        raise MalformedError(f"the index does not tell all its platforms, {missing[0]} among them")
    there = ", ".join(one.name for one in platforms or ()) or "none"
    problems += tuple(
        Problem("platform-missing", f"{hit.where} is not there for {name}, only for: {there}")
        for name in missing
    )
    return Found(hit.text, hit.where, hit.manifest.digest, (), platforms, problems=problems)


def _latest(repository: _oci.Repository) -> dict[str, str]:
    """Return the note on the tag latest; none where it cannot be told."""
    where = repository.url("manifests", "latest")
    try:
        answer = repository.manifest("latest")
        if answer.status == _NOT_FOUND:
            return {"latest": ""}
        return {"latest": _manifest.read(answer, where).digest} if answer.status == _OK else {}
    except (MalformedError, UnreadableError):
        return {}
