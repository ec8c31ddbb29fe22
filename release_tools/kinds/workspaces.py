"""Cargo, npm and uv workspaces: which folder is the root, which folders are the members.

Only root manifests are parsed; members are found by the globs of the root.  Folders are relative
to the tree, with forward slashes, and the top of the tree is the empty string.  What a tree's
roots say is remembered for as long as the same tree is asked, so that a thousand members cost
one parse.  Every function raises MalformedError (with the path) when a root manifest that it
needs is not well-formed.
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING, Any

from release_tools.kinds import base, cargo_paths, trees
from release_tools.kinds.trees import strings, table

if TYPE_CHECKING:
    from collections.abc import Callable

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
            return base.within(folder, pointer)
    for ancestor in base.ancestors(folder)[1:]:
        data = _cargo(tree, ancestor)
        if data is None or "workspace" not in data:
            continue
        if not _cargo_excluded(table(data, "workspace"), ancestor, folder):
            return ancestor
    return None


def is_cargo_root(tree: Tree, folder: str) -> bool:
    """Say whether the folder's Cargo.toml has a ``[workspace]``."""
    return "workspace" in (_cargo(tree, folder) or ())


def cargo_members(tree: Tree, root: str) -> tuple[str, ...]:
    """Return the folders of the workspace's crates, sorted; a root package is one of them.

    Globs and ``exclude`` are understood; path dependencies of members that stand inside the
    root are members too, as in cargo.  A root without ``[workspace]`` is its own only member.
    """
    return tuple(_members(tree, _read_cargo_members, root))


def workspace_table(tree: Tree, root: str, key: str) -> dict[str, Any]:
    """Return ``[workspace.KEY]`` of the Cargo workspace root, empty where there is none."""
    return table(table(_cargo(tree, root) or {}, "workspace"), key)


def npm_root(tree: Tree, folder: str) -> str | None:
    """Return the root of the npm, yarn or pnpm workspace of the package in ``folder``, or None."""
    return _root(tree, folder, _npm_patterns, _read_npm_members)


def npm_members(tree: Tree, root: str) -> tuple[str, ...]:
    """Return the folders of the workspace's packages, sorted; the root package is one of them.

    ``workspaces`` of package.json (a list, or a table with ``packages``) and ``packages`` of
    pnpm-workspace.yaml count; a leading ``!`` takes away.
    """
    return tuple(_members(tree, _read_npm_members, root))


def uv_root(tree: Tree, folder: str) -> str | None:
    """Return the root of the uv workspace that the project in ``folder`` belongs to, or None."""
    return _root(tree, folder, _uv_patterns, _read_uv_members)


def uv_members(tree: Tree, root: str) -> tuple[str, ...]:
    """Return the folders of the uv workspace's projects, sorted; the root is one of them."""
    return tuple(_members(tree, _read_uv_members, root))


def _members(tree: Tree, read: Callable[[Tree, str], set[str]], root: str) -> dict[str, None]:
    """Return the members in order, fit to be looked up; read once per tree."""
    return trees.once(tree, _ordered, read, root)


def _ordered(tree: Tree, read: Callable[[Tree, str], set[str]], root: str) -> dict[str, None]:
    return dict.fromkeys(sorted(read(tree, root)))


def _root(
    tree: Tree,
    folder: str,
    patterns: Callable[[Tree, str], list[str] | None],
    read: Callable[[Tree, str], set[str]],
) -> str | None:
    """Return the nearest root at or above the folder that has it among its members."""
    for root in base.ancestors(folder):
        if patterns(tree, root) is not None and (
            root == folder or folder in _members(tree, read, root)
        ):
            return root
    return None


# Cargo


def _cargo(tree: Tree, folder: str) -> dict[str, Any] | None:
    """Parse a Cargo.toml that may have a say about workspaces; None for any other."""
    return trees.root(tree, folder, CARGO, _cargo_relevant)


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
        named = (base.within(root, each) for each in strings(workspace.get(key)))
        return any(each is not None and base.inside(folder, each) for each in named)

    return under("exclude") and not under("members")


def _read_cargo_members(tree: Tree, root: str) -> set[str]:
    data = trees.parsed(tree, base.beside(root, CARGO))
    workspace = table(data, "workspace")
    found = {
        folder
        for folder in trees.expand(tree, root, strings(workspace.get("members")), CARGO)
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
    """Follow path dependencies from member to member, but only where some crate is unlisted."""
    unlisted = {
        folder
        for folder in map(dirname, tree.glob(base.beside(root, "**/" + CARGO)))
        if folder not in found and folder != root and not _cargo_excluded(workspace, root, folder)
    }
    if not unlisted:
        return
    # [workspace.dependencies] gives paths relative to the root, whoever inherits them
    waiting = [*sorted(found), root]
    while waiting and unlisted:
        manifest = base.beside(waiting.pop(), CARGO)
        if unlisted.isdisjoint(cargo_paths.targets(tree, manifest)):
            continue
        for target in cargo_paths.named_targets(tree, manifest):
            if target in unlisted and cargo_root(tree, target) == root:
                unlisted.remove(target)
                found.add(target)
                waiting.append(target)


# npm and uv


def _npm_patterns(tree: Tree, root: str) -> list[str] | None:
    data = trees.root(tree, root, NPM, _npm_relevant)
    globs = None if data is None else data.get("workspaces")
    if isinstance(globs, dict):
        globs = globs.get("packages")
    pnpm = trees.once(tree, _pnpm_patterns, base.beside(root, PNPM))
    if pnpm is not None:
        return strings(globs) + pnpm
    return None if globs is None else strings(globs)


def _npm_relevant(text: str) -> bool:
    return '"workspaces"' in text


def _pnpm_patterns(tree: Tree, path: str) -> list[str] | None:
    if not tree.exists(path):
        return None
    from release_tools.formats import entries

    with base.naming(path):
        packages = entries.read(tree.read(path), "packages")
    return [each[entries.ITSELF] for each in packages.values() if entries.ITSELF in each]


def _read_npm_members(tree: Tree, root: str) -> set[str]:
    patterns = _npm_patterns(tree, root) or []
    found = trees.expand(tree, root, [each for each in patterns if not each.startswith("!")], NPM)
    found -= trees.expand(tree, root, [each[1:] for each in patterns if each.startswith("!")], NPM)
    if tree.exists(base.beside(root, NPM)):
        found.add(root)
    return {folder for folder in found if "node_modules" not in folder.split("/")}


def _uv_patterns(tree: Tree, root: str) -> list[str] | None:
    workspace = _uv_workspace(tree, root)
    return None if workspace is None else strings(workspace.get("members"))


def _uv_workspace(tree: Tree, root: str) -> dict[str, Any] | None:
    data = trees.root(tree, root, UV, _uv_relevant)
    if data is None:
        return None
    workspace = table(table(data, "tool"), "uv").get("workspace")
    return workspace if isinstance(workspace, dict) else None


def _uv_relevant(text: str) -> bool:
    return "workspace" in text


def _read_uv_members(tree: Tree, root: str) -> set[str]:
    workspace = _uv_workspace(tree, root) or {}
    found = trees.expand(tree, root, strings(workspace.get("members")), UV)
    found -= trees.expand(tree, root, strings(workspace.get("exclude")), UV)
    if tree.exists(base.beside(root, UV)):
        found.add(root)
    return found
