"""Where a chart's values take their images from, as values to be laid over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.formats import images

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.formats.pins import Pin


def of(document: Any, pins: Sequence[Pin], *, digests: bool = True) -> dict[str, Any]:
    """Return the values that pin the images in ``document``, and nothing else of it.

    Beside ``repository`` they are ``tag`` and, where the chart has that key, ``digest``.  Where it
    has none, ``digests`` puts the digest behind the tag, as references to images are written.
    Lists are left out: helm replaces them as a whole.
    """
    if not isinstance(document, dict):
        return {}
    found = _here(document, pins, digests=digests)
    for key, value in document.items():
        if isinstance(value, str):
            inner: Any = _text(key, value, pins, digests=digests)
        else:
            inner = of(value, pins, digests=digests)
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


def _here(mapping: dict[Any, Any], pins: Sequence[Pin], *, digests: bool) -> dict[str, Any]:
    registry, repository = (str(mapping.get(key) or "") for key in ("registry", "repository"))
    name = images.split(f"{registry}/{repository}" if registry else repository)
    for one in pins if repository else ():
        if images.split(one.image) == name:
            if "digest" in mapping:
                return {"tag": one.tag, "digest": one.digest}
            return {"tag": f"{one.tag}@{one.digest}" if digests else one.tag}
    return {}


def _text(key: object, value: str, pins: Sequence[Pin], *, digests: bool) -> str:
    if not str(key).lower().endswith("image"):
        return ""
    base, _, _ = value.partition("@")
    for one in pins:
        if base == one.image or base.startswith(f"{one.image}:"):
            return f"{one.image}:{one.tag}@{one.digest}" if digests else f"{one.image}:{one.tag}"
    return ""
