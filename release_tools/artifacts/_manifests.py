"""The texts inside artifacts, parsed in bounded time: headers, TOML, YAML, JSON.

Whatever cannot be read as expected raises MalformedError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST = 500_000  # characters of TOML or YAML, which take a second at worst
DOTS = 100  # in one line: tomllib's time and memory grow with the square of a key's parts
DEPTH = 50


def headers(data: bytes, file: str) -> dict[str, str]:
    """Return name and version from the core metadata of a Python distribution.

    ``METADATA`` and ``PKG-INFO`` are headers as in an e-mail, up to the first empty line; each
    of the two has to stand there once.
    """
    found: dict[str, list[str]] = {"name": [], "version": []}
    for line in text_of(data, file).removeprefix("\ufeff").split("\n"):
        line = line.removesuffix("\r")  # noqa: PLW2901 - the same line, without its end
        if not line:
            break
        name, colon, value = line.partition(":")
        if colon and name.lower() in found:
            found[name.lower()].append(value.strip())
    for name, values in found.items():
        if len(values) != 1:
            raise MalformedError(f"{file} states {len(values)} times what its {name} is")
    return {name: one_line(values[0], name, file) for name, values in found.items()}


def toml(data: bytes, file: str) -> dict[str, Any]:
    """Parse TOML."""
    import tomllib

    text = text_of(data, file)
    if len(text) > LONGEST or any(line.count(".") > DOTS for line in text.split("\n")):
        raise MalformedError(f"{file} is too large, or has a line with too many dots")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"{file} is no TOML: {_first_line(error)}") from None


def json(data: bytes, file: str) -> dict[str, Any]:
    """Parse a JSON object in which no key stands twice in one place."""
    parsed = json_value(data, file)
    if not isinstance(parsed, dict):
        raise MalformedError(f"{file} is no JSON object")
    return parsed


def json_value(data: bytes, file: str) -> Any:
    """Parse any JSON; raises as ``json``."""
    from json import loads

    text = text_of(data, file)
    try:
        return loads(text.removeprefix("\ufeff"), object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"{file} is no JSON: {_first_line(error)}") from None


def yaml(data: bytes, file: str, keys: Sequence[str]) -> dict[str, str]:
    """Return the texts at these keys of the mapping that the YAML document is.

    The events of the parser are looked at one by one and nothing is ever composed of them: an
    alias, however often it doubles, costs nothing.
    """
    import yaml

    text = text_of(data, file)
    if len(text) > LONGEST:
        raise MalformedError(f"{file} is too large")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        found = list(_top(yaml, yaml.parse(text, Loader=loader)))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise MalformedError(f"{file} is no YAML: {_first_line(error)}") from None
    result: dict[str, str] = {}
    for key, value in found:
        if key in result or (key in keys and value is None):
            problem = "stands twice" if key in result else "is no plain value"
            raise MalformedError(f"{file}: {key} {problem}")
        if key in keys and value is not None:
            result[key] = value
    return result


def string(table: Any, key: str, file: str, *, optional: bool = False) -> str:
    """Return the string at ``key``; empty where it is optional and not there."""
    value = table.get(key) if isinstance(table, dict) else None
    if optional and not value:
        return ""
    if not isinstance(value, str) or not value:
        raise MalformedError(f"{file} has no {key}")
    return one_line(value, key, file)


def one_line(value: str, key: str, file: str) -> str:
    """Return a value that is printable, not empty, and of sensible length."""
    if not value or not value.isprintable() or len(value) > 1000:  # noqa: PLR2004 - far beyond
        raise MalformedError(f"{file}: {key} is {value[:60]!a}, expected a text on one line")
    return value


def text_of(data: bytes, file: str) -> str:
    """Decode UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise MalformedError(f"{file} is not UTF-8") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _top(yaml: Any, events: Iterator[Any]) -> Iterator[tuple[str, str | None]]:
    """Yield the keys of the document's mapping, each with its text, None for what has none."""
    depth = documents = 0
    key: str | None = None
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if not isinstance(event, yaml.NodeEvent):
            continue
        if depth == 0:
            documents += 1
            if documents > 1 or not isinstance(event, yaml.MappingStartEvent):
                raise ValueError("it is not one mapping")
        elif depth == 1:
            scalar = event.value if isinstance(event, yaml.ScalarEvent) else None
            if key is not None:
                yield key, scalar
                key = None
            elif scalar is None:
                raise ValueError("a key is no text")
            else:
                key = scalar
        depth += isinstance(event, yaml.CollectionStartEvent)
        if depth > DEPTH:
            raise ValueError("it is nested too deep")


def _first_line(error: BaseException) -> str:
    return (str(error).split("\n", maxsplit=1)[0] or type(error).__name__)[:200]
