"""Write down what a release published, once; and attach it to the images that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.errors import MalformedError, RefusedError
from release_tools.model import Stage, Verdict
from release_tools.reports import in_toto as statements
from release_tools.reports import ledger
from release_tools.rules import ledger as rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from release_tools.model import StreamTable

NAME = "release-manifest.json"
"""What the ledger is called among the assets of a GitHub Release, and in a registry."""

SUMS = "SHA256SUMS"
"""What the list of checksums beside it is called, as ``sha256sum --check`` reads it."""

_QUIET = (Verdict.AGREES, Verdict.UNCHECKED, Verdict.WAITS)
_ITS_OWN = "github-release"  # the row of the release that will hold the ledger
_SHOWN = 3  # differences that a refusal names


class Recorded(NamedTuple):
    """What was done: files written, files that said the same already, and manifests attached."""

    written: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    attached: tuple[str, ...] = ()


def of_release(
    table: StreamTable, *, tag: str, commit: str, repository: str | None = None
) -> dict[str, Any]:
    """Return the ledger of the stream's release; see ``reports.ledger.document``.

    Raises RefusedError ``ledger-incomplete`` unless the published column was filled, agrees, and
    holds something.
    """
    cells = [
        (row.surface.id, cell)
        for row in table.rows
        for cell in row.cells
        if cell.stage is Stage.PUBLISHED and row.surface.kind != _ITS_OWN
    ]
    wrong = [f"{id_} ({cell.verdict})" for id_, cell in cells if cell.verdict not in _QUIET]
    document = ledger.document(table, tag=tag, commit=commit, repository=repository)
    if wrong or not document["surfaces"]:
        named = ", ".join(wrong) if wrong else "nothing of it was looked up"
        message = f"the published column of {tag} does not agree: {named}"
        raise RefusedError("ledger-incomplete", message)
    return document


def record(
    document: Mapping[str, Any],
    *,
    path: str | None = None,
    in_toto: str | None = None,
    attach: bool = False,
) -> Recorded:
    """Write the ledger to ``path``, its statements to ``in_toto``, and attach it to its images.

    A file that states the same facts is left as it is, to the byte; then what is attached is that
    file.  Raises RefusedError ``ledger-differs`` for a file with other facts, MalformedError for
    one that is no ledger, UnreadableError where a file or a registry fails; a rerun continues.
    """
    from release_tools.adapters import durable

    data = ledger.render(document)
    done: dict[bool, list[str]] = {True: [], False: []}
    if path is not None:
        new = durable.create(path, data)
        done[new].append(path)
        data = data if new else _same(path, document)
    if in_toto is not None:
        lines = statements.render(document)
        new = durable.create(in_toto, lines)
        done[new].append(in_toto)
        if not new and durable.read(in_toto) != lines:
            raise RefusedError(
                "ledger-differs", "it holds other statements than this release makes", path=in_toto
            )
    attached = tuple(_attached(document, data)) if attach else ()
    return Recorded(tuple(done[True]), tuple(done[False]), attached)


def read(path: str) -> dict[str, Any]:
    """Read a ledger; raises AbsentError, MalformedError or UnreadableError with the path."""
    from release_tools.adapters import durable

    try:
        return rules.parse(durable.read(path))
    except MalformedError as error:
        error.path = path
        raise


def _same(path: str, document: Mapping[str, Any]) -> bytes:
    """Return the bytes of the ledger that stands there; raise unless it states the same facts."""
    from release_tools.adapters import durable

    found = rules.differences(read(path), document)
    if found:
        more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        message = "; ".join(one.message for one in found[:_SHOWN]) + more
        raise RefusedError("ledger-differs", f"it states other facts: {message}", path=path)
    return durable.read(path)


def _attached(document: Mapping[str, Any], data: bytes) -> Iterator[str]:
    """Attach the ledger to every image, and yield where its manifest is."""
    from release_tools.adapters import oras_push

    for surface in document["surfaces"]:
        where = ledger.repository_of(surface["url"])
        if surface["kind"] == "image" and where is not None and surface["digest"]:
            image = oras_push.Image(*where, surface["digest"])
            yield oras_push.attach(image, data, NAME)
