"""The table of artifacts: one line and one file for each, from a stream of bytes to the version.

A file name says which of them a file may be; what it holds says which of them it is.  Nothing is
unpacked, nothing is written, and what is odd is refused: see ``base``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, cast

from release_tools.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.artifacts.base import Artifact, Built

NAMES = ("wheel", "sdist", "crate", "chart", "npm", "oci_layout", "docker_archive")

# What lies beside artifacts and belongs to them: checksums, signatures, statements, notes.
_BESIDE = (
    *(".sha256", ".sha512", ".md5", ".sums", "sums", "sums.txt", "checksums.txt"),
    *(".asc", ".sig", ".pem", ".crt", ".pub", ".prov", ".provenance", ".sigstore", ".attestation"),
    *(".bundle", ".json", ".jsonl", ".sbom", ".spdx", ".cdx.xml", ".whl.metadata"),
    *(".md", ".txt", ".log"),
)


def is_beside(name: str) -> bool:
    """Say whether a file of this name only accompanies artifacts, and is none."""
    return name.startswith(".") or name.lower().endswith(_BESIDE)


def claiming(name: str) -> Iterator[Artifact]:
    """Yield the artifacts that a file of this name may be."""
    from importlib import import_module

    for each in NAMES:
        module = cast("Artifact", import_module(f"release_tools.artifacts.{each}"))
        if module.claims(name):
            yield module


def read(file: BinaryIO, name: str) -> tuple[Built, ...]:
    """Return what the file holds; empty where it is no artifact that is known.

    ``file`` is open and can be sought in; it is neither closed nor written.  Raises MalformedError
    for a file that is refused: cut short, a bomb, with members that lead elsewhere, or not what
    its name promises.
    """
    modules = tuple(claiming(name))
    if not modules:
        return ()
    from release_tools.artifacts import _archive

    hashes = sorted({module.HASH for module in modules if module.HASH})
    archive = _archive.read(file, lambda *member: any(m.keeps(*member) for m in modules), hashes)
    possible = [module for module in modules if archive.container in module.CONTAINERS]
    if not possible:
        raise MalformedError(f"is packed as {archive.container}, not as its name promises")
    found = [built for module in possible if (built := module.read(archive, name))]
    if len(found) > 1:
        raise MalformedError("is two artifacts in one")
    if archive.linked and not any(built.kind == "image" for one in found for built in one):
        raise MalformedError("has links in it")
    return found[0] if found else ()
