"""The table of kinds: one line and one file for each.

A kind is a module that satisfies ``kinds.base.Kind``.  Modules are imported when a configuration
names them, because start-up time is a feature.  A kind of somebody else's is found through the
entry-point group ``release_tools.kinds`` when its name is not in the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from release_tools.kinds.base import Kind

NAMES = ("pypi", "crate", "npm", "chart", "image", "file")


def find(name: str) -> Kind | None:
    """Return the kind called ``name``, or None where neither table nor entry points know it."""
    from importlib import import_module

    if name in NAMES:
        return cast("Kind", import_module(f"release_tools.kinds.{name}"))
    from importlib.metadata import entry_points

    for entry in entry_points(group="release_tools.kinds"):
        if entry.name == name:
            return cast("Kind", entry.load())
    return None
