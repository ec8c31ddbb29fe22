"""Path dependencies in a Cargo manifest: which there are, and to which folders they lead."""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING, Any

from release_tools.errors import ReleaseToolsError
from release_tools.formats import toml
from release_tools.kinds import base

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.model import Tree

_TABLES = ("dependencies", "dev-dependencies", "build-dependencies")
_ESCAPES = ("\\", '"""', "'''")  # what a look at the lines does not understand


def targets(tree: Tree, manifest: str) -> frozenset[str]:
    """Return all folders that path dependencies may lead to, by a look at the text.

    Folders that no dependency names may be among them, comments' for instance.
    """
    try:
        text = tree.read(manifest)
    except ReleaseToolsError:
        return frozenset()  # not ours, or reported in the row of its own surface
    if any(mark in text for mark in _ESCAPES):
        return named_targets(tree, manifest)
    return _resolved(manifest, _path_values(text))


def named_targets(tree: Tree, manifest: str) -> frozenset[str]:
    """Return the folders that the path dependencies of a manifest lead to; none if it is broken."""
    try:
        data = toml.parse(tree.read(manifest))
    except ReleaseToolsError:
        return frozenset()  # not ours, or reported in the row of its own surface
    return _resolved(manifest, (spec.get("path") for _, spec in dependencies(data)))


def _resolved(manifest: str, paths: Iterator[Any]) -> frozenset[str]:
    folder = dirname(manifest)
    found = (base.within(folder, path) for path in paths if isinstance(path, str))
    return frozenset(target for target in found if target is not None)


def _path_values(text: str) -> Iterator[str]:
    """Yield the strings of every ``path = "…"``, whatever table they stand in.

    Complete where the text has no escapes and no strings of several lines.
    """
    at = text.find("path")
    while at >= 0:
        line_end = text.find("\n", at)
        rest = text[at + 4 : line_end if line_end >= 0 else len(text)].lstrip("\"' \t")
        if rest.startswith("="):
            rest = rest[1:].lstrip()
            quote = rest[:1]
            if quote in {'"', "'"} and (end := rest.find(quote, 1)) > 0:
                yield rest[1:end]
        at = text.find("path", at + 4)


def dependencies(data: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield the address and the table of every dependency that is written as a table."""
    tables: list[tuple[tuple[str, ...], Any]] = [((key,), data.get(key)) for key in _TABLES]
    workspace = data.get("workspace")
    if isinstance(workspace, dict):
        tables.append((("workspace", "dependencies"), workspace.get("dependencies")))
    targets = data.get("target")
    for name, target in targets.items() if isinstance(targets, dict) else ():
        if isinstance(target, dict):
            tables.extend((("target", name, key), target.get(key)) for key in _TABLES)
    for at, table in tables:
        for name, spec in table.items() if isinstance(table, dict) else ():
            if isinstance(spec, dict):
                yield (*at, name), spec
