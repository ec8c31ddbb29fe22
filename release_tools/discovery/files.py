"""The tree as discovery sees it: every file that git tracks, parsed at most once.

A file that cannot be read or parsed is no evidence, and never an error here.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from release_tools.errors import ReleaseToolsError

if TYPE_CHECKING:
    from release_tools.model import Tree

_MAX_YAML = 600_000
_WORKFLOWS = ".github/workflows/"
_MAX_MERGES = 200  # merge keys are the only construct of safe YAML that multiplies its input


class Files:
    """All paths of a tree, and cached readings of them."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.paths = tree.glob("**")
        self._known = frozenset(self.paths)
        self._texts: dict[str, str] = {}
        self._parsed: dict[str, Any] = {}
        self._folders: frozenset[str] = frozenset()
        self._by_name: dict[str, list[str]] = {}
        for path in self.paths:
            self._by_name.setdefault(path.rsplit("/", 1)[-1], []).append(path)

    def exists(self, path: str) -> bool:
        """Say whether git tracks that file."""
        return path in self._known

    def named(self, *names: str) -> list[str]:
        """Return all paths whose last component is one of ``names``."""
        return sorted(path for name in names for path in self._by_name.get(name, ()))

    @property
    def workflows(self) -> list[str]:
        """The workflow files of GitHub."""
        return [
            path
            for path in self.paths
            if path.startswith(_WORKFLOWS) and path.endswith((".yml", ".yaml"))
            if path.count("/") == _WORKFLOWS.count("/")
        ]

    def matching(self, pattern: str) -> tuple[str, ...]:
        """Return the folders that a shell's pattern stands for, or ``pattern`` without any."""
        import fnmatch

        fits = re.compile(fnmatch.translate(pattern)).fullmatch
        depth = pattern.count("/")
        found = (each for each in self.folders() if each.count("/") == depth and fits(each))
        return tuple(sorted(found)) or (pattern,)

    def folders(self) -> frozenset[str]:
        """Return every folder that holds a tracked file, at any depth."""
        if self._folders:
            return self._folders
        found: set[str] = set()
        for path in self.paths:
            folder = posixpath.dirname(path)
            while folder and folder not in found:
                found.add(folder)
                folder = posixpath.dirname(folder)
        self._folders = frozenset(found)
        return self._folders

    def text(self, path: str) -> str:
        """Return the text, or an empty one."""
        if path not in self._texts:
            try:
                self._texts[path] = self.tree.read(path).removeprefix("\ufeff")
            except ReleaseToolsError:
                self._texts[path] = ""
        return self._texts[path]

    def yaml(self, path: str) -> Any:
        """Return the first document of a YAML file; None when there is none."""
        if path not in self._parsed:
            self._parsed[path] = _load_yaml(self.text(path))
        return self._parsed[path]

    def toml(self, path: str) -> dict[str, Any]:
        """Return a TOML file's table; empty when it cannot be parsed."""
        if path not in self._parsed:
            self._parsed[path] = _load_toml(self.text(path))
        found: dict[str, Any] = self._parsed[path]
        return found

    def json(self, path: str) -> dict[str, Any]:
        """Return a JSON file's object; empty when it is none."""
        import json

        if path not in self._parsed:
            try:
                data = json.loads(self.text(path))
            except (ValueError, RecursionError):
                data = None
            self._parsed[path] = data if isinstance(data, dict) else {}
        found: dict[str, Any] = self._parsed[path]
        return found


def _load_yaml(text: str) -> Any:
    import yaml

    if len(text) > _MAX_YAML or text.count("<<:") > _MAX_MERGES:
        return None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return next(iter(yaml.load_all(text, Loader=loader)), None)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def _load_toml(text: str) -> dict[str, Any]:
    from release_tools.formats import toml

    try:
        return toml.parse(text)
    except ReleaseToolsError:
        return {}
