"""Programs that release by a configuration of their own, whoever starts them.

Craft: https://getsentry.github.io/craft/targets/
Chartpress: https://github.com/jupyterhub/chartpress#configuration
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from release_tools.discovery.values import UNKNOWN, mapping

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from release_tools.discovery.acts import Act
    from release_tools.discovery.files import Files

_CRAFT = ".craft.yml"


def commands(files: Files) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (path, command) for everything that is published from outside the workflows."""
    targets = mapping(files.yaml(_CRAFT) if files.exists(_CRAFT) else None).get("targets")
    for target in targets if isinstance(targets, list) else ():
        command = _command(mapping(target))
        if command:
            yield _CRAFT, command


class Pressed(NamedTuple):
    """A chart that chartpress packages: its folder, its repository, and its images."""

    folder: str
    published: str
    images: tuple[str, ...]


def pressed(act: Act, files: Files) -> Iterator[Pressed]:
    """Yield what ``chartpress`` publishes where ``act`` runs it; nothing for another command."""
    if act.argv[:1] != ("chartpress",):
        return
    path = posixpath.join(act.folder, "chartpress.yaml")
    charts = mapping(files.yaml(path) if files.exists(path) else None).get("charts")
    told = [each.partition("=") for word in act.words for each in word]
    prefixes = [value for flag, _, value in told if flag == "--image-prefix"]
    for chart in charts if isinstance(charts, list) else ():
        about, repo = mapping(chart), mapping(mapping(chart).get("repo"))
        name, prefix = about.get("name"), str(about.get("imagePrefix") or "")
        images = tuple(
            f"{prefixes[0]}{image}" if prefixes
            else str(mapping(of).get("imageName") or f"{prefix}{image}")
            for image, of in mapping(about.get("images")).items()
        )  # fmt: skip
        folder = posixpath.normpath(posixpath.join(act.folder, str(about.get("chartPath") or name)))
        yield Pressed(folder, str(repo.get("published") or ""), images)


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
