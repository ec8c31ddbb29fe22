"""Where the notes of a release come from: a file, the changelog, or GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import AbsentError, ReleaseToolsError, UsageError
from release_tools.kinds import stages
from release_tools.model import Stage
from release_tools.reading import Found
from release_tools.reports import notes
from release_tools.rules import pointers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.flows.gate.case import Case
    from release_tools.model import StreamTable

_LARGEST = 1 << 20


def compose(case: Case, table: StreamTable, path: str | None) -> str:
    """Return the notes: of the file at ``path``, else of the changelog, else from GitHub.

    Below them stands a table of everything that was found published.
    """
    return notes.render(_changes(case, path), tuple(_lines(table)))


def _changes(case: Case, path: str | None) -> str:
    if path is not None:
        return _file(path)
    if case.stream.changelog is not None:
        from release_tools.formats import changelog

        try:
            text = case.project.tree.read(case.stream.changelog)
        except AbsentError:
            text = ""
        section = changelog.notes(text, str(case.version))
        if section:
            return section
    from release_tools.flows.repository.hub import needed

    previous = pointers.previous(case.stream, case.version, case.facts.tags)
    try:
        return needed(case.github).releases.generated_notes(case.tag, previous)
    except ReleaseToolsError:
        # Notes are for people, and no reason not to release: the table says what matters.
        return f"{case.project.repository or case.stream.name} {case.version}"


def _file(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read(_LARGEST)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the notes in {path!a} cannot be read: {error}") from error


def _lines(table: StreamTable) -> Iterator[notes.Line]:
    for row in table.rows:
        kind = stages.installing(row.surface.kind)
        found = next((one.reading for one in row.cells if one.stage is Stage.PUBLISHED), None)
        if kind is not None and isinstance(found, Found):
            text = kind.install(row.surface, found.version, found.digest)
            yield notes.Line(row.surface.id, found.version, found.digest, text)
