"""Cargo, npm and uv workspaces: which folder is the root, which folders are the members.

Only root manifests are parsed; members are found by the globs of the root.  Folders are relative
to the tree, with forward slashes, and the top of the tree is the empty string.  What a tree's
roots say is remembered for as long as the same tree is asked, so that a thousand members cost
one parse.  Every function raises MalformedError (with the path) when a root manifest that it
needs is not well-formed.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from release_tools.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from release_tools.model import Tree

CARGO = "Cargo.toml"
NPM = "package.json"
PNPM = "pnpm-workspace.yaml"
UV = "pyproject.toml"


class _Memory:
    """What was read of one tree.  One slot is enough: a run looks at one tree at a time."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.roots: dict[str, dict[str, Any] | None] = {}
        self.members: dict[tuple[str, str], tuple[str, ...]] = {}
        self.folders: dict[tuple[str, str], frozenset[str]] = {}


_memory: _Memory | None = None


def _of(tree: Tree) -> _Memory:
    global _memory  # noqa: PLW0603 - a cache of one, keyed by the identity of the tree
    if _memory is None or _memory.tree is not tree:
        _memory = _Memory(tree)
    return _memory


def cargo_root(tree: Tree, folder: str) -> str | None:
    """Return the root of the Cargo workspace that the crate in ``folder`` belongs to, or None.

    As cargo looks for it: the crate's own ``[workspace]``, else ``package.workspace``, else the
    nearest ancestor with a ``[workspace]`` that does not exclude the crate.
    """
    own = _cargo(tree, folder)
    if own is not None:
        if "workspace" in own:
            return folder
        pointer = _table(own, "package").get("workspace")
        if isinstance(pointer, str):
            return _join(folder, pointer)
    for ancestor in _ancestors(folder):
        data = _cargo(tree, ancestor)
        if data is None or "workspace" not in data:
            continue
        if not _cargo_excluded(_table(data, "workspace"), ancestor, folder):
            return ancestor
    return None


def cargo_members(tree: Tree, root: str) -> tuple[str, ...]:
    """Return the folders of the workspace's crates, sorted; a root package is one of them.

    Globs and ``exclude`` are understood; path dependencies of members that stand inside the
    root are members too, as in cargo.  A root without ``[workspace]`` is its own only member.
    """
    return _once(tree, "cargo", root, _read_cargo_members)


def workspace_table(tree: Tree, root: str, key: str) -> dict[str, Any]:
    """Return ``[workspace.KEY]`` of the Cargo workspace root, empty where there is none."""
    return _table(_table(_cargo(tree, root) or {}, "workspace"), key)


def npm_root(tree: Tree, folder: str) -> str | None:
    """Return the root of the npm, yarn or pnpm workspace of the package in ``folder``, or None."""
    return _root(tree, folder, "npm", _npm_patterns, npm_members)


def npm_members(tree: Tree, root: str) -> tuple[str, ...]:
    """Return the folders of the workspace's packages, sorted; the root package is one of them.

    ``workspaces`` of package.json (a list, or a table with ``packages``) and ``packages`` of
    pnpm-workspace.yaml count; a leading ``!`` takes away.
    """
    return _once(tree, "npm", root, _read_npm_members)


def uv_root(tree: Tree, folder: str) -> str | None:
    """Return the root of the uv workspace that the project in ``folder`` belongs to, or None."""
    return _root(tree, folder, "uv", _uv_patterns, uv_members)


def uv_members(tree: Tree, root: str) -> tuple[str, ...]:
    """Return the folders of the uv workspace's projects, sorted; the root is one of them."""
    return _once(tree, "uv", root, _read_uv_members)


def _once(
    tree: Tree, kind: str, root: str, read: Callable[[Tree, str], Iterable[str]]
) -> tuple[str, ...]:
    memory = _of(tree)
    found = memory.members.get((kind, root))
    if found is None:
        found = memory.members[kind, root] = tuple(sorted(read(tree, root)))
        memory.folders[kind, root] = frozenset(found)
    return found


def _root(
    tree: Tree,
    folder: str,
    kind: str,
    patterns: Callable[[Tree, str], list[str] | None],
    members: Callable[[Tree, str], tuple[str, ...]],
) -> str | None:
    if patterns(tree, folder) is not None:
        return folder
    for ancestor in _ancestors(folder):
        if patterns(tree, ancestor) is not None:
            members(tree, ancestor)
            if folder in _of(tree).folders[kind, ancestor]:
                return ancestor
    return None


# Cargo


def _cargo(tree: Tree, folder: str) -> dict[str, Any] | None:
    """Parse a Cargo.toml that may have a say about workspaces; None for any other."""
    return _manifest(tree, _join(folder, CARGO), _cargo_relevant)


def _cargo_relevant(text: str) -> bool:
    """Say whether a ``workspace`` key may stand at the top or in ``[package]``.

    ``version.workspace = true`` and ``{ workspace = true }`` are inheritance, and they are what
    a thousand members are full of.
    """
    at = text.find("workspace")
    while at >= 0:
        before = text[text.rfind("\n", 0, at) + 1 : at].lstrip("\ufeff \t['\"")
        if not before or before.startswith("package"):
            return True
        at = text.find("workspace", at + 9)
    return False


