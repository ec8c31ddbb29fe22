"""Configurations of programs that release a repository from outside its workflows.

Craft: https://getsentry.github.io/craft/targets/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.discovery.values import UNKNOWN, mapping

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from release_tools.discovery.files import Files

_CRAFT = ".craft.yml"


def commands(files: Files) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (path, command) for everything that such a program publishes."""
    targets = mapping(files.yaml(_CRAFT) if files.exists(_CRAFT) else None).get("targets")
    for target in targets if isinstance(targets, list) else ():
        command = _command(mapping(target))
        if command:
            yield _CRAFT, command


def _command(target: dict[str, Any]) -> tuple[str, ...]:
    kind, name = target.get("name"), str(target.get("id") or "")
    if kind == "pypi":
        return ("twine", "upload", "dist/*")
    if kind == "crates":
        return ("cargo", "publish", "--workspace")
    if kind == "npm":
        every = bool(target.get("workspaces"))
        return ("npm", "publish", "--workspaces") if every else ("npm", "publish", name)
    if kind == "docker":
        place = target.get("target")
        image = mapping(place).get("image") if isinstance(place, dict) else place
        return ("docker", "push", f"{image}:{UNKNOWN}") if isinstance(image, str) else ()
    return ()
