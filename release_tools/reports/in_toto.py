"""The facts of a ledger as in-toto statements, unsigned: one for each surface, one on a line.

https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md, with the predicate of
https://github.com/in-toto/attestation/blob/main/spec/predicates/release.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.errors import MalformedError
from release_tools.reports.ledger import repository_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/release/v0.1"


def render(ledger: Mapping[str, Any]) -> bytes:
    """Return a statement for each surface of the ledger, as JSON Lines of stable bytes.

    Raises MalformedError for a surface without any digest: a statement is about digests.
    """
    import json

    return b"".join(
        json.dumps(_statement(surface), sort_keys=True, separators=(",", ":")).encode() + b"\n"
        for surface in ledger["surfaces"]
    )


def _statement(surface: Mapping[str, Any]) -> dict[str, Any]:
    subjects = [
        {"name": name, "digest": dict([digest.split(":", 1)])}
        for name, digest in _subjects(surface)
        if digest is not None
    ]
    if not subjects:
        raise MalformedError(
            f"{surface['id']} has no digest, and an in-toto statement is about digests",
            hint="leave out --in-toto, or see why the registry states none",
        )
    return {
        "_type": STATEMENT,
        "subject": subjects,
        "predicateType": PREDICATE,
        "predicate": {"purl": surface["purl"]},
    }


def _subjects(surface: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Yield the name and the digest of each artifact: of the files, or of what has none."""
    where = repository_of(surface["url"])
    name = surface["name"] if where is None else f"{where[0].partition('://')[2]}/{where[1]}"
    if where is not None or not surface["files"]:
        yield name, surface["digest"]
    for platform, digest in (surface["platforms"] or {}).items():
        if digest != surface["digest"]:
            yield f"{name} ({platform})", digest
    for file in surface["files"]:
        yield file["name"], file["digest"]
