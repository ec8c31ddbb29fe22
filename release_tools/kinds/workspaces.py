"""Cargo, npm and uv workspaces: which folder is the root, which folders are the members.

Only root manifests are parsed; members are found by the globs of the root.  Folders are relative
to the tree, with forward slashes, and the top of the tree is the empty string.  What a tree's
roots say is remembered for as long as the same tree is asked, so that a thousand members cost
one parse.  Every function raises MalformedError (with the path) when a root manifest that it
needs is not well-formed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.kinds.workspace_files import (
    ancestors,
    expand,
    folders,
    inside,
    join,
    manifest_of,
    memory_of,
    parsed,
    strings,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from release_tools.model import Tree

CARGO = "Cargo.toml"
NPM = "package.json"
PNPM = "pnpm-workspace.yaml"
UV = "pyproject.toml"


def cargo_root(tree: Tree, folder: str) -> str | None:
    """Return the root of the Cargo workspace that the crate in ``folder`` belongs to, or None.

    As cargo looks for it: the crate's own ``[workspace]``, else ``package.workspace``, else the
    nearest ancestor with a ``[workspace]`` that does not exclude the crate.
    """
    own = _cargo(tree, folder)
    if own is not None:
        if "workspace" in own:
            return folder
        pointer = table(own, "package").get("workspace")
        if isinstance(pointer, str):
            return join(folder, pointer)
    for ancestor in ancestors(folder):
        data = _cargo(tree, ancestor)
        if data is None or "workspace" not in data:
            continue
        if not _cargo_excluded(table(data, "workspace"), ancestor, folder):
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
    return table(table(_cargo(tree, root) or {}, "workspace"), key)


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
    memory = memory_of(tree)
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
    for ancestor in ancestors(folder):
        if patterns(tree, ancestor) is not None:
            members(tree, ancestor)
            if folder in memory_of(tree).folders[kind, ancestor]:
                return ancestor
    return None


# Cargo


def _cargo(tree: Tree, folder: str) -> dict[str, Any] | None:
    """Parse a Cargo.toml that may have a say about workspaces; None for any other."""
    return manifest_of(tree, join(folder, CARGO), _cargo_relevant)


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
        return any(inside(folder, join(root, each)) for each in strings(workspace.get(key)))

    return under("exclude") and not under("members")


def _read_cargo_members(tree: Tree, root: str) -> set[str]:
    data = parsed(tree, join(root, CARGO))
    workspace = table(data, "workspace")
    found = {
        folder
        for folder in expand(tree, root, strings(workspace.get("members")), CARGO)
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
        for folder in folders(tree.glob(join(root, "**/" + CARGO)))
        if folder not in found and folder != root and not _cargo_excluded(workspace, root, folder)
    }
    if not unlisted:
        return
    # [workspace.dependencies] gives paths relative to the root, whoever inherits them
    waiting = [*sorted(found), root]
    while waiting and unlisted:
        folder = waiting.pop()
        for path in path_values(tree.read(join(folder, CARGO))):
            target = join(folder, path)
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
    data = manifest_of(tree, join(root, NPM), lambda text: '"workspaces"' in text)
    globs = None if data is None else data.get("workspaces")
    if isinstance(globs, dict):
        globs = globs.get("packages")
    pnpm = manifest_of(tree, join(root, PNPM))
    if pnpm is not None:
        return strings(globs) + strings(pnpm.get("packages"))
    return None if globs is None else strings(globs)


def _read_npm_members(tree: Tree, root: str) -> set[str]:
    patterns = _npm_patterns(tree, root) or []
    found = expand(tree, root, [each for each in patterns if not each.startswith("!")], NPM)
    found -= expand(tree, root, [each[1:] for each in patterns if each.startswith("!")], NPM)
    if tree.exists(join(root, NPM)):
        found.add(root)
    return {folder for folder in found if "node_modules" not in folder.split("/")}


def _uv_patterns(tree: Tree, root: str) -> list[str] | None:
    workspace = _uv_workspace(tree, root)
    return None if workspace is None else strings(workspace.get("members"))


def _uv_workspace(tree: Tree, root: str) -> dict[str, Any] | None:
    data = manifest_of(tree, join(root, UV), lambda text: "workspace" in text)
    if data is None:
        return None
    workspace = table(table(data, "tool"), "uv").get("workspace")
    return workspace if isinstance(workspace, dict) else None


def _read_uv_members(tree: Tree, root: str) -> set[str]:
    workspace = _uv_workspace(tree, root) or {}
    found = expand(tree, root, strings(workspace.get("members")), UV)
    found -= expand(tree, root, strings(workspace.get("exclude")), UV)
    if tree.exists(join(root, UV)):
        found.add(root)
    return found
