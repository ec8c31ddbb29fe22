"""Matrices that only a run computes: what they range over, by the paths that they are part of.

Where a job builds ``images/${{ matrix.name }}/Dockerfile``, the tree holds every ``name``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from release_tools.discovery import walk
from release_tools.discovery.sides import beside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from release_tools.discovery.files import Files

_MANY = 30  # more paths than that are sources, not things to release
_MAX_NODES = 2000
_LEAST = 3  # characters that a path must have beside the unknown part


@cache
def _piece() -> re.Pattern[str]:
    return re.compile(r"([\w./-]{0,200})\$\{\{\s*matrix\.([\w.-]{1,80})\s*\}\}([\w./-]{0,200})")


def filled(
    combinations: Sequence[dict[str, Any]], job: dict[str, Any], files: Files
) -> list[dict[str, Any]]:
    """Add to ``combinations`` the keys that the job reads and none of them has."""
    strategy = job.get("strategy")
    if not isinstance(strategy, dict) or "fromjson" not in str(strategy.get("matrix")).lower():
        return list(combinations)
    done = list(combinations)
    for key, before, after in _pieces(job):
        top = key.split(".")[0]
        if any(top in each for each in done):
            continue
        values = _matching(before, after, files)
        if 0 < len(values) <= _MANY:
            done = [{**each, top: _nested(key, value)} for each in done for value in values]
    return done


def _nested(key: str, value: str) -> Any:
    for part in reversed(key.split(".")[1:]):
        return {part: _nested(key.rpartition(".")[0], value) if key.count(".") > 1 else value}
    return value


def _pieces(job: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for node in walk.nodes([job.get("steps"), job.get("with"), job.get("env")], _MAX_NODES):
        if isinstance(node, str) and "matrix." in node:
            for before, key, after in _piece().findall(node):
                path = before.removeprefix("./")
                if len(path + after) >= _LEAST and "/" in f"{path}{after}":
                    yield key, path, after


def _matching(before: str, after: str, files: Files) -> list[str]:
    pattern = re.compile(rf"{re.escape(before)}([^/\0]+){re.escape(after.rstrip('/'))}")
    paths = [*files.folders(), *files.paths] if "." not in after else files.paths
    found = (
        match[1]
        for path in paths
        if path.startswith(before) and (match := pattern.fullmatch(path)) and not beside(path)
    )
    return sorted(set(found))
