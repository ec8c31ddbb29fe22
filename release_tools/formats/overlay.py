"""Where a chart's values take their images from, as values to be laid over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.formats import images

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.formats.pins import Pin


def of(document: Any, pins: Sequence[Pin]) -> dict[str, Any]:
    """Return the values that pin the images in ``document``, and nothing else of it.

    Beside ``repository`` they are ``tag`` and, where the chart has that key, ``digest``; a tag
    alone carries the digest in itself.  Lists are left out: helm replaces them as a whole.
    """
    if not isinstance(document, dict):
        return {}
    found = _here(document, pins)
    for key, value in document.items():
        inner = _text(key, value, pins) if isinstance(value, str) else of(value, pins)
        if inner:
            found[str(key)] = inner
    return found


def lay(below: dict[str, Any], over: dict[str, Any]) -> None:
    """Put ``over`` into ``below``, mapping by mapping."""
    for key, value in over.items():
        there = below.get(key)
        if isinstance(there, dict) and isinstance(value, dict):
            lay(there, value)
        else:
            below[key] = value


def _here(mapping: dict[Any, Any], pins: Sequence[Pin]) -> dict[str, Any]:
    registry, repository = (str(mapping.get(key) or "") for key in ("registry", "repository"))
    name = images.split(f"{registry}/{repository}" if registry else repository)
    for one in pins if repository else ():
        if images.split(one.image) == name:
            if "digest" in mapping:
                return {"tag": one.tag, "digest": one.digest}
            return {"tag": f"{one.tag}@{one.digest}"}
    return {}


def _text(key: object, value: str, pins: Sequence[Pin]) -> str:
    if not str(key).lower().endswith("image"):
        return ""
    base, _, _ = value.partition("@")
    for one in pins:
        if base == one.image or base.startswith(f"{one.image}:"):
            return f"{one.image}:{one.tag}@{one.digest}"
    return ""
