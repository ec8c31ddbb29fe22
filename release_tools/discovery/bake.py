"""Bake files: the tags that ``docker buildx bake`` pushes, in HCL and in JSON.

Follows https://docs.docker.com/build/bake/reference/ as far as tags need it: variables, which the
environment overrides, functions of the file and the usual ones of HCL, and matrices.
"""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING, Any

from release_tools.discovery.hcl import attributes, blocks, tokens
from release_tools.discovery.hcl_values import Evaluator, texts
from release_tools.discovery.values import NOTHING, UNKNOWN, mapping, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from release_tools.discovery.acts import Act
    from release_tools.discovery.files import Files
    from release_tools.discovery.hcl_values import Value
    from release_tools.discovery.values import Values

_USUAL = (
    *("docker-bake.hcl", "docker-bake.json", "docker-bake.override.hcl"),
    "docker-bake.override.json",
)
_MAX_TARGETS = 200


def tags(act: Act, files: Files, named: Iterable[str]) -> Iterator[str]:
    """Yield every tag of all targets in the bake files, ``named`` or the usual ones."""
    folder = act.folder.strip(".")
    plain = [each.removeprefix("cwd://").removeprefix("./") for each in named]
    given = [each if files.exists(each) else posixpath.join(folder, each) for each in plain]
    paths = [each for each in given if files.exists(each)] or [
        path for path in files.named(*_USUAL) if path.rpartition("/")[0] in {folder, ""}
    ]
    environment = {name[4:]: values for name, values in act.inputs.items() if name[:4] == "env."}
    for word in act.words:  # what the shell hands on stands after the command
        name, equals, _ = word[0].partition("=")
        if equals and name.isupper():
            environment[name] = tuple(each.partition("=")[2] for each in word)
    for path in paths:
        yield from _of_text(files.text(path), environment)
    for value in (*act.inputs.get("set", ()), *(value for word in act.words for value in word)):
        yield from re.findall(r"^[\w*.-]+\.tags?\+?=(\S+)$", value, re.MULTILINE)


def _of_text(text: str, environment: Mapping[str, Values]) -> Iterator[str]:
    data = _json(text)
    if data is not None:
        yield from _of_json(data, environment)
        return
    found = list(blocks(text))
    evaluator = Evaluator({})
    for kind, labels, body in found:
        if kind == "function" and labels:
            evaluator.functions[labels[0]] = body
        elif kind == "variable" and labels:
            default = evaluator.value(body["default"]) if "default" in body else NOTHING
            evaluator.variables[labels[0]] = _set(labels[0], default, environment)
    for kind, _, body in found[:_MAX_TARGETS]:
        if kind == "target" and "tags" in body:
            inner = evaluator.within(_matrix(evaluator, body.get("matrix", "")))
            yield from texts(inner.value(body["tags"]))


def _set(name: str, default: Value, environment: Mapping[str, Values]) -> Value:
    """Return what a variable may be; the default too, where the environment sets it to anything."""
    values = environment.get(name)
    if values is None:
        return default
    return union(texts(default), values) if UNKNOWN in values else values


def _matrix(evaluator: Evaluator, matrix: str) -> dict[str, Value]:
    """Return the names that the matrix of a target binds, each with all that it goes through."""
    bound: dict[str, Value] = {}
    for name, raw in attributes(tokens(matrix)[1:-1]).items():
        bound[name] = evaluator.value(raw)
        bound |= {f"{name}.{key}": value for key, value in evaluator.fields(raw).items()}
    return bound


def _json(text: str) -> dict[str, Any] | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _of_json(data: dict[str, Any], environment: Mapping[str, Values]) -> Iterator[str]:
    variables: dict[str, Value] = {}
    for name, about in mapping(data.get("variable")).items():
        default = mapping(about).get("default")
        told = (str(default),) if isinstance(default, str | int | float) else NOTHING
        variables[name] = _set(name, told, environment)
    evaluator = Evaluator(variables)
    for target in list(mapping(data.get("target")).values())[:_MAX_TARGETS]:
        listed = mapping(target).get("tags")
        for each in listed if isinstance(listed, list) else ():
            yield from texts(evaluator.value(json.dumps(str(each))))
