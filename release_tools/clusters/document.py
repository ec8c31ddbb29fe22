"""The JSON that client programs write, read in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_LARGEST = 32 << 20
_VALUES = 1_000_000  # a namespace with a thousand pods has some 300,000


def parse(text: str, program: str) -> Any:
    """Parse what ``program`` wrote; raises MalformedError where that is no JSON, or too much."""
    import json

    if len(text) > _LARGEST or sum(map(text.count, "{[,")) > _VALUES:
        raise MalformedError(f"{program} wrote more than can be read")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedError(f"{program} did not write the JSON that was expected") from None


def rows(value: object, program: str) -> Sequence[Mapping[str, Any]]:
    """Return ``value`` as a list of objects; raises MalformedError for anything else."""
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return value
    raise MalformedError(f"{program} did not write the list that was expected")


def at(value: object, *keys: str | int) -> Any:
    """Return what stands at the address in nested objects and lists, None where nothing does."""
    for key in keys:
        if isinstance(value, dict) and isinstance(key, str):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return None
    return value


def text(value: object, *keys: str | int) -> str:
    """Return the text at the address, "" where there is none."""
    found = at(value, *keys)
    return found if isinstance(found, str) else ""


def number(value: object, *keys: str | int) -> int:
    """Return the number at the address, also where it is written as text; 0 where it is none."""
    found = at(value, *keys)
    if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) <= 18:  # noqa: PLR2004
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def each(value: object, *keys: str | int) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of the list at the address."""
    found = at(value, *keys)
    if isinstance(found, list):
        yield from (one for one in found if isinstance(one, dict))
