"""What workspaces read: root manifests, parsed once per tree, and the folders that globs name."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from release_tools.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from release_tools.model import Tree


class Memory:
    """What was read of one tree.  One slot is enough: a run looks at one tree at a time."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.roots: dict[str, dict[str, Any] | None] = {}
        self.members: dict[tuple[str, str], tuple[str, ...]] = {}
        self.folders: dict[tuple[str, str], frozenset[str]] = {}


_memory: Memory | None = None


def memory_of(tree: Tree) -> Memory:
    """Return what was read of ``tree``; asked for another tree, forget this one."""
    global _memory  # noqa: PLW0603 - a cache of one, keyed by the identity of the tree
    if _memory is None or _memory.tree is not tree:
        _memory = Memory(tree)
    return _memory


def expand(tree: Tree, root: str, patterns: Iterable[str], manifest: str) -> set[str]:
    """Return the folders that hold ``manifest`` and match one of the root's patterns."""
    found: set[str] = set()
    for pattern in patterns:
        path = join(root, pattern, manifest)
        if path.startswith("../"):
            continue
        if any(char in path for char in "*?["):
            found.update(folders(tree.glob(path)))
        elif tree.exists(path):
            found.add(posixpath.dirname(path))
    return found


def manifest_of(
    tree: Tree, path: str, relevant: Callable[[str], bool] = bool
) -> dict[str, Any] | None:
    """Return the parsed manifest, None when absent or without a word on workspaces."""
    roots = memory_of(tree).roots
    if path not in roots:
        outside = path.startswith("../")
        if outside or not tree.exists(path) or not relevant(tree.read(path)):
            roots[path] = None
        else:
            roots[path] = parsed(tree, path)
    return roots[path]


def parsed(tree: Tree, path: str) -> dict[str, Any]:
    """Return the table or object in a file; raises MalformedError with its path."""
    text = tree.read(path).removeprefix("\ufeff")
    try:
        data = _load(path, text)
    except MalformedError as error:
        raise MalformedError(error.message, hint=error.hint, path=path, line=error.line) from error
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"not well-formed: {error}", path=path) from error
    return data if isinstance(data, dict) else {}


def _load(path: str, text: str) -> Any:
    if path.endswith(".toml"):
        from release_tools.formats import toml

        return toml.parse(text)
    if path.endswith(".json"):
        import json

        return json.loads(text)
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(error) from error


def table(data: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the table at ``key``, or an empty one."""
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def strings(value: Any) -> list[str]:
    """Return the strings of a list, or an empty list."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def join(*parts: str) -> str:
    """Join and normalise; the top of the tree is the empty string."""
    path = posixpath.normpath(posixpath.join(*parts))
    return "" if path == "." else path


def folders(paths: Iterable[str]) -> set[str]:
    """Return the folders that files stand in."""
    return {posixpath.dirname(path) for path in paths}


def ancestors(folder: str) -> Iterator[str]:
    """Yield the folders above, from the nearest to the top."""
    while folder:
        folder = posixpath.dirname(folder)
        yield folder


def inside(folder: str, other: str) -> bool:
    """Say whether ``folder`` is ``other`` or stands below it."""
    return not other or folder == other or folder.startswith(other + "/")
