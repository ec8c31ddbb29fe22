"""What kinds ask of a tree as a whole, each answered once: its manifests, its workspaces' roots."""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING, Any, TypeVar

from release_tools.errors import MalformedError, ReleaseToolsError
from release_tools.kinds import base

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from release_tools.model import Surface, Tree

    T = TypeVar("T")

MOST_GLOBS = 200
"""In the members of one workspace; the field has a tenth of it."""

_memory: tuple[Tree | None, dict[object, Any]] = (None, {})


def facts(tree: Tree) -> dict[object, Any]:
    """Return what was noted of the tree; asked for another one, forget this one."""
    global _memory  # noqa: PLW0603 - one slot is enough: a run looks at one tree at a time
    if _memory[0] is not tree:
        _memory = (tree, {})
    return _memory[1]


def once(tree: Tree, read: Callable[..., T], *about: Hashable) -> T:
    """Return ``read(tree, *about)`` or raise its error, made once while the same tree is asked.

    A question that concerns every manifest of the tree would cost n * n if each surface asked it.
    """
    known, key = facts(tree), (read, *about)
    if key not in known:
        try:
            known[key] = read(tree, *about)
        except ReleaseToolsError as error:
            known[key] = error
    found = known[key]
    if isinstance(found, ReleaseToolsError):
        raise found.with_traceback(None)
    answer: T = found
    return answer


def declare(tree: Tree, declared: Iterable[Surface]) -> None:
    """Note the project's surfaces: manifests in their folders count though git never met them."""
    facts(tree)["declared"] = declared


def manifests(tree: Tree, name: str, kind: str, folders: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the files called ``name`` that git tracks, and some that it has not met.

    Those are looked for in ``folders``, in those of the declared surfaces of the kind, and above.
    """
    known = dict.fromkeys(tree.named(name))
    for folder in (*once(tree, declared_folders, kind), *folders):
        path = base.beside(folder, name)
        if path not in known and tree.exists(path):
            known[path] = None
    return tuple(known)


def declared_folders(tree: Tree, kind: str) -> dict[str, None]:
    """Return the folders of the declared surfaces of a kind, and all above them."""
    found: dict[str, None] = {}
    for surface in facts(tree).get("declared", ()):
        for folder in (surface.path, *surface.options.get("also", ())):
            while surface.kind == kind and folder not in found:
                found[folder] = None
                folder = dirname(folder)  # noqa: PLW2901 - upwards, as far as it is new
    return found


def expand(tree: Tree, root: str, patterns: Iterable[str], manifest: str) -> set[str]:
    """Return the folders that hold ``manifest`` and match one of the root's patterns.

    Raises MalformedError for more than ``MOST_GLOBS``: each is held against every file.
    """
    found: set[str] = set()
    globs = 0
    for pattern in dict.fromkeys(patterns):
        path = base.within(root, f"{pattern}/{manifest}")
        if path is None:
            continue
        if base.is_glob(path):
            globs += 1
            if globs > MOST_GLOBS:
                message = f"the workspace has more than {MOST_GLOBS} globs of members"
                raise MalformedError(message, path=base.beside(root, manifest))
            found.update(map(dirname, tree.glob(path)))
        elif tree.exists(path):
            found.add(dirname(path))
    return found


def root(
    tree: Tree, folder: str, manifest: str, relevant: Callable[[str], bool]
) -> dict[str, Any] | None:
    """Return the parsed manifest of a folder, None when absent or without a word on workspaces."""
    return once(tree, _root, base.beside(folder, manifest), relevant)


def _root(tree: Tree, path: str, relevant: Callable[[str], bool]) -> dict[str, Any] | None:
    return parsed(tree, path) if tree.exists(path) and relevant(tree.read(path)) else None


def parsed(tree: Tree, path: str) -> dict[str, Any]:
    """Return the table or object in a file; raises MalformedError with its path."""
    text = tree.read(path)
    with base.naming(path):
        if path.endswith(".toml"):
            from release_tools.formats import toml

            return toml.parse(text)
        from release_tools.formats import json

        data = json.parse(text)
    return data if isinstance(data, dict) else {}


def table(data: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the table at ``key``, or an empty one."""
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def strings(value: Any) -> list[str]:
    """Return the strings of a list, or an empty list."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
