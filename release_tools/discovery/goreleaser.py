"""The images of goreleaser's configurations, their templates replaced.

https://goreleaser.com/customization/templates/
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from release_tools.discovery.values import NOTHING, UNKNOWN, mapping, product, union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.discovery.acts import Act
    from release_tools.discovery.files import Files
    from release_tools.discovery.values import Values

_MAX_PIECES = 40
_LONGEST = 2000


def commands(files: Files) -> Iterator[str]:
    """Yield the shell commands that goreleaser runs before it builds, and to publish."""
    for path in _configurations(files):
        data = mapping(files.yaml(path))
        hooks = mapping(data.get("before")).get("hooks")
        publishers = data.get("publishers")
        for each in (*_list(hooks), *_list(publishers)):
            command = mapping(each).get("cmd") if isinstance(each, dict) else each
            if isinstance(command, str):
                yield command


def references(act: Act, files: Files, repository: str) -> Iterator[str]:
    """Yield every reference that a release of goreleaser pushes, with whatever tag it has."""
    for path in _configurations(files):
        data = mapping(files.yaml(path))
        project = str(data.get("project_name") or repository.rpartition("/")[2] or UNKNOWN)
        fields: dict[str, Values] = {".ProjectName": (project,), ".Version": ("{version}",)}
        for key, values in act.inputs.items():
            if key.startswith("env."):
                fields[f".Env.{key[4:]}"] = values
        told = data.get("env")
        for line in told if isinstance(told, list) else ():
            key, equals, value = str(line).partition("=")
            if equals:
                fields.setdefault(f".Env.{key}", _render(value, fields))
        for template in _templates(data):
            yield from _render(template, fields)


def _configurations(files: Files) -> Iterator[str]:
    for path in files.paths:
        name = path.rsplit("/", 1)[-1]
        if name.lstrip(".").startswith("goreleaser") and name.endswith((".yml", ".yaml")):
            yield path


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _templates(data: dict[Any, Any]) -> Iterator[str]:
    def entries(key: str) -> Iterator[dict[Any, Any]]:
        found = data.get(key)
        return (mapping(each) for each in found) if isinstance(found, list) else iter(())

    for entry in entries("dockers"):
        yield from map(str, entry.get("image_templates") or ())
    for entry in entries("docker_manifests"):
        yield str(entry.get("name_template"))
    for entry in entries("dockers_v2"):
        yield from (f"{each}:{UNKNOWN}" for each in entry.get("images") or ())
    for entry in entries("kos"):
        repositories = entry.get("repositories") or [entry.get("repository")]
        last = str(entry.get("main") or "").rstrip("/").rpartition("/")[2]
        for each in repositories:
            if entry.get("bare"):
                yield f"{each}:{UNKNOWN}"
            elif entry.get("base_import_paths") and last:
                yield f"{each}/{last}:{UNKNOWN}"


@cache
def _action() -> re.Pattern[str]:
    return re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL)


def _render(template: str, fields: dict[str, Values]) -> Values:
    """Return every text that a template may become; both branches of a condition are taken."""
    if len(template) > _LONGEST:
        return NOTHING
    pieces = _action().split(template)[: 2 * _MAX_PIECES + 1]
    done: list[Values] = [("",)]  # what came before each open condition, and its branches
    branches: list[Values] = []
    for at, piece in enumerate(pieces):
        word = piece.split(" ")[0] if at % 2 else ""
        if not at % 2:
            done[-1] = product([done[-1], (piece,)])
        elif word in {"if", "with", "range"}:
            done.append(("",))
            branches.append(())
        elif word == "else" and branches:
            branches[-1] = union(branches[-1], done[-1])
            done[-1] = ("",)
        elif word == "end" and branches:
            inner = union(branches.pop(), done.pop())
            done[-1] = product([done[-1], inner])
        else:
            done[-1] = product([done[-1], _value(piece, fields)])
    return done[0] if len(done) == 1 else NOTHING


def _value(action: str, fields: dict[str, Values]) -> Values:
    """Evaluate one action: a field, perhaps lowered, or a variable with a default."""
    default = re.match(r'envOrDefault\s+"([^"]*)"\s+"([^"]*)"', action)
    if default:
        known = fields.get(f".Env.{default[1]}", ())
        return known if known and UNKNOWN not in known else union((default[2],), known)
    indexed = re.match(r'index\s+\.Env\s+"([^"]*)"', action)
    name = re.search(r"\.[A-Za-z][\w.]*", action)
    field = f".Env.{indexed[1]}" if indexed else name[0] if name else ""
    found = fields.get(field, NOTHING)
    return tuple(each.lower() for each in found) if "lower" in action.lower() else found