def _cargo_excluded(workspace: dict[str, Any], root: str, folder: str) -> bool:
    def under(key: str) -> bool:
        return any(_inside(folder, _join(root, each)) for each in _strings(workspace.get(key)))

    return under("exclude") and not under("members")


def _read_cargo_members(tree: Tree, root: str) -> set[str]:
    data = _parsed(tree, _join(root, CARGO))
    workspace = _table(data, "workspace")
    found = {
        folder
        for folder in _expand(tree, root, _strings(workspace.get("members")), CARGO)
        if not _cargo_excluded(workspace, root, folder)
    }
    if "package" in data:
        found.add(root)
    if "workspace" in data:
        _add_path_dependencies(tree, root, workspace, found)
    return found


def _add_path_dependencies(
    tree: Tree, root: str, workspace: dict[str, Any], found: set[str]
) -> None:
    """Follow ``path = "…"`` from member to member, but only where some crate is unlisted."""
    unlisted = {
        folder
        for folder in _folders(tree.glob(_join(root, "**/" + CARGO)))
        if folder not in found and folder != root and not _cargo_excluded(workspace, root, folder)
    }
    if not unlisted:
        return
    # [workspace.dependencies] gives paths relative to the root, whoever inherits them
    waiting = [*sorted(found), root]
    while waiting and unlisted:
        folder = waiting.pop()
        for path in path_values(tree.read(_join(folder, CARGO))):
            target = _join(folder, path)
            if target in unlisted and cargo_root(tree, target) == root:
                unlisted.remove(target)
                found.add(target)
                waiting.append(target)


def path_values(text: str) -> Iterator[str]:
    """Yield the strings of every ``path = "…"`` in a Cargo.toml, whatever table they stand in."""
    at = text.find("path")
    while at >= 0:
        line_end = text.find("\n", at)
        rest = text[at + 4 : line_end if line_end >= 0 else len(text)].lstrip("\"' \t")
        if rest.startswith("="):
            rest = rest[1:].lstrip()
            quote = rest[:1]
            if quote in {'"', "'"} and (end := rest.find(quote, 1)) > 0:
                yield rest[1:end]
        at = text.find("path", at + 4)


# npm and uv


def _npm_patterns(tree: Tree, root: str) -> list[str] | None:
    data = _manifest(tree, _join(root, NPM), lambda text: '"workspaces"' in text)
    globs = None if data is None else data.get("workspaces")
    if isinstance(globs, dict):
        globs = globs.get("packages")
    pnpm = _manifest(tree, _join(root, PNPM))
    if pnpm is not None:
        return _strings(globs) + _strings(pnpm.get("packages"))
    return None if globs is None else _strings(globs)


def _read_npm_members(tree: Tree, root: str) -> set[str]:
    patterns = _npm_patterns(tree, root) or []
    found = _expand(tree, root, [each for each in patterns if not each.startswith("!")], NPM)
    found -= _expand(tree, root, [each[1:] for each in patterns if each.startswith("!")], NPM)
    if tree.exists(_join(root, NPM)):
        found.add(root)
    return {folder for folder in found if "node_modules" not in folder.split("/")}


def _uv_patterns(tree: Tree, root: str) -> list[str] | None:
    workspace = _uv_workspace(tree, root)
    return None if workspace is None else _strings(workspace.get("members"))


def _uv_workspace(tree: Tree, root: str) -> dict[str, Any] | None:
    data = _manifest(tree, _join(root, UV), lambda text: "workspace" in text)
    if data is None:
        return None
    workspace = _table(_table(data, "tool"), "uv").get("workspace")
    return workspace if isinstance(workspace, dict) else None


def _read_uv_members(tree: Tree, root: str) -> set[str]:
    workspace = _uv_workspace(tree, root) or {}
    found = _expand(tree, root, _strings(workspace.get("members")), UV)
    found -= _expand(tree, root, _strings(workspace.get("exclude")), UV)
    if tree.exists(_join(root, UV)):
        found.add(root)
    return found


# Shared


def _expand(tree: Tree, root: str, patterns: Iterable[str], manifest: str) -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        path = _join(root, pattern, manifest)
        if path.startswith("../"):
            continue
        if any(char in path for char in "*?["):
            found.update(_folders(tree.glob(path)))
        elif tree.exists(path):
            found.add(posixpath.dirname(path))
    return found


def _manifest(
    tree: Tree, path: str, relevant: Callable[[str], bool] = bool
) -> dict[str, Any] | None:
    """Return the parsed manifest, None when absent or without a word on workspaces."""
    roots = _of(tree).roots
    if path not in roots:
        outside = path.startswith("../")
        if outside or not tree.exists(path) or not relevant(tree.read(path)):
            roots[path] = None
        else:
            roots[path] = _parsed(tree, path)
    return roots[path]


def _parsed(tree: Tree, path: str) -> dict[str, Any]:
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


def _table(data: dict[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _strings(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _join(*parts: str) -> str:
    path = posixpath.normpath(posixpath.join(*parts))
    return "" if path == "." else path


def _folders(paths: Iterable[str]) -> set[str]:
    return {posixpath.dirname(path) for path in paths}


def _ancestors(folder: str) -> Iterator[str]:
    while folder:
        folder = posixpath.dirname(folder)
        yield folder


def _inside(folder: str, other: str) -> bool:
    return not other or folder == other or folder.startswith(other + "/")
