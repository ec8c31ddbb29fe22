"""What image layouts and docker archives have in common: configurations, labels, references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.artifacts import _manifests
from release_tools.artifacts.base import DIFFERS, before_version, same_version, stem
from release_tools.errors import MalformedError
from release_tools.reading import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from release_tools.artifacts.base import Members

KIND = "image"
CONTAINERS = ("tar", "gzip")
HASH = ""
VERSION = "org.opencontainers.image.version"
"""The annotation of a manifest, and the label of an image, that states its version."""

ENDINGS = (
    *(".oci.tar.gz", ".docker.tar.gz", ".tar.gz", ".oci.tgz", ".tgz"),
    *(".oci.tar", ".docker.tar", ".tar", ".oci"),
)
_DIGITS = {"sha256": 64, "sha512": 128}
_HEX = frozenset("0123456789abcdef")


class Said(NamedTuple):
    """A version that some part of an image states."""

    where: str
    version: str


def claims(name: str) -> bool:
    """Say whether a file of this name may be an image."""
    return name.endswith(ENDINGS)


def named(name: str) -> tuple[str, ...]:
    """Return what stands before a version in the name, and all of it."""
    return before_version(stem(name, *ENDINGS))


def blob_path(digest: object) -> str:
    """Return where a layout has the blob of this digest; raises MalformedError for what is none."""
    algorithm, _, digits = digest.partition(":") if isinstance(digest, str) else ("", "", "")
    if len(digits) != _DIGITS.get(algorithm, -1) or not _HEX.issuperset(digits):
        raise MalformedError(f"names a blob {ascii(digest)[:80]}, expected a sha256 digest")
    return f"blobs/{algorithm}/{digits}"


def blob(members: Members, digest: object) -> bytes | None:
    """Return the blob of this digest, None where it is not there.

    Raises MalformedError where the bytes have another digest.
    """
    import hashlib

    path = blob_path(digest)
    data = members.get(path)
    algorithm, digits = path.split("/")[1:]
    if data is not None and hashlib.new(algorithm, data).hexdigest() != digits:
        raise MalformedError(f"has other bytes at {path} than the digest says")
    return data


def repository(reference: str) -> str:
    """Return a reference to an image without its tag and digest."""
    path = reference.partition("@")[0]
    folder, slash, name = path.rpartition("/")
    return folder + slash + name.partition(":")[0]


def platform(stated: Any, file: str) -> str:
    """Return ``os/architecture[/variant]`` from a platform or an image's configuration."""
    words = [_manifests.string(stated, key, file) for key in ("os", "architecture")]
    variant = _manifests.string(stated, "variant", file, optional=True)
    return "/".join([*words, variant] if variant else words)


def label(config: Any, file: str) -> str | None:
    """Return the version that the labels of a configuration state."""
    inner = config.get("config") if isinstance(config, dict) else None
    return stated(inner.get("Labels") if isinstance(inner, dict) else None, file)


def stated(annotations: Any, file: str) -> str | None:
    """Return the version that annotations or labels state."""
    return _manifests.string(annotations, VERSION, file, optional=True) or None


def agreed(said: Sequence[Said]) -> tuple[str | None, Iterable[Problem]]:
    """Return the version that is stated first, and a problem for each other one."""
    if not said:
        return None, ()
    first = said[0]
    return first.version, tuple(
        Problem(DIFFERS, f"{one.where} states {one.version}, {first.where} {first.version}")
        for one in said[1:]
        if not same_version(one.version, first.version)
    )
