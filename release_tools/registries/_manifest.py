"""OCI manifests and indexes, and Docker's: from the bytes of an answer to what they say.

https://github.com/opencontainers/image-spec/blob/main/manifest.md, …/image-index.md
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.errors import MalformedError
from release_tools.reading import Platform, Problem
from release_tools.registries import document

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from release_tools.reading import Answer

INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
ACCEPT = (*INDEXES, *MANIFESTS)
"""All of them: a registry answers 404 for what it has in a type that was not asked for."""

_DIGITS = {"sha256": 64, "sha512": 128}
_UNTOLD = "unknown/unknown"  # what buildkit calls the platform of an attestation
_SCHEMA = 2
_LONGEST = 64
# What a runtime takes for the same, as containerd normalises it.
_SAME = {
    "linux/arm64/v8": "linux/arm64",
    "linux/arm": "linux/arm/v7",
    "linux/amd64/v1": "linux/amd64",
}


class Descriptor(NamedTuple):
    """What a manifest says of something else: its media type, digest, and size in bytes."""

    media_type: str
    digest: str
    size: int


class Manifest(NamedTuple):
    """A manifest or index.  ``digest`` is that of the bytes which were served."""

    digest: str
    media_type: str
    data: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()

    @property
    def is_index(self) -> bool:
        """Whether it lists manifests, rather than being one."""
        return self.media_type in INDEXES


def read(answer: Answer, where: str) -> Manifest:
    """Read a manifest or an index; a registry that lies about its digest is a problem of it.

    ``where`` is the address that was asked, for the message.  Raises MalformedError, fit for a
    reason, for anything that is neither.
    """
    document.refuse_html(answer.body)
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in ACCEPT:
        shown = ascii(media_type[:_LONGEST]) if media_type else "none"
        raise MalformedError(f"the answer is no manifest: its media type is {shown}")
    data = document.read(answer)
    if data.get("schemaVersion") != _SCHEMA:
        raise MalformedError(f'the "schemaVersion" of the answer is not {_SCHEMA}')
    if data.get("mediaType", media_type) != media_type:
        raise MalformedError(f"the answer is sent as {media_type} and calls itself another type")
    # What can be taken for both is taken for neither: CVE-2021-41190.
    has = {key for key in ("manifests", "layers", "config") if key in data}
    if has != ({"manifests"} if media_type in INDEXES else {"layers", "config"}):
        raise MalformedError(f"the answer is sent as {media_type} and is not made so")
    digest = digest_of(answer.body)
    return Manifest(digest, media_type, data, _lies(answer, digest, where))


def digest_of(content: bytes, algorithm: str = "sha256") -> str:
    """Return ``ALGORITHM:HEX`` of bytes."""
    import hashlib

    return f"{algorithm}:{hashlib.new(algorithm, content).hexdigest()}"


def lie(stated: str, found: str, of: str) -> Problem:
    """Return the problem of a digest that is stated and not that of what was served."""
    return Problem("digest-lies", f"{of}: the registry states {stated}, and served {found}")


def descriptor(value: object) -> Descriptor:
    """Read a descriptor; raises MalformedError where it is none."""
    if not isinstance(value, dict):
        raise MalformedError("a descriptor in the manifest is no object")
    media_type, digest, size = (value.get(key) for key in ("mediaType", "digest", "size"))
    if not isinstance(media_type, str) or type(size) is not int or size < 0:
        raise MalformedError("a descriptor in the manifest has no proper media type or size")
    return Descriptor(media_type, _digest(digest), size)


class Platforms(NamedTuple):
    """The platforms of an index; ``whole`` where none of its entries leaves its own untold."""

    all: tuple[Platform, ...]
    whole: bool = True


def platforms(index: Manifest) -> Platforms:
    """Return the platforms of an index, without attestations.

    An index in the index, and a manifest without platform, leave theirs untold.  Raises
    MalformedError where an entry is none.
    """
    found: list[Platform] = []
    whole = True
    for entry in document.field(index.data, "manifests", list):
        digest = descriptor(entry).digest
        name = platform(entry["platform"]) if entry.get("platform") else None
        if name is not None and name != _UNTOLD:
            found.append(Platform(name, digest))
        elif name is None and "artifactType" not in entry:
            whole = False
    return Platforms(tuple(found), whole)


def platform(value: object) -> str:
    """Return ``os/architecture[/variant]`` of an entry's platform, or of a configuration.

    Raises MalformedError where it does not tell, or tells what is no plain word.
    """
    stated = value if isinstance(value, dict) else {}
    words = [stated.get("os"), stated.get("architecture")]
    words += [stated["variant"]] if stated.get("variant") else []
    plain = [word for word in words if isinstance(word, str) and _is_word(word)]
    if plain != words:
        raise MalformedError("a platform is stated without proper os and architecture")
    return "/".join(plain)


def missing(expected: Sequence[str], found: Sequence[Platform]) -> tuple[str, ...]:
    """Return which of the expected platforms are not there; ``arm64`` is ``arm64/v8``."""
    there = {_SAME.get(one.name, one.name) for one in found}
    return tuple(name for name in expected if _SAME.get(name, name) not in there)


def _lies(answer: Answer, digest: str, where: str) -> tuple[Problem, ...]:
    stated = answer.headers.get("docker-content-digest", "").strip()
    algorithm = stated.partition(":")[0].lower()
    if algorithm in _DIGITS and algorithm != "sha256":
        digest = digest_of(answer.body, algorithm)
    if not stated or stated.lower() == digest:
        return ()
    shown = stated[: _DIGITS["sha512"] + 8]
    return (lie(shown if shown.isprintable() else ascii(shown), digest, where),)


def _digest(value: object) -> str:
    algorithm, _, text = value.partition(":") if isinstance(value, str) else ("", "", "")
    if algorithm not in _DIGITS or not document.is_hex(text, _DIGITS[algorithm]):
        raise MalformedError("a descriptor in the manifest has no proper digest")
    return f"{algorithm}:{text.lower()}"


def _is_word(text: str) -> bool:
    letters = text.translate({ord(mark): "a" for mark in "-_."})
    return letters.isascii() and letters.isalnum() and len(text) <= _LONGEST
