"""A tree as it will be once a plan is applied: planned texts over the texts that stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from release_tools.model import FileChange, Tree


class Overlay:
    """Satisfies ``model.Tree``; nothing is written."""

    __slots__ = ("_below", "_planned", "root")

    def __init__(self, below: Tree, changes: Iterable[FileChange]) -> None:
        """Lay the planned texts of ``changes`` over the tree ``below``."""
        self._below = below
        self._planned = {change.path: change.after for change in changes}
        self.root: str | None = getattr(below, "root", None)

    def read(self, path: str) -> str:
        """Return the planned text, else what stands below."""
        planned = self._planned.get(path)
        return self._below.read(path) if planned is None else planned

    def exists(self, path: str) -> bool:
        """Say whether the file stands: a plan never makes or removes one."""
        return self._below.exists(path)

    def glob(self, pattern: str) -> tuple[str, ...]:
        """Return the files that match below."""
        return self._below.glob(pattern)

    def named(self, name: str) -> tuple[str, ...]:
        """Return the files of that name below."""
        return self._below.named(name)
